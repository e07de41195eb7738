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


def with_one(a):
    return np.hstack([a, np.ones((a.shape[0], 1))])


class GenData:
    sets = {"Linear": generate_linear, "XOR": generate_XOR_easy}


class Net:
    def __init__(self, hidden=8):
        self.theta = [np.random.randn(3, hidden), np.random.randn(hidden + 1, hidden), np.random.randn(hidden + 1, 1)]

    def __call__(self, x):
        self.a = [x]
        for t in self.theta:
            self.a.append(sigmoid(with_one(self.a[-1]) @ t))
        return self.a[-1]

    def learn(self, y, rate):
        delta = (self.a[-1] - y) * derivative_sigmoid(self.a[-1])
        grads = []
        for k in (2, 1, 0):
            grads.insert(0, with_one(self.a[k]).T @ delta)
            delta = (delta @ self.theta[k].T)[:, :-1] * derivative_sigmoid(self.a[k])
        self.theta = [t - rate * g for t, g in zip(self.theta, grads)]


for name, make in GenData.sets.items():
    x, y = make()
    net, losses = Net(), []
    while len(losses) < 5000:
        p = net(x)
        losses.append(np.mean((y - p) ** 2))
        net.learn(y, 0.1)
        if len(losses) % 1000 == 1:
            print(f"[{name}] epoch {len(losses) - 1} loss : {losses[-1]:.5f}")
    report(x, y, p, losses)
