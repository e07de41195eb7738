"""Optimizers: each takes the gradients that ``backward`` left in the parameters and moves their values."""

from __future__ import annotations

from collections.abc import Iterable

from parameter import Parameter


class Optimizer:
    """The base class of all optimizers.

    Parameters
    ----------
    parameters : iterable of Parameter
        May be a generator, so go through it only once.
    learning_rate : float
    """

    def __init__(self, parameters: Iterable[Parameter], learning_rate: float) -> None:
        raise NotImplementedError("Task 5.1: write Optimizer.__init__")

    def zero_grad(self) -> None:
        """Set the gradient of every parameter to zeros."""
        raise NotImplementedError("Task 5.1: write Optimizer.zero_grad")


class SGD(Optimizer):
    """Gradient descent.

    Formula, with ``g`` the gradient and ``w`` the value of a parameter: ``w = w - learning_rate * g``

    Source: Goodfellow, Bengio, Courville, Deep Learning (2016), algorithm 8.1.

    Parameters
    ----------
    parameters : iterable of Parameter
    learning_rate : float
    """

    def step(self) -> None:
        """Move every parameter once, by the gradient it holds now."""
        raise NotImplementedError("Task 5.1: write SGD.step")


class Momentum(Optimizer):
    """Gradient descent with momentum, without dampening.

    Formula, with ``v`` at first zero::

        v = momentum * v + g
        w = w - learning_rate * v

    Other texts use a running average, ``v = momentum * v + (1 - momentum) * g``; this rule is different.

    Source: Sutskever, Martens, Dahl, Hinton, On the importance of initialization and momentum in
    deep learning (2013), section 2, with the learning rate taken out of ``v``.

    Parameters
    ----------
    parameters : iterable of Parameter
    learning_rate : float
    momentum : float
        Share of the last velocity that is kept, in [0, 1).
    """

    def __init__(self, parameters: Iterable[Parameter], learning_rate: float, momentum: float = 0.9) -> None:
        raise NotImplementedError("Task 7.1: write Momentum.__init__")

    def step(self) -> None:
        """Move every parameter once, by the gradient it holds now."""
        raise NotImplementedError("Task 7.1: write Momentum.step")


class AdaGrad(Optimizer):
    """Gradient descent with a rate for each element, smaller where gradients have been large.

    Formula, with ``s`` at first zero::

        s = s + g**2
        w = w - learning_rate * g / (sqrt(s) + epsilon)

    Source: Duchi, Hazan, Singer, Adaptive Subgradient Methods for Online Learning and Stochastic Optimization
    (2011), section 1.1, with diagonal matrices.

    Parameters
    ----------
    parameters : iterable of Parameter
    learning_rate : float
    epsilon : float
        Added to the root, not inside it, so that nothing is divided by zero.
    """

    def __init__(self, parameters: Iterable[Parameter], learning_rate: float, epsilon: float = 1e-8) -> None:
        raise NotImplementedError("Task 7.2: write AdaGrad.__init__")

    def step(self) -> None:
        """Move every parameter once, by the gradient it holds now."""
        raise NotImplementedError("Task 7.2: write AdaGrad.step")


class Adam(Optimizer):
    """Gradient descent with running averages of the gradient and of its square.

    Formula for step ``k`` = 1, 2, ..., with ``m``, ``v`` and ``u`` at first zero::

        g = -g                          if maximize
        g = g + weight_decay * w
        m = beta1 * m + (1 - beta1) * g
        v = beta2 * v + (1 - beta2) * g**2
        u = max(u, v)                   if amsgrad, else v
        w = w - learning_rate * (m / (1 - beta1**k)) / (sqrt(u / (1 - beta2**k)) + epsilon)

    Source: Kingma, Ba, Adam: A Method for Stochastic Optimization (2015), algorithm 1;
    Reddi, Kale, Kumar, On the Convergence of Adam and Beyond (2018), algorithm 2, for ``amsgrad``,
    which here is followed by the correction that algorithm 1 has.

    Parameters
    ----------
    parameters : iterable of Parameter
    learning_rate : float
    betas : pair of float
        ``beta1`` and ``beta2``, each in [0, 1).
    epsilon : float
        Added to the root, not inside it.
    weight_decay : float
        How much of the value is added to its gradient.
    amsgrad : bool
        Whether to divide by the largest ``v`` so far.
    maximize : bool
        Whether to climb instead of descend.
    """

    def __init__(
        self,
        parameters: Iterable[Parameter],
        learning_rate: float,
        betas: tuple[float, float] = (0.9, 0.999),
        epsilon: float = 1e-8,
        weight_decay: float = 0.0,
        amsgrad: bool = False,
        maximize: bool = False,
    ) -> None:
        raise NotImplementedError("Task 7.3: write Adam.__init__")

    def step(self) -> None:
        """Move every parameter once, by the gradient it holds now."""
        raise NotImplementedError("Task 7.3: write Adam.step")
