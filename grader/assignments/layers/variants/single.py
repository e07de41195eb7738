"""All in float32 wherever arrays are made; caches that are functions; strides."""
import numpy as np

f4 = np.float32


def affine_forward(x, w, b):
    rows = x.reshape(x.shape[0], -1).astype(f4)
    out = rows.dot(w.astype(f4)) + b.astype(f4)

    def back(dout):
        dout = dout.astype(f4)
        return dout.dot(w.astype(f4).T).reshape(x.shape), rows.T.dot(dout), np.sum(dout, axis=0)

    return out, back


def affine_backward(dout, cache):
    return cache(dout)


def relu_forward(x):
    return (np.abs(x) + x) / 2, lambda dout: dout * np.heaviside(x, 0)


def relu_backward(dout, cache):
    return cache(dout)


def softmax_loss(x, y):
    x = x - x.max(axis=1)[:, None]
    p = np.exp(x.astype(f4))
    p /= p.sum(axis=1, keepdims=True)
    loss = np.mean(-np.log(p[np.arange(x.shape[0]), y] + 1e-30))
    p[np.arange(x.shape[0]), y] -= 1
    return np.array([loss]), p / x.shape[0]


def svm_loss(x, y):
    right = np.choose(y, x.T).reshape(-1, 1) if x.shape[1] < 32 else None
    margins = np.maximum(0, x - right + 1).astype(f4)
    margins[np.arange(len(y)), y] = 0
    dx = np.sign(margins)
    dx[np.arange(len(y)), y] = -np.count_nonzero(margins, axis=1)
    return float(np.mean(np.sum(margins, axis=1))), dx / f4(len(y))


def batchnorm_forward(x, gamma, beta, bn_param):
    x = x.astype(f4) if bn_param.get("eps") else x
    bn_param["running_mean"] = bn_param.get("running_mean", np.zeros(x.shape[1], f4))
    bn_param["running_var"] = bn_param.get("running_var", np.zeros(x.shape[1], f4))
    eps, momentum = bn_param.get("eps", 1e-5), bn_param.get("momentum", 0.9)
    if bn_param["mode"] == "train":
        mean, var = np.mean(x, axis=0), np.var(x, axis=0)
        for key, new in (("running_mean", mean), ("running_var", var)):
            bn_param[key] = momentum * bn_param[key] + (1 - momentum) * new
    else:
        mean, var = bn_param["running_mean"], bn_param["running_var"]
    hat = (x - mean) * (var + eps) ** -0.5
    return gamma * hat + beta, [hat, gamma, (var + eps) ** -0.5, len(x)]


def batchnorm_backward(dout, cache):
    hat, gamma, inverse, n = cache
    centre = np.eye(n) - 1.0 / n
    dhat = dout * gamma
    dx = np.stack([(centre - np.outer(h, h) / n) @ d * s for h, d, s in zip(hat.T, dhat.T, inverse)], axis=1)
    return dx, np.diag(hat.T @ dout), dout.sum(axis=0)


batchnorm_backward_alt = batchnorm_backward


def layernorm_forward(x, gamma, beta, ln_param):
    mean, var = x.mean(-1, keepdims=True), x.var(-1, keepdims=True)
    scale = np.sqrt(var + ln_param.get("eps", 0.00001))
    hat = (x - mean) / scale
    return hat * gamma[None] + beta[None], (hat, scale, gamma)


def layernorm_backward(dout, cache):
    hat, scale, gamma = cache
    g = dout * gamma
    D = g.shape[1]
    dvar = np.sum(g * hat, axis=1, keepdims=True) * -0.5 / scale**2
    dmean = -np.sum(g / scale, axis=1, keepdims=True)
    return g / scale + dvar * 2 * hat * scale / D + dmean / D, np.einsum("nd,nd->d", dout, hat), np.einsum("nd->d", dout)


def dropout_forward(x, dropout_param):
    rng = np.random.default_rng(dropout_param.get("seed", None))
    if dropout_param["mode"] == "test":
        return x, (None, 1)
    keep = rng.uniform(size=x.shape) > 1 - dropout_param["p"]
    out = np.where(keep, x, 0) / dropout_param["p"]
    return out, (keep, dropout_param["p"])


def dropout_backward(dout, cache):
    keep, p = cache
    if keep is None:
        return dout
    dx = dout.copy()
    dx[~keep] = 0
    dx /= p
    return dx


def _windows(x, height, width, stride):
    N, C, H, W = x.shape
    a, b, c, d = x.strides
    shape = (N, C, (H - height) // stride + 1, (W - width) // stride + 1, height, width)
    return np.lib.stride_tricks.as_strided(x, shape, (a, b, c * stride, d * stride, c, d))


def conv_forward_naive(x, w, b, conv_param):
    p, s = conv_param["pad"], conv_param["stride"]
    x = np.ascontiguousarray(np.pad(x, ((0, 0), (0, 0), (p, p), (p, p)), "constant"), dtype=f4)
    windows = _windows(x, w.shape[2], w.shape[3], s)
    out = np.tensordot(windows, w.astype(f4), axes=[(1, 4, 5), (1, 2, 3)]).transpose(0, 3, 1, 2)
    out += b.reshape(1, -1, 1, 1).astype(f4)
    return out, (x, w, b, s, p)


def conv_backward_naive(dout, cache):
    x, w, b, s, p = cache
    windows = _windows(x, w.shape[2], w.shape[3], s)
    dw = np.tensordot(dout, windows, axes=[(0, 2, 3), (0, 2, 3)])
    # Zeros between and around, and the filters turned round.
    N, F, h, v = dout.shape
    HH, WW = w.shape[2:]
    wide = np.zeros((N, F, x.shape[2] + HH - 1, x.shape[3] + WW - 1))
    wide[:, :, HH - 1 : HH - 1 + (h - 1) * s + 1 : s, WW - 1 : WW - 1 + (v - 1) * s + 1 : s] = dout
    dx = np.tensordot(_windows(wide, HH, WW, 1), w[:, :, ::-1, ::-1], axes=[(1, 4, 5), (0, 2, 3)]).transpose(0, 3, 1, 2)
    return dx[:, :, p : dx.shape[2] - p, p : dx.shape[3] - p], dw, np.einsum("nfhw->f", dout)


def max_pool_forward_naive(x, pool_param):
    out = _windows(x, pool_param["pool_height"], pool_param["pool_width"], pool_param["stride"]).max((-1, -2))
    return out, {"x": x, "out": out, **pool_param}


def max_pool_backward_naive(dout, cache):
    x, s = cache["x"], cache["stride"]
    dx = np.zeros_like(x)
    for i in range(cache["pool_height"]):
        for j in range(cache["pool_width"]):
            view = (slice(None), slice(None), slice(i, i + s * dout.shape[2], s), slice(j, j + s * dout.shape[3], s))
            dx[view] += (x[view] == cache["out"]) * dout
    return dx


def spatial_batchnorm_forward(x, gamma, beta, bn_param):
    rows = np.concatenate([image.reshape(x.shape[1], -1).T for image in x])
    out, cache = batchnorm_forward(rows, gamma, beta, bn_param)
    return np.stack([part.T.reshape(x.shape[1:]) for part in np.split(out, len(x))]), cache


def spatial_batchnorm_backward(dout, cache):
    rows = np.concatenate([image.reshape(dout.shape[1], -1).T for image in dout])
    dx, dgamma, dbeta = batchnorm_backward(rows, cache)
    return np.stack([part.T.reshape(dout.shape[1:]) for part in np.split(dx, len(dout))]), dgamma, dbeta


def sgd(w, dw, config=None):
    config = config or {}
    np.subtract(w, config.setdefault("learning_rate", 1e-2) * dw, out=w)
    return w, config


def sgd_momentum(w, dw, config=None):
    config = {} if config is None else config
    lr, mu = config.setdefault("learning_rate", 1e-2), config.setdefault("momentum", 0.9)
    if "velocity" not in config:
        config["velocity"] = np.zeros_like(w)
    config["velocity"] *= mu
    config["velocity"] -= lr * dw
    w += config["velocity"]
    return w, config


def rmsprop(w, dw, config=None):
    config = {} if config is None else dict(config)
    lr, rho = config.setdefault("learning_rate", 1e-2), config.setdefault("decay_rate", 0.99)
    eps = config.setdefault("epsilon", 1e-8)
    config["cache"] = rho * config.get("cache", 0) + (1 - rho) * np.multiply(dw, dw)
    return w - lr * np.divide(dw, np.sqrt(config["cache"]) + eps), config


def adam(w, dw, config=None):
    keys = dict(learning_rate=1e-3, beta1=0.9, beta2=0.999, epsilon=1e-8, m=np.zeros_like(w), v=np.zeros_like(w), t=0)
    keys.update(config or {})
    lr, beta1, beta2, eps, m, v, t = (keys[k] for k in ("learning_rate", "beta1", "beta2", "epsilon", "m", "v", "t"))
    m, v, t = beta1 * m + (1 - beta1) * dw, beta2 * v + (1 - beta2) * dw**2, t + 1
    keys.update(m=m, v=v, t=t)
    return w - lr * (m / (1 - beta1**t)) / (np.sqrt(v / (1 - beta2**t)) + eps), keys


class FullyConnectedNet:
    """Layers and their ways back are functions in a list."""

    def __init__(self, hidden_dims, input_dim=3 * 32 * 32, num_classes=10, dropout_keep_ratio=1, normalization=None,
                 reg=0.0, weight_scale=1e-2, dtype=np.float32, seed=None):
        self.reg, self.norm, self.keep, self.seed = reg, normalization, dropout_keep_ratio, seed
        dims = [input_dim] + list(hidden_dims) + [num_classes]
        self.L = len(dims) - 1
        self.params = {}
        for l in range(self.L):
            self.params["W" + str(l + 1)] = weight_scale * np.random.randn(dims[l], dims[l + 1]).astype(dtype)
            self.params["b" + str(l + 1)] = np.zeros((dims[l + 1],), dtype=dtype)
        if normalization is not None:
            for l in range(self.L - 1):
                self.params["gamma" + str(l + 1)] = np.ones(dims[l + 1], dtype)
                self.params["beta" + str(l + 1)] = np.zeros(dims[l + 1], dtype)
        self.bn = {l: {} for l in range(1, self.L)}

    def loss(self, X, y=None):
        ways, h, grads, P = [], X, {}, self.params

        def affine(l):
            out, cache = affine_forward(h, P[f"W{l}"], P[f"b{l}"])

            def back(d):
                d, grads[f"W{l}"], grads[f"b{l}"] = affine_backward(d, cache)
                grads[f"W{l}"] = grads[f"W{l}"] + self.reg * P[f"W{l}"]
                return d

            ways.append(back)
            return out

        def normalized(l):
            forward, backward = {"batchnorm": (batchnorm_forward, batchnorm_backward), "layernorm": (layernorm_forward, layernorm_backward)}[self.norm]
            self.bn[l]["mode"] = "train" if y is not None else "test"
            out, cache = forward(h, P[f"gamma{l}"], P[f"beta{l}"], self.bn[l])

            def back(d):
                d, grads[f"gamma{l}"], grads[f"beta{l}"] = backward(d, cache)
                return d

            ways.append(back)
            return out

        for l in range(1, self.L):
            h = affine(l)
            if self.norm:
                h = normalized(l)
            h, back = relu_forward(h)
            ways.append(back)
            if self.keep < 1 and y is not None:
                param = {"mode": "train", "p": self.keep}
                if self.seed is not None:
                    param["seed"] = self.seed
                h, c = dropout_forward(h, param)
                ways.append(lambda d, c=c: dropout_backward(d, c))
        scores = affine(self.L)
        if y is None:
            return scores
        loss, d = softmax_loss(scores, y)
        for back in reversed(ways):
            d = back(d)
        loss = loss + 0.5 * self.reg * sum((P[k] ** 2).sum() for k in P if k[0] == "W")
        return loss, grads
