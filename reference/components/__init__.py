"""The components in the form of the notebook: plain functions, layers that keep no inputs, and the digits."""

from .descent import f, f_grad, optimize_f
from .digits import Digits, load_digits
from .functions import bce_loss, bce_loss_grad, relu, relu_grad, sigmoid, sigmoid_grad
from .layers import Linear, ReLU, Sigmoid
from .network import Net, fit
from .one_layer import fn

__all__ = [
    "Digits",
    "Linear",
    "Net",
    "ReLU",
    "Sigmoid",
    "bce_loss",
    "bce_loss_grad",
    "f",
    "f_grad",
    "fit",
    "fn",
    "load_digits",
    "optimize_f",
    "relu",
    "relu_grad",
    "sigmoid",
    "sigmoid_grad",
]
