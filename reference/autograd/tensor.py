"""A tensor that remembers how it was computed, so that gradients can be propagated back through it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

import numpy as np

Pullback = Callable[[np.ndarray], np.ndarray]

_recording = ContextVar("recording", default=True)


@contextmanager
def no_grad() -> Iterator[None]:
    """Compute without recording: results of the ``with`` block do not pass gradients on.

    Afterwards operations are recorded again, even if the block ends with an exception, which is passed on.
    """
    token = _recording.set(False)
    try:
        yield
    finally:
        _recording.reset(token)


class _Data:
    """The attribute ``data`` of a tensor: a read-only array, which can be replaced only if the tensor is a leaf."""

    def __get__(self, tensor: Tensor, owner: type[Tensor]) -> np.ndarray:
        return tensor._data

    def __set__(self, tensor: Tensor, values: Any) -> None:
        if tensor._parents:
            raise ValueError(
                "the data of a computed tensor cannot be replaced: its gradient would belong to other values"
            )
        tensor._data = np.array(values, dtype=np.float64)
        tensor._data.flags.writeable = False


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

    data = _Data()
    _data: np.ndarray
    # NumPy leaves operators between an array and a tensor to the tensor.
    __array_ufunc__ = None

    def __init__(self, data: Any, requires_grad: bool = False) -> None:
        self._parents: tuple[tuple[Tensor, Pullback], ...] = ()
        self.data = data
        self.requires_grad = requires_grad
        self.grad: np.ndarray | None = None

    @property
    def shape(self) -> tuple[int, ...]:
        """The lengths of the axes."""
        return self.data.shape

    @property
    def T(self) -> Tensor:
        """The tensor with its axes in reverse order."""
        return self.transpose()

    def __repr__(self) -> str:
        return f"Tensor({self.data!r}, requires_grad={self.requires_grad})"

    def item(self) -> float:
        """Return the only element as a float."""
        return float(self.data.item())

    def zero_grad(self) -> None:
        """Reset the gradient to None or to zeros."""
        self.grad = None

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
        if not self.requires_grad:
            raise RuntimeError("backward needs a tensor that was computed from one with requires_grad=True")
        gradients = {id(self): self._seed(gradient)}
        for tensor in _results_first(self):
            received = gradients.pop(id(tensor))
            # A copy, since operands of a sum would otherwise share one array.
            tensor.grad = received.copy() if tensor.grad is None else tensor.grad + received
            for parent, pullback in tensor._parents:
                part = _summed_to(pullback(received), parent.shape)
                known = gradients.get(id(parent))
                gradients[id(parent)] = part if known is None else known + part

    def _seed(self, gradient: Any) -> np.ndarray:
        if gradient is None:
            if self.data.size != 1:
                raise ValueError(f"backward of a tensor of shape {self.shape} needs a gradient of that shape")
            return np.ones(self.shape)
        values = np.array(gradient, dtype=np.float64)
        if values.shape != self.shape:
            raise ValueError(f"the gradient has shape {values.shape} but the tensor has shape {self.shape}")
        return values

    # Each operation: the value, then a pullback for each operand.

    def __add__(self, other: Any) -> Tensor:
        """Return ``self + other``."""
        other = as_tensor(other)
        return _computed(self.data + other.data, (self, lambda g: g), (other, lambda g: g))

    def __neg__(self) -> Tensor:
        """Return ``-self``."""
        return _computed(-self.data, (self, lambda g: -g))

    def __sub__(self, other: Any) -> Tensor:
        """Return ``self - other``."""
        other = as_tensor(other)
        return _computed(self.data - other.data, (self, lambda g: g), (other, lambda g: -g))

    def __mul__(self, other: Any) -> Tensor:
        """Return ``self * other``, element by element."""
        other = as_tensor(other)
        a, b = self.data, other.data
        return _computed(a * b, (self, lambda g: g * b), (other, lambda g: g * a))

    def __truediv__(self, other: Any) -> Tensor:
        """Return ``self / other``, element by element."""
        other = as_tensor(other)
        a, b = self.data, other.data
        return _computed(a / b, (self, lambda g: g / b), (other, lambda g: -g * a / b**2))

    def __pow__(self, other: Any) -> Tensor:
        """Return ``self ** other``, element by element."""
        other = as_tensor(other)
        a, b = self.data, other.data
        value = a**b
        # Where the exponent is 0 the power is constant; where the base is 0 the logarithm would be infinite.
        return _computed(
            value,
            (self, lambda g: g * b * a ** np.where(b == 0, 1.0, b - 1.0)),
            (other, lambda g: g * value * np.log(np.where(a == 0, 1.0, a))),
        )

    def __matmul__(self, other: Any) -> Tensor:
        """Return the matrix product ``self @ other``, each operand with two axes."""
        other = as_tensor(other)
        a, b = self.data, other.data
        if a.ndim < 2 or b.ndim < 2 or a.shape[-1] != b.shape[-2]:
            raise ValueError(f"shapes {a.shape} and {b.shape} cannot be multiplied: columns must be as many as rows")
        return _computed(a @ b, (self, lambda g: g @ _turned(b)), (other, lambda g: _turned(a) @ g))

    def __radd__(self, other: Any) -> Tensor:
        """Return ``other + self``."""
        return self + other

    def __rsub__(self, other: Any) -> Tensor:
        """Return ``other - self``."""
        return as_tensor(other) - self

    def __rmul__(self, other: Any) -> Tensor:
        """Return ``other * self``."""
        return self * other

    def __rtruediv__(self, other: Any) -> Tensor:
        """Return ``other / self``."""
        return as_tensor(other) / self

    def __rpow__(self, other: Any) -> Tensor:
        """Return ``other ** self``."""
        return as_tensor(other) ** self

    def sum(self, axis: int | tuple[int, ...] | None = None, keepdims: bool = False) -> Tensor:
        """Return the sum over all elements, or over one or several axes; with ``keepdims`` these axes stay, with length 1."""
        kept = self.data.sum(axis=axis, keepdims=True).shape
        value = self.data.sum(axis=axis, keepdims=keepdims)
        return _computed(value, (self, lambda g: np.broadcast_to(g.reshape(kept), self.shape)))

    def mean(self, axis: int | tuple[int, ...] | None = None, keepdims: bool = False) -> Tensor:
        """Return the mean over all elements, or over one or several axes; with ``keepdims`` these axes stay, with length 1."""
        total = self.sum(axis, keepdims)
        return total * (total.data.size / self.data.size)

    def reshape(self, *shape: int) -> Tensor:
        """Return the same elements in another shape, given as separate lengths or as a tuple; both must work."""
        return _computed(self.data.reshape(*shape), (self, lambda g: g.reshape(self.shape)))

    def transpose(self, *axes: int) -> Tensor:
        """Return the tensor with its axes in the given order (as separate numbers or a tuple; both must work), or reversed if none is given."""
        order = np.array(axes or range(self.data.ndim)[::-1], dtype=int).ravel()
        return _computed(self.data.transpose(order), (self, lambda g: g.transpose(np.argsort(order))))

    def exp(self) -> Tensor:
        """Return e to the power of every element; the derivative is the result."""
        value = np.exp(self.data)
        return _computed(value, (self, lambda g: g * value))

    def log(self) -> Tensor:
        """Return the natural logarithm of every element; the derivative is ``1 / x``."""
        return _computed(np.log(self.data), (self, lambda g: g / self.data))

    def relu(self) -> Tensor:
        """Return the positive part of every element; at exactly 0 any derivative in [0, 1] is right."""
        return _computed(np.maximum(self.data, 0.0), (self, lambda g: g * (self.data > 0)))

    def sigmoid(self) -> Tensor:
        """Return the logistic sigmoid ``y`` of every element; the derivative is ``y * (1 - y)``."""
        decay = np.exp(-np.abs(self.data))
        value = np.where(self.data >= 0, 1.0, decay) / (1.0 + decay)
        return _computed(value, (self, lambda g: g * value * (1.0 - value)))

    def tanh(self) -> Tensor:
        """Return the hyperbolic tangent ``y`` of every element; the derivative is ``1 - y**2``."""
        value = np.tanh(self.data)
        return _computed(value, (self, lambda g: g * (1.0 - value**2)))


def as_tensor(value: Any) -> Tensor:
    """Return a tensor as it is, and anything else as a tensor without gradient."""
    return value if isinstance(value, Tensor) else Tensor(value)


def _computed(value: np.ndarray, *operands: tuple[Tensor, Pullback]) -> Tensor:
    """Return the result of an operation, with the operands and pullbacks that ``backward`` will need."""
    parents = tuple(operand for operand in operands if operand[0].requires_grad)
    recorded = bool(parents) and _recording.get()
    result = Tensor(value, requires_grad=recorded)
    if recorded:
        result._parents = parents
    return result


def _results_first(last: Tensor) -> list[Tensor]:
    """Return a tensor and everything it was computed from, each result before its operands, without recursion."""
    order: list[Tensor] = []
    seen: set[int] = set()
    stack: list[tuple[Tensor, bool]] = [(last, False)]
    while stack:
        tensor, operands_are_done = stack.pop()
        if operands_are_done:
            order.append(tensor)
        elif id(tensor) not in seen:
            seen.add(id(tensor))
            stack.append((tensor, True))
            stack.extend((parent, False) for parent, _ in tensor._parents)
    return order[::-1]


def _summed_to(gradient: np.ndarray, shape: Sequence[int]) -> np.ndarray:
    """Undo broadcasting: sum over the axes that were added in front or stretched."""
    if gradient.ndim > len(shape):
        gradient = gradient.sum(axis=tuple(range(gradient.ndim - len(shape))))
    stretched = tuple(axis for axis, length in enumerate(shape) if length == 1 and gradient.shape[axis] != 1)
    return gradient.sum(axis=stretched, keepdims=True) if stretched else gradient


def _turned(matrices: np.ndarray) -> np.ndarray:
    """Return matrices with their last two axes swapped."""
    return np.swapaxes(matrices, -1, -2)
