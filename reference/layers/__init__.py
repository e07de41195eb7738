"""Network layers as functions: each forward pass has a matching backward pass, and a cache connects the two."""

from .affine import affine_backward, affine_forward
from .batchnorm import batchnorm_backward, batchnorm_forward
from .batchnorm_alt import batchnorm_backward_alt
from .convolution import conv_backward_naive, conv_forward_naive
from .dropout import dropout_backward, dropout_forward
from .layernorm import layernorm_backward, layernorm_forward
from .network import FullyConnectedNet
from .optimizers import adam, rmsprop, sgd, sgd_momentum
from .pooling import max_pool_backward_naive, max_pool_forward_naive
from .relu import relu_backward, relu_forward
from .softmax import softmax_loss
from .spatial import spatial_batchnorm_backward, spatial_batchnorm_forward
from .svm import svm_loss

__all__ = [
    "FullyConnectedNet",
    "adam",
    "affine_backward",
    "affine_forward",
    "batchnorm_backward",
    "batchnorm_backward_alt",
    "batchnorm_forward",
    "conv_backward_naive",
    "conv_forward_naive",
    "dropout_backward",
    "dropout_forward",
    "layernorm_backward",
    "layernorm_forward",
    "max_pool_backward_naive",
    "max_pool_forward_naive",
    "relu_backward",
    "relu_forward",
    "rmsprop",
    "sgd",
    "sgd_momentum",
    "softmax_loss",
    "spatial_batchnorm_backward",
    "spatial_batchnorm_forward",
    "svm_loss",
]
