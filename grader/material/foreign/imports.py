"""What the author's cells and tests import and define, told from their texts; nothing of them runs."""

from __future__ import annotations

import ast
import doctest
import re
from collections.abc import Iterator
from functools import lru_cache

from grader.material.foreign.forms import Case, Form

# Texts of an assignment that judges look at: what they say is found once, before the first student.
MOST_KEPT = 5000
_MAGIC = re.compile(r"(?m)^([^\S\n]*)[%!][^\n]*$")


def python_text(text: str) -> str:
    """Return a cell without IPython's commands, every line in its place."""
    if text.lstrip().startswith("%%"):
        head, _, rest = text.partition("\n")
        return f"\n{rest}" if re.match(r"\s*%%(?:time|timeit|capture)\b", head) else ""
    return _MAGIC.sub(r"\1pass", text)


@lru_cache(maxsize=MOST_KEPT)
def tree_of(text: str) -> ast.Module | None:
    """Return a text as a tree, None when it is no Python; the tree is kept, so nobody changes it."""
    try:
        return ast.parse(python_text(text))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


@lru_cache(maxsize=MOST_KEPT)
def nodes_of(tree: ast.AST | None) -> tuple[ast.AST, ...]:
    """Return the nodes of a tree that is kept; none of no tree."""
    return tuple(ast.walk(tree)) if tree is not None else ()


def code_of(case: Case, text: str) -> list[str]:
    """Return the Python of a test's text: of examples, what stands behind the prompts; raises ValueError where these are damaged."""
    if case.kind == "doctest":
        return [one.source for one in doctest.DocTestParser().get_examples(text)]
    return [python_text(text)]


def imported_names(form: Form) -> set[str]:
    """Return the modules that cells and tests import."""
    return {name for tree in _trees(form) for name in imported(tree)}


def imported(tree: ast.AST) -> Iterator[str]:
    """Yield the modules that a text imports."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module


def solution_names(form: Form) -> list[str]:
    """Return the functions and classes that the author's solution defines, sorted: what a hand-in is recognised by."""
    cells = [
        cell for notebook in form.notebooks for cell in notebook.cells if cell.type == "code" and cell.role == "answer"
    ]
    trees = [tree for cell in cells if (tree := tree_of(cell.source)) is not None]
    return sorted(
        {node.name for tree in trees for node in tree.body if isinstance(node, ast.FunctionDef | ast.ClassDef)}
    )


def _trees(form: Form) -> Iterator[ast.Module]:
    texts = [cell.source for notebook in form.notebooks for cell in notebook.cells if cell.type == "code"]
    for question in form.questions:
        for case in question.tests:
            for text in (case.setup, case.source):
                try:
                    texts += code_of(case, text)
                except ValueError:
                    continue
    for text in texts:
        if (tree := tree_of(text)) is not None:
            yield tree
