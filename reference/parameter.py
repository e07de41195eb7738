"""A trainable array and its gradient."""

from __future__ import annotations

import numpy as np


class Parameter:
    """A trainable array together with its gradient; given.

    Parameters
    ----------
    value : array_like of any shape
        Initial value, copied as float64.

    Attributes
    ----------
    value : ndarray
        The values that the layer computes with. They may be replaced or written into, so
        read them whenever you need them and do not keep a copy.
    grad : ndarray, same shape as ``value``
        Derivative of the loss with respect to ``value``, at first zero.
    """

    def __init__(self, value: np.ndarray) -> None:
        self.value = np.array(value, dtype=np.float64)
        self.grad = np.zeros_like(self.value)
