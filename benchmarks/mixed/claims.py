"""Twelve claims about a submission of ``backprop``, as cells of tests for nbgrader and Otter; ours has them as checks in ``assignment``."""

from __future__ import annotations

DRAWN = "import numpy as np\nrng = np.random.default_rng(7)\nx, g = rng.standard_normal((2, 40, 5))\n"
LAYER = (
    DRAWN
    + "layer = Linear(5, 3)\nw, b = layer.weight.value, layer.bias.value\nout = layer.forward(x)\nback = layer.backward(g[:, :3])\n"
)
LOSS = DRAWN + "t = (g > 0).astype(float)\np = 1 / (1 + np.exp(-x))\n"
CLAIMS = {
    "sigmoid_values": DRAWN + "assert np.allclose(Sigmoid().forward(x), 1 / (1 + np.exp(-x)))",
    "sigmoid_gradient": DRAWN + "a = Sigmoid()\ns = a.forward(x)\nassert np.allclose(a.backward(g), g * s * (1 - s))",
    "tanh_values": DRAWN + "assert np.allclose(Tanh().forward(x), np.tanh(x))",
    "tanh_gradient": DRAWN + "a = Tanh()\na.forward(x)\nassert np.allclose(a.backward(g), g / np.cosh(x) ** 2)",
    "linear_values": LAYER + "assert np.allclose(out, x @ w + b)",
    "linear_inputs_gradient": LAYER + "assert np.allclose(back, g[:, :3] @ w.T)",
    "linear_weight_gradient": LAYER + "assert np.allclose(layer.weight.grad, x.T @ g[:, :3])",
    "linear_bias_gradient": LAYER + "assert np.allclose(layer.bias.grad, g[:, :3].sum(axis=0))",
    "mse_value": LOSS + "assert np.isclose(MSELoss().forward(p, t), np.mean((p - t) ** 2))",
    "mse_gradient": LOSS + "c = MSELoss()\nc.forward(p, t)\nassert np.allclose(c.backward(), 2 * (p - t) / p.size)",
    "bce_value": LOSS + "assert np.isclose(BCELoss().forward(p, t), -np.mean(t * np.log(p) + (1 - t) * np.log(1 - p)))",
    "gradient_step": LAYER
    + "start = np.array(w)\nSGD([layer.weight, layer.bias], 0.1).step()\n"
    + "assert np.allclose(layer.weight.value, start - 0.1 * x.T @ g[:, :3])",
}
