"""The harness names no shipped assignment, so that other assignments work in the same way."""

import ast
import re
from pathlib import Path

from grader.material.assignment import SHIPPED, shipped_ids

GRADER = Path(__file__).parents[2] / "grader"


def harness():
    """Yield the Python files of the grader that belong to no assignment."""
    for path in sorted(GRADER.rglob("*.py")):
        if not path.is_relative_to(SHIPPED):
            yield path


# An id that is also a common word: it means the assignment only after one of these.
COMMON = {"layers": r"\b(?:assignments|reference|student_template)[./]layers\b"}


def test_harness_names_no_shipped_assignment():
    """No id of a shipped assignment appears in a string, a name or an import of any module."""
    named, shipped = [], {*shipped_ids()} - {*COMMON}
    for path in harness():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            words = [getattr(node, field, None) for field in ("id", "attr", "name", "arg", "module", "value")]
            text = " ".join(word for word in words if isinstance(word, str))
            found = [word for word in re.findall(r"[\w-]+", text) if word in shipped]
            found += [word for word, naming in COMMON.items() if re.search(naming, text)]
            named += [f"{path.relative_to(GRADER)}:{node.lineno}: {word}" for word in found]
    assert named == []


def test_shipped_assignments_stand_in_one_folder():
    """The ids that the test above looks for exist."""
    assert "backprop" in shipped_ids()
