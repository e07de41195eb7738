# # A neural network from scratch
from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np


# ## Parameter
# 
# A trainable array and its gradient.
# ### Given
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


# ## Activations
# 
# Activation functions as layers: each works element by element and has no parameters.
# ### Task 1.1: Sigmoid
class Sigmoid:
    """Logistic sigmoid, element by element.

    Formula: ``y = 1 / (1 + exp(-x))``

    Derivative: ``dy/dx = y * (1 - y)``

    Neither overflows, however large ``|x|`` is.

    Source: Goodfellow, Bengio, Courville, Deep Learning (2016), equations 3.30 and 3.33.
    """

    def forward(self, inputs: np.ndarray) -> np.ndarray:
        """Return the sigmoid of every element and keep what ``backward`` needs.

        Parameters
        ----------
        inputs : ndarray of any shape

        Returns
        -------
        ndarray, same shape as ``inputs``
        """
        raise NotImplementedError("Task 1.1: write Sigmoid.forward")

    def backward(self, grad_output: np.ndarray) -> np.ndarray:
        """Return the gradient of the loss for the inputs of the last ``forward``.

        Parameters
        ----------
        grad_output : ndarray, same shape as the outputs
            Gradient of the loss for the outputs.

        Returns
        -------
        ndarray, same shape as the inputs
        """
        raise NotImplementedError("Task 1.1: write Sigmoid.backward")


# ### Task 1.2: Tanh
class Tanh:
    """Hyperbolic tangent, element by element.

    Formula: ``y = (exp(x) - exp(-x)) / (exp(x) + exp(-x))``

    Derivative: ``dy/dx = 1 - y**2``

    Neither overflows, however large ``|x|`` is.

    Source: LeCun, Bottou, Orr, Mueller, Efficient BackProp (1998), section 4.4.
    """

    def forward(self, inputs: np.ndarray) -> np.ndarray:
        """Return the hyperbolic tangent of every element and keep what ``backward`` needs.

        Parameters
        ----------
        inputs : ndarray of any shape

        Returns
        -------
        ndarray, same shape as ``inputs``
        """
        raise NotImplementedError("Task 1.2: write Tanh.forward")

    def backward(self, grad_output: np.ndarray) -> np.ndarray:
        """Return the gradient of the loss for the inputs of the last ``forward``.

        Parameters
        ----------
        grad_output : ndarray, same shape as the outputs
            Gradient of the loss for the outputs.

        Returns
        -------
        ndarray, same shape as the inputs
        """
        raise NotImplementedError("Task 1.2: write Tanh.backward")


# ### Task 1.3: ReLU
class ReLU:
    """Rectified linear unit, element by element.

    Formula: ``y = max(x, 0)``

    Derivative: ``dy/dx = 1 where x > 0, else 0``; at exactly 0 any value in [0, 1] is right.

    Source: Glorot, Bordes, Bengio, Deep Sparse Rectifier Neural Networks (2011), section 3.1.
    """

    def forward(self, inputs: np.ndarray) -> np.ndarray:
        """Return the positive part of every element and keep what ``backward`` needs.

        Parameters
        ----------
        inputs : ndarray of any shape

        Returns
        -------
        ndarray, same shape as ``inputs``
        """
        raise NotImplementedError("Task 1.3: write ReLU.forward")

    def backward(self, grad_output: np.ndarray) -> np.ndarray:
        """Return the gradient of the loss for the inputs of the last ``forward``.

        Parameters
        ----------
        grad_output : ndarray, same shape as the outputs
            Gradient of the loss for the outputs.

        Returns
        -------
        ndarray, same shape as the inputs
        """
        raise NotImplementedError("Task 1.3: write ReLU.backward")


# ### Task 7.4: LeakyReLU
class LeakyReLU:
    """Rectified linear unit with a small slope for negative inputs, element by element.

    Formula: ``y = x where x > 0, else slope * x``

    Derivative: ``dy/dx = 1 where x > 0, else slope``; at exactly 0 any value in [slope, 1] is right.

    Source: Maas, Hannun, Ng, Rectifier Nonlinearities Improve Neural Network Acoustic Models (2013), section 2.

    Parameters
    ----------
    slope : float
        Slope for negative inputs.
    """

    def __init__(self, slope: float = 0.01) -> None:
        raise NotImplementedError("Task 7.4: write LeakyReLU.__init__")

    def forward(self, inputs: np.ndarray) -> np.ndarray:
        """Return every element, the negative ones times the slope, and keep what ``backward`` needs.

        Parameters
        ----------
        inputs : ndarray of any shape

        Returns
        -------
        ndarray, same shape as ``inputs``
        """
        raise NotImplementedError("Task 7.4: write LeakyReLU.forward")

    def backward(self, grad_output: np.ndarray) -> np.ndarray:
        """Return the gradient of the loss for the inputs of the last ``forward``.

        Parameters
        ----------
        grad_output : ndarray, same shape as the outputs
            Gradient of the loss for the outputs.

        Returns
        -------
        ndarray, same shape as the inputs
        """
        raise NotImplementedError("Task 7.4: write LeakyReLU.backward")


# ### Task 1.4: Identity
class Identity:
    """No activation: the inputs as they are.

    Formula: ``y = x``

    Derivative: ``dy/dx = 1``

    Source: Bishop, Pattern Recognition and Machine Learning (2006), section 5.1 (linear output units).
    """

    def forward(self, inputs: np.ndarray) -> np.ndarray:
        """Return the inputs.

        Parameters
        ----------
        inputs : ndarray of any shape

        Returns
        -------
        ndarray, same shape as ``inputs``
        """
        raise NotImplementedError("Task 1.4: write Identity.forward")

    def backward(self, grad_output: np.ndarray) -> np.ndarray:
        """Return the gradient of the loss for the inputs of the last ``forward``.

        Parameters
        ----------
        grad_output : ndarray, same shape as the outputs
            Gradient of the loss for the outputs.

        Returns
        -------
        ndarray, same shape as the inputs
        """
        raise NotImplementedError("Task 1.4: write Identity.backward")


# ## Linear
# 
# The fully connected layer.
# ### Task 2.1: Linear: forward
# ### Task 2.2: Linear: backward
# ### Task 2.3: Linear: initial values
class Linear:
    """Fully connected layer.

    Formula: ``y = x @ weight + bias``

    Derivative, with ``g`` the gradient of the loss for ``y``::

        grad_inputs = g @ weight.T
        grad_weight = x.T @ g
        grad_bias   = sum of g over the batch

    Source: Goodfellow, Bengio, Courville, Deep Learning (2016), algorithms 6.3 and 6.4.

    Parameters
    ----------
    in_features, out_features : int
        Numbers of columns of the inputs and of the outputs.
    rng : numpy.random.Generator or None
        Where the initial weights come from; None means fresh entropy.

    Attributes
    ----------
    weight : Parameter, shape (in_features, out_features)
        At first random, so that the units differ and can learn; the scale is yours to choose.
    bias : Parameter, shape (out_features,)
        At first zero.
    """

    def __init__(self, in_features: int, out_features: int, rng: np.random.Generator | None = None) -> None:
        raise NotImplementedError("Task 2.3: write Linear.__init__")

    def forward(self, inputs: np.ndarray) -> np.ndarray:
        """Return the outputs and keep what ``backward`` needs.

        Parameters
        ----------
        inputs : ndarray, shape (batch, in_features)

        Returns
        -------
        ndarray, shape (batch, out_features)
        """
        raise NotImplementedError("Task 2.1: write Linear.forward")

    def backward(self, grad_output: np.ndarray) -> np.ndarray:
        """Assign the gradients of the parameters and return the gradient for the inputs.

        ``weight.grad`` and ``bias.grad`` are replaced, not added to.

        Parameters
        ----------
        grad_output : ndarray, shape (batch, out_features)
            Gradient of the loss for the outputs of the last ``forward``.

        Returns
        -------
        ndarray, shape (batch, in_features)
        """
        raise NotImplementedError("Task 2.2: write Linear.backward")


# ## Convolution
# 
# The one-dimensional convolution, and the layer that flattens its outputs for a linear layer.
# ### Task 7.5: Conv1d
class Conv1d:
    """One-dimensional convolution (cross-correlation, as in every library of neural networks).

    Formula, with ``x`` the inputs with ``padding`` zeros at either end::

        y[b, o, i] = bias[o] + sum over c and k of weight[o, c, k] * x[b, c, i * stride + k]

    Derivative, with ``g`` the gradient of the loss for ``y``::

        grad_weight[o, c, k] = sum over b and i of g[b, o, i] * x[b, c, i * stride + k]
        grad_bias[o]         = sum over b and i of g[b, o, i]
        grad_x[b, c, n]      = sum over o, i and k with i * stride + k = n of g[b, o, i] * weight[o, c, k]

    The gradient for the inputs is ``grad_x`` without the padding; positions that no window covers get zero.

    Source: Goodfellow, Bengio, Courville, Deep Learning (2016), equations 9.6, 9.11 and 9.13.

    Parameters
    ----------
    in_channels, out_channels, kernel_size : int
    stride : int
        Distance between the starts of two neighbouring windows.
    padding : int
        Number of zeros put at either end of the inputs.
    rng : numpy.random.Generator or None
        Where the initial weights come from; None means fresh entropy.

    Attributes
    ----------
    weight : Parameter, shape (out_channels, in_channels, kernel_size)
        At first random; the scale is yours to choose.
    bias : Parameter, shape (out_channels,)
        At first zero.
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
        raise NotImplementedError("Task 7.5: write Conv1d.__init__")

    def forward(self, inputs: np.ndarray) -> np.ndarray:
        """Return the outputs and keep what ``backward`` needs.

        Parameters
        ----------
        inputs : ndarray, shape (batch, in_channels, length)

        Returns
        -------
        ndarray, shape (batch, out_channels, (length + 2 * padding - kernel_size) // stride + 1)

        Raises
        ------
        ValueError
            If the kernel is longer than the padded inputs.
        """
        raise NotImplementedError("Task 7.5: write Conv1d.forward")

    def backward(self, grad_output: np.ndarray) -> np.ndarray:
        """Assign the gradients of the parameters and return the gradient for the inputs.

        ``weight.grad`` and ``bias.grad`` are replaced, not added to.

        Parameters
        ----------
        grad_output : ndarray, same shape as the outputs
            Gradient of the loss for the outputs of the last ``forward``.

        Returns
        -------
        ndarray, shape (batch, in_channels, length)
        """
        raise NotImplementedError("Task 7.5: write Conv1d.backward")


# ### Task 7.6: Flatten
class Flatten:
    """Join all axes but the first, so that a linear layer can follow a convolution.

    Formula: ``y = x.reshape(batch, -1)``

    Derivative: the gradient reshaped to the shape of ``x``.

    Source: LeCun, Bottou, Bengio, Haffner, Gradient-Based Learning Applied to Document Recognition (1998),
    section II.B, from layer C5 to layer F6.
    """

    def forward(self, inputs: np.ndarray) -> np.ndarray:
        """Return the inputs as rows and keep their shape.

        Parameters
        ----------
        inputs : ndarray, shape (batch, ...)

        Returns
        -------
        ndarray, shape (batch, product of the other lengths)
        """
        raise NotImplementedError("Task 7.6: write Flatten.forward")

    def backward(self, grad_output: np.ndarray) -> np.ndarray:
        """Return the gradient in the shape of the inputs of the last ``forward``.

        Parameters
        ----------
        grad_output : ndarray, shape (batch, product of the other lengths)
            Gradient of the loss for the outputs.

        Returns
        -------
        ndarray, shape (batch, ...)
        """
        raise NotImplementedError("Task 7.6: write Flatten.backward")


# ## Losses
# 
# Losses: the mean over every element, as one number, and its gradient for the predictions.
# ### Task 3.1: Mean squared error
class MSELoss:
    """Mean squared error.

    Formula: ``loss = mean((p - t)**2)`` over all ``n`` elements

    Derivative: ``dloss/dp = 2 * (p - t) / n``

    Source: Goodfellow, Bengio, Courville, Deep Learning (2016), equation 5.4.
    """

    def forward(self, predictions: np.ndarray, targets: np.ndarray) -> float:
        """Return the loss and keep what ``backward`` needs.

        Parameters
        ----------
        predictions, targets : ndarray, both of one shape

        Returns
        -------
        float
            The mean over every element.

        Raises
        ------
        ValueError
            If the two shapes differ.
        """
        raise NotImplementedError("Task 3.1: write MSELoss.forward")

    def backward(self) -> np.ndarray:
        """Return the gradient of the loss for the predictions of the last ``forward``.

        Returns
        -------
        ndarray, same shape as the predictions
        """
        raise NotImplementedError("Task 3.1: write MSELoss.backward")


# ### Task 3.2: Binary cross-entropy
class BCELoss:
    """Binary cross-entropy of probabilities.

    Formula: ``loss = mean(-t * log(p) - (1 - t) * log(1 - p))`` over all ``n`` elements

    Derivative: ``dloss/dp = (p - t) / (p * (1 - p)) / n``

    Both are finite even for probabilities of exactly 0 and 1, for example because a logarithm counts
    as at least -100, and ``p * (1 - p)`` as at least 1e-12.

    Source: Bishop, Pattern Recognition and Machine Learning (2006), equation 4.90.
    """

    def forward(self, predictions: np.ndarray, targets: np.ndarray) -> float:
        """Return the loss and keep what ``backward`` needs.

        Parameters
        ----------
        predictions, targets : ndarray, both of one shape
            Probabilities in [0, 1], and the values that they should have.

        Returns
        -------
        float
            The mean over every element.

        Raises
        ------
        ValueError
            If the two shapes differ.
        """
        raise NotImplementedError("Task 3.2: write BCELoss.forward")

    def backward(self) -> np.ndarray:
        """Return the gradient of the loss for the predictions of the last ``forward``.

        Returns
        -------
        ndarray, same shape as the predictions
        """
        raise NotImplementedError("Task 3.2: write BCELoss.backward")


# ### Task 3.3: Binary cross-entropy on logits
class BCEWithLogitsLoss:
    """Binary cross-entropy of logits: the sigmoid and the loss in one, so that nothing overflows.

    Formula: ``loss = mean(-t * log(s) - (1 - t) * log(1 - s))`` with ``s = sigmoid(z)``, over all ``n`` elements;
    the same, but finite for every ``z``: ``mean(max(z, 0) - t * z + log(1 + exp(-abs(z))))``

    Derivative: ``dloss/dz = (sigmoid(z) - t) / n``

    Source: Bishop, Pattern Recognition and Machine Learning (2006), equations 4.90 and 4.91;
    Goodfellow, Bengio, Courville, Deep Learning (2016), section 6.2.2.2, for the finite form.
    """

    def forward(self, predictions: np.ndarray, targets: np.ndarray) -> float:
        """Return the loss and keep what ``backward`` needs.

        Parameters
        ----------
        predictions, targets : ndarray, both of one shape
            Logits (any real numbers), and the probabilities they should stand for.

        Returns
        -------
        float
            The mean over every element.

        Raises
        ------
        ValueError
            If the two shapes differ.
        """
        raise NotImplementedError("Task 3.3: write BCEWithLogitsLoss.forward")

    def backward(self) -> np.ndarray:
        """Return the gradient of the loss for the predictions of the last ``forward``.

        Returns
        -------
        ndarray, same shape as the predictions
        """
        raise NotImplementedError("Task 3.3: write BCEWithLogitsLoss.backward")


# ## Optimizers
# 
# Optimizers: each takes the gradients that ``backward`` left in the parameters and moves their values.
# ### Task 5.1: SGD
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


# ### Task 7.1: Momentum
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


# ### Task 7.2: AdaGrad
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


# ### Task 7.3: Adam
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


# ## Network
# 
# Layers in a row, and the network with two hidden layers that the exercise asks for.
# ### Task 4.1: Sequential
class Sequential:
    """Layers that follow one another.

    Formula: ``y = layers[-1](... layers[1](layers[0](x)))``

    Derivative: the chain rule, so each layer's ``backward`` receives what the ``backward`` of the next layer returned,
    from the last layer to the first.

    Source: Goodfellow, Bengio, Courville, Deep Learning (2016), section 6.5.2 and algorithm 6.4.

    Parameters
    ----------
    layers : sequence of layers
        Objects with ``forward(inputs)`` and ``backward(grad_output)``.
    """

    def __init__(self, layers: Sequence[Any]) -> None:
        raise NotImplementedError("Task 4.1: write Sequential.__init__")

    def forward(self, inputs: np.ndarray) -> np.ndarray:
        """Return the outputs of the last layer.

        Parameters
        ----------
        inputs : ndarray, shape that the first layer takes

        Returns
        -------
        ndarray, shape that the last layer gives
        """
        raise NotImplementedError("Task 4.1: write Sequential.forward")

    def backward(self, grad_output: np.ndarray) -> np.ndarray:
        """Assign the gradients of all parameters and return the gradient for the inputs.

        Parameters
        ----------
        grad_output : ndarray, same shape as the outputs
            Gradient of the loss for the outputs of the last ``forward``.

        Returns
        -------
        ndarray, same shape as the inputs
        """
        raise NotImplementedError("Task 4.1: write Sequential.backward")

    def parameters(self) -> list[Parameter]:
        """Return the parameters of all layers.

        Returns
        -------
        list of Parameter
            Any iterable is accepted, in any order that stays the same.
        """
        raise NotImplementedError("Task 4.1: write Sequential.parameters")


# ### Task 4.2: build_network
def build_network(
    in_features: int,
    hidden_units: int,
    out_features: int,
    activation: str = "sigmoid",
    rng: np.random.Generator | None = None,
) -> Sequential:
    """Return a network with two hidden layers that ends in probabilities.

    Linear, activation, Linear, activation, Linear, Sigmoid: both hidden layers have
    ``hidden_units`` units, and the outputs have shape (batch, out_features).

    Parameters
    ----------
    in_features, hidden_units, out_features : int
    activation : {"sigmoid", "tanh", "relu", "none"}
        The activation after each hidden layer.
    rng : numpy.random.Generator or None
        Where the initial weights come from; None means fresh entropy. Equal seeds give equal networks.

    Returns
    -------
    Sequential

    Raises
    ------
    ValueError
        If there is no activation with this name.
    """
    raise NotImplementedError("Task 4.2: write build_network")


# ## Training
# 
# Training a network, and predicting with it.
# ### Task 5.2: train
def train(
    network: Sequential,
    loss: Any,
    optimizer: Any,
    inputs: np.ndarray,
    targets: np.ndarray,
    epochs: int,
    batch_size: int | None = None,
    rng: np.random.Generator | None = None,
) -> list[float]:
    """Train a network and return one loss for every epoch.

    For each batch: ``forward`` of the network and of the loss, ``backward`` of the loss and
    of the network, then one ``step`` of the optimizer. Every sample is used once in each epoch.

    Parameters
    ----------
    network : Sequential
    loss : MSELoss, BCELoss or BCEWithLogitsLoss
    optimizer : SGD, Momentum, AdaGrad or Adam
        Made with the parameters of ``network``.
    inputs : ndarray, shape (n, ...)
    targets : ndarray, shape (n, out_features)
    epochs : int
    batch_size : int or None
        Samples in one update; the last batch of an epoch may be smaller. None means all of them.
    rng : numpy.random.Generator or None
        Shuffles the samples again in every epoch; None keeps their order.

    Returns
    -------
    list of float, length ``epochs``
        The mean of the loss over the samples of the epoch, before or after their updates.

    Raises
    ------
    ValueError
        If ``batch_size`` is less than one.
    """
    raise NotImplementedError("Task 5.2: write train")


# ### Task 6.1: predict and accuracy
def predict(network: Sequential, inputs: np.ndarray) -> np.ndarray:
    """Return the class of every sample: 1 where the network's probability is at least 0.5, else 0.

    Parameters
    ----------
    network : Sequential
        Ends in probabilities of shape (n, 1).
    inputs : ndarray, shape (n, in_features)

    Returns
    -------
    ndarray of 0 and 1, shape (n,)
        A probability of exactly 0.5 may go either way.
    """
    raise NotImplementedError("Task 6.1: write predict")


def accuracy(network: Sequential, inputs: np.ndarray, targets: np.ndarray) -> float:
    """Return the fraction of samples whose class is predicted correctly.

    Parameters
    ----------
    network : Sequential
        Ends in probabilities of shape (n, 1).
    inputs : ndarray, shape (n, in_features)
    targets : ndarray of 0.0 and 1.0, shape (n, 1)

    Returns
    -------
    float
        In [0, 1].
    """
    raise NotImplementedError("Task 6.1: write accuracy")


# ## Datasets
# 
# The two data sets of the exercise: points in the unit square with labels 0.0 and 1.0.
# ### Given
def generate_linear(n: int = 100, rng: np.random.Generator | None = None) -> tuple[np.ndarray, np.ndarray]:
    """Return uniform points in the unit square, labelled by the side of the diagonal; given.

    Parameters
    ----------
    n : int
        Number of points.
    rng : numpy.random.Generator or None
        Where the points come from; None means fresh entropy.

    Returns
    -------
    inputs : ndarray, shape (n, 2)
    targets : ndarray of 0.0 and 1.0, shape (n, 1)
        0.0 where ``x0 > x1``, else 1.0; no point lies on the diagonal.
    """
    rng = np.random.default_rng(rng)
    inputs = rng.random((n, 2))
    while np.any(on_diagonal := inputs[:, 0] == inputs[:, 1]):
        inputs[on_diagonal] = rng.random((int(on_diagonal.sum()), 2))
    targets = np.where(inputs[:, :1] > inputs[:, 1:], 0.0, 1.0)
    return inputs, targets


def generate_XOR_easy() -> tuple[np.ndarray, np.ndarray]:
    """Return the 21 points of the two diagonals of the unit square, labelled by their diagonal; given.

    Returns
    -------
    inputs : ndarray, shape (21, 2)
        In steps of 0.1, the points of the two diagonals by turns.
    targets : ndarray of 0.0 and 1.0, shape (21, 1)
        0.0 on ``x0 == x1``, which has the 11th point in the centre, 1.0 on ``x0 == 1 - x1``.
    """
    steps = np.linspace(0.0, 1.0, 11)
    rising = np.column_stack([steps, steps])
    falling = np.column_stack([steps, 1.0 - steps])
    inputs = np.stack([rising, falling], axis=1).reshape(22, 2)
    targets = np.tile([[0.0], [1.0]], (11, 1))
    centre_of_falling = 11
    return np.delete(inputs, centre_of_falling, axis=0), np.delete(targets, centre_of_falling, axis=0)


# ## Figures
# 
# The two figures of the exercise. Matplotlib is imported only when something is drawn.
# ### Task 6.5: Figures
def show_result(inputs: np.ndarray, targets: np.ndarray, predictions: np.ndarray) -> None:
    """Draw the ground truth beside the predictions, each class in a colour of its own.

    The figure stays open; ``matplotlib.pyplot.show`` puts it on the screen.

    Parameters
    ----------
    inputs : ndarray, shape (n, 2)
    targets : ndarray of 0.0 and 1.0, shape (n, 1)
    predictions : ndarray of 0 and 1, shape (n,)
    """
    raise NotImplementedError("Task 6.5: write show_result")


def show_learning_curve(losses: Sequence[float]) -> None:
    """Draw the loss of every epoch.

    The figure stays open; ``matplotlib.pyplot.show`` puts it on the screen.

    Parameters
    ----------
    losses : sequence of float
        One for each epoch, as ``train`` returns them.
    """
    raise NotImplementedError("Task 6.5: write show_learning_curve")


# ## Exercise
# 
# The exercise to hand in: train on both data sets, print every point, draw the results.
# ### Task 6.2: The linear set
def solve(
    inputs: np.ndarray, targets: np.ndarray, rng: np.random.Generator | None = None
) -> tuple[Sequential, list[float]]:
    """Build a network for one data set and train it until every point is right.

    Choose the hidden units, the activation, the loss, the learning rate and the epochs.

    Parameters
    ----------
    inputs : ndarray, shape (n, 2)
    targets : ndarray of 0.0 and 1.0, shape (n, 1)
    rng : numpy.random.Generator or None
        For the initial weights and the order of the samples, if you like; None means fresh entropy.

    Returns
    -------
    network : Sequential
        The trained network, which ends in probabilities.
    losses : list of float
        For the learning curve.
    """
    raise NotImplementedError("Task 6.2: write solve")


# ### Task 6.4: Printed lines
def print_results(network: Sequential, inputs: np.ndarray, targets: np.ndarray) -> None:
    """Print a line for every point, then one with the loss and the accuracy.

    The lines look like these, where spaces and the number of decimals are free::

        Iter: 0 | Ground truth: 1 | Predict: 0.99997
        loss=0.00012 accuracy=100.00%

    Parameters
    ----------
    network : Sequential
        A trained network, which ends in probabilities.
    inputs : ndarray, shape (n, 2)
    targets : ndarray of 0.0 and 1.0, shape (n, 1)
    """
    raise NotImplementedError("Task 6.4: write print_results")


# ### Given
def main(rng: np.random.Generator | None = None) -> None:
    """Solve both data sets, print the lines and draw the figures; given."""
    import matplotlib.pyplot as plt

    for name, (inputs, targets) in {"linear": generate_linear(rng=rng), "XOR": generate_XOR_easy()}.items():
        print(f"{name}:")
        network, losses = solve(inputs, targets, rng)
        print_results(network, inputs, targets)
        show_learning_curve(losses)
        show_result(inputs, targets, predict(network, inputs))
    plt.show()


# ## Run
if __name__ == "__main__":
    main()
