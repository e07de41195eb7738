"""The autograd engine: tensors that record how they were computed, and networks made of them."""

from .layers import Conv1d, Linear
from .losses import BCEWithLogitsLoss, MSELoss
from .networks import CNN, MLP
from .optimizers import SGD, Adam
from .tensor import Tensor, no_grad

__all__ = ["CNN", "MLP", "SGD", "Adam", "BCEWithLogitsLoss", "Conv1d", "Linear", "MSELoss", "Tensor", "no_grad"]
