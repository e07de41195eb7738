"""CHECKED: finds the lines that the exercise asks for in what a run has printed. May not import fence, report or reference."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

# A line may be as long as a student likes, so every expression here is linear in it: no two neighbours match one character,
# and what has been taken is not given back (`++`, `*+`).
# A comma is a decimal one where a digit follows it at once.
NUMBER = r"[-+]?+(?:\d++(?:\.\d*+|,\d++)?+|\.\d++)(?:[eE][-+]?+\d++)?+"
BRACKETS = r"[\[(\s]*+(?:np\.float\d++\(\s*+)?+"
POINT = re.compile(
    rf"Iter(?:ations?)?+[\s:=#\[(]*+(\d{{1,9}}+)[\s\])|,;:]++Ground[\s_-]*+truth\s*+[:=]?+{BRACKETS}({NUMBER})[\])\s|,;]++"
    rf"Predict\w*+\s*+[:=]?+{BRACKETS}({NUMBER})",
    re.IGNORECASE,
)
SUMMARY = re.compile(
    rf"loss\s*+[:=]{BRACKETS}({NUMBER})[\])\s,;|]*+accuracy\s*+[:=]{BRACKETS}({NUMBER})[\])\s]*+%", re.IGNORECASE
)


@dataclass
class Printed:
    """The lines of one data set.

    Attributes
    ----------
    truths, predictions : list of float
        One for each point.
    summary : (loss, accuracy in percent) or None
        From the first summary behind the points.
    """

    truths: list[float] = field(default_factory=list)
    predictions: list[float] = field(default_factory=list)
    summary: tuple[float, float] | None = None

    @property
    def accuracy(self) -> float:
        """The share of points whose prediction is on the right side of 0.5."""
        right = [
            (prediction >= 0.5) == (truth >= 0.5)
            for truth, prediction in zip(self.truths, self.predictions, strict=True)
        ]
        return sum(right) / len(right) if right else 0.0


def printed_sets(output: str) -> list[Printed]:
    """Return the data sets in the order in which they were printed; each counts its points up from 0, or from 1."""
    found: list[Printed] = []
    following = -1
    for line in output.splitlines():
        for match in POINT.finditer(line):
            index = int(match[1])
            if index != following or not found:
                found.append(Printed())
            following = index + 1
            found[-1].truths.append(_number(match[2]))
            found[-1].predictions.append(_number(match[3]))
        summary = SUMMARY.search(line)
        if summary and found and found[-1].summary is None:
            found[-1].summary = _number(summary[1]), _number(summary[2])
    return found


def _number(text: str) -> float:
    return float(text.replace(",", "."))
