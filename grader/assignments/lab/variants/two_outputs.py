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


def sigmoid(x):
    return 1.0 / (1.0 + np.exp(-x))


def derivative_sigmoid(x):
    return np.multiply(x, 1.0 - x)


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


def softmax(z):
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


class Classifier:
    def __init__(self, h=8):
        self.p = [np.random.randn(2, h), np.zeros(h), np.random.randn(h, h), np.zeros(h), np.random.randn(h, 2), np.zeros(2)]

    def forward(self, x):
        w1, b1, w2, b2, w3, b3 = self.p
        self.x, self.h1 = x, np.tanh(x @ w1 + b1)
        self.h2 = np.tanh(self.h1 @ w2 + b2)
        self.out = softmax(self.h2 @ w3 + b3)
        return self.out

    def gradient(self, t):
        d = (self.out - t) / len(t)
        g5, g6 = self.h2.T @ d, d.sum(0)
        d = d @ self.p[4].T * (1 - self.h2**2)
        g3, g4 = self.h1.T @ d, d.sum(0)
        d = d @ self.p[2].T * (1 - self.h1**2)
        return [self.x.T @ d, d.sum(0), g3, g4, g5, g6]


def main():
    for x, y in (generate_linear(), generate_XOR_easy()):
        onehot = np.hstack([1 - y, y])
        clf, losses = Classifier(), []
        for epoch in range(2500):
            out = clf.forward(x)
            losses.append(-np.mean(np.sum(onehot * np.log(out), axis=1)))
            for p, g in zip(clf.p, clf.gradient(onehot)):
                p -= 0.3 * g
            if epoch % 500 == 0:
                print(f"epoch {epoch} loss : {losses[-1]}")
        report(x, y, clf.forward(x)[:, 1], losses)


if __name__ == "__main__":
    main()
