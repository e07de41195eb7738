import math
import random

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


class NeuralNetwork:
    """Weights and biases as lists of numbers, one point at a time."""

    def __init__(self, sizes):
        self.w = [[[random.gauss(0, 0.8) for _ in range(m)] for _ in range(n)] for m, n in zip(sizes, sizes[1:])]
        self.b = [[0.0] * n for n in sizes[1:]]

    def forward(self, point):
        self.a = [point]
        for layer in range(len(self.w)):
            sums = []
            for j in range(len(self.b[layer])):
                total = self.b[layer][j]
                for i in range(len(self.a[-1])):
                    total += self.w[layer][j][i] * self.a[-1][i]
                sums.append(total)
            last = layer == len(self.w) - 1
            self.a.append([1 / (1 + math.exp(-s)) if last else math.tanh(s) for s in sums])
        return self.a[-1][0]

    def backward(self, target, lr):
        delta = [self.a[-1][0] - target]
        for layer in range(len(self.w) - 1, -1, -1):
            below = self.a[layer]
            before = [0.0] * len(below)
            for j in range(len(delta)):
                for i in range(len(below)):
                    before[i] += self.w[layer][j][i] * delta[j] * (1 - below[i] ** 2)
                    self.w[layer][j][i] -= lr * delta[j] * below[i]
                self.b[layer][j] -= lr * delta[j]
            delta = before


random.seed(3)
for (x, y), epochs in ((generate_linear(), 120), (generate_XOR_easy(), 500)):
    points, labels = x.tolist(), y.tolist()
    net = NeuralNetwork([2, 5, 4, 1])
    losses = []
    for epoch in range(epochs):
        total = 0.0
        for k in range(len(points)):
            p = net.forward(points[k])
            total -= math.log(max(p if labels[k][0] else 1 - p, 1e-12))
            net.backward(labels[k][0], 0.3)
        losses.append(total / len(points))
        if epoch % 20 == 0:
            print(f"epoch {epoch} loss : {losses[-1]:.5f}")
    report(x, y, np.array([[net.forward(point)] for point in points]), losses)
