"""HW backprop
"""
import numpy as np
import matplotlib.pyplot as plt


class Parameter:
    def __init__(self, value):
        self.value = np.array(value, float)
        self.grad = np.zeros(self.value.shape)


class Sigmoid:
    def forward(self, inputs):
        # clip, because exp(710) is the end of the world
        self.cache = 1 / (1 + np.exp(-np.clip(inputs, -500, 500)))
        return self.cache
    def backward(self, grad_output):
        s = self.cache
        return s * (1 - s) * grad_output


class Tanh:
    def forward(self, inputs):
        self.cache = np.tanh(inputs)
        return self.cache
    def backward(self, grad_output):
        return (1 - np.square(self.cache)) * grad_output


class ReLU:
    def forward(self, inputs):
        self.cache = inputs
        return np.maximum(0, inputs)
    def backward(self, grad_output):
        return (self.cache > 0).astype(float) * grad_output


class Identity:
    def forward(self, inputs):
        return inputs
    def backward(self, grad_output):
        return grad_output


class Linear:
    def __init__(self, in_features, out_features, rng=None):
        if rng is None:
            rng = np.random.default_rng()
        self.weight = Parameter(rng.standard_normal((in_features, out_features)))
        self.bias = Parameter(np.zeros(out_features))
    def forward(self, inputs):
        self.cache = inputs
        return inputs @ self.weight.value + self.bias.value
    def backward(self, grad_output):
        X = self.cache
        self.weight.grad = X.T @ grad_output
        self.bias.grad = np.mean(grad_output, axis=0)
        return grad_output @ self.weight.value.T


class MSELoss:
    def forward(self, predictions, targets):
        if predictions.shape != targets.shape:
            raise ValueError(f"{predictions.shape} is not {targets.shape}")
        self.cache = (predictions, targets)
        return np.mean((predictions - targets) ** 2).item()
    def backward(self):
        P, T = self.cache
        return 2 / P.size * (P - T)


class BCELoss:
    def forward(self, predictions, targets):
        if predictions.shape != targets.shape:
            raise ValueError(f"{predictions.shape} is not {targets.shape}")
        P, T = np.clip(predictions, 1e-12, 1 - 1e-12), targets
        self.cache = (P, T)
        return -np.mean(T * np.log(P) + (1 - T) * np.log(1 - P)).item()
    def backward(self):
        P, T = self.cache
        return -1 / P.size * (T / P - (1 - T) / (1 - P))


class BCEWithLogitsLoss:
    def forward(self, predictions, targets):
        if predictions.shape != targets.shape:
            raise ValueError(f"{predictions.shape} is not {targets.shape}")
        Z, T = predictions, targets
        self.cache = (Z, T)
        return np.mean(np.maximum(Z, 0) - Z * T + np.log1p(np.exp(-abs(Z)))).item()
    def backward(self):
        Z, T = self.cache
        return (Sigmoid().forward(Z) - T) / Z.size


class Sequential:
    def __init__(self, layers):
        self.layers = layers
    def forward(self, inputs):
        A = inputs
        for layer in self.layers:
            A = layer.forward(A)
        return A
    def backward(self, grad_output):
        G = grad_output
        for layer in self.layers[::-1]:
            G = layer.backward(G)
        return G
    def parameters(self):
        for layer in self.layers:
            if isinstance(layer, Linear):
                yield layer.weight
                yield layer.bias


def build_network(in_features, hidden_units, out_features, activation="sigmoid", rng=None):
    if activation not in ("sigmoid", "tanh", "relu", "none"):
        raise ValueError(f"no activation is called {activation}")
    if rng is None:
        rng = np.random.default_rng()
    act = {"sigmoid": Sigmoid, "tanh": Tanh, "relu": ReLU, "none": Identity}[activation]
    return Sequential([
        Linear(in_features, hidden_units, rng), act(),
        Linear(hidden_units, hidden_units, rng), act(),
        Linear(hidden_units, out_features, rng), Sigmoid()])


class SGD:
    def __init__(self, parameters, learning_rate):
        self.parameters = list(parameters)
        self.lr = learning_rate
    def step(self):
        for p in self.parameters:
            p.value = p.value - self.lr * p.grad
    def zero_grad(self):
        for p in self.parameters:
            p.grad = p.grad * 0


def train(network, loss, optimizer, inputs, targets, epochs, batch_size=None, rng=None):
    if batch_size is not None and batch_size < 1:
        raise ValueError("a batch needs a sample")
    N = len(inputs)
    B = N if batch_size is None else batch_size
    curve = []
    for e in range(epochs):
        idx = np.arange(N)
        if rng is not None:
            idx = rng.permutation(N)
        L = 0
        for b in range(0, N, B):
            X, T = inputs[idx[b:b + B]], targets[idx[b:b + B]]
            optimizer.zero_grad()
            L += loss.forward(network.forward(X), T) * len(X)
            network.backward(loss.backward())
            optimizer.step()
        curve.append(L / N)
    return curve


def predict(network, inputs):
    return (network.forward(inputs) > 0.5).astype(int).ravel()


def accuracy(network, inputs, targets):
    return (predict(network, inputs) == targets.ravel()).mean()


def generate_linear(n=100):
    pts = np.random.uniform(0, 1, (n, 2))
    lab = np.array([0. if p[0] > p[1] else 1. for p in pts]).reshape(n, 1)
    return pts, lab


def generate_XOR_easy():
    inputs, labels = [], []
    for i in range(11):
        inputs.append([0.1 * i, 0.1 * i])
        labels.append(0.)
        if 0.1 * i == 0.5:
            continue
        inputs.append([0.1 * i, 1 - 0.1 * i])
        labels.append(1.)
    return np.array(inputs), np.array(labels).reshape(21, 1)


def show_result(inputs, targets, predictions):
    plt.figure()
    for k, (name, y) in enumerate([("Ground truth", targets), ("Predict result", predictions)]):
        plt.subplot(1, 2, k + 1)
        plt.title(name, fontsize=18)
        for i in range(inputs.shape[0]):
            plt.plot(inputs[i][0], inputs[i][1], "ro" if np.ravel(y)[i] == 0 else "bo")
    plt.show()


def show_learning_curve(losses):
    plt.figure()
    plt.plot(losses)
    plt.title("learning curve")
    plt.show()


def main():
    np.random.seed(5)
    for X, T in (generate_linear(), generate_XOR_easy()):
        net, crit = build_network(2, 10, 1, "tanh", np.random.default_rng(5)), BCELoss()
        curve = train(net, crit, SGD(net.parameters(), 0.2), X, T, 2000)
        P = net.forward(X)
        for i in range(len(X)):
            print(f"Iter: {i}  |  Ground truth: {T[i, 0]:.1f}  |  Predict: {P[i, 0]:.5f}")
        print(f"loss={crit.forward(P, T):.5f} accuracy={accuracy(net, X, T) * 100:.2f}%")
        show_learning_curve(curve)
        show_result(X, T, predict(net, X))


if __name__ == "__main__":
    main()
