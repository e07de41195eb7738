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


np.random.seed(1)
x, y = generate_XOR_easy()
w1 = np.random.uniform(-2, 2, (2, 10))
w2 = np.random.uniform(-2, 2, (10, 10))
w3 = np.random.uniform(-2, 2, (10, 1))
losses = []
lr = 0.1
for epoch in range(8000):
    z1 = np.matmul(x, w1)
    a1 = sigmoid(z1)
    z2 = np.matmul(a1, w2)
    a2 = sigmoid(z2)
    z3 = np.matmul(a2, w3)
    pred_y = sigmoid(z3)
    losses.append(0.5 * np.sum((y - pred_y) ** 2))
    delta3 = (y - pred_y) * derivative_sigmoid(pred_y)
    delta2 = np.matmul(delta3, w3.T) * derivative_sigmoid(a2)
    delta1 = np.matmul(delta2, w2.T) * derivative_sigmoid(a1)
    w3 = w3 + lr * np.matmul(a2.T, delta3) * 5
    w2 = w2 + lr * np.matmul(a1.T, delta2) * 5
    w1 = w1 + lr * np.matmul(x.T, delta1) * 5
    if epoch % 1000 == 0:
        print("epoch", epoch, "loss :", losses[-1])
report(x, y, pred_y, losses)
