"""Finds the lines that the exercise asks for in what a run has printed."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

# A line may be as long as a student likes, so every expression here is linear in it: no two neighbours match one character,
# and what has been taken is not given back (`++`, `*+`).
# A comma is a decimal one where a digit follows it at once.
NUMBER = r"[-+]?+(?:\d++(?:\.\d*+|,\d++)?+|\.\d++)(?:[eE][-+]?+\d++)?+"
BRACKETS = r"[\[(\s]*+(?:np\.float\d++\(\s*+)?+"
POINT = re.compile(
    rf"Iter(?:ations?)?+[\s:=#\[(]*+(\d{{1,9}}+)(?:\s*+/\s*+\d++)?+[\s\])|,;:>-]++"
    rf"Ground[\s_-]*+truth\s*+[:=]?+{BRACKETS}({NUMBER})[\])\s|,;>-]++"
    rf"Predict\w*+\s*+[:=]?+{BRACKETS}({NUMBER})",
    re.IGNORECASE,
)
ESCAPE = "\x1b"
COLOUR = re.compile(r"\x1b\[[0-9;]*+[A-Za-z]")
# Wide forms, which an editor of East Asia writes, drawn bars, and dashes and arrows; one character for one.
KEYBOARD = {0x3000: " "} | {wide: wide - 0xFEE0 for wide in range(0xFF01, 0xFF5F)}
KEYBOARD |= dict.fromkeys((0x00A6, 0x2223, 0x2502, 0x2503, 0x2506, 0x250A, 0x2551), "|")
KEYBOARD |= dict.fromkeys((0x2013, 0x2014, 0x2190, 0x2192, 0x21D2, 0x2212), "-")
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
    r"""Return the data sets in the order in which they were printed; each counts its points up from 0, or from 1.

    Examples
    --------
    >>> (one,) = printed_sets("Iter: 0 | Ground truth: 1 | Predict: 0.98\nloss=0.02 accuracy=100%")
    >>> one.predictions, one.summary
    ([0.98], (0.02, 100.0))
    """
    found: list[Printed] = []
    following = -1
    for line in plain(output).splitlines():
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


def plain(output: str) -> str:
    """Return what was printed without colours, with the bars, colons and digits of a keyboard in place of wide and drawn ones."""
    if ESCAPE in output:
        output = COLOUR.sub("", output)
    return output if output.isascii() else output.translate(KEYBOARD)


def _number(text: str) -> float:
    return float(text.replace(",", "."))
