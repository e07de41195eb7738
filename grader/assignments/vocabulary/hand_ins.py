"""Printed output of a program with unknown names: losses that fall, and the data set of its lines."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import ArrayLike

from grader.assignments.vocabulary.printed import Printed, plain, printed_sets

NUMBER = r"[-+]?\d{1,12}(?:\.\d{0,20})?(?:[eE][-+]?\d{1,3})?"
# A word of a name made of several, such as `train_loss`, or one of a language that has no spaces.
_BEGINS, _ENDS = r"(?<![^\W\d_])", r"(?![^\W\d_])"
_LOSS = re.compile(
    rf"(?i)(?:{_BEGINS}(?:loss(?:es)?|error|cost|mse|bce){_ENDS}|損失|损失|誤差|误差|손실)[^\d\n+-]{{0,12}}({NUMBER})"
)
_ACCURACY = re.compile(
    rf"(?i)(?:{_BEGINS}acc(?:uracy)?{_ENDS}|準確|准确|正確率|正确率|正解率|정확도)[^\d\n]{{0,20}}{NUMBER}"
)
_VALUE = rf"({NUMBER}|true|false)(\s?%)?"
_TRUTH_WORDS = (
    rf"(?:{_BEGINS}(?:ground[\s_-]?truth|truth|gt|true|labels?|targets?|actual|expected|answers?|real){_ENDS}"
    r"|真實|真实|真值|實際|实际|標籤|标签|標準|答案|目標|目标|正解|정답|실제)"
)
_PREDICTION_WORDS = (
    rf"(?:{_BEGINS}(?:predict[a-z]{{0,4}}|preds?|outputs?|y[\s_-]?hat|prob(?:ability)?|net){_ENDS}"
    r"|預測|预测|預估|输出|輸出|予測|예측)"
)
_BETWEEN = r"[^\d\n+.-]{0,16}?"
_TRUTH = re.compile(rf"(?i){_TRUTH_WORDS}{_BETWEEN}{_VALUE}")
_PREDICTION = re.compile(rf"(?i){_PREDICTION_WORDS}{_BETWEEN}{_VALUE}")
_TRUTH_WORD, _PREDICTION_WORD = re.compile(f"(?i){_TRUTH_WORDS}"), re.compile(f"(?i){_PREDICTION_WORDS}")
_OF_NUMPY = re.compile(r"\bnp\.[a-z]{1,8}\d{0,2}_?\(|\barray\(")
_ANY = re.compile(rf"(?<![\w.]){NUMBER}(?![\w.])")
_ROW = re.compile(rf"[\s|,;\[\]()]*(?:{NUMBER}\s*%?[\s|,;\[\]()]*){{2,4}}")
_MOST_LINE = 400
# The labels of the given XOR set, in its order: (0.1 i, 0.1 i), then (0.1 i, 1 - 0.1 i) but for the middle.
XOR_LABELS = (0, 1) * 5 + (0,) + (0, 1) * 5
FEWEST_LINEAR, FEWEST_LINES, MOST_PRINTED = 30, 10, 100_000


def sets_printed(output: str) -> list[Printed]:
    r"""Return the sets of lines with ground truth and prediction, in whatever words and order, as lines of a table, or in percent.

    Examples
    --------
    >>> (found,) = sets_printed("label=1, y_hat=0.98\n" * 12)
    >>> found.accuracy
    1.0
    """
    found = printed_sets(output)
    if any(len(each.truths) >= FEWEST_LINES for each in found):
        return found
    return [each for each in _sets(plain(output)) if len(each.truths) >= FEWEST_LINES] or found


def _sets(text: str) -> list[Printed]:
    """Return the runs of lines that hold a truth and a prediction; any other line with words in it begins another run."""
    found, order, going = [Printed()], "", False
    for line in text.splitlines()[:MOST_PRINTED]:
        line = _OF_NUMPY.sub("", line[:_MOST_LINE])
        pair = _pair(line) or (_of_table(line, order) if order else None)
        if pair is not None:
            if not going:
                found.append(Printed())
            found[-1].truths.append(pair[0])
            found[-1].predictions.append(pair[1])
            going = True
        elif line.strip(" -=_|+*#\t"):
            order, going = _order(line), False
    return found


def _pair(line: str) -> tuple[float, float] | None:
    """Return truth and prediction of a line that names both."""
    truth, prediction = _TRUTH.search(line), _PREDICTION.search(line)
    if truth is None or prediction is None:
        return None
    label, answer = _of_text(truth), _of_text(prediction)
    return (label, answer) if label in (0.0, 1.0) else None


def _of_text(match: re.Match[str]) -> float:
    word = match[1].lower()
    value = {"true": 1.0, "false": 0.0}[word] if word in ("true", "false") else float(word)
    return value / 100.0 if match[2] else value


def _order(line: str) -> str:
    """Return in which order the head of a table names truth and prediction, an empty text where a line is no such head."""
    truth, prediction = _TRUTH_WORD.search(line), _PREDICTION_WORD.search(line)
    if truth is None or prediction is None or _ANY.search(line):
        return ""
    return "truth first" if truth.start() < prediction.start() else "prediction first"


def _of_table(line: str, order: str) -> tuple[float, float] | None:
    """Return truth and prediction of a row of numbers, of which they are the last two."""
    if not _ROW.fullmatch(line):
        return None
    one, other = (float(number) for number in _ANY.findall(line)[-2:])
    label, answer = (one, other) if order == "truth first" else (other, one)
    return (label, answer) if label in (0.0, 1.0) else None


def lines_of_numbers(output: str) -> int:
    """Return how many lines hold a number and tell neither loss nor accuracy: results, in whatever form."""
    lines = plain(output).splitlines()[:MOST_PRINTED]
    return sum(
        bool(_ANY.search(line)) and not _LOSS.search(line) and not _ACCURACY.search(line)
        for line in (line[:_MOST_LINE] for line in lines)
    )


def losses_printed(output: str) -> Iterator[list[float]]:
    """Yield the printed losses, one list for each training: a loss far above the one before begins another training."""
    losses: list[float] = []
    for found in _LOSS.findall(plain(output))[:MOST_PRINTED]:
        loss = float(found)
        if losses and loss > 3 * losses[-1] and loss > 0.5 * losses[0]:
            yield losses
            losses = []
        losses.append(loss)
    if losses:
        yield losses


def falls(losses: ArrayLike, share: float) -> bool:
    """Return whether a sequence of losses ends below a share of its beginning."""
    values = np.asarray(losses, dtype=np.float64)
    if len(values) < 3 or not np.isfinite(values).all() or (values < 0).any():
        return False
    some = max(1, len(values) // 20)
    return bool(values[-some:].mean() < share * values[:some].mean())


def truths_of(output: str) -> tuple[bool, bool]:
    """Return whether a loss and an accuracy were printed."""
    text = plain(output)
    return bool(_LOSS.search(text)), bool(_ACCURACY.search(text))


def is_xor(truths: Sequence[float]) -> bool:
    """Return whether the ground truths of printed lines are those of the given XOR set, in any order."""
    return len(truths) == len(XOR_LABELS) and sorted(truths) == sorted(XOR_LABELS)


def is_linear(truths: Sequence[float]) -> bool:
    """Return whether the ground truths of printed lines may be those of a linear set: many points of two classes."""
    return len(truths) >= FEWEST_LINEAR and set(truths) == {0.0, 1.0}
