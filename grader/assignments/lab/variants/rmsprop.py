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


SIZES = ((2, 6), (6,), (6, 5), (5,), (5, 1), (1,))


def unpack(theta):
    parts, at = [], 0
    for shape in SIZES:
        n = int(np.prod(shape))
        parts.append(theta[at : at + n].reshape(shape))
        at += n
    return parts


def loss_and_gradient(theta, x, y):
    w1, b1, w2, b2, w3, b3 = unpack(theta)
    a1 = sigmoid(x @ w1 + b1)
    a2 = sigmoid(a1 @ w2 + b2)
    p = sigmoid(a2 @ w3 + b3)
    d3 = (p - y) / len(x)
    d2 = d3 @ w3.T * a2 * (1 - a2)
    d1 = d2 @ w2.T * a1 * (1 - a1)
    loss = -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p))
    grads = (x.T @ d1, d1.sum(0), a1.T @ d2, d2.sum(0), a2.T @ d3, d3.sum(0))
    return loss, p, np.concatenate([g.ravel() for g in grads])


for x, y in (generate_linear(), generate_XOR_easy()):
    theta = np.random.randn(sum(int(np.prod(s)) for s in SIZES))
    losses, v = [], np.zeros_like(theta)
    for epoch in range(3000):
        loss, p, g = loss_and_gradient(theta, x, y)
        v = 0.9 * v + 0.1 * g**2
        theta = theta - 0.01 * g / (np.sqrt(v) + 1e-8)
        losses.append(loss)
        if epoch % 1000 == 0:
            print("epoch", epoch, "loss", loss)
    report(x, y, p, losses)
