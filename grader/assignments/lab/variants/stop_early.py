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


def init_params(h1, h2):
    return {
        "W1": np.random.randn(h1, 2), "b1": np.zeros((h1, 1)),
        "W2": np.random.randn(h2, h1), "b2": np.zeros((h2, 1)),
        "W3": np.random.randn(1, h2), "b3": np.zeros((1, 1)),
    }


def fp(params, X):
    cache = {"A0": X}
    for l in (1, 2, 3):
        Z = params[f"W{l}"] @ cache[f"A{l - 1}"] + params[f"b{l}"]
        cache[f"A{l}"] = sigmoid(Z)
    return cache["A3"], cache


def compute_cost(A3, Y):
    m = Y.shape[1]
    return -np.sum(Y * np.log(A3) + (1 - Y) * np.log(1 - A3)) / m


def bp(params, cache, Y):
    m = Y.shape[1]
    grads = {}
    dZ = cache["A3"] - Y
    for l in (3, 2, 1):
        grads[f"W{l}"] = dZ @ cache[f"A{l - 1}"].T / m
        grads[f"b{l}"] = np.sum(dZ, axis=1, keepdims=True) / m
        if l > 1:
            dZ = params[f"W{l}"].T @ dZ * derivative_sigmoid(cache[f"A{l - 1}"])
    return grads


def update(params, grads, lr):
    return {name: params[name] - lr * grads[name] for name in params}


def solve(x, y, epochs=4000, lr=1.0):
    X, Y = x.T, y.T
    params = init_params(7, 5)
    costs = []
    i = -1
    while True:
        i += 1
        if i == epochs or (costs and costs[-1] < 0.01):
            break
        A3, cache = fp(params, X)
        costs.append(compute_cost(A3, Y))
        grads = bp(params, cache, Y)
        params = update(params, grads, lr)
        if i % 1000 == 0:
            print("Epoch: %d, Loss: %.6f" % (i, costs[-1]))
    report(x, y, fp(params, X)[0], costs)


solve(*generate_linear(n=100))
solve(*generate_XOR_easy())
