"""The answer key: a neural network library in NumPy, to be read as well as run. It imports NumPy and itself."""

from .activations import Identity, LeakyReLU, ReLU, Sigmoid, Tanh
from .convolution import Conv1d, Flatten
from .datasets import generate_linear, generate_XOR_easy
from .figures import show_learning_curve, show_result
from .linear import Linear
from .losses import BCELoss, BCEWithLogitsLoss, MSELoss
from .network import Sequential, build_network
from .optimizers import SGD, AdaGrad, Adam, Momentum, Optimizer
from .parameter import Parameter
from .training import accuracy, predict, train

__all__ = [
    "SGD",
    "AdaGrad",
    "Adam",
    "BCELoss",
    "BCEWithLogitsLoss",
    "Conv1d",
    "Flatten",
    "Identity",
    "LeakyReLU",
    "Linear",
    "MSELoss",
    "Momentum",
    "Optimizer",
    "Parameter",
    "ReLU",
    "Sequential",
    "Sigmoid",
    "Tanh",
    "accuracy",
    "build_network",
    "generate_XOR_easy",
    "generate_linear",
    "predict",
    "show_learning_curve",
    "show_result",
    "train",
]
