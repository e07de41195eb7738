"""Optimizers of tensors: the update rules are those of ``reference.optimizers``."""

from __future__ import annotations

from collections.abc import Iterable

from tensor import Tensor


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
