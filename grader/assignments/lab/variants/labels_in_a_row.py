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


class Layer:
    def __init__(self, n_in, n_out):
        self.w = np.random.normal(0, 1, (n_in, n_out))
        self.b = np.zeros(n_out)

    def forward(self, x):
        self.x = x
        self.out = 1 / (1 + np.exp(-(np.dot(x, self.w) + self.b)))
        return self.out

    def backward(self, grad, lr):
        grad = grad * self.out * (1 - self.out)
        before = np.dot(grad, self.w.T)
        self.w -= lr * np.outer(self.x, grad)
        self.b -= lr * grad
        return before


class MyNet:
    def __init__(self, sizes):
        self.layers = [Layer(a, b) for a, b in zip(sizes[:-1], sizes[1:])]

    def feedforward(self, x):
        for layer in self.layers:
            x = layer.forward(x)
        return x

    def train(self, X, Y, epochs, lr):
        history = []
        for epoch in range(epochs):
            total = 0.0
            for x, y in zip(X, Y):
                p = self.feedforward(x)
                total += float((-y * np.log(p) - (1 - y) * np.log(1 - p))[0])
                grad = (p - y) / (p * (1 - p))
                for layer in reversed(self.layers):
                    grad = layer.backward(grad, lr)
            history.append(total / len(X))
            if epoch % 100 == 0:
                print("epoch", epoch, "loss", history[-1])
        return history


if __name__ == "__main__":
    for X, Y in [generate_linear(100), generate_XOR_easy()]:
        model = MyNet([2, 6, 5, 1])
        history = model.train(X, Y.ravel(), 800, 0.3)
        report(X, Y, np.array([model.feedforward(x) for x in X]), history)
