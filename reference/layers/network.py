"""A network of affine layers."""

import numpy as np

from .affine import affine_backward, affine_forward
from .batchnorm import batchnorm_backward, batchnorm_forward
from .dropout import _p_of, dropout_backward, dropout_forward
from .layernorm import layernorm_backward, layernorm_forward
from .relu import relu_backward, relu_forward
from .softmax import softmax_loss


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
        self.normalization, self.reg, self.dtype, self.depth = normalization, reg, dtype, len(hidden_dims) + 1
        self.params, rng = {}, np.random.default_rng()
        sizes = [input_dim, *hidden_dims, num_classes]
        for layer in range(1, self.depth + 1):
            inputs, outputs = sizes[layer - 1], sizes[layer]
            self.params[f"W{layer}"] = (weight_scale * rng.standard_normal((inputs, outputs))).astype(dtype)
            self.params[f"b{layer}"] = np.zeros(outputs, dtype)
            if normalization is not None and layer < self.depth:
                self.params[f"gamma{layer}"] = np.ones(outputs, dtype)
                self.params[f"beta{layer}"] = np.zeros(outputs, dtype)
        self.norm_params = {}
        self.dropout_param = {"p": _p_of(dropout_keep_ratio), "seed": seed} if dropout_keep_ratio < 1 else {}

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
        mode = "test" if y is None else "train"
        hidden, caches = X.astype(self.dtype), {}
        for layer in range(1, self.depth):
            hidden, caches[layer] = self._forward(hidden, layer, mode)
        scores, cache = affine_forward(hidden, self.params[f"W{self.depth}"], self.params[f"b{self.depth}"])
        if y is None:
            return scores
        loss, dscores = softmax_loss(scores, y)
        weights = {f"W{layer}": self.params[f"W{layer}"] for layer in range(1, self.depth + 1)}
        loss += 0.5 * self.reg * sum(np.sum(weight**2) for weight in weights.values())
        grads = {}
        dhidden, grads[f"W{self.depth}"], grads[f"b{self.depth}"] = affine_backward(dscores, cache)
        for layer in range(self.depth - 1, 0, -1):
            dhidden = self._backward(dhidden, layer, caches[layer], grads)
        for name, weight in weights.items():
            grads[name] = grads[name] + self.reg * weight
        return loss, grads

    def _forward(self, hidden, layer, mode):
        """Return the outputs of a hidden layer, and what its backward pass needs."""
        hidden, affine = affine_forward(hidden, self.params[f"W{layer}"], self.params[f"b{layer}"])
        norm = dropout = None
        if self.normalization is not None:
            forward = batchnorm_forward if self.normalization == "batchnorm" else layernorm_forward
            param = self.norm_params.setdefault(layer, {})
            param["mode"] = mode
            gamma, beta = self.params[f"gamma{layer}"], self.params[f"beta{layer}"]
            hidden, norm = forward(hidden, gamma, beta, param)
        hidden, relu = relu_forward(hidden)
        if self.dropout_param:
            hidden, dropout = dropout_forward(hidden, {**self.dropout_param, "mode": mode})
        return hidden, (affine, norm, relu, dropout)

    def _backward(self, dhidden, layer, cache, grads):
        """Return the gradient of a hidden layer for its inputs, and add those for its parameters to ``grads``."""
        affine, norm, relu, dropout = cache
        if self.dropout_param:
            dhidden = dropout_backward(dhidden, dropout)
        dhidden = relu_backward(dhidden, relu)
        if self.normalization is not None:
            backward = batchnorm_backward if self.normalization == "batchnorm" else layernorm_backward
            dhidden, grads[f"gamma{layer}"], grads[f"beta{layer}"] = backward(dhidden, norm)
        dhidden, grads[f"W{layer}"], grads[f"b{layer}"] = affine_backward(dhidden, affine)
        return dhidden
