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


def main(lr=0.3, beta=0.9):
    for x, y in (generate_linear(), generate_XOR_easy()):
        W = [np.random.randn(2, 6), np.random.randn(6, 6), np.random.randn(6, 1)]
        b = [np.zeros(6), np.zeros(6), np.zeros(1)]
        vW = [np.zeros_like(w) for w in W]
        vb = [np.zeros_like(v) for v in b]
        losses = []
        for step in range(3000):
            h1 = np.tanh(x @ W[0] + b[0])
            h2 = np.tanh(h1 @ W[1] + b[1])
            p = sigmoid(h2 @ W[2] + b[2])
            losses.append(np.mean((p - y) ** 2))
            d3 = 2 / len(x) * (p - y) * p * (1 - p)
            d2 = d3 @ W[2].T * (1 - h2**2)
            d1 = d2 @ W[1].T * (1 - h1**2)
            for k, (h, d) in enumerate(((x, d1), (h1, d2), (h2, d3))):
                vW[k] = beta * vW[k] - lr * h.T @ d
                vb[k] = beta * vb[k] - lr * d.sum(axis=0)
                W[k] += vW[k]
                b[k] += vb[k]
            if step % 500 == 0:
                print("epoch", step, "loss", losses[-1])
        report(x, y, p, losses)


main()
