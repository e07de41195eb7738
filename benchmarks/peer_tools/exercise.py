"""The exercise that all three tools grade: the cells of a right notebook, and twelve claims about what they define."""

from __future__ import annotations

import time

DEFINITIONS = (
    "import numpy as np\nimport matplotlib.pyplot as plt",
    '''\
class Sigmoid:
    """One over one plus the exponential of minus x."""

    def forward(self, inputs):
        self.outputs = 1.0 / (1.0 + np.exp(-inputs))
        return self.outputs

    def backward(self, grad_output):
        return grad_output * self.outputs * (1.0 - self.outputs)''',
    '''\
class Tanh:
    """The hyperbolic tangent."""

    def forward(self, inputs):
        self.outputs = np.tanh(inputs)
        return self.outputs

    def backward(self, grad_output):
        return grad_output * (1.0 - self.outputs**2)''',
    '''\
class Linear:
    """Inputs times a weight, plus a bias."""

    def __init__(self, in_features, out_features, rng):
        self.weight = rng.standard_normal((in_features, out_features))
        self.bias = np.zeros(out_features)

    def forward(self, inputs):
        self.inputs = inputs
        return inputs @ self.weight + self.bias

    def backward(self, grad_output):
        self.grad_weight = self.inputs.T @ grad_output
        self.grad_bias = grad_output.sum(axis=0)
        return grad_output @ self.weight.T''',
    '''\
def mse(predictions, targets):
    """Return the mean squared error and its gradient with respect to the predictions."""
    difference = predictions - targets
    return float(np.mean(difference**2)), 2.0 * difference / difference.size''',
    '''\
def step(layer, learning_rate):
    """Move a linear layer one step down its gradient."""
    layer.weight -= learning_rate * layer.grad_weight
    layer.bias -= learning_rate * layer.grad_bias''',
)

TRAINING = """\
inputs = np.array([[k / 10, k / 10] for k in range(11)] + [[k / 10, 1 - k / 10] for k in range(11) if k != 5])
targets = np.array([[0.0]] * 11 + [[1.0]] * 10)
rng = np.random.default_rng({seed})
layers = [Linear(2, 16, rng), Tanh(), Linear(16, 16, rng), Tanh(), Linear(16, 1, rng), Sigmoid()]
losses = []
for epoch in range({epochs}):
    values = inputs
    for layer in layers:
        values = layer.forward(values)
    loss, grad = mse(values, targets)
    losses.append(loss)
    for layer in reversed(layers):
        grad = layer.backward(grad)
    for layer in layers[::2]:
        step(layer, 0.3)
predictions = (values > 0.5).astype(float)
print(f"accuracy={{np.mean(predictions == targets):.2%}}")"""

CURVE = """\
plt.plot(losses)
plt.xlabel("epoch")
plt.ylabel("loss")
plt.show()"""

# In the other two formats, each claim is one test cell; our assignment has the same twelve.
DRAWN = "rng = np.random.default_rng(7)\nx, g, t = rng.standard_normal((3, 40, 5))\n"
LAYER = DRAWN + "layer = Linear(5, 3, rng)\nout = layer.forward(x)\nback = layer.backward(g[:, :3])\n"
CLAIMS = {
    "sigmoid_values": DRAWN + "assert np.allclose(Sigmoid().forward(x), 1 / (1 + np.exp(-x)))",
    "sigmoid_gradient": DRAWN + "a = Sigmoid()\ns = a.forward(x)\nassert np.allclose(a.backward(g), g * s * (1 - s))",
    "tanh_values": DRAWN + "assert np.allclose(Tanh().forward(x), np.tanh(x))",
    "tanh_gradient": DRAWN
    + "a = Tanh()\nvalues = a.forward(x)\nassert np.allclose(a.backward(g), g / np.cosh(x) ** 2)",
    "linear_values": LAYER + "assert np.allclose(out, x @ layer.weight + layer.bias)",
    "linear_inputs_gradient": LAYER + "assert np.allclose(back, g[:, :3] @ layer.weight.T)",
    "linear_weight_gradient": LAYER + "assert np.allclose(layer.grad_weight, x.T @ g[:, :3])",
    "linear_bias_gradient": LAYER + "assert np.allclose(layer.grad_bias, g[:, :3].sum(axis=0))",
    "mse_value": DRAWN + "assert np.isclose(mse(x, t)[0], np.mean((x - t) ** 2))",
    "mse_gradient": DRAWN + "assert np.allclose(mse(x, t)[1], 2 * (x - t) / x.size)",
    "gradient_step": LAYER
    + "before = layer.weight.copy()\nstep(layer, 0.1)\nassert np.allclose(layer.weight, before - 0.1 * layer.grad_weight)",
    "training": "assert losses[-1] < losses[0]\nassert np.mean(predictions == targets) == 1.0",
}


def cells(seed: int, epochs: int) -> list[str]:
    """Return the code cells of one student's notebook."""
    return [*DEFINITIONS, TRAINING.format(seed=seed, epochs=epochs), CURVE]


def epochs_for(seconds: float) -> int:
    """Return how many epochs of the training take about ``seconds`` of CPU time on this machine."""

    def cost(epochs: int) -> float:
        code = compile("\n".join(cells(0, epochs)[:-1]).replace("print(", "str("), "<probe>", "exec")
        before = time.process_time()
        exec(code, {})
        return time.process_time() - before

    cost(200)
    return max(200, round(1000 * seconds / cost(1000)))
