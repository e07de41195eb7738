"""Tests of the contracts: every sentence of a template's docstrings names the checks that hold it, or says why none is needed.

The tables are in ``contracts/``, one for each assignment: by the name of what is documented, each sentence with its checks.
"""

from __future__ import annotations

import ast
import inspect
import json
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.assignments.grading import ASSIGNMENTS, ROOT, checks

TABLES = Path(__file__).with_name("contracts")
TEMPLATES = ROOT / "student_template"
SHIPPED = ("backprop", "autograd", "components")
# Why a sentence needs no check.
REASONS = {
    "given": "what it is about is given, and no task",
    "free": "it leaves something to the student",
    "tells": "it explains, and what it explains is another sentence's",
}
SECTION = re.compile(r"(?m)^(Parameters|Returns|Raises|Attributes|Notes|Yields)\n-+\n")
END = re.compile(r"(?<=[.!?])\s+(?=[A-Z`])")


def sources(assignment: str) -> Iterator[str]:
    """Yield the Python of a template: its modules, or the code cells of its notebook."""
    modules = sorted((TEMPLATES / assignment / "modules").glob("*.py"))
    yield from (path.read_text(encoding="utf-8") for path in modules)
    for path in [] if modules else sorted((TEMPLATES / assignment).glob("*.ipynb")):
        for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
            if cell["cell_type"] == "code":
                yield "".join(cell["source"])


def documented(tree: ast.AST, owner: str = "") -> Iterator[tuple[str, str]]:
    """Yield the name and the docstring of a module, empty for its own, and of everything in it."""
    if isinstance(tree, (ast.Module, ast.ClassDef, ast.FunctionDef)) and (text := ast.get_docstring(tree)):
        yield owner or "module", inspect.cleandoc(text)
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, (ast.ClassDef, ast.FunctionDef)):
            yield from documented(node, f"{owner}.{node.name}".lstrip("."))


def sentences(text: str) -> Iterator[str]:
    """Yield the sentences of a docstring: of an entry of a section, its head is in front of each; sources are left out."""
    first, *rest = SECTION.split(text)
    yield from _of_paragraphs(first)
    for name, body in zip(rest[::2], rest[1::2], strict=True):
        if name == "Notes":
            yield from _of_paragraphs(body)
            continue
        for entry in re.split(r"(?m)^(?=\S)", body):
            head, _, text = entry.partition("\n")
            if head.strip():
                told = list(_of_paragraphs(inspect.cleandoc(text))) or [""]
                yield from (f"{name}: {head.strip()}. {sentence}".strip() for sentence in told)


def _of_paragraphs(text: str) -> Iterator[str]:
    """Yield the sentences of paragraphs, each on one line; a formula is part of the sentence that introduces it."""
    for paragraph in re.split(r"\n\n(?! )", text.strip()):
        line = " ".join(paragraph.split())
        if line.startswith("Source:") or not line:
            continue
        yield from [line] if line.startswith(("Formula", "Derivative")) else END.split(line)


def contract(assignment: str) -> set[tuple[str, str]]:
    """Return the names and the sentences of a template."""
    found = set()
    for source in sources(assignment):
        for name, text in documented(ast.parse(source)):
            found |= {(name, sentence) for sentence in sentences(text)}
    return found


def table(assignment: str) -> dict[tuple[str, str], list[str] | str]:
    """Return the checks of every sentence in the table of an assignment, or why there are none."""
    names = tomllib.loads((TABLES / f"{assignment}.toml").read_text(encoding="utf-8"))
    return {(name, sentence): held for name, held_by in names.items() for sentence, held in held_by.items()}


@pytest.mark.parametrize("assignment", SHIPPED)
def test_every_sentence_is_in_the_table(assignment: str):
    """A sentence that is new in the template, or that is no longer there, fails."""
    written, known = contract(assignment), set(table(assignment))
    assert sorted(written - known) == []
    assert sorted(known - written) == []


@pytest.mark.parametrize("assignment", SHIPPED)
def test_every_sentence_has_a_check(assignment: str):
    """Each sentence names checks that exist, or one of the reasons; the table holds at least as many of those as of these."""
    held = table(assignment).values()
    named = {name for checks_of in held if isinstance(checks_of, list) for name in checks_of}
    assert named <= set(checks(ASSIGNMENTS / assignment))
    assert all(each in REASONS for each in held if isinstance(each, str))
    assert all(held)


@pytest.mark.parametrize("assignment", SHIPPED)
def test_every_check_holds_a_sentence(assignment: str):
    """A check that no sentence of the contract asks for would take points for what nobody was told."""
    named = {name for held in table(assignment).values() if isinstance(held, list) for name in held}
    unasked = set(checks(ASSIGNMENTS / assignment)) - named
    # What the text cells of the notebook ask for, which no docstring can.
    in_text = {
        "components": {
            "check_tuned_walk", "check_sigmoid_numerical_gradient", "check_relu_numerical_gradient", "check_bce_numerical_gradient",
            "check_net", "check_deeper_net", "check_one_layer_net", "check_linear_net",
        }
    }  # fmt: skip
    assert unasked == in_text.get(assignment, set())
