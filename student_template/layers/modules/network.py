"""A network of affine layers."""

from __future__ import annotations

import numpy as np

from affine import affine_backward, affine_forward
from batchnorm import batchnorm_backward, batchnorm_forward
from dropout import dropout_backward, dropout_forward
from layernorm import layernorm_backward, layernorm_forward
from relu import relu_backward, relu_forward
from softmax import softmax_loss


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
