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


def dense(n_in, n_out):
    w, b = np.random.randn(n_in, n_out), np.zeros((1, n_out))
    memory = {}

    def forward(x):
        memory["x"], memory["y"] = x, 1 / (1 + np.exp(-(x @ w + b)))
        return memory["y"]

    def backward(d, lr):
        nonlocal w, b
        d = d * memory["y"] * (1 - memory["y"])
        back = d @ w.T
        w = w - lr * memory["x"].T @ d
        b = b - lr * d.sum(axis=0, keepdims=True)
        return back

    return forward, backward


def learn(x, y):
    stack = [dense(2, 8), dense(8, 8), dense(8, 1)]

    def answer(x):
        for forward, _ in stack:
            x = forward(x)
        return x

    losses = []
    for epoch in range(5000):
        p = answer(x)
        losses.append(float(np.mean((p - y) ** 2)))
        d = (p - y) / len(x)
        for _, backward in stack[::-1]:
            d = backward(d, 3.0)
        if epoch % 1000 == 0:
            print("Epoch:", epoch, "Loss:", losses[-1])
    report(x, y, answer(x), losses)


if __name__ == "__main__":
    learn(*generate_linear())
    learn(*generate_XOR_easy())
