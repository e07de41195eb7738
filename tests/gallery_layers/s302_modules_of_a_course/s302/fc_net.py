import numpy as np

from layers import *


class FullyConnectedNet(object):
    def __init__(self, hidden_dims, input_dim=3 * 32 * 32, num_classes=10, dropout_keep_ratio=1, normalization=None,
                 reg=0.0, weight_scale=1e-2, dtype=np.float32, seed=None):
        self.normalization = normalization
        self.use_dropout = dropout_keep_ratio != 1
        self.reg = reg
        self.num_layers = 1 + len(hidden_dims)
        self.dtype = dtype
        self.params = {}
        dims = [input_dim] + hidden_dims + [num_classes]
        for i in range(self.num_layers):
            self.params["W" + str(i + 1)] = np.random.normal(0, weight_scale, (dims[i], dims[i + 1]))
            self.params["b" + str(i + 1)] = np.zeros(dims[i + 1])
            if self.normalization and i != self.num_layers - 1:
                self.params["gamma" + str(i + 1)] = np.ones(dims[i + 1])
                self.params["beta" + str(i + 1)] = np.zeros(dims[i + 1])
        self.dropout_param = {}
        if self.use_dropout:
            self.dropout_param = {"mode": "train", "p": dropout_keep_ratio}
            if seed is not None:
                self.dropout_param["seed"] = seed
        self.bn_params = []
        if self.normalization == "batchnorm":
            self.bn_params = [{"mode": "train"} for i in range(self.num_layers - 1)]
        if self.normalization == "layernorm":
            self.bn_params = [{} for i in range(self.num_layers - 1)]
        for k, v in self.params.items():
            self.params[k] = v.astype(dtype)

    def loss(self, X, y=None):
        X = X.astype(self.dtype)
        mode = "test" if y is None else "train"
        if self.use_dropout:
            self.dropout_param["mode"] = mode
        if self.normalization == "batchnorm":
            for bn_param in self.bn_params:
                bn_param["mode"] = mode
        caches = []
        a = X
        for i in range(1, self.num_layers):
            a, fc_cache = affine_forward(a, self.params["W%d" % i], self.params["b%d" % i])
            bn_cache = do_cache = None
            if self.normalization == "batchnorm":
                a, bn_cache = batchnorm_forward(a, self.params["gamma%d" % i], self.params["beta%d" % i], self.bn_params[i - 1])
            elif self.normalization == "layernorm":
                a, bn_cache = layernorm_forward(a, self.params["gamma%d" % i], self.params["beta%d" % i], self.bn_params[i - 1])
            a, relu_cache = relu_forward(a)
            if self.use_dropout:
                a, do_cache = dropout_forward(a, self.dropout_param)
            caches.append((fc_cache, bn_cache, relu_cache, do_cache))
        L = self.num_layers
        scores, last = affine_forward(a, self.params["W%d" % L], self.params["b%d" % L])
        if mode == "test":
            return scores
        loss, grads = 0.0, {}
        loss, dscores = softmax_loss(scores, y)
        da, grads["W%d" % L], grads["b%d" % L] = affine_backward(dscores, last)
        for i in range(L - 1, 0, -1):
            fc_cache, bn_cache, relu_cache, do_cache = caches.pop()
            if self.use_dropout:
                da = dropout_backward(da, do_cache)
            da = relu_backward(da, relu_cache)
            if self.normalization == "batchnorm":
                da, grads["gamma%d" % i], grads["beta%d" % i] = batchnorm_backward(da, bn_cache)
            elif self.normalization == "layernorm":
                da, grads["gamma%d" % i], grads["beta%d" % i] = layernorm_backward(da, bn_cache)
            da, grads["W%d" % i], grads["b%d" % i] = affine_backward(da, fc_cache)
        for i in range(1, L + 1):
            w = "W%d" % i
            loss += 0.5 * self.reg * np.sum(self.params[w] * self.params[w])
            grads[w] += self.reg * self.params[w]
        return loss, grads
