import numpy as np
import matplotlib.pyplot as plt

# ------------------------------------------------------------ given

class Parameter:
    def __init__(self, value):
        self.value = np.asarray(value, dtype=np.float64)
        self.grad = np.zeros_like(self.value)

def generate_linear(n=100):
    pts = np.random.uniform(0, 1, (n, 2))
    return pts, (pts[:, 0] <= pts[:, 1]).astype(float)[:, None]

def generate_XOR_easy():
    a = 0.1 * np.arange(11)
    b = a[np.arange(11) != 5]
    return np.r_[np.c_[a, a], np.c_[b, 1 - b]], np.r_[np.zeros((11, 1)), np.ones((10, 1))]

def show_result(inputs, targets, predictions):
    plt.figure()
    plt.subplot(1, 2, 1); plt.title("truth"); plt.scatter(inputs[:, 0], inputs[:, 1], c=targets.ravel())
    plt.subplot(1, 2, 2); plt.title("mine"); plt.scatter(inputs[:, 0], inputs[:, 1], c=np.ravel(predictions))
    plt.show()

def show_learning_curve(losses):
    plt.figure(); plt.plot(losses); plt.xlabel("epoch"); plt.show()

# ------------------------------------------------------------ mine

class Sigmoid:
    def forward(self, inputs):
        self.o = .5 + .5 * np.tanh(.5 * inputs)
        return self.o
    def backward(self, grad_output): return grad_output * self.o * (1 - self.o)

class Tanh:
    def forward(self, inputs):
        self.o = np.tanh(inputs)
        return self.o
    def backward(self, grad_output): return grad_output * (1 - self.o * self.o)

class ReLU:
    def forward(self, inputs):
        self.o = np.fmax(inputs, 0)
        return self.o
    def backward(self, grad_output): return grad_output * (self.o > 0)

class Identity:
    def forward(self, inputs): return inputs
    def backward(self, grad_output): return grad_output

class Linear:
    def __init__(self, in_features, out_features, rng=None):
        if rng is None: rng = np.random.default_rng()
        self.weight = Parameter(rng.normal(0, 1, (in_features, out_features)))
        self.bias = Parameter(np.zeros(out_features))
    def forward(self, inputs):
        self.i = inputs
        return inputs @ self.weight.value + self.bias.value
    def backward(self, grad_output):
        self.weight.grad, self.bias.grad = self.i.T @ grad_output, grad_output.sum(0)
        return grad_output @ self.weight.value.T

class MSELoss:
    def forward(self, predictions, targets):
        if predictions.shape != targets.shape:
            raise ValueError(f"{predictions.shape} is not {targets.shape}")
        self.p, self.t = predictions, targets
        return float(((self.p - self.t) ** 2).mean())
    def backward(self): return 2 * (self.p - self.t) / self.p.size

class BCELoss:
    def forward(self, predictions, targets):
        if predictions.shape != targets.shape:
            raise ValueError(f"{predictions.shape} is not {targets.shape}")
        self.p, self.t = np.clip(predictions, 1e-12, 1 - 1e-12), targets
        return float(-(self.t * np.log(self.p) + (1 - self.t) * np.log(1 - self.p)).mean())
    def backward(self): return ((1 - self.t) / (1 - self.p) - self.t / self.p) / self.p.size

class BCEWithLogitsLoss:
    def forward(self, predictions, targets):
        if predictions.shape != targets.shape:
            raise ValueError(f"{predictions.shape} is not {targets.shape}")
        self.z, self.t = predictions, targets
        return float((np.logaddexp(0, self.z) - self.t * self.z).mean())
    def backward(self): return (Sigmoid().forward(self.z) - self.t) / self.z.size

class Sequential:
    def __init__(self, layers): self.layers = list(layers)
    def forward(self, inputs):
        for l in self.layers: inputs = l.forward(inputs)
        return inputs
    def backward(self, grad_output):
        for l in self.layers[::-1]: grad_output = l.backward(grad_output)
        return grad_output
    def parameters(self):
        return [p for l in self.layers if type(l) is Linear for p in (l.weight, l.bias)]

def build_network(in_features, hidden_units, out_features, activation="sigmoid", rng=None):
    if activation not in ("sigmoid", "tanh", "relu", "none"):
        raise ValueError(f"no activation is called {activation}")
    if rng is None: rng = np.random.default_rng()
    A = dict(sigmoid=Sigmoid, tanh=Tanh, relu=ReLU, none=Identity)[activation]
    return Sequential([Linear(in_features, hidden_units, rng), A(), Linear(hidden_units, hidden_units, rng), A(),
                       Linear(hidden_units, out_features, rng), Sigmoid()])

class SGD:
    def __init__(self, parameters, learning_rate):
        self.ps, self.lr = list(parameters), learning_rate
    def step(self):
        for p in self.ps: p.value = p.value - self.lr * p.grad
    def zero_grad(self):
        for p in self.ps: p.grad = np.zeros_like(p.value)

def train(network, loss, optimizer, inputs, targets, epochs, batch_size=None, rng=None):
    if batch_size is not None and batch_size < 1:
        raise ValueError("a batch needs a sample")
    n, out = len(inputs), []
    size = batch_size or n
    for _ in range(epochs):
        order, s = (np.arange(n) if rng is None else rng.permutation(n)), 0
        for k in range(0, n, size):
            i = order[k:k + size]
            s += loss.forward(network.forward(inputs[i]), targets[i]) * len(i)
            optimizer.zero_grad(); network.backward(loss.backward()); optimizer.step()
        out.append(s / n)
    return out

def predict(network, inputs): return (network.forward(inputs)[:, 0] > .5).astype(int)

def accuracy(network, inputs, targets): return float((predict(network, inputs) == targets[:, 0]).mean())

# ------------------------------------------------------------ train until it is perfect

np.random.seed(1)
rng = np.random.default_rng(1)
for inputs, targets in (generate_linear(), generate_XOR_easy()):
    net, bce, losses = build_network(2, 8, 1, "tanh", rng), BCELoss(), [1.0]
    sgd = SGD(net.parameters(), 0.5)
    while losses[-1] != 0:
        losses = losses[-100:] + train(net, bce, sgd, inputs, targets, 1)
    for i in range(len(inputs)):
        print(f"Iter: {i} | Ground truth: {targets[i, 0]:.0f} | Predict: {net.forward(inputs)[i, 0]:.5f}")
    print(f"loss={losses[-1]} accuracy={100 * accuracy(net, inputs, targets)}%")
    show_learning_curve(losses)
    show_result(inputs, targets, predict(net, inputs))
