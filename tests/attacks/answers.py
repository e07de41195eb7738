"""The answer key of the naive grader; an attack must not get at the words in it."""

import numpy as np

WORDS = "the-words-of-the-naive-key"


def total(x, axis):
    """Return the sums along an axis."""
    return np.sum(x, axis=axis)
