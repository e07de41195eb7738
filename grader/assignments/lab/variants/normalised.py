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


class SimpleNet:
    def __init__(self, shape):
        self.weights = [np.random.randn(m, n) for m, n in zip(shape, shape[1:])]
        self.biases = [np.zeros(n) for n in shape[1:]]

    mean, std = np.zeros(2), np.ones(2)

    def predict(self, x):
        activations = [(x - self.mean) / self.std]
        for w, b in zip(self.weights, self.biases):
            activations.append(sigmoid(activations[-1] @ w + b))
        return activations

    def fit(self, x, y, lr=1.5, epochs=5000):
        self.loss = np.zeros(epochs)
        self.mean, self.std = x.mean(axis=0), x.std(axis=0)
        for e in range(epochs):
            acts = self.predict(x)
            self.loss[e] = np.square(acts[-1] - y).mean()
            delta = (acts[-1] - y) * derivative_sigmoid(acts[-1]) / len(x)
            for i in range(len(self.weights) - 1, -1, -1):
                grad_w, grad_b = acts[i].T @ delta, delta.sum(axis=0)
                delta = (delta @ self.weights[i].T) * derivative_sigmoid(acts[i])
                self.weights[i] = self.weights[i] - 2 * lr * grad_w
                self.biases[i] = self.biases[i] - 2 * lr * grad_b
        return self


def main():
    for data in (generate_linear(), generate_XOR_easy()):
        x, y = data
        net = SimpleNet([2, 9, 7, 1]).fit(x, y)
        for e in range(0, len(net.loss), 1000):
            print(f"epoch {e} loss : {net.loss[e]}")
        report(x, y, net.predict(x)[-1], net.loss)


main()
