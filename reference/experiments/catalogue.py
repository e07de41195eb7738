"""All experiments by name."""

from __future__ import annotations

from collections.abc import Callable

from . import convolution, curves, descent, digits, grids, no_activation, stop_at_loss, ten_trials, two_sets
from .options import Options

EXPERIMENTS: dict[str, Callable[[Options], None]] = {
    "two_sets": two_sets.run,
    "grids": grids.run,
    "ten_trials": ten_trials.run,
    "stop_at_loss": stop_at_loss.run,
    "curves": curves.run,
    "convolution": convolution.run,
    "no_activation": no_activation.run,
    "digits": digits.run,
    "descent": descent.run,
}
