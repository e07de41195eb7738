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


class Network:
    def __init__(self, sizes):
        self.w = [np.random.randn(o, i) for i, o in zip(sizes[:-1], sizes[1:])]
        self.b = [np.random.randn(o, 1) for o in sizes[1:]]

    def feedforward(self, a):
        for w, b in zip(self.w, self.b):
            a = sigmoid(w @ a + b)
        return a

    def backprop(self, x, y):
        acts = [x]
        for w, b in zip(self.w, self.b):
            acts.append(sigmoid(w @ acts[-1] + b))
        delta = (acts[-1] - y) * derivative_sigmoid(acts[-1])
        nw, nb = [delta @ acts[-2].T], [delta]
        for l in (2, 3):
            delta = self.w[-l + 1].T @ delta * derivative_sigmoid(acts[-l])
            nw.insert(0, delta @ acts[-l - 1].T)
            nb.insert(0, delta)
        return nw, nb

    def SGD(self, X, Y, epochs, eta):
        losses = []
        for j in range(epochs):
            sw = [np.zeros(w.shape) for w in self.w]
            sb = [np.zeros(b.shape) for b in self.b]
            for x, y in zip(X, Y):
                dw, db = self.backprop(x.reshape(2, 1), y)
                sw = [s + d for s, d in zip(sw, dw)]
                sb = [s + d for s, d in zip(sb, db)]
            self.w = [w - eta * s for w, s in zip(self.w, sw)]
            self.b = [b - eta * s for b, s in zip(self.b, sb)]
            losses.append(np.mean((self.feedforward(X.T).T - Y) ** 2))
            if j % 100 == 0:
                print("Epoch", j, "loss", losses[-1])
        return losses


def main():
    np.random.seed(0)
    for x, y in (generate_linear(60), generate_XOR_easy()):
        net = Network([2, 6, 6, 1])
        losses = net.SGD(x, y, 700, 0.5)
        report(x, y, net.feedforward(x.T), losses)


if __name__ == "__main__":
    main()
