"""Reads the formulas out of docstrings and computes them as they stand there, in plain NumPy."""

from __future__ import annotations

import inspect
import re
from itertools import product
from typing import Any

import numpy as np

# What names in formulas mean where a test gives them no other meaning.
MEANING = {
    "abs": np.abs,
    "cos": np.cos,
    "exp": np.exp,
    "log": np.log,
    "max": np.maximum,
    "mean": np.mean,
    "sin": np.sin,
    "sqrt": np.sqrt,
    "where": np.where,
    "eps": np.finfo(np.float64).eps,
}


class Stated:
    """The formulas in the paragraphs of a docstring that open with "Formula" or "Derivative".

    Each is known by what stands left of its equals sign, or by its whole text when there is none.
    """

    def __init__(self, owner: Any) -> None:
        paragraphs = inspect.getdoc(owner).split("\n\n")
        self.lines: list[str] = []
        for paragraph, following in zip(paragraphs, [*paragraphs[1:], ""], strict=True):
            if paragraph.startswith(("Formula", "Derivative")):
                block = following.splitlines() if following.startswith("    ") else []
                self.lines += [re.sub(r"\s+", " ", line.strip()) for line in [*_quoted(paragraph), *block]]
        self.computed: set[str] = set()

    def right(self, left: str) -> str:
        """Return the right side of the formula with this left side."""
        for line in self.lines:
            if line == left or line.startswith(f"{left} = "):
                self.computed.add(line)
                return line.removeprefix(f"{left} = ")
        raise AssertionError(f"no formula for {left!r} among {self.lines}")

    def value(self, left: str, **names: Any) -> Any:
        """Compute the formula with this left side."""
        return evaluate(self.right(left), **names)

    def entries(self, left: str, lengths: dict[str, int], **names: Any) -> np.ndarray:
        """Compute a formula that is given entry by entry, such as ``y[b, o] = sum over k of ...``."""
        right = self.right(left)
        free = re.findall(r"\w+", left.partition("[")[2])
        result = np.empty([lengths[index] for index in free])
        for place in np.ndindex(*result.shape):
            result[place] = _entry(right, lengths, names | dict(zip(free, place, strict=True)))
        return result

    def run(self, **names: Any) -> dict[str, Any]:
        """Carry out all formulas in their order, as a program; return what every name stands for in the end."""
        for line in self.lines:
            self.computed.add(line)
            left, _, right = line.partition(" = ")
            names[left] = evaluate(right if " if " not in right or "else" in right else f"{right} else {left}", **names)
        return names

    def left_out(self) -> list[str]:
        """Return the formulas that nobody has computed."""
        return [line for line in self.lines if line not in self.computed]


def evaluate(text: str, **names: Any) -> Any:
    """Compute a formula as it is written; the words in it are taken as they are meant."""
    if cases := re.fullmatch(r"(.+) where (.+), else (.+)", text):
        text = "where({1}, {0}, {2})".format(*cases.groups())
    if total := re.fullmatch(r"sum of (\w+) over the batch", text):
        text = f"{total[1]}.sum(axis=0)"
    return eval(text.replace(", else", " else"), {**MEANING, **names})


def _quoted(paragraph: str) -> list[str]:
    """Return what is quoted in a paragraph and is a formula, not just a name."""
    quoted = re.findall(r"``(.+?)``", paragraph, re.DOTALL)
    return [text for text in quoted if " = " in text or f"Formula: ``{text}" in paragraph or re.match(r"\w+\(", text)]


def _entry(text: str, lengths: dict[str, int], names: dict[str, Any]) -> float:
    """Compute an entry whose last term is a sum over indices, with or without a condition on them."""
    pattern = r"(?:(.+) \+ )?sum over ([\w, ]+?)(?: with (.+?))? of (.+)"
    first, indices, condition, term = re.fullmatch(pattern, text).groups()
    summed = [index for index in re.findall(r"\w+", indices) if index != "and"]
    total = evaluate(first, **names) if first else 0.0
    for place in product(*(range(lengths[index]) for index in summed)):
        here = names | dict(zip(summed, place, strict=True))
        if condition is None or evaluate(condition.replace(" = ", " == "), **here):
            total += evaluate(term, **here)
    return total
