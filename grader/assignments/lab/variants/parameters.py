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


from dataclasses import dataclass, field


@dataclass
class Parameter:
    data: np.ndarray
    grad: np.ndarray = None


class Dense:
    __slots__ = ("w", "b", "x", "s")

    def __init__(self, i, o):
        self.w, self.b = Parameter(np.random.randn(i, o)), Parameter(np.zeros(o))

    def fwd(self, x):
        self.x, self.s = x, 1 / (1 + np.exp(-(x @ self.w.data + self.b.data)))
        return self.s

    def bwd(self, g):
        g = g * self.s * (1 - self.s)
        self.w.grad, self.b.grad = self.x.T @ g, g.sum(axis=0)
        return g @ self.w.data.T


class Optimizer:
    def __init__(self, params, lr):
        self.params, self.lr = params, lr

    def step(self):
        for p in self.params:
            p.data = p.data - self.lr * p.grad


def fit(x, y, layers):
    optimizer = Optimizer([p for l in layers for p in (l.w, l.b)], 1.0)
    losses = []
    for epoch in range(5000):
        out = x
        for l in layers:
            out = l.fwd(out)
        losses.append(np.mean(np.square(out - y)))
        grad = 2 * (out - y) / y.shape[0]
        for l in layers[::-1]:
            grad = l.bwd(grad)
        optimizer.step()
        if epoch % 1000 == 0:
            print(f"epoch: {epoch}\tloss: {losses[-1]:.4e}")
    return out, losses


if __name__ == "__main__":
    np.random.seed(7)
    for x, y in (generate_linear(), generate_XOR_easy()):
        report(x, y, *fit(x, y, [Dense(2, 8), Dense(8, 4), Dense(4, 1)]))
