"""An assignment of Otter with seven files of tests, fourteen cases, and fourteen hand-ins, each with faults that are known.

It has what Otter's own assignment for its tests has, in our own words: functions, values, generators, hidden cases, lists of
points, checks in cells and in a cell's metadata, a question that is only judged at the end.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tests.material.foreign.writing import as_json, cell, words


@dataclass(frozen=True)
class Part:
    """One question: a right answer, others by the fault that they have, and examples, each with whether it is hidden."""

    name: str
    right: str
    faults: Mapping[str, str]
    cases: tuple[tuple[str, bool], ...]
    points: str = "None"


PARTS = (
    Part(
        "q1",
        "def cubed(x):\n    return x ** 3",
        {"both": "def cubed(x):\n    return x ** 2 + 1", "hidden": "def cubed(x):\n    return abs(x) ** 3"},
        ((">>> cubed(2)\n8\n>>> cubed(0)\n0", False), (">>> cubed(-2)\n-8", True)),
    ),
    Part(
        "q2",
        "def opposite(x):\n    return not x",
        {"both": "def opposite(x):\n    return bool(x)", "public": "def opposite(x):\n    return x in ('', [])"},
        ((">>> opposite(True)\nFalse\n>>> opposite(0)\nTrue", False), (">>> opposite('')\nTrue", True)),
        "2",
    ),
    Part(
        "q2b",
        "",
        {},
        (
            (">>> opposite(False)\nTrue", False),
            (">>> for value in [1, 2]:\n...     print(opposite(value))\nFalse\nFalse", True),
        ),
        "[1, 3]",
    ),
    Part(
        "q3",
        "x = opposite([])",
        {"both": "x = 'no'", "hidden": "x = np.True_"},
        ((">>> bool(x) is True\nTrue", False), (">>> type(x)\n<class 'bool'>\n>>> x\nTrue", True)),
    ),
    Part(
        "q4",
        "x = cubed(2.5)",
        {"both": "x = 0", "hidden": "x = 15.6"},
        ((">>> 15 < x < 16\nTrue", False), (">>> x\n15.625\n>>> round(x)\n16", True)),
        "1",
    ),
    Part(
        "q5",
        "table = {'a': [1, 2], 'b': np.array([1.0, 2.0])}",
        {"both": "table = {}", "public": "table = {'a': (1, 2), 'b': np.array([1.0, 2.0])}"},
        (
            (">>> table['a']\n[1, 2]\n>>> sorted(table)\n['a', 'b']", False),
            (">>> table['b']\narray([1., 2.])\n>>> float(table['b'].sum())\n3.0", True),
        ),
    ),
    Part(
        "q6",
        "def doubling():\n    value = 1\n    while True:\n        yield value\n        value *= 2",
        {
            "both": "def doubling():\n    yield from [0, 0, 0, 0, 0]",
            "hidden": "def doubling():\n    yield from [1, 2]\n    yield from range(3, 99)",
        },
        (
            (">>> made = doubling()\n>>> next(made) == 1 and next(made) == 2\nTrue", False),
            (">>> made = doubling()\n>>> for _ in range(4):\n...     print(next(made))\n1\n2\n4\n8", True),
        ),
        "5",
    ),
)
CLASS: Mapping[str, Mapping[str, str]] = {
    "passes-all": {},
    "fails-1": {"q1": "both"},
    "fails-1-hidden": {"q1": "hidden"},
    "fails-2": {"q2": "both"},
    "fails-2-public": {"q2": "public"},
    "fails-3": {"q3": "both"},
    "fails-3-hidden": {"q3": "hidden"},
    "fails-4-hidden": {"q4": "hidden"},
    "fails-1-and-4": {"q1": "both", "q4": "both"},
    "fails-5": {"q5": "both"},
    "fails-5-public": {"q5": "public"},
    "fails-6": {"q6": "both"},
    "fails-6-hidden": {"q6": "hidden"},
    "fails-2-3-6": {"q2": "both", "q3": "both", "q6": "hidden"},
}


def test_file(part: Part) -> str:
    """Return a file of tests in the format of OK, with tabs before its examples as many have it."""
    cases = "".join(
        '            {"code": r"""\n'
        + "".join(f"\t\t\t\t{line}\n" for line in code.split("\n"))
        + f'\t\t\t\t""", "hidden": {hidden}, "locked": False}},\n'
        for code, hidden in part.cases
    )
    return (
        f'OK_FORMAT = True\n\ntest = {{\n    "name": "{part.name}",\n    "points": {part.points},\n    "suites": [{{\n'
        f'        "cases": [\n{cases}        ],\n        "scored": True, "setup": "", "teardown": "", "type": "doctest",\n    }}],\n}}\n'
    )


def files() -> dict[str, str]:
    """Return what is in the autograder."""
    return {"otter_config.json": '{"show_hidden": true}'} | {f"tests/{part.name}.py": test_file(part) for part in PARTS}


def hand_in(name: str) -> dict[str, Any]:
    """Return the notebook of one student."""
    cells = [cell(f'import numpy as np\n%matplotlib inline\nimport otter\ngrader = otter.Notebook("{name}.ipynb")')]
    for part in PARTS:
        answer = part.faults[CLASS[name][part.name]] if part.name in CLASS[name] else part.right
        if part.name == "q2b":
            continue
        cells.append(words(f"**Question {part.name}**"))
        # The cell of one question asks for another one's tests, too; and the last one has no check at all.
        cells.append(cell(answer, otter={"tests": ["q2b"]}) if part.name == "q2" else cell(answer))
        cells += [cell(f'grader.check("{part.name}")')] if part.name != "q6" else []
    return as_json(*cells, cell("grader.check_all()"), cell("grader.export(pdf=False)"))


def script(name: str) -> str:
    """Return the same as a script."""
    return "\n\n".join(
        "".join(each["source"]).replace("%matplotlib inline\n", "")
        for each in hand_in(name)["cells"]
        if each["cell_type"] == "code"
    )
