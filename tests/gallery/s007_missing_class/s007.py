'''
Deep learning lab, first exercise. Python 3.10

BCEWithLogitsLoss: I did not understand what the difference to BCELoss is, so I left it out, sorry!
'''
import numpy as np
import matplotlib.pyplot as plt


class Parameter(object):
    def __init__(self, value):
        self.value = np.asarray(value, dtype="float64")
        self.grad = np.zeros_like(self.value)


class Activation(object):
    '''forward calls self.f, backward multiplies with self.df'''

    def forward(self, inputs):
        self.saved = np.array(inputs, dtype="float64")
        return self.f(self.saved)

    def backward(self, grad_output):
        return grad_output * self.df(self.saved)


class Sigmoid(Activation):
    def f(self, x):
        y = np.empty_like(x)
        big = x > 0
        y[big] = 1.0 / (1.0 + np.exp(-x[big]))
        e = np.exp(x[~big])
        y[~big] = e / (e + 1.0)
        return y

    def df(self, x):
        y = self.f(x)
        return y * (1.0 - y)


class Tanh(Activation):
    def f(self, x):
        return np.tanh(x)

    def df(self, x):
        return 1.0 - np.tanh(x) ** 2


class ReLU(Activation):
    def f(self, x):
        return (x + np.abs(x)) / 2.0

    def df(self, x):
        return np.heaviside(x, 0.0)


class Identity(Activation):
    def f(self, x):
        return x

    def df(self, x):
        return 1.0


class Linear(object):
    def __init__(self, in_features, out_features, rng=None):
        if rng is None:
            rng = np.random.default_rng()
        w = 2.0 * rng.random((in_features, out_features)) - 1.0
        self.weight = Parameter(w)
        self.bias = Parameter(np.zeros(out_features))

    def forward(self, inputs):
        self.saved = inputs
        return np.dot(inputs, self.weight.value) + self.bias.value

    def backward(self, grad_output):
        self.weight.grad = np.dot(self.saved.T, grad_output)
        self.bias.grad = np.dot(np.ones(len(grad_output)), grad_output)
        return np.dot(grad_output, self.weight.value.T)


class MSELoss(object):
    def forward(self, predictions, targets):
        if predictions.shape != targets.shape:
            raise ValueError(f"{predictions.shape} is not {targets.shape}")
        self.p, self.t = predictions, targets
        return float(np.average((self.p - self.t) ** 2))

    def backward(self):
        return 2.0 * (self.p - self.t) / np.prod(self.p.shape)


class BCELoss(object):
    def forward(self, predictions, targets):
        if predictions.shape != targets.shape:
            raise ValueError(f"{predictions.shape} is not {targets.shape}")
        self.p = np.minimum(np.maximum(predictions, 1e-12), 1.0 - 1e-12)
        self.t = targets
        return float(np.average(-self.t * np.log(self.p) - (1.0 - self.t) * np.log(1.0 - self.p)))

    def backward(self):
        return (-self.t / self.p + (1.0 - self.t) / (1.0 - self.p)) / np.prod(self.p.shape)


class Sequential(object):
    def __init__(self, layers):
        self.chain = list(layers)

    def forward(self, inputs):
        x = inputs
        for link in self.chain:
            x = link.forward(x)
        return x

    def backward(self, grad_output):
        g = grad_output
        for link in self.chain[::-1]:
            g = link.backward(g)
        return g

    def parameters(self):
        collected = []
        for link in self.chain:
            if hasattr(link, "weight"):
                collected.extend([link.weight, link.bias])
        return collected


def build_network(in_features, hidden_units, out_features, activation="sigmoid", rng=None):
    if activation not in ("sigmoid", "tanh", "relu", "none"):
        raise ValueError(f"no activation is called {activation}")
    if rng is None:
        rng = np.random.default_rng()
    if activation == "sigmoid":
        Between = Sigmoid
    elif activation == "tanh":
        Between = Tanh
    elif activation == "relu":
        Between = ReLU
    else:
        Between = Identity
    chain = [Linear(in_features, hidden_units, rng)]
    chain.append(Between())
    chain.append(Linear(hidden_units, hidden_units, rng))
    chain.append(Between())
    chain.append(Linear(hidden_units, out_features, rng))
    chain.append(Sigmoid())
    return Sequential(chain)


class SGD(object):
    def __init__(self, parameters, learning_rate):
        self.parameters = list(parameters)
        self.learning_rate = learning_rate

    def step(self):
        for parameter in self.parameters:
            parameter.value -= self.learning_rate * parameter.grad

    def zero_grad(self):
        for parameter in self.parameters:
            parameter.grad = np.zeros_like(parameter.value)


def train(network, loss, optimizer, inputs, targets, epochs, batch_size=None, rng=None):
    if batch_size is not None and batch_size < 1:
        raise ValueError("a batch needs a sample")
    if batch_size is None:
        batch_size = len(inputs)
    all_losses = []
    for epoch in range(epochs):
        if rng is None:
            numbers = np.arange(len(inputs))
        else:
            numbers = rng.permutation(len(inputs))
        epoch_loss = 0.0
        while len(numbers) > 0:
            now, numbers = numbers[:batch_size], numbers[batch_size:]
            out = network.forward(inputs[now])
            epoch_loss += loss.forward(out, targets[now]) * len(now)
            optimizer.zero_grad()
            network.backward(loss.backward())
            optimizer.step()
        all_losses.append(epoch_loss / len(inputs))
    return all_losses


def predict(network, inputs):
    return np.floor(network.forward(inputs)[:, 0] + 0.5).astype(int)


def accuracy(network, inputs, targets):
    return float(np.average(predict(network, inputs) == targets[:, 0]))


def generate_linear(n=100):
    pts = np.random.uniform(0, 1, (n, 2))
    labels = []
    for pt in pts:
        if pt[0] > pt[1]:
            labels.append(0.0)
        else:
            labels.append(1.0)
    return pts, np.array(labels).reshape(n, 1)


def generate_XOR_easy():
    pts, labels = [], []
    for i in range(11):
        pts.append([0.1 * i, 0.1 * i])
        labels.append(0.0)
        if i == 5:
            continue
        pts.append([0.1 * i, 1 - 0.1 * i])
        labels.append(1.0)
    return np.array(pts), np.array(labels).reshape(21, 1)


def show_result(inputs, targets, predictions):
    plt.figure(figsize=(10, 5))
    plt.subplot(121)
    plt.title("Ground truth")
    plt.scatter(inputs[:, 0], inputs[:, 1], c=["r" if t < 0.5 else "b" for t in np.ravel(targets)])
    plt.subplot(122)
    plt.title("Predict result")
    plt.scatter(inputs[:, 0], inputs[:, 1], c=["r" if t < 0.5 else "b" for t in np.ravel(predictions)])
    plt.show()


def show_learning_curve(losses):
    plt.figure()
    plt.plot(range(1, len(losses) + 1), losses, label="loss")
    plt.legend()
    plt.show()


if __name__ == "__main__":
    np.random.seed(20)
    for title, (x, y), rate, epochs in [
        ("LINEAR", generate_linear(n=100), 0.5, 900),
        ("XOR", generate_XOR_easy(), 0.5, 2000),
    ]:
        print(title)
        model = build_network(2, 7, 1, "tanh", np.random.default_rng(20))
        bce = BCELoss()
        history = train(model, bce, SGD(model.parameters(), rate), x, y, epochs)
        for epoch in range(0, epochs, 300):
            print("epoch %d loss : %.6f" % (epoch, history[epoch]))
        probability = model.forward(x)
        for i in range(len(x)):
            print("Iter: %3d | Ground truth: %.1f | Predict: %.5f" % (i, y[i, 0], probability[i, 0]))
        print("loss=%.6f accuracy=%.2f%%" % (bce.forward(probability, y), 100 * accuracy(model, x, y)))
        show_learning_curve(history)
        show_result(x, y, predict(model, x))
