"""Axes of the drawings: places ticks at round numbers and maps values to positions."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Tick:
    """A tick on an axis: its position in the drawing, and its label."""

    at: float
    label: str


@dataclass(frozen=True)
class Axis:
    """A linear axis from ``low`` to ``high``, drawn from position ``start`` to position ``end``."""

    low: float
    high: float
    start: float
    end: float

    def at(self, value: float) -> float:
        """Return the position of ``value``, to a tenth of a unit."""
        part = (value - self.low) / (self.high - self.low)
        return round(self.start + part * (self.end - self.start), 1)

    def ticks(self, about: int = 5) -> list[Tick]:
        """Return about ``about`` ticks at multiples of 1, 2 or 5 times a power of ten."""
        step = round_step((self.high - self.low) / about)
        decimals = max(0, -math.floor(math.log10(step) + 1e-9))
        first, last = math.ceil(self.low / step - 1e-9), math.floor(self.high / step + 1e-9)
        return [Tick(self.at(k * step), _label(k * step, decimals)) for k in range(first, last + 1)]


def _label(value: float, decimals: int) -> str:
    """Return the label of a tick."""
    if value and (abs(value) >= 1e6 or decimals > 5):
        return f"{value:.1e}".replace("e+0", "e").replace("e-0", "e-")
    return f"{value + 0.0:,.{decimals}f}"


def round_step(rough: float) -> float:
    """Return the smallest of 1, 2, 5 times a power of ten that is at least ``rough``, which is positive."""
    power = 10.0 ** math.floor(math.log10(rough))
    return next(factor * power for factor in (1, 2, 5, 10) if factor * power >= rough * (1 - 1e-9))


def fitted(values: Sequence[float], start: float, end: float, *, zero: bool = False, margin: float = 0.0) -> Axis:
    """Return an axis that covers all ``values``.

    Parameters
    ----------
    values : sequence of float
        Finite numbers; if there are none, the axis goes from 0 to 1.
    start, end : float
        Positions of the axis in the drawing.
    zero : bool
        Whether an axis of positive values begins at zero.
    margin : float
        Space left at both ends, as a fraction of the range.
    """
    low, high = (min(values), max(values)) if values else (0.0, 1.0)
    if zero and low > 0:
        low = 0.0
    if not high - low > 1e-12 * max(abs(low), abs(high), 1e-300):
        low, high = (low - 0.5, high + 0.5) if abs(low) < 1e6 else (low - abs(low), high + abs(high))
    room = margin * (high - low)
    return Axis(low - room, high + room, start, end)
