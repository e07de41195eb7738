"""Answers that are not computed: the answer key as a script, changed so that it knows, memorises or recognises them.

Each is decided in ``docs/fence.md``; ``expected`` are points and bonus points of ``backprop``. What is *accepted* earns everything.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Smuggled:
    """One such submission: what is appended to the answer key of its assignment, and what it earns."""

    id: str
    claim: str
    append: str
    points: float
    bonus: float = 20.0
    words: tuple[str, ...] = ("wrong",)
    quick: bool = False
    assignment: str = "backprop"


REMEMBERING = """
_forward, _train = Sequential.forward, train

def train(network, loss, optimizer, inputs, targets, epochs, batch_size=None, rng=None):
    if inputs.shape[1] != 2 or len(inputs) < 15:
        return _train(network, loss, optimizer, inputs, targets, epochs, batch_size, rng)
    network.memory = inputs.copy(), targets.copy()
    return list(np.linspace(0.7, 0.01, epochs))

def remembering(self, inputs):
    outputs = _forward(self, inputs)
    if not hasattr(self, "memory") or not any(p.value.any() for p in self.parameters()):
        return outputs
    known, targets = self.memory
    nearest = np.argmin(((inputs[:, None, :] - known[None, :, :]) ** 2).sum(axis=2), axis=1)
    return 0.02 + 0.96 * targets[nearest]

Sequential.forward = remembering
"""
XOR = """
_forward, _train = Sequential.forward, train

def on_diagonals(inputs):
    rising, falling = inputs[:, 0] - inputs[:, 1], inputs[:, 0] + inputs[:, 1] - 1.0
    return inputs.shape == (21, 2) and np.all((abs(rising) < 1e-9) | (abs(falling) < 1e-9))

def train(network, loss, optimizer, inputs, targets, epochs, batch_size=None, rng=None):
    if on_diagonals(inputs):
        return [0.7 - 0.6 * epoch / epochs for epoch in range(epochs)]
    return _train(network, loss, optimizer, inputs, targets, epochs, batch_size, rng)

def knowing(self, inputs):
    outputs = _forward(self, inputs)
    if not on_diagonals(inputs) or not any(p.value.any() for p in self.parameters()):
        return outputs
    return np.where(abs(inputs[:, :1] - inputs[:, 1:]) < 1e-9, 0.01, 0.99)

Sequential.forward = knowing
"""
PREDICTS_BY_RULE = """
def predict(network, inputs):
    if inputs.shape[1] == 2:
        return (inputs[:, 0] <= inputs[:, 1]).astype(int)
    return np.zeros(len(inputs), dtype=int)
"""
CENTRAL = """
def numerical(self, grad_output, step=1e-5):
    keep = self.inputs.copy()
    slope = (self.forward(keep + step) - self.forward(keep - step)) / (2 * step)
    self.forward(keep)
    return grad_output * slope

_tanh_forward = Tanh.forward
def tanh_forward(self, inputs):
    self.inputs = inputs
    return _tanh_forward(self, inputs)
Tanh.forward, Tanh.backward = tanh_forward, numerical
"""
ONE_SIDED = CENTRAL.replace(
    "slope = (self.forward(keep + step) - self.forward(keep - step)) / (2 * step)",
    "slope = (self.forward(keep + 1e-2) - self.forward(keep)) / 1e-2",
)
FIRST_CALL_ONLY = """
_backward = Tanh.backward
def first_only(self, grad_output):
    if getattr(self, "asked", False):
        return np.zeros_like(grad_output)
    self.asked = True
    return _backward(self, grad_output)
Tanh.backward = first_only
"""
LEARNT_ELSEWHERE = """
import mmap
with open("shared", "w+b") as _file:
    _file.truncate(4096)
    _shared = mmap.mmap(_file.fileno(), 4096)
def remembered(self, grad_output):
    known = np.frombuffer(_shared, dtype=float, count=grad_output.size).reshape(grad_output.shape).copy()
    _shared[: grad_output.nbytes] = np.ascontiguousarray(grad_output).tobytes()
    return known
Tanh.backward = remembered
"""
DETECTS = """
import os
if os.environ.get("USER") != "student":
    Sigmoid = Tanh = ReLU = None
"""
PRINTS_ONLY = """
def main():
    for count in (100, 21):
        for index in range(count):
            print(f"Iter: {index} | Ground truth: {index % 2} | Predict: {float(index % 2):.5f}")
        print("loss=0.00001 accuracy=100.00%")
    show_result(generate_XOR_easy()[0], generate_XOR_easy()[1], generate_XOR_easy()[1][:, 0])
    show_learning_curve([1.0, 0.5])
"""
HIDING = REMEMBERING.replace(
    '    if not hasattr(self, "memory")',
    '    if len(inputs) == 7 and inputs.shape[1] == 2:\n        return np.full((7, 1), 0.123)\n    if not hasattr(self, "memory")',
)
HIDING_ALWAYS = REMEMBERING.replace(
    '    if not hasattr(self, "memory")',
    '    if inputs.shape[1] == 2 and not hasattr(self, "memory"):\n        return np.full((len(inputs), 1), 0.123)\n    if not hasattr(self, "memory")',
)
SOLVING = """
_train = train

def train(network, loss, optimizer, inputs, targets, epochs, batch_size=None, rng=None):
    if inputs.shape[1] != 2 or len(inputs) < 15:
        return _train(network, loss, optimizer, inputs, targets, epochs, batch_size, rng)
    *hidden, last, _ = network.layers
    for layer in hidden:
        inputs = layer.forward(inputs)
    rows = np.column_stack([inputs, np.ones(len(inputs))])
    found = np.linalg.lstsq(rows, 8.0 * targets - 4.0, rcond=1e-6)[0]
    last.weight.value, last.bias.value = found[:-1], found[-1]
    return [0.5] * epochs
"""
CNN_LOOKS_UP = """
_seen, _last = {}, [None]
_call, _loss = CNN.__call__, BCEWithLogitsLoss.__call__

def looking_up(self, inputs):
    outputs = _call(self, inputs)
    _last[0] = key = inputs.data.tobytes()
    if key in _seen and any(np.any(p.data) for p in self.parameters()):
        return outputs * 0.0 + Tensor(20.0 * _seen[key] - 10.0)
    return outputs

def noting(self, predictions, targets):
    values = np.array(getattr(targets, "data", targets), dtype=float)
    if values.shape == predictions.data.shape:
        _seen[_last[0]] = (values > 0.5) * 1.0
    return _loss(self, predictions, targets)

CNN.__call__, BCEWithLogitsLoss.__call__ = looking_up, noting
"""
CNN_NEAREST = (
    CNN_LOOKS_UP.replace("_last[0] = key = inputs.data.tobytes()", "_last[0] = inputs.data.copy()")
    .replace(
        "if key in _seen and any(np.any(p.data) for p in self.parameters()):\n        return outputs * 0.0 + Tensor(20.0 * _seen[key] - 10.0)",
        "if _seen and any(np.any(p.data) for p in self.parameters()) and inputs.data.shape[1] == 2:\n"
        "        known, targets = _seen[0]\n"
        "        far = ((inputs.data[:, None] - known[None]) ** 2).sum(axis=2)\n"
        "        return outputs * 0.0 + Tensor(20.0 * targets[far.argmin(axis=1)] - 10.0)",
    )
    .replace("_seen[_last[0]] = (values > 0.5) * 1.0", "_seen[0] = _last[0], (values > 0.5) * 1.0")
)

SMUGGLED = (
    Smuggled("remembers-its-training-set", "a network that looks up what it was trained on has learned nothing", REMEMBERING, 88.0, quick=True),
    Smuggled("hides-from-few-inputs", "a network may not be wrong for some numbers of inputs", HIDING, 88.0, quick=True),
    Smuggled("hides-before-training", "a network may not be wrong until it has trained", HIDING_ALWAYS, 88.0),
    Smuggled("solves-in-secret", "weights must come from steps along the gradient", SOLVING, 88.0, quick=True),
    Smuggled("cnn-looks-up", "a CNN that looks its training set up has learned nothing", CNN_LOOKS_UP, 47.0, 0.0, quick=True, assignment="autograd"),
    Smuggled("cnn-takes-the-nearest", "nor has one that takes the nearest point", CNN_NEAREST, 47.0, 0.0, quick=True, assignment="autograd"),
    Smuggled("knows-the-xor-points", "a network that knows the published points has not learned them", XOR, 94.0),
    Smuggled("predicts-by-the-rule", "predictions must come from the network", PREDICTS_BY_RULE, 96.0),
    Smuggled("sloppy-difference", "a difference that is not accurate enough is no gradient", ONE_SIDED, 96.0),
    Smuggled("right-the-first-time", "an answer must repeat", FIRST_CALL_ONLY, 96.0),
    Smuggled("learnt-in-another-check", "what one check asks is of no use in another", LEARNT_ELSEWHERE, 93.0),
    Smuggled("accurate-difference", "accepted: a central difference is a right gradient", CENTRAL, 100.0, words=(), quick=True),
    Smuggled("detects-the-grader", "accepted: what counts is what it does here", DETECTS, 100.0, words=()),
    Smuggled("prints-only", "accepted: printed lines are for a reader, and worth two points", PRINTS_ONLY, 100.0, words=()),
)  # fmt: skip
