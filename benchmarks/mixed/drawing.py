"""Draws a class as it is: most are right, many have a mistake, some crash, loop for ever, take their time, or take too much.

What is right comes from the variants of an assignment and what is wrong from its mutants, as the tests have them; what crashes, loops or
takes too much is made of these by lines put in between.
"""

from __future__ import annotations

import ast
import math
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from grader.material.cases import Case, mutants, variants
from grader.material.percent import is_percent, read_cells
from grader.material.script import answer_key

SHARES = {"right": 0.50, "mistaken": 0.30, "crashing": 0.08, "looping": 0.05, "slow": 0.04, "greedy": 0.03}
SLOW_SECONDS = 30.0
# Of those with a mistake, so many have two.
TWO = 1 / 3
CRASHES = (
    "import torch",
    "weights = initial_weights(2, 8)",
    "ratio = 1 / (3 - len('xor'))",
    "table = [1, 2, 3][3]",
    "values = 'one' + 1",
)
LOOPS = (
    "count, total = 0, 0\nwhile count < 100:\n    total += count",
    "import numpy as np\nvalue = np.ones(50)\nwhile value.sum() != 0:\n    value = value / (1.0 + value.max())",
    "while True:\n    try:\n        step = int('1')\n    except KeyboardInterrupt:\n        pass",
)
SLOW = """\
import time
import numpy as np
_until = time.process_time() + {seconds}
while time.process_time() < _until:
    np.tanh(np.ones((64, 64)) @ np.ones((64, 64)))"""
GREEDY = (
    "hoard = []\nwhile True:\n    hoard.append(bytearray(b'x' * 50_000_000))",
    "for number in range(1_000_000):\n    print('weights', number, 'and a hundred characters more for every step of the training', number * 12345)",
)


@dataclass(frozen=True)
class Student:
    """What one student hands in: ``kind`` is a key of ``SHARES``, ``what`` says which case it was made of, ``cells`` are its pieces of code."""

    name: str
    kind: str
    what: str
    cells: tuple[str, ...]

    @property
    def script(self) -> str:
        """The whole of it as one text."""
        return "\n\n\n".join(self.cells) + f"\n# handed in by {self.name}\n"


def counts(students: int) -> dict[str, int]:
    """Return how many of a class are of each kind, in the stated shares as nearly as whole people can be."""
    exact = {kind: share * students for kind, share in SHARES.items()}
    whole = {kind: math.floor(each) for kind, each in exact.items()}
    rest = sorted(exact, key=lambda kind: whole[kind] - exact[kind])
    for kind in rest[: students - sum(whole.values())]:
        whole[kind] += 1
    return whole


def draw_class(folder: Path, students: int, seed: int) -> list[Student]:
    """Return a class for the assignment in ``folder``, in a drawn order."""
    rng, key = random.Random(seed), answer_key(folder, handed_in=True)
    if key is None:
        raise SystemExit(f"{folder} has no answer key in one text.")
    right = [case for case in variants(folder, key) if case.points is None and case.bonus is None]
    wrong = list(mutants(folder, key))
    named = [case for case in wrong if case.pieces and case.explanation]
    make: dict[str, Callable[[], tuple[str, list[str]]]] = {
        "right": lambda: _one(rng.choice(right)),
        "mistaken": lambda: _two(rng, named, key) if rng.random() < TWO else _one(rng.choice(wrong)),
        "crashing": lambda: _with(rng.choice(right), rng.choice(CRASHES), rng.uniform(0.2, 0.95)),
        "looping": lambda: _with(rng.choice(right), rng.choice(LOOPS), rng.uniform(0.6, 1.0)),
        "slow": lambda: _with(rng.choice(right), SLOW.format(seconds=SLOW_SECONDS), 1.0),
        "greedy": lambda: _with(rng.choice(right), rng.choice(GREEDY), rng.uniform(0.6, 1.0)),
    }
    kinds = [kind for kind, count in counts(students).items() for _ in range(count)]
    rng.shuffle(kinds)
    drawn = [(kind, *make[kind]()) for kind in kinds]
    return [Student(f"s{number:03}", kind, what, tuple(cells)) for number, (kind, what, cells) in enumerate(drawn, 1)]


def _one(case: Case) -> tuple[str, list[str]]:
    return case.id, pieces(case.source)


def _two(rng: random.Random, named: Sequence[Case], key: str) -> tuple[str, list[str]]:
    """Return an answer with two mistakes that touch different places."""
    while True:
        first, second = rng.sample(list(named), 2)
        source = first.source
        for old, new in second.pieces:
            source = source.replace(old, new) if source.count(old) == key.count(old) == 1 else ""
        if source:
            return f"{first.id}+{second.id}", pieces(source)


def _with(case: Case, lines: str, where: float) -> tuple[str, list[str]]:
    """Return a right answer with lines put in between, at a share of its length, at the latest before its last piece."""
    cells = pieces(case.source)
    cells.insert(max(1, min(len(cells) - 1, round(where * len(cells)))), lines)
    return f"{case.id}: {lines.splitlines()[-1].strip()}", cells


def pieces(source: str) -> list[str]:
    """Return the pieces of a program as somebody would put them into cells: definitions each alone, other lines together."""
    if is_percent(source):
        return [cell.source for cell in read_cells(source, "the answer") if cell.kind == "code"]
    lines, starts, alone = source.splitlines(), [], True
    for node in ast.parse(source).body:
        decorators = getattr(node, "decorator_list", ())
        was_alone, alone = alone, isinstance(node, (ast.ClassDef, ast.FunctionDef, ast.If))
        if alone or was_alone:
            starts.append(min([node.lineno, *(each.lineno for each in decorators)]))
    starts[0] = 1
    ends = [*starts[1:], len(lines) + 1]
    return ["\n".join(lines[start - 1 : end - 1]).strip("\n") for start, end in zip(starts, ends, strict=True)]
