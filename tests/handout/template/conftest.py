"""A small assignment with an answer key of its own, and the one that ships."""

from __future__ import annotations

import textwrap

import pytest

from grader.material.assignment import SHIPPED

ASSIGNMENT = """
[assignment]
id = "small"
title = "A small assignment"
entry = "start.py"
total = 2
reference = "key"

[[task]]
number = "1.1"
title = "Double"
names = ["Double"]

[[task]]
number = "1.2"
title = "Double: halve"
names = ["Double.halve", "work"]

[template]
modules = ["doubling", "run"]
main = "run"
given = ["Given", "main", "Double.shown"]
"""

NUMBERS = '''
"""Numbers."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator

import numpy as np

from .elsewhere import thing

_SECRET = 42


class Given:
    """Stays."""

    # This comment stays.
    kept = 1


class Double:
    """Doubles.

    Formula: ``y = 2 * x``
    """

    def __init__(
        self,
        factor: int = 2,
    ) -> None:
        # The answer begins here.
        self.factor = factor

    def halve(self, values: Iterable[float]) -> np.ndarray:
        """Halve every value."""

        # Halving is multiplying.
        return _half(values)
        # Nothing comes after it.

    def shown(self) -> float:
        """Given inside a class that is not."""
        return math.pi  # stays

    def _hidden(self) -> Iterator[int]:
        """Hidden words."""
        yield from range(17, 19)


def _half(values):
    """Private words."""
    return np.multiply(list(values), 0.5)
'''

RUN = '''
"""Runs."""

from __future__ import annotations

from .doubling import Double


def work():
    return Double().halve([1.0, 2.0])


def main() -> None:
    """Stays."""
    print(work())
'''


@pytest.fixture
def small(tmp_path):
    """The folder of a small assignment whose answer key has everything that a template must remove."""
    folder = tmp_path / "small"
    (folder / "key").mkdir(parents=True)
    (folder / "assignment.toml").write_text(ASSIGNMENT, encoding="utf-8")
    for name, text in {"doubling": NUMBERS, "run": RUN}.items():
        (folder / "key" / f"{name}.py").write_text(textwrap.dedent(text).lstrip(), encoding="utf-8")
    return folder


@pytest.fixture(scope="session")
def backprop():
    """The folder of the assignment that ships."""
    return SHIPPED / "backprop"
