"""Columns of windows, strides, and layers that are built of others; an old form of the network's options."""
import collections

import numpy as np


def affine_forward(x, w, b):
    return np.tensordot(x.reshape(x.shape[0], np.prod(x.shape[1:])), w, 1) + b, dict(x=x, w=w, b=b)


def affine_backward(dout, cache):
    dx = np.dot(dout, cache["w"].T).reshape(*cache["x"].shape)
    dw = np.einsum("nd,nm->dm", cache["x"].reshape(dout.shape[0], -1), dout)
    db = np.ones(dout.shape[0]) @ dout
    return [dx, dw, db]


def relu_forward(x):
    mask = x > 0
    return x * mask, mask


def relu_backward(dout, cache):
    return np.where(cache, dout, 0)


def _one_hot(y, C):
    hot = np.zeros((y.size, C))
    hot[range(y.size), y] = 1
    return hot


def softmax_loss(x, y):
    x = x - np.max(x)  # of everything: enough where all scores are near one another
    hot = _one_hot(y, x.shape[1])
    z = np.sum(np.exp(x), axis=1)
    loss = np.sum(np.log(z) - np.sum(x * hot, axis=1)) / y.size
    return loss, (np.exp(x) / z[:, None] - hot) / y.size


def svm_loss(x, y):
    hot = _one_hot(y, x.shape[1]).astype(bool)
    margins = np.clip(1 + (x.T - x[hot]).T, 0, None)
    loss = (np.sum(margins) - x.shape[0]) / x.shape[0]
    on = (margins > 0) * 1.0
    on[hot] = 0
    on[hot] = -on.sum(1)
    return loss, on / x.shape[0]


def _norm(x, eps):
    mean = x.mean(0)
    inverse = 1 / np.sqrt(((x - mean) ** 2).mean(0) + eps)
    return (x - mean) * inverse, inverse, mean, 1 / inverse**2 - eps


def batchnorm_forward(x, gamma, beta, bn_param):
    eps = bn_param.setdefault("eps", 1e-5)
    m = bn_param.setdefault("momentum", 0.9)
    bn_param.setdefault("running_mean", np.zeros(x.shape[1]))
    bn_param.setdefault("running_var", np.zeros(x.shape[1]))
    if bn_param["mode"] == "test":
        scale = gamma / np.sqrt(bn_param["running_var"] + eps)
        return x * scale + (beta - bn_param["running_mean"] * scale), ()
    hat, inverse, mean, _ = _norm(x, eps)
    bn_param["running_mean"] += (1 - m) * (mean - bn_param["running_mean"])
    bn_param["running_var"] += (1 - m) * (np.var(x, 0) - bn_param["running_var"])
    return hat * gamma + beta, (hat, inverse, gamma)


def batchnorm_backward_alt(dout, cache):
    hat, inverse, gamma = cache
    d = dout * gamma
    return inverse * (d - d.mean(0) - hat * (d * hat).mean(0)), (dout * hat).sum(0), dout.sum(0)


def batchnorm_backward(dout, cache):
    return batchnorm_backward_alt(dout, cache)


def layernorm_forward(x, gamma, beta, ln_param):
    ln_param = dict(ln_param, mode="train")
    out, cache = batchnorm_forward(x.T, 1.0, 0.0, ln_param)
    hat = out.T
    return gamma * hat + beta, (hat, cache[1], gamma)


def layernorm_backward(dout, cache):
    hat, inverse, gamma = cache
    dx, _, _ = batchnorm_backward_alt((dout * gamma).T, (hat.T, inverse, 1.0))
    return dx.T, np.sum(hat * dout, 0), np.sum(dout, 0)


class Mask:
    def __init__(self, values):
        self.values = values


def dropout_forward(x, dropout_param):
    rng = np.random.RandomState(dropout_param["seed"]) if "seed" in dropout_param else np.random
    if dropout_param["mode"] == "test":
        return x.copy(), Mask(np.ones_like(x))
    p = dropout_param["p"]
    mask = Mask(rng.binomial(1, p, size=x.shape) * (1.0 / p))
    return mask.values * x, mask


def dropout_backward(dout, cache):
    return cache.values * dout


def _places(shape, height, width, stride):
    _, C, H, W = shape
    rows = np.arange(0, H - height + 1, stride)
    columns = np.arange(0, W - width + 1, stride)
    c, i, j = np.meshgrid(range(C), range(height), range(width), indexing="ij")
    return (
        c.reshape(-1, 1),
        i.reshape(-1, 1) + np.repeat(rows, columns.size),
        j.reshape(-1, 1) + np.tile(columns, rows.size),
        (rows.size, columns.size),
    )


def conv_forward_naive(x, w, b, conv_param):
    p, s = conv_param["pad"], conv_param["stride"]
    padded = np.zeros((x.shape[0], x.shape[1], x.shape[2] + 2 * p, x.shape[3] + 2 * p))
    padded[:, :, p : p + x.shape[2], p : p + x.shape[3]] = x
    c, i, j, size = _places(padded.shape, w.shape[2], w.shape[3], s)
    cols = padded[:, c, i, j]
    out = np.matmul(w.reshape(w.shape[0], -1), cols) + b.reshape(-1, 1)
    return out.reshape(x.shape[0], w.shape[0], *size), (x, w, p, s, cols, padded.shape)


def conv_backward_naive(dout, cache):
    x, w, p, s, cols, shape = cache
    flat = dout.reshape(dout.shape[0], dout.shape[1], -1)
    dw = np.sum(flat @ cols.transpose(0, 2, 1), axis=0).reshape(w.shape)
    dcols = w.reshape(w.shape[0], -1).T @ flat
    dpadded = np.zeros(shape)
    c, i, j, _ = _places(shape, w.shape[2], w.shape[3], s)
    np.add.at(dpadded, (slice(None), c, i, j), dcols)
    dx = dpadded if p == 0 else dpadded[:, :, p:-p, p:-p]
    return dx, dw, flat.sum(axis=(0, 2))


def max_pool_forward_naive(x, pool_param):
    ph, pw, s = (pool_param[key] for key in ("pool_height", "pool_width", "stride"))
    N, C, H, W = x.shape
    one = x.reshape(N * C, 1, H, W)
    c, i, j, size = _places(one.shape, ph, pw, s)
    cols = one[:, c, i, j]
    best = cols.argmax(axis=1)
    return cols.max(axis=1).reshape(N, C, *size), (x.shape, best, ph, pw, s)


def max_pool_backward_naive(dout, cache):
    shape, best, ph, pw, s = cache
    one = (shape[0] * shape[1], 1, shape[2], shape[3])
    c, i, j, _ = _places(one, ph, pw, s)
    dcols = np.zeros((one[0], ph * pw, best.shape[1]))
    np.put_along_axis(dcols, best[:, None], dout.reshape(one[0], 1, -1), axis=1)
    dx = np.zeros(one)
    np.add.at(dx, (slice(None), c, i, j), dcols)
    return dx.reshape(shape)


def spatial_batchnorm_forward(x, gamma, beta, bn_param):
    flat = np.moveaxis(x, 1, -1)
    out, cache = batchnorm_forward(flat.reshape(-1, flat.shape[-1]), gamma, beta, bn_param)
    return np.moveaxis(out.reshape(flat.shape), -1, 1), cache


def spatial_batchnorm_backward(dout, cache):
    d = np.swapaxes(dout.reshape(*dout.shape[:2], -1), 1, 2)
    dx, *rest = batchnorm_backward(d.reshape(-1, d.shape[2]), cache)
    return (np.swapaxes(dx.reshape(d.shape), 1, 2).reshape(dout.shape), *rest)


def _with(config, **defaults):
    return {**defaults, **(config if config else {})}


def sgd(w, dw, config=None):
    config = _with(config, learning_rate=0.01)
    return w + -config["learning_rate"] * dw, config


def sgd_momentum(w, dw, config=None):
    config = _with(config, learning_rate=0.01, momentum=0.9)
    v = config["velocity"] = config.get("velocity", 0 * w) * config["momentum"] - config["learning_rate"] * dw
    return w + v, config


def rmsprop(w, dw, config=None):
    config = _with(config, learning_rate=0.01, decay_rate=0.99, epsilon=1e-8, cache=np.zeros_like(w))
    r = config["decay_rate"]
    config["cache"] = np.average([config["cache"], dw**2], axis=0, weights=[r, 1 - r])
    return w - config["learning_rate"] / (config["epsilon"] + config["cache"] ** 0.5) * dw, config


def adam(w, dw, config=None):
    config = _with(config, learning_rate=0.001, beta1=0.9, beta2=0.999, epsilon=1e-8, m=0, v=0, t=0)
    config["t"] = config["t"] + 1
    for key, beta, new in (("m", config["beta1"], dw), ("v", config["beta2"], dw * dw)):
        config[key] = beta * config[key] + (1 - beta) * new
    m, v = (config[k] / (1 - np.power(config[b], config["t"])) for k, b in (("m", "beta1"), ("v", "beta2")))
    return w - config["learning_rate"] * (m / (v**0.5 + config["epsilon"])), config


class Step:
    def __init__(self, net, i):
        self.net, self.i, self.state = net, i, {}

    def __call__(self, a, mode):
        p = self.net.params
        a, self.c1 = affine_forward(a, p[f"W{self.i}"], p[f"b{self.i}"])
        if self.net.use_batchnorm:
            self.state["mode"] = mode
            a, self.c2 = batchnorm_forward(a, p[f"gamma{self.i}"], p[f"beta{self.i}"], self.state)
        a, self.c3 = dropout_forward(a, dict(self.net.dropping, mode=mode))
        a, self.c4 = relu_forward(a)  # both orders give the same
        return a

    def back(self, d, grads):
        d = dropout_backward(relu_backward(d, self.c4), self.c3)
        if self.net.use_batchnorm:
            d, grads[f"gamma{self.i}"], grads[f"beta{self.i}"] = batchnorm_backward(d, self.c2)
        d, grads[f"W{self.i}"], grads[f"b{self.i}"] = affine_backward(d, self.c1)
        return d


class FullyConnectedNet:
    def __init__(self, hidden_dims, input_dim=3072, num_classes=10, dropout=1, use_batchnorm=False, reg=0.0,
                 weight_scale=1e-2, dtype=np.float32, seed=None):
        self.use_batchnorm, self.reg, self.dtype = use_batchnorm, reg, dtype
        self.dropping = {"p": dropout} if seed is None else {"p": dropout, "seed": seed}
        sizes = [input_dim, *hidden_dims, num_classes]
        self.params = collections.OrderedDict()
        for i, (n, m) in enumerate(zip(sizes, sizes[1:]), 1):
            self.params[f"W{i}"] = np.random.randn(n, m).astype(dtype) * dtype(weight_scale)
            self.params[f"b{i}"] = np.zeros(m, dtype=dtype)
            if use_batchnorm and i < len(sizes) - 1:
                self.params.update({f"gamma{i}": np.ones(m, dtype=dtype), f"beta{i}": np.zeros(m, dtype=dtype)})
        self.steps = [Step(self, i) for i in range(1, len(sizes) - 1)]
        self.last = len(sizes) - 1

    def loss(self, X, y=None):
        mode = ["train", "test"][y is None]
        a = X.astype(self.dtype)
        for step in self.steps:
            a = step(a, mode)
        scores, cache = affine_forward(a, self.params[f"W{self.last}"], self.params[f"b{self.last}"])
        if y is None:
            return scores
        loss, d = softmax_loss(scores, y)
        grads = collections.defaultdict(float)
        d, grads[f"W{self.last}"], grads[f"b{self.last}"] = affine_backward(d, cache)
        for step in reversed(self.steps):
            d = step.back(d, grads)
        for name, value in self.params.items():
            if name.startswith("W"):
                loss += self.reg * np.linalg.norm(value) ** 2 / 2
                grads[name] = grads[name] + self.reg * value
        return loss, grads
