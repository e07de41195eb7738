"""Finds the lines that the exercise asks for in the output of a run."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field, replace

from grader.checks import Diagnosis, StudentFault, Why

# A line may be as long as a student likes, so every expression here is linear in it: no two neighbours match one character,
# and what has been taken is not given back (`++`, `*+`).
# A comma is a decimal one where a digit follows it at once.
NONE = r"[-+]?+(?:nan|inf(?:inity)?+)"
NUMBER = r"[-+]?+(?:\d++(?:\.\d*+|,\d++)?+|\.\d++)(?:[eE][-+]?+\d++)?+"
BRACKETS = r"[\[(\s]*+(?:np\.float\d++\(\s*+)?+"
POINT = re.compile(
    rf"Iter(?:ations?)?+[\s:=#\[(]*+(\d{{1,9}}+)(?:\s*+/\s*+\d++)?+[\s\])|,;:>-]++"
    rf"Ground[\s_-]*+truth\s*+[:=]?+{BRACKETS}({NUMBER})[\])\s|,;>-]++"
    rf"Predict\w*+\s*+[:=]?+{BRACKETS}({NUMBER}|{NONE})",
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


NOT_A_NUMBER = Diagnosis(
    "printed-nan",
    "The network answers {count} with nan.",
    "Once a nan is in the weights it never leaves them, and every output becomes nan.",
    "Print the loss of every epoch and see where the first nan comes up; then look for exp, log and divisions.",
)
EXCHANGED = Diagnosis(
    "printed-exchanged",
    "Ground truth and prediction stand in each other's place.",
    "The ground truth is a label, 0 or 1; the prediction is what the network answers.",
    "Compare the order of the two values with that of the words in the line.",
)
IN_PERCENT = Diagnosis(
    "printed-percent",
    "The predictions are printed in percent.",
    "A prediction is a probability, from 0 to 1.",
    "Look for a factor 100, or a format with a percent sign.",
)
WRONG_CLASS = Diagnosis(
    "printed-opposite",
    "Nearly every prediction is on the wrong side of 0.5.",
    "A network that has learned nothing is right about as often as wrong; this one answers the opposite of what it was taught.",
    "Look for a sign, or for 1 minus a probability, on the way from the targets to what is printed.",
)
ONE_ANSWER = Diagnosis(
    "printed-one-answer",
    "All predictions are one and the same number, {value:g}.",
    "A network whose output does not depend on its inputs has not learned, or is not asked about the points.",
    "Compare the outputs for two points that are far apart, before and after the training.",
)


@dataclass
class Printed:
    """The lines of one data set.

    Attributes
    ----------
    truths, predictions : list of float
        One for each point.
    places : list of float
        For each prediction, the place value of its last printed digit.
    summary : (loss, accuracy in percent) or None
        From the first summary after the points.
    """

    truths: list[float] = field(default_factory=list)
    predictions: list[float] = field(default_factory=list)
    places: list[float] = field(default_factory=list)
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
    r"""Return the data sets in the order in which they were printed; each numbers its points from 0, or from 1.

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
            found[-1].places.append(_place(match[3]))
        summary = SUMMARY.search(line)
        if summary and found and found[-1].summary is None:
            found[-1].summary = _number(summary[1]), _number(summary[2])
    return found


def nonsense(name: str, printed: Printed) -> StudentFault | None:
    """Return the fault for lines that are not of labels and probabilities, None when they are."""
    truths, predictions = printed.truths, printed.predictions
    lost = sum(math.isnan(each) for each in predictions)
    if lost:
        count = f"all {len(truths)} points" if lost == len(truths) else f"{lost} of {len(truths)} points"
        told = replace(NOT_A_NUMBER, title=NOT_A_NUMBER.title.format(count=count))
        message = f"In the lines of the {name} set, the prediction is nan for {count}; that is not a number."
        return StudentFault(Why.WRONG, message, expected="from 0 to 1", actual="nan", diagnosis=told)
    if all(each in (0.0, 1.0) for each in truths) and all(0.0 <= each <= 1.0 for each in predictions):
        return None
    labels, shares = (sum(each in (0.0, 1.0) for each in values) for values in (predictions, truths))
    cause = None
    if labels == len(truths) > shares and all(0.0 <= each <= 1.0 for each in truths):
        cause = EXCHANGED
    elif shares == len(truths) and 1.0 < max(predictions) <= 100.0 and min(predictions) >= 0.0:
        cause = IN_PERCENT
    message = f"In the lines of the {name} set, each ground truth must be 0 or 1 and each prediction from 0 to 1."
    return StudentFault(Why.WRONG, message, diagnosis=cause, alone=cause is not None, shown=True)


def _agrees(printed: Printed) -> bool | None:
    """Return whether the summary says what the lines say, to a percent; None when there is no summary."""
    return None if printed.summary is None else abs(printed.summary[1] - 100.0 * printed.accuracy) <= 1.01


def beside(printed: Printed) -> str:
    """Return what the line behind the points says of the accuracy, as a sentence behind another one."""
    agrees = _agrees(printed)
    if agrees is None or printed.summary is None:
        return ""
    return f" The line behind them says {'the same' if agrees else 'something else'}: {printed.summary[1]:g}%."


def where_to_look(printed: Printed) -> str:
    """Return a hint for lines of which too few are right."""
    if _agrees(printed) is False:
        return "Lines and accuracy are not of the same answers: are the points, or their order, the same in both?"
    return "Train longer, or with another learning rate or activation."


def seen_in_lines(printed: Printed) -> Diagnosis | None:
    """Return what the predictions of one set show that are mostly wrong."""
    if max(printed.predictions) - min(printed.predictions) < 1e-9:
        return replace(ONE_ANSWER, title=ONE_ANSWER.title.format(value=printed.predictions[0]))
    return WRONG_CLASS if printed.accuracy <= 0.1 else None


def plain(output: str) -> str:
    """Return what was printed without colours, with the bars, colons and digits of a keyboard in place of wide and drawn ones."""
    if ESCAPE in output:
        output = COLOUR.sub("", output)
    return output if output.isascii() else output.translate(KEYBOARD)


def _place(text: str) -> float:
    """Return what the last digit of a printed number counts: 0.01 for `0.25`, 0.001 for `2.5e-02`."""
    digits, _, exponent = text.replace(",", ".").lower().partition("e")
    power = int(exponent[:5] or 0) - len(digits.partition(".")[2])
    return float(10.0 ** max(-300, min(power, 300)))


def _number(text: str) -> float:
    return float(text.replace(",", "."))
