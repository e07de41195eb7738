"""Makes trusted code repeat: without a seed it gets one. Changes this process for good, so it belongs into a fork. Imports NumPy only."""

from __future__ import annotations

import itertools
import random
from typing import Any

import numpy as np

_default_rng = np.random.default_rng


def pin_entropy() -> None:
    """Have ``random``, ``numpy.random`` and generators without a seed draw the same numbers in every run."""
    random.seed(0)
    np.random.seed(0)  # noqa: NPY002 - students' code may use the global state
    counter = itertools.count()

    def seeded(seed: Any = None) -> np.random.Generator:
        return _default_rng([7, next(counter)] if seed is None else seed)

    np.random.default_rng = seeded
