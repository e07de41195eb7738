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


class FCLayer:
    def __init__(self, i, o, act):
        self.weight = np.random.randn(i, o) * np.sqrt(2 / i)
        self.bias = np.full((1, o), 0.1)
        self.act = act

    def forward(self, x):
        self.inp = x
        self.z = x @ self.weight + self.bias
        return np.where(self.z > 0, self.z, 0.1 * self.z) if self.act == "lrelu" else 1 / (1 + np.exp(-self.z))

    def backward(self, g):
        if self.act == "lrelu":
            g = g * np.where(self.z > 0, 1.0, 0.1)
        self.gw, self.gb = self.inp.T @ g, g.sum(0, keepdims=True)
        return g @ self.weight.T


class Model:
    def __init__(self):
        self.l1, self.l2, self.l3 = FCLayer(2, 16, "lrelu"), FCLayer(16, 12, "lrelu"), FCLayer(12, 1, "sigmoid")

    def forward(self, x):
        return self.l3.forward(self.l2.forward(self.l1.forward(x)))

    def backward(self, p, t):
        g = (p - t) / len(t)
        self.l1.backward(self.l2.backward(self.l3.backward(g)))

    def update(self, lr):
        for l in (self.l1, self.l2, self.l3):
            l.weight -= lr * l.gw
            l.bias -= lr * l.gb


def bce(p, t):
    p = np.clip(p, 1e-12, 1 - 1e-12)
    return -np.mean(t * np.log(p) + (1 - t) * np.log(1 - p))


def train(model, x, y, epochs=400, batch=8, lr=0.2):
    history = []
    for epoch in range(1, epochs + 1):
        order = np.random.permutation(len(x))
        xs, ys = x[order], y[order]
        for s in range(0, len(x), batch):
            xb, yb = xs[s : s + batch], ys[s : s + batch]
            p = model.forward(xb)
            model.backward(p, yb)
            model.update(lr)
        history.append(bce(model.forward(x), y))
        if epoch % 100 == 0:
            print(f"Epoch {epoch}: loss = {history[-1]:.6f}")
    return history


if __name__ == "__main__":
    np.random.seed(3)
    for x, y in (generate_linear(), generate_XOR_easy()):
        model = Model()
        history = train(model, x, y)
        report(x, y, model.forward(x), history)
