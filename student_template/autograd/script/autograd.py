# # Automatic differentiation from scratch
from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np


# ## Tensor
# 
# A tensor that remembers how it was computed, so that gradients can be propagated back through it.
# ### Task 4.1: no_grad
@contextmanager
def no_grad() -> Iterator[None]:
    """Compute without recording: results of the ``with`` block do not pass gradients on.

    Afterwards operations are recorded again, even if the block ends with an exception, which is passed on.
    """
    raise NotImplementedError("Task 4.1: write no_grad")


# ### Task 1.1: Tensor and backward
# ### Task 1.2: Sum, difference, negation
# ### Task 1.3: Product and quotient
# ### Task 1.4: Power
# ### Task 1.5: Product of matrices
# ### Task 1.6: Sum and mean of elements
# ### Task 1.7: Reshape and transpose
# ### Task 1.8: Functions of every element
# ### Task 3.2: Gradients add up until zero_grad
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


# ### Given
def as_tensor(value: Any) -> Tensor:
    """Return a tensor as it is, and anything else as a tensor without gradient."""
    return value if isinstance(value, Tensor) else Tensor(value)


# ## Layers
# 
# Layers of tensors: called with inputs, they return outputs; ``backward`` of the loss does the rest.
# ### Task 5.1: Linear
class Linear:
    """Fully connected layer.

    Formula: ``y = x @ weight + bias``

    Derivative: that of the operations, see ``reference.linear``.

    Source: Goodfellow, Bengio, Courville, Deep Learning (2016), algorithm 6.3;
    Glorot, Bengio, Understanding the difficulty of training deep feedforward neural networks (2010),
    equation 16, for the initial weights.

    Parameters
    ----------
    in_features, out_features : int
    rng : numpy.random.Generator or None
        Where the initial weights come from; None means fresh entropy.

    Attributes
    ----------
    weight : Tensor, shape (in_features, out_features)
    bias : Tensor, shape (out_features,)
    """

    def __init__(self, in_features: int, out_features: int, rng: np.random.Generator | None = None) -> None:
        raise NotImplementedError("Task 5.1: write Linear.__init__")

    def __call__(self, inputs: Tensor) -> Tensor:
        """Return outputs (batch, out_features) for inputs (batch, in_features)."""
        raise NotImplementedError("Task 5.1: write Linear.__call__")

    def parameters(self) -> list[Tensor]:
        """Return the weight and the bias."""
        raise NotImplementedError("Task 5.1: write Linear.parameters")


# ### Task 5.2: Conv1d
class Conv1d:
    """One-dimensional convolution, written as a product of matrices.

    Formula, with ``x`` the inputs with ``padding`` zeros at either end::

        y[b, o, i] = bias[o] + sum over c and k of weight[o, c, k] * x[b, c, i * stride + k]

    Derivative: that of the operations, see ``reference.convolution``.

    Source: Goodfellow, Bengio, Courville, Deep Learning (2016), equation 9.6, and section 9.1 on
    convolution as multiplication by a sparse matrix.

    Parameters
    ----------
    in_channels, out_channels, kernel_size, stride, padding : int
    rng : numpy.random.Generator or None
        Where the initial weights come from; None means fresh entropy.

    Attributes
    ----------
    weight : Tensor, shape (out_channels, in_channels, kernel_size)
    bias : Tensor, shape (out_channels,)
    """

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: int,
        stride: int = 1,
        padding: int = 0,
        rng: np.random.Generator | None = None,
    ) -> None:
        raise NotImplementedError("Task 5.2: write Conv1d.__init__")

    def __call__(self, inputs: Tensor) -> Tensor:
        """Return outputs (batch, out_channels, positions) for inputs (batch, in_channels, length)."""
        raise NotImplementedError("Task 5.2: write Conv1d.__call__")

    def parameters(self) -> list[Tensor]:
        """Return the weight and the bias."""
        raise NotImplementedError("Task 5.2: write Conv1d.parameters")


# ## Losses
# 
# Losses of tensors: the mean over every element, as a tensor of one number.
# ### Task 5.3: Mean squared error
class MSELoss:
    """Mean squared error.

    Formula: ``loss = mean((p - t)**2)``

    Derivative: ``dloss/dp = 2 * (p - t) / n``, found by the operations.

    Source: Goodfellow, Bengio, Courville, Deep Learning (2016), equation 5.4.
    """

    def __call__(self, predictions: Tensor, targets: Tensor | np.ndarray) -> Tensor:
        """Return the loss as a tensor; targets are a tensor or an array; a shape other than the predictions' raises ``ValueError``."""
        raise NotImplementedError("Task 5.3: write MSELoss.__call__")


# ### Task 5.4: Binary cross-entropy on logits
class BCEWithLogitsLoss:
    """Binary cross-entropy of logits.

    Formula: ``loss = mean(t * softplus(-z) + (1 - t) * softplus(z))`` with ``softplus(z) = log(1 + exp(z))``

    Derivative: ``dloss/dz = (sigmoid(z) - t) / n``, found by the operations. Finite for logits of +-1000.

    Source: Bishop, Pattern Recognition and Machine Learning (2006), equations 4.90 and 4.91;
    Goodfellow, Bengio, Courville, Deep Learning (2016), equation 3.31, for the softplus.
    """

    def __call__(self, predictions: Tensor, targets: Tensor | np.ndarray) -> Tensor:
        """Return the loss as a tensor; targets are a tensor or an array; a shape other than the predictions' raises ``ValueError``."""
        raise NotImplementedError("Task 5.4: write BCEWithLogitsLoss.__call__")


# ## Optimizers
# 
# Optimizers of tensors: the update rules are those of ``reference.optimizers``.
# ### Task 5.5: SGD
class SGD:
    """Gradient descent.

    Formula: ``w = w - learning_rate * g``

    Source: Goodfellow, Bengio, Courville, Deep Learning (2016), algorithm 8.1.

    Parameters
    ----------
    parameters : iterable of Tensor
        May be a generator, so go through it only once.
    learning_rate : float
    """

    def __init__(self, parameters: Iterable[Tensor], learning_rate: float) -> None:
        raise NotImplementedError("Task 5.5: write SGD.__init__")

    def zero_grad(self) -> None:
        """Reset the gradients, which otherwise add up."""
        raise NotImplementedError("Task 5.5: write SGD.zero_grad")

    def step(self) -> None:
        """Move every parameter that has a gradient."""
        raise NotImplementedError("Task 5.5: write SGD.step")


# ### Task 5.6: Adam
class Adam:
    """Gradient descent with running averages of the gradient and of its square.

    Formula for step ``k`` = 1, 2, ..., with ``m`` and ``v`` at first zero::

        m = beta1 * m + (1 - beta1) * g
        v = beta2 * v + (1 - beta2) * g**2
        w = w - learning_rate * (m / (1 - beta1**k)) / (sqrt(v / (1 - beta2**k)) + epsilon)

    Source: Kingma, Ba, Adam: A Method for Stochastic Optimization (2015), algorithm 1.

    Parameters
    ----------
    parameters : iterable of Tensor
        May be a generator, so go through it only once.
    learning_rate : float
    betas : pair of float
        ``beta1`` and ``beta2``, each in [0, 1).
    epsilon : float
    """

    def __init__(
        self,
        parameters: Iterable[Tensor],
        learning_rate: float,
        betas: tuple[float, float] = (0.9, 0.999),
        epsilon: float = 1e-8,
    ) -> None:
        raise NotImplementedError("Task 5.6: write Adam.__init__")

    def zero_grad(self) -> None:
        """Reset the gradients, which otherwise add up."""
        raise NotImplementedError("Task 5.6: write Adam.zero_grad")

    def step(self) -> None:
        """Move every parameter that has a gradient."""
        raise NotImplementedError("Task 5.6: write Adam.step")


# ## Networks
# 
# Two networks of tensors for points in the plane; both end in logits.
# ### Task 6.1: MLP on XOR and on the linear set
class MLP:
    """Two hidden layers: ``linear(act(linear(act(linear(x)))))``.

    Source: Goodfellow, Bengio, Courville, Deep Learning (2016), section 6.1.

    Parameters
    ----------
    in_features, hidden_units, out_features : int
    activation : {"tanh", "sigmoid", "relu"}
    rng : numpy.random.Generator or None
        Where the initial weights come from; None means fresh entropy.

    Raises
    ------
    ValueError
        If there is no activation with this name.
    """

    def __init__(
        self,
        in_features: int,
        hidden_units: int,
        out_features: int,
        activation: str = "tanh",
        rng: np.random.Generator | None = None,
    ) -> None:
        raise NotImplementedError("Task 6.1: write MLP.__init__")

    def __call__(self, inputs: Tensor) -> Tensor:
        """Return logits (batch, out_features) for inputs (batch, in_features)."""
        raise NotImplementedError("Task 6.1: write MLP.__call__")

    def parameters(self) -> list[Tensor]:
        """Return the weights and biases of the three layers."""
        raise NotImplementedError("Task 6.1: write MLP.parameters")


# ### Task 6.2: CNN on the linear set
class CNN:
    """A convolution over the two coordinates, tanh, and a linear layer.

    Source: Goodfellow, Bengio, Courville, Deep Learning (2016), section 9.3, without pooling.

    Parameters
    ----------
    channels, kernel_size : int
        The coordinates get half a kernel of padding at either end.
    rng : numpy.random.Generator or None
        Where the initial weights come from; None means fresh entropy.
    """

    def __init__(self, channels: int, kernel_size: int, rng: np.random.Generator | None = None) -> None:
        raise NotImplementedError("Task 6.2: write CNN.__init__")

    def __call__(self, inputs: Tensor) -> Tensor:
        """Return logits (batch, 1) for points (batch, 2)."""
        raise NotImplementedError("Task 6.2: write CNN.__call__")

    def parameters(self) -> list[Tensor]:
        """Return the weights and biases of both layers."""
        raise NotImplementedError("Task 6.2: write CNN.parameters")


# ## Exercise
# 
# The exercise to hand in: networks of tensors learn two data sets.
# ### Given
def generate_linear(n: int = 100, rng: np.random.Generator | None = None) -> tuple[np.ndarray, np.ndarray]:
    """Return uniform points (n, 2) in the unit square, and labels (n, 1), 0.0 where ``x0 > x1``, else 1.0; given."""
    inputs = np.random.default_rng(rng).random((n, 2))
    return inputs, np.where(inputs[:, :1] > inputs[:, 1:], 0.0, 1.0)


def generate_XOR_easy() -> tuple[np.ndarray, np.ndarray]:
    """Return the points (21, 2) of the two diagonals of the unit square, and labels (21, 1) by diagonal; given."""
    steps = np.linspace(0.0, 1.0, 11)
    rising, falling = np.column_stack([steps, steps]), np.column_stack([steps, 1.0 - steps])
    falling = np.delete(falling, 5, axis=0)
    return np.concatenate([rising, falling]), np.repeat([[0.0], [1.0]], [11, 10], axis=0)


def train(
    network: MLP | CNN, inputs: np.ndarray, targets: np.ndarray, learning_rate: float, epochs: int
) -> list[float]:
    """Train on all points at once with Adam; return the loss of every epoch; given."""
    optimizer, criterion = Adam(network.parameters(), learning_rate), BCEWithLogitsLoss()
    losses = []
    for _ in range(epochs):
        loss = criterion(network(Tensor(inputs)), targets)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(float(loss.data))
    return losses


def accuracy(network: MLP | CNN, inputs: np.ndarray, targets: np.ndarray) -> float:
    """Return the fraction of points on the right side: label 1 where the logit is above zero; given."""
    with no_grad():
        logits = network(Tensor(inputs)).data
    return float(np.mean((logits > 0) == (targets > 0.5)))


def main(rng: np.random.Generator | None = None) -> None:
    """Train two kinds of networks and print their results; given."""
    rng = np.random.default_rng(rng)
    linear, xor = generate_linear(rng=rng), generate_XOR_easy()
    for name, network, (inputs, targets) in (
        ("MLP on XOR", MLP(2, 8, 1, rng=rng), xor),
        ("MLP on linear", MLP(2, 8, 1, rng=rng), linear),
        ("CNN on linear", CNN(8, 2, rng), linear),
    ):
        losses = train(network, inputs, targets, 0.05, 400)
        print(f"{name}: loss={losses[-1]:.5f} accuracy={accuracy(network, inputs, targets):.2%}")


# ## Run
if __name__ == "__main__":
    main()
