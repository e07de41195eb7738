"""The page on the vocabulary is what the docstrings say, names everything that is public, and its examples run."""

from __future__ import annotations

import ast
import doctest
import re
from pathlib import Path

import numpy as np
import pytest

import grader.assignments.vocabulary as shared
from grader import checks
from grader.assignments.vocabulary import drawings, hand_ins, optimizers, parameters, points, printed, training
from grader.checks import Notes, Parts, Student
from grader.material.answer_key import import_answer_key
from grader.material.assignment import SHIPPED, find_assignment, load_assignment, shipped_ids
from grader.material.script import answer_key
from grader.trusted import InProcess, executed, run_of
from tests.checks.vocabulary import EXTRA, PAGE, PLAIN, described_names, page

# Each heading of the page, and what stands below it.
PIECES = [piece for piece in re.split(r"(?m)^(?=#{2,4} )", PAGE.read_text(encoding="utf-8")) if ">>>" in piece]
PRINTING = """
import matplotlib.pyplot as plt
plt.plot([3.0, 2.0, 1.5])
plt.show()
print("loss=0.02 accuracy=100%")
"""


@pytest.fixture(scope="module")
def given():
    """What the examples find: the arguments of a check, and what a file of checks imports."""
    assignment = load_assignment(find_assignment("backprop"))
    source = answer_key(assignment.folder).partition("\n\n\nif __name__")[0] + EXTRA
    public = {name: getattr(checks, name) for name in checks.__all__}
    for module in (drawings, hand_ins, optimizers, parameters, points, printed, training):
        public |= {name: value for name, value in vars(module).items() if not name.startswith("_")}
    return public | {
        "np": np,
        "loaded": executed(source),
        "reference": import_answer_key(assignment),
        "reference_softplus": lambda x: np.logaddexp(0.0, x),
        "settings": assignment.settings,
        "script": run_of(PRINTING),
    }


def test_page_is_what_the_docstrings_say():
    """Whoever changes a docstring writes the page anew."""
    assert PAGE.read_text(encoding="utf-8") == page(), "run python -m tests.checks.vocabulary"


def test_page_names_everything_public():
    """No word of the vocabulary is without its entry, and no entry without its example."""
    assert described_names() | PLAIN == set(checks.__all__)
    entries = re.split(
        r"(?m)^(?=#{3} `)", PAGE.read_text(encoding="utf-8").partition("## What the shipped checks share")[0]
    )[1:]
    assert [entry.partition("\n")[0] for entry in entries if ">>>" not in entry] == []


@pytest.mark.parametrize("piece", PIECES, ids=lambda piece: piece.partition("\n")[0].strip("# `")[:40])
def test_example_of_the_page_runs(given, piece):
    """What an example shows is what comes."""
    names = given | {
        "student": Student(InProcess(given["loaded"])),
        "rng": np.random.default_rng(0),
        "parts": Parts(),
        "notes": Notes(),
    }
    found: list[str] = []
    example = doctest.DocTestParser().get_doctest(
        "\n".join(re.findall(r"(?ms)^```python\n(.*?)^```", piece)), names, "page", None, 0
    )
    runner = doctest.DocTestRunner(optionflags=doctest.NORMALIZE_WHITESPACE)
    runner.run(example, out=found.append)
    assert (runner.tries > 0, "".join(found)) == (True, "")


def imported(path: Path):
    """Yield what a file imports of ours, as module and name."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("grader"):
            yield from ((node.module, alias.name) for alias in node.names)
        elif isinstance(node, ast.Import):
            yield from ((alias.name, "") for alias in node.names if alias.name.startswith("grader"))


def test_shipped_checks_use_what_is_public():
    """Whatever a shipped check uses, an author may use: it is in grader.checks, or in the shared vocabulary."""
    files = [path for name in shipped_ids() for path in (SHIPPED / name).glob("check_*.py")]
    files += list(Path(shared.__file__).parent.glob("*.py"))
    assert len(files) > 20
    private = [
        f"{path.name}: {module} {name}"
        for path in files
        for module, name in imported(path)
        if not (module == "grader.checks" and name in checks.__all__)
        and not (module.startswith(f"{shared.__name__}.") and not name.startswith("_"))
    ]
    assert private == []
