import numpy as np
import matplotlib.pyplot as plt

def generate_linear(n=100):
    pts = np.random.uniform(0, 1, (n, 2))
    inputs = []
    labels = []
    for pt in pts:
        inputs.append([pt[0], pt[1]])
        if pt[0] > pt[1]:
            labels.append(0)
        else:
            labels.append(1)
    return np.array(inputs), np.array(labels).reshape(n, 1)


def generate_XOR_easy():
    inputs = []
    labels = []
    for i in range(11):
        inputs.append([0.1 * i, 0.1 * i])
        labels.append(0)
        if 0.1 * i == 0.5:
            continue
        inputs.append([0.1 * i, 1 - 0.1 * i])
        labels.append(1)
    return np.array(inputs), np.array(labels).reshape(21, 1)


def show_result(x, y, pred_y):
    plt.subplot(1, 2, 1)
    plt.title("Ground truth", fontsize=18)
    for i in range(x.shape[0]):
        if y[i] == 0:
            plt.plot(x[i][0], x[i][1], "ro")
        else:
            plt.plot(x[i][0], x[i][1], "bo")
    plt.subplot(1, 2, 2)
    plt.title("Predict result", fontsize=18)
    for i in range(x.shape[0]):
        if pred_y[i] == 0:
            plt.plot(x[i][0], x[i][1], "ro")
        else:
            plt.plot(x[i][0], x[i][1], "bo")
    plt.show()


def report(x, y, pred, losses):
    y, pred = np.asarray(y).ravel(), np.asarray(pred).ravel()
    for i in range(len(y)):
        print(f"Iter{i + 1:3d} |    Ground truth: {y[i]:.1f} |    prediction: {pred[i]:.5f} |")
    print(f"loss={losses[-1]:.5f} accuracy={100 * np.mean((pred > 0.5) == (y > 0.5)):.2f}%")
    show_result(x, y, (pred > 0.5).astype(int))
    plt.plot(losses)
    plt.xlabel("epoch")
    plt.ylabel("loss")
    plt.show()


class Linear_layer:
    def __init__(self, in_dim, out_dim):
        self.params = {"W": np.random.randn(in_dim, out_dim), "b": np.random.randn(1, out_dim) * 0.1}
        self.grads = {}

    def __call__(self, x):
        self.cache = x
        return x.dot(self.params["W"]) + self.params["b"]

    def backward(self, dout):
        self.grads["W"] = self.cache.T.dot(dout)
        self.grads["b"] = dout.sum(0, keepdims=True)
        return dout.dot(self.params["W"].T)

    def step(self, lr):
        for key in self.params:
            self.params[key] -= lr * self.grads[key]


class Tanh:
    def __call__(self, x):
        self.y = np.tanh(x)
        return self.y

    def backward(self, dout):
        return dout * (1 - self.y ** 2)

    def step(self, lr):
        pass


class Sigmoid(Tanh):
    def __call__(self, x):
        self.y = 1 / (1 + np.exp(-x))
        return self.y

    def backward(self, dout):
        return dout * self.y * (1 - self.y)


class Network:
    def __init__(self, *modules):
        self.modules = modules

    def __call__(self, x):
        for m in self.modules:
            x = m(x)
        return x

    def backward(self, d):
        for m in self.modules[::-1]:
            d = m.backward(d)

    def step(self, lr):
        for m in self.modules:
            m.step(lr)


def mse(p, y):
    return ((p - y) ** 2).mean(), 2 * (p - y) / y.size


def run(name, data):
    x, y = data
    net = Network(Linear_layer(2, 5), Tanh(), Linear_layer(5, 4), Tanh(), Linear_layer(4, 1), Sigmoid())
    curve = []
    for epoch in range(4000):
        loss, d = mse(net(x), y)
        net.backward(d)
        net.step(0.5)
        curve.append(loss)
        if (epoch + 1) % 1000 == 0:
            print(f"{name} epoch {epoch + 1} loss : {loss:.6f}")
    report(x, y, net(x), curve)


if __name__ == "__main__":
    run("linear", generate_linear())
    run("xor", generate_XOR_easy())
