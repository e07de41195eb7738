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
    return x * (1.0 - x)


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


class Net:
    def __init__(self, h1=8, h2=6, lr=4.0):
        self.W1 = np.random.randn(2, h1)
        self.b1 = np.zeros((1, h1))
        self.W2 = np.random.randn(h1, h2)
        self.b2 = np.zeros((1, h2))
        self.W3 = np.random.randn(h2, 1)
        self.b3 = np.zeros((1, 1))
        self.lr = lr

    def forward(self, x):
        self.x = x
        self.a1 = sigmoid(x @ self.W1 + self.b1)
        self.a2 = sigmoid(self.a1 @ self.W2 + self.b2)
        self.a3 = sigmoid(self.a2 @ self.W3 + self.b3)
        return self.a3

    def backward(self, y):
        d3 = (self.a3 - y) / len(y) * derivative_sigmoid(self.a3)
        self.dW3 = self.a2.T @ d3
        self.db3 = d3.sum(axis=0, keepdims=True)
        d2 = d3 @ self.W3.T * derivative_sigmoid(self.a2)
        self.dW2 = self.a1.T @ d2
        self.db2 = d2.sum(axis=0, keepdims=True)
        d1 = d2 @ self.W2.T * derivative_sigmoid(self.a1)
        self.dW1 = self.x.T @ d1
        self.db1 = d1.sum(axis=0, keepdims=True)

    def update(self):
        for k in ("W1", "b1", "W2", "b2", "W3", "b3"):
            setattr(self, k, getattr(self, k) - self.lr * getattr(self, "d" + k))


def main():
    for x, y in (generate_linear(), generate_XOR_easy()):
        net = Net()
        losses = []
        for epoch in range(6000):
            pred = net.forward(x)
            loss = np.mean((pred - y) ** 2) / 2
            losses.append(loss)
            net.backward(y)
            net.update()
            if epoch % 500 == 0:
                print(f"epoch {epoch} loss : {loss}")
        report(x, y, net.forward(x), losses)


if __name__ == "__main__":
    main()
