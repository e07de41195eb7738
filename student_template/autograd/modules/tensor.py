"""A tensor that remembers how it was computed, so that gradients can be propagated back through it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np


@contextmanager
def no_grad() -> Iterator[None]:
    """Compute without recording: results of the ``with`` block do not pass gradients on.

    Afterwards operations are recorded again, even if the block ends with an exception, which is passed on.
    """
    raise NotImplementedError("Task 4.1: write no_grad")


class Tensor:
    """An array with a gradient, and the operations through which gradients are propagated back.

    Every operation keeps, for each operand that needs a gradient, a *pullback*: the function that turns
    the gradient of the loss for the result into the gradient for that operand.

    Source: Baydin, Pearlmutter, Radul, Siskind, Automatic Differentiation in Machine Learning: a Survey (2018),
    section 3.2, reverse mode.

    Parameters
    ----------
    data : array_like of any shape
        Copied, as floating-point numbers.
    requires_grad : bool
        Whether ``backward`` stores a gradient here.

    Attributes
    ----------
    data : ndarray
        The values. Optimizers change them, and only between ``backward`` and the next operation, since ``backward`` may
        need them.
    grad : ndarray of the same shape, or None
        The sum of the gradients of every ``backward`` since the last ``zero_grad``; None (or zeros) before
        the first, and always without ``requires_grad``. An intermediate result may keep its own gradient or not.

    Notes
    -----
    Every binary operation takes a tensor or an array as its second operand. Those that work element by element take a
    number as either operand, too, and broadcast as NumPy does: the gradient of an operand has the shape of the operand.
    """

    def __init__(self, data: Any, requires_grad: bool = False) -> None:
        raise NotImplementedError("Task 1.1: write Tensor.__init__")

    @property
    def shape(self) -> tuple[int, ...]:
        """The lengths of the axes."""
        return self.data.shape

    @property
    def T(self) -> Tensor:
        """The tensor with its axes in reverse order."""
        raise NotImplementedError("Task 1.7: write Tensor.T")

    def __repr__(self) -> str:
        return f"Tensor({self.data!r}, requires_grad={self.requires_grad})"

    def item(self) -> float:
        """Return the only element as a float."""
        return float(self.data.item())

    def zero_grad(self) -> None:
        """Reset the gradient to None or to zeros."""
        raise NotImplementedError("Task 3.2: write Tensor.zero_grad")

    def backward(self, gradient: np.ndarray | float | None = None) -> None:
        """Add to ``grad`` of every tensor with ``requires_grad`` that this one was computed from.

        If a tensor was used several times, ``grad`` gets the sum over all paths; called again, ``backward`` adds the
        same again. Chains of thousands of operations must work.

        Parameters
        ----------
        gradient : ndarray of the same shape, float if this is a single number, or None
            Gradient of the loss for this tensor; None means 1 if this tensor is a single number.

        Raises
        ------
        ValueError, or another exception
            If there is no gradient and this is not a single number, or if the shapes differ.
        RuntimeError, or another exception
            If this tensor depends on no tensor that requires a gradient.
        """
        raise NotImplementedError("Task 1.1: write Tensor.backward")

    def __add__(self, other: Any) -> Tensor:
        """Return ``self + other``."""
        raise NotImplementedError("Task 1.2: write Tensor.__add__")

    def __neg__(self) -> Tensor:
        """Return ``-self``."""
        raise NotImplementedError("Task 1.2: write Tensor.__neg__")

    def __sub__(self, other: Any) -> Tensor:
        """Return ``self - other``."""
        raise NotImplementedError("Task 1.2: write Tensor.__sub__")

    def __mul__(self, other: Any) -> Tensor:
        """Return ``self * other``, element by element."""
        raise NotImplementedError("Task 1.3: write Tensor.__mul__")

    def __truediv__(self, other: Any) -> Tensor:
        """Return ``self / other``, element by element."""
        raise NotImplementedError("Task 1.3: write Tensor.__truediv__")

    def __pow__(self, other: Any) -> Tensor:
        """Return ``self ** other``, element by element."""
        raise NotImplementedError("Task 1.4: write Tensor.__pow__")

    def __matmul__(self, other: Any) -> Tensor:
        """Return the matrix product ``self @ other``, each operand with two axes."""
        raise NotImplementedError("Task 1.5: write Tensor.__matmul__")

    def __radd__(self, other: Any) -> Tensor:
        """Return ``other + self``."""
        raise NotImplementedError("Task 1.2: write Tensor.__radd__")

    def __rsub__(self, other: Any) -> Tensor:
        """Return ``other - self``."""
        raise NotImplementedError("Task 1.2: write Tensor.__rsub__")

    def __rmul__(self, other: Any) -> Tensor:
        """Return ``other * self``."""
        raise NotImplementedError("Task 1.3: write Tensor.__rmul__")

    def __rtruediv__(self, other: Any) -> Tensor:
        """Return ``other / self``."""
        raise NotImplementedError("Task 1.3: write Tensor.__rtruediv__")

    def __rpow__(self, other: Any) -> Tensor:
        """Return ``other ** self``."""
        raise NotImplementedError("Task 1.4: write Tensor.__rpow__")

    def sum(self, axis: int | tuple[int, ...] | None = None, keepdims: bool = False) -> Tensor:
        """Return the sum over all elements, or over one or several axes; with ``keepdims`` these axes stay, with length 1."""
        raise NotImplementedError("Task 1.6: write Tensor.sum")

    def mean(self, axis: int | tuple[int, ...] | None = None, keepdims: bool = False) -> Tensor:
        """Return the mean over all elements, or over one or several axes; with ``keepdims`` these axes stay, with length 1."""
        raise NotImplementedError("Task 1.6: write Tensor.mean")

    def reshape(self, *shape: int) -> Tensor:
        """Return the same elements in another shape, given as separate lengths or as a tuple; both must work."""
        raise NotImplementedError("Task 1.7: write Tensor.reshape")

    def transpose(self, *axes: int) -> Tensor:
        """Return the tensor with its axes in the given order (as separate numbers or a tuple; both must work), or reversed if none is given."""
        raise NotImplementedError("Task 1.7: write Tensor.transpose")

    def exp(self) -> Tensor:
        """Return e to the power of every element; the derivative is the result."""
        raise NotImplementedError("Task 1.8: write Tensor.exp")

    def log(self) -> Tensor:
        """Return the natural logarithm of every element; the derivative is ``1 / x``."""
        raise NotImplementedError("Task 1.8: write Tensor.log")

    def relu(self) -> Tensor:
        """Return the positive part of every element; at exactly 0 any derivative in [0, 1] is right."""
        raise NotImplementedError("Task 1.8: write Tensor.relu")

    def sigmoid(self) -> Tensor:
        """Return the logistic sigmoid ``y`` of every element; the derivative is ``y * (1 - y)``."""
        raise NotImplementedError("Task 1.8: write Tensor.sigmoid")

    def tanh(self) -> Tensor:
        """Return the hyperbolic tangent ``y`` of every element; the derivative is ``1 - y**2``."""
        raise NotImplementedError("Task 1.8: write Tensor.tanh")


def as_tensor(value: Any) -> Tensor:
    """Return a tensor as it is, and anything else as a tensor without gradient."""
    return value if isinstance(value, Tensor) else Tensor(value)
