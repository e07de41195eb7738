# # Layers as functions
from __future__ import annotations

import numpy as np


# ## Affine
# 
# The affine layer: every row times a matrix, plus a bias.
# ### Task 1.1: Affine layer
def affine_forward(x, w, b):
    """Return the outputs of an affine layer, and what its backward pass needs.

    Each of the N examples is laid out as a row of D = d_1 * ... * d_k numbers, and ``out = rows @ w + b``.

    Parameters
    ----------
    x : ndarray (N, d_1, ..., d_k)
    w : ndarray (D, M)
    b : ndarray (M,)

    Returns
    -------
    out : ndarray (N, M)
    cache : object
        Everything that ``affine_backward`` needs; no other code reads it.
    """
    raise NotImplementedError("Task 1.1: write affine_forward")


def affine_backward(dout, cache):
    """Return the gradients of an affine layer.

    Parameters
    ----------
    dout : ndarray (N, M)
        The gradient of the loss for the outputs.
    cache : object
        The cache from ``affine_forward``.

    Returns
    -------
    dx : ndarray (N, d_1, ..., d_k)
    dw : ndarray (D, M)
    db : ndarray (M,)
    """
    raise NotImplementedError("Task 1.1: write affine_backward")


# ## Relu
# 
# The rectified linear unit.
# ### Task 1.2: Rectified linear unit
def relu_forward(x):
    """Return max(0, x) of every element, and what the backward pass needs.

    Parameters
    ----------
    x : ndarray of any shape

    Returns
    -------
    out : ndarray, shape of x
    cache : object
    """
    raise NotImplementedError("Task 1.2: write relu_forward")


def relu_backward(dout, cache):
    """Return the gradient of the rectified linear unit for its inputs.

    Parameters
    ----------
    dout : ndarray of any shape
    cache : object
        The cache from ``relu_forward``.

    Returns
    -------
    dx : ndarray, shape of dout
    """
    raise NotImplementedError("Task 1.2: write relu_backward")


# ## Softmax
# 
# The softmax loss.
# ### Task 1.3: Softmax loss
def softmax_loss(x, y):
    """Return the mean cross-entropy of the softmax of scores, and its gradient for the scores.

    The loss of one example is ``-log(exp(x[i, y[i]]) / sum over c of exp(x[i, c]))``. Both results are finite even if
    all scores are near 1000 or near -1000.

    Parameters
    ----------
    x : ndarray (N, C)
        The score of each class for each example.
    y : ndarray (N,) of int
        The right classes, from 0 to C - 1.

    Returns
    -------
    loss : float
        The mean over the examples.
    dx : ndarray (N, C)
    """
    raise NotImplementedError("Task 1.3: write softmax_loss")


# ## Svm
# 
# The loss of a support vector machine (SVM) with several classes.
# ### Task 1.4: Loss of a support vector machine
def svm_loss(x, y):
    """Return the mean hinge loss of scores, and its gradient for the scores.

    The loss of one example is the sum of ``max(0, x[i, c] - x[i, y[i]] + 1)`` over all classes c but the right one.

    Parameters
    ----------
    x : ndarray (N, C)
        The score of each class for each example.
    y : ndarray (N,) of int
        The right classes, from 0 to C - 1.

    Returns
    -------
    loss : float
        The mean over the examples.
    dx : ndarray (N, C)
    """
    raise NotImplementedError("Task 1.4: write svm_loss")


# ## Batchnorm
# 
# Batch normalization.
# ### Task 2.1: Batch normalization
def batchnorm_forward(x, gamma, beta, bn_param):
    """Return the outputs of batch normalization, and what its backward pass needs.

    In training, each column is normalized with its own mean and variance (of its N values, divided by N), as
    ``normal = (x - mean) / sqrt(var + eps)``, and ``out = gamma * normal + beta``. The running averages of mean and variance
    are updated: ``running = momentum * running + (1 - momentum) * sample``. In test mode the running averages replace mean
    and variance, and do not change.

    Parameters
    ----------
    x : ndarray (N, D)
    gamma, beta : ndarray (D,)
    bn_param : dict
        ``mode``: ``"train"`` or ``"test"``; ``eps``: 1e-5 by default; ``momentum``: 0.9 by default;
        ``running_mean`` and ``running_var``: arrays (D,), zeros by default. The new running averages are stored in it.

    Returns
    -------
    out : ndarray (N, D)
    cache : object
        Everything that ``batchnorm_backward`` and ``batchnorm_backward_alt`` need, in training.

    Notes
    -----
    Ioffe, Szegedy, Batch Normalization: Accelerating Deep Network Training by Reducing Internal Covariate Shift (2015), algorithm 1.
    """
    raise NotImplementedError("Task 2.1: write batchnorm_forward")


def batchnorm_backward(dout, cache):
    """Return the gradients of batch normalization in training, step by step through mean and variance.

    Parameters
    ----------
    dout : ndarray (N, D)
    cache : object
        The cache from ``batchnorm_forward``.

    Returns
    -------
    dx : ndarray (N, D)
    dgamma, dbeta : ndarray (D,)
    """
    raise NotImplementedError("Task 2.1: write batchnorm_backward")


# ## Batchnorm alt
# 
# The backward pass of batch normalization in one formula.
# ### Task 2.2: Batch normalization backwards in one formula
def batchnorm_backward_alt(dout, cache):
    """Return the gradients of batch normalization in training, with one simplified formula for dx.

    The results are those of ``batchnorm_backward``.

    Parameters
    ----------
    dout : ndarray (N, D)
    cache : object
        The cache from ``batchnorm_forward``.

    Returns
    -------
    dx : ndarray (N, D)
    dgamma, dbeta : ndarray (D,)
    """
    raise NotImplementedError("Task 2.2: write batchnorm_backward_alt")


# ## Layernorm
# 
# Layer normalization.
# ### Task 2.3: Layer normalization
def layernorm_forward(x, gamma, beta, ln_param):
    """Return the outputs of layer normalization, and what its backward pass needs.

    Each row is normalized with its own mean and variance, in training and in test mode, as
    ``normal = (x - mean) / sqrt(var + eps)``, and ``out = gamma * normal + beta``.

    Parameters
    ----------
    x : ndarray (N, D)
    gamma, beta : ndarray (D,)
    ln_param : dict
        ``eps``: 1e-5 by default.

    Returns
    -------
    out : ndarray (N, D)
    cache : object

    Notes
    -----
    Ba, Kiros, Hinton, Layer Normalization (2016), equation 4.
    """
    raise NotImplementedError("Task 2.3: write layernorm_forward")


def layernorm_backward(dout, cache):
    """Return the gradients of layer normalization.

    Parameters
    ----------
    dout : ndarray (N, D)
    cache : object
        The cache from ``layernorm_forward``.

    Returns
    -------
    dx : ndarray (N, D)
    dgamma, dbeta : ndarray (D,)
    """
    raise NotImplementedError("Task 2.3: write layernorm_backward")


# ## Dropout
# 
# Inverted dropout, where p is the probability that an element is kept.
# ### Task 3.1: Dropout
def dropout_forward(x, dropout_param):
    """Return the outputs of inverted dropout, and what its backward pass needs.

    In training, each element is kept with probability p and divided by p, or else set to zero. In test mode the outputs
    are the inputs.

    Parameters
    ----------
    x : ndarray of any shape
    dropout_param : dict
        ``p``: the probability that an element is kept; ``mode``: ``"train"`` or ``"test"``; ``seed``: optional;
        with it, each call keeps the same elements.

    Returns
    -------
    out : ndarray, shape of x
    cache : object

    Notes
    -----
    Srivastava, Hinton, Krizhevsky, Sutskever, Salakhutdinov, Dropout: A Simple Way to Prevent Neural Networks from Overfitting
    (2014), section 4; here the division is done in training, so that nothing is left to do in test mode.
    """
    raise NotImplementedError("Task 3.1: write dropout_forward")


def dropout_backward(dout, cache):
    """Return the gradient of inverted dropout for its inputs; in test mode it is dout.

    Parameters
    ----------
    dout : ndarray of any shape
    cache : object
        The cache from ``dropout_forward``, in either mode.

    Returns
    -------
    dx : ndarray, shape of dout
    """
    raise NotImplementedError("Task 3.1: write dropout_backward")


# ## Convolution
# 
# Convolution of images.
# ### Task 4.1: Convolution
def conv_forward_naive(x, w, b, conv_param):
    """Return the outputs of a convolution, and what its backward pass needs.

    Each filter is placed on the padded image, without being flipped, at every multiple of the stride from the upper
    left corner: ``out[n, f, i, j]`` is ``b[f]`` plus the sum of the products of ``w[f]`` and the part of image n that
    it covers.

    Parameters
    ----------
    x : ndarray (N, C, H, W)
    w : ndarray (F, C, HH, WW)
    b : ndarray (F,)
    conv_param : dict
        ``stride``: the distance, in rows and in columns, between neighbouring places; ``pad``: how many rows and
        columns of zeros are added on each side of an image.

    Returns
    -------
    out : ndarray (N, F, H', W')
        With H' = 1 + (H + 2 * pad - HH) / stride and W' = 1 + (W + 2 * pad - WW) / stride, which are whole numbers.
    cache : object
    """
    raise NotImplementedError("Task 4.1: write conv_forward_naive")


def conv_backward_naive(dout, cache):
    """Return the gradients of a convolution.

    Parameters
    ----------
    dout : ndarray (N, F, H', W')
    cache : object
        The cache from ``conv_forward_naive``.

    Returns
    -------
    dx : ndarray (N, C, H, W)
    dw : ndarray (F, C, HH, WW)
    db : ndarray (F,)
    """
    raise NotImplementedError("Task 4.1: write conv_backward_naive")


# ## Pooling
# 
# Pooling of images by the maximum.
# ### Task 4.2: Max pooling
def max_pool_forward_naive(x, pool_param):
    """Return the largest element of each window of an image, and what the backward pass needs.

    Parameters
    ----------
    x : ndarray (N, C, H, W)
    pool_param : dict
        ``pool_height``, ``pool_width``: the size of a window; ``stride``: the distance, in rows and in columns, between
        neighbouring windows, which overlap if it is smaller than a window.

    Returns
    -------
    out : ndarray (N, C, H', W')
        With H' = 1 + (H - pool_height) / stride and W' = 1 + (W - pool_width) / stride, which are whole numbers.
    cache : object
    """
    raise NotImplementedError("Task 4.2: write max_pool_forward_naive")


def max_pool_backward_naive(dout, cache):
    """Return the gradient of max pooling for its inputs: for each element, the sum over all windows in which it is the largest.

    Parameters
    ----------
    dout : ndarray (N, C, H', W')
    cache : object
        The cache from ``max_pool_forward_naive``.

    Returns
    -------
    dx : ndarray (N, C, H, W)
    """
    raise NotImplementedError("Task 4.2: write max_pool_backward_naive")


# ## Spatial
# 
# Batch normalization of images.
# ### Task 4.3: Batch normalization of images
def spatial_batchnorm_forward(x, gamma, beta, bn_param):
    """Return the outputs of batch normalization of images, and what its backward pass needs.

    Mean and variance are those of a channel: over all examples, rows and columns. Everything else is as in
    ``batchnorm_forward``.

    Parameters
    ----------
    x : ndarray (N, C, H, W)
    gamma, beta : ndarray (C,)
    bn_param : dict
        As for ``batchnorm_forward``; the running averages are arrays (C,).

    Returns
    -------
    out : ndarray (N, C, H, W)
    cache : object
    """
    raise NotImplementedError("Task 4.3: write spatial_batchnorm_forward")


def spatial_batchnorm_backward(dout, cache):
    """Return the gradients of batch normalization of images in training.

    Parameters
    ----------
    dout : ndarray (N, C, H, W)
    cache : object
        The cache from ``spatial_batchnorm_forward``.

    Returns
    -------
    dx : ndarray (N, C, H, W)
    dgamma, dbeta : ndarray (C,)
    """
    raise NotImplementedError("Task 4.3: write spatial_batchnorm_backward")


# ## Optimizers
# 
# Update rules: each takes weights, gradient and settings, and returns the new weights and the settings for the next step.
# 
# A setting missing from ``config`` has the value that the function names; ``None`` means that all are missing. You may
# write into ``w`` and ``config``, or copy them.
# 
# ### Task 5.1: Rules that move weights
def sgd(w, dw, config=None):
    """Return the weights after a step of gradient descent, ``w - learning_rate * dw``, and the settings.

    Parameters
    ----------
    w, dw : ndarray of any shape
    config : dict or None
        ``learning_rate``: 1e-2.

    Returns
    -------
    next_w : ndarray, shape of w
    config : dict
    """
    raise NotImplementedError("Task 5.1: write sgd")


def sgd_momentum(w, dw, config=None):
    """Return the weights after a step with momentum, and the settings.

    The velocity becomes ``momentum * velocity - learning_rate * dw``, and is then added to the weights.

    Parameters
    ----------
    w, dw : ndarray of any shape
    config : dict or None
        ``learning_rate``: 1e-2; ``momentum``: 0.9; ``velocity``: an array like w, at first zeros.

    Returns
    -------
    next_w : ndarray, shape of w
    config : dict
        With the new ``velocity``.
    """
    raise NotImplementedError("Task 5.1: write sgd_momentum")


def rmsprop(w, dw, config=None):
    """Return the weights after a step of RMSProp, and the settings.

    The average of squares becomes ``cache = decay_rate * cache + (1 - decay_rate) * dw**2``, and then
    ``next_w = w - learning_rate * dw / (sqrt(cache) + epsilon)``.

    Parameters
    ----------
    w, dw : ndarray of any shape
    config : dict or None
        ``learning_rate``: 1e-2; ``decay_rate``: 0.99; ``epsilon``: 1e-8; ``cache``: an array like w, at first zeros.

    Returns
    -------
    next_w : ndarray, shape of w
    config : dict
        With the new ``cache``.
    """
    raise NotImplementedError("Task 5.1: write rmsprop")


def adam(w, dw, config=None):
    """Return the weights after a step of Adam, and the settings.

    First ``t`` is increased by one; then ``m = beta1 * m + (1 - beta1) * dw`` and ``v = beta2 * v + (1 - beta2) * dw**2``;
    finally ``next_w = w - learning_rate * (m / (1 - beta1**t)) / (sqrt(v / (1 - beta2**t)) + epsilon)``.

    Parameters
    ----------
    w, dw : ndarray of any shape
    config : dict or None
        ``learning_rate``: 1e-3; ``beta1``: 0.9; ``beta2``: 0.999; ``epsilon``: 1e-8; ``m``, ``v``: arrays like w, at first zeros;
        ``t``: the number of steps so far, at first 0.

    Returns
    -------
    next_w : ndarray, shape of w
    config : dict
        With the new ``m``, ``v`` (as they are before the division by 1 - beta**t) and ``t``.

    Notes
    -----
    Kingma, Ba, Adam: A Method for Stochastic Optimization (2015), algorithm 1.
    """
    raise NotImplementedError("Task 5.1: write adam")


# ## Network
# 
# A network of affine layers.
# ### Task 6.1: A network of affine layers
class FullyConnectedNet:
    """A network of any number of hidden layers with the softmax loss.

    Each hidden layer is an affine layer, followed by the normalization (if any), the rectified linear unit, and dropout
    (if any); the last layer is only affine.

    Parameters
    ----------
    hidden_dims : list of int
        The number of units of each hidden layer.
    input_dim : int
        The number of elements of one example.
    num_classes : int
    dropout_keep_ratio : float
        The probability that dropout keeps an element; 1 means no dropout.
    normalization : "batchnorm", "layernorm" or None
    reg : float
        The strength of the L2 regularization: ``0.5 * reg * sum(W**2)`` of every weight matrix is added to the loss; biases, gamma and beta
        are not regularized.
    weight_scale : float
        The standard deviation of the initial weights, which are normally distributed with a mean of zero.
    dtype : type
        The type of all parameters, and of all computations with them.
    seed : int or None
        Passed to every dropout layer, so that each call of ``loss`` drops the same elements.

    Attributes
    ----------
    params : dict
        ``W1``, ``b1``, ..., the weights (inputs, outputs) and biases (outputs,) of the layers, counted from 1; with a normalization
        also ``gamma1``, ``beta1``, ..., one pair for each hidden layer. Biases and betas begin as zeros, gammas as ones.
    """

    def __init__(
        self,
        hidden_dims,
        input_dim=3 * 32 * 32,
        num_classes=10,
        dropout_keep_ratio=1,
        normalization=None,
        reg=0.0,
        weight_scale=1e-2,
        dtype=np.float32,
        seed=None,
    ):
        raise NotImplementedError("Task 6.1: write FullyConnectedNet.__init__")

    def loss(self, X, y=None):
        """Return the scores of examples, or the loss and its gradients.

        Parameters
        ----------
        X : ndarray (N, d_1, ..., d_k)
        y : ndarray (N,) of int, or None
            The right classes. Without them the network is in test mode: batch normalization uses its running averages,
            and nothing is dropped.

        Returns
        -------
        scores : ndarray (N, C)
            If y is None.
        loss : float
            If y is given: the softmax loss with the regularization.
        grads : dict
            If y is given: the gradient of the loss for each of ``params``, under the same names.
        """
        raise NotImplementedError("Task 6.1: write FullyConnectedNet.loss")


# ## Exercise
# 
# The program of the exercise: a network learns to tell three classes of points apart.
# ### Given
def main():
    """Train a small network with Adam and print its loss; given."""
    rng = np.random.default_rng(0)
    y = rng.integers(0, 3, 90)
    X = rng.standard_normal((90, 4)) + 3.0 * np.eye(3, 4)[y]
    net, configs = FullyConnectedNet([8], input_dim=4, num_classes=3, weight_scale=0.1, dtype=np.float64), {}
    for step in range(101):
        loss, grads = net.loss(X, y)
        if step % 20 == 0:
            print(f"step={step} loss={loss:.4f}")
        for name in net.params:
            net.params[name], configs[name] = adam(
                net.params[name], grads[name], configs.get(name, {"learning_rate": 0.05})
            )
    print(f"accuracy={np.mean(net.loss(X).argmax(axis=1) == y):.0%}")


# ## Run
if __name__ == "__main__":
    main()
