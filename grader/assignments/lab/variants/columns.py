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


class NN(object):
    def __init__(self):
        self.w1 = np.random.randn(6, 2)
        self.b1 = np.zeros((6, 1))
        self.w2 = np.random.randn(5, 6)
        self.b2 = np.zeros((5, 1))
        self.w3 = np.random.randn(1, 5)
        self.b3 = np.zeros((1, 1))

    def forward(self, x):
        self.z0 = x.reshape(2, 1)
        self.z1 = sigmoid(self.w1 @ self.z0 + self.b1)
        self.z2 = sigmoid(self.w2 @ self.z1 + self.b2)
        self.z3 = sigmoid(self.w3 @ self.z2 + self.b3)
        return self.z3

    def backprop(self, y, lr):
        g3 = self.z3 - y
        g2 = (self.w3.T @ g3) * derivative_sigmoid(self.z2)
        g1 = (self.w2.T @ g2) * derivative_sigmoid(self.z1)
        self.w3 -= lr * g3 @ self.z2.T
        self.b3 -= lr * g3
        self.w2 -= lr * g2 @ self.z1.T
        self.b2 -= lr * g2
        self.w1 -= lr * g1 @ self.z0.T
        self.b1 -= lr * g1


if __name__ == "__main__":
    for x, y in (generate_linear(), generate_XOR_easy()):
        model = NN()
        losses = []
        for epoch in range(600):
            loss = 0
            for i in range(x.shape[0]):
                out = model.forward(x[i])
                loss += -(y[i, 0] * np.log(out.item()) + (1 - y[i, 0]) * np.log(1 - out.item()))
                model.backprop(y[i, 0], 0.2)
            losses.append(loss / x.shape[0])
            if epoch % 100 == 0:
                print("epoch %d loss : %.6f" % (epoch, losses[-1]))
        report(x, y, np.array([model.forward(p).item() for p in x]), losses)
