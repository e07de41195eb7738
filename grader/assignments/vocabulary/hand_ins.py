"""Printed output of a program with unknown names: losses that fall, and the data set of its lines."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import ArrayLike

from grader.assignments.vocabulary.printed import plain

NUMBER = r"[-+]?\d{1,12}(?:\.\d{0,20})?(?:[eE][-+]?\d{1,3})?"
_LOSS = re.compile(rf"(?i)\b(?:loss|error|cost|mse|bce)\b[^\d\n+-]{{0,12}}({NUMBER})")
_ACCURACY = re.compile(rf"(?i)\bacc(?:uracy)?\b[^\d\n]{{0,20}}{NUMBER}")
# The labels of the given XOR set, in its order: (0.1 i, 0.1 i), then (0.1 i, 1 - 0.1 i) but for the middle.
XOR_LABELS = (0, 1) * 5 + (0,) + (0, 1) * 5
FEWEST_LINEAR, MOST_PRINTED = 30, 100_000


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
