"""A lab that shows a menu until it is told to quit, or nobody types any more; a sample of a hand-in."""

import numpy as np
import matplotlib.pyplot as plt


def generate_linear(n=100):
    pts = np.random.uniform(0, 1, (n, 2))
    inputs = []
    labels = []
    for pt in pts:
        inputs.append([pt[0], pt[1]])
        distance = (pt[0] - pt[1]) / 1.414
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


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def sigmoid_prime(z):
    # here z is the value BEFORE the activation
    s = sigmoid(z)
    return s * (1 - s)


class NN:
    def __init__(self, lr):
        self.lr = lr
        self.layer_sizes = [2, 16, 8, 1]
        self.weights = []
        self.biases = []
        for i in range(3):
            w = np.random.randn(self.layer_sizes[i + 1], self.layer_sizes[i])
            b = np.random.randn(self.layer_sizes[i + 1], 1)
            self.weights.append(w)
            self.biases.append(b)

    def feedforward(self, a):
        for w, b in zip(self.weights, self.biases):
            a = sigmoid(np.dot(w, a) + b)
        return a

    def backprop(self, x, y):
        activation = x
        activations = [x]
        zs = []
        for w, b in zip(self.weights, self.biases):
            z = np.dot(w, activation) + b
            zs.append(z)
            activation = sigmoid(z)
            activations.append(activation)
        nabla_w = [None] * 3
        nabla_b = [None] * 3
        delta = (activations[-1] - y) * sigmoid_prime(zs[-1])
        nabla_w[-1] = np.dot(delta, activations[-2].T)
        nabla_b[-1] = delta.sum(axis=1, keepdims=True)
        for l in range(2, 4):
            delta = np.dot(self.weights[-l + 1].T, delta) * sigmoid_prime(zs[-l])
            nabla_w[-l] = np.dot(delta, activations[-l - 1].T)
            nabla_b[-l] = delta.sum(axis=1, keepdims=True)
        loss = 0.5 * np.sum((activations[-1] - y) ** 2)
        return nabla_w, nabla_b, loss

    def train(self, x, y, epochs):
        losses = []
        for epoch in range(epochs):
            nw, nb, loss = self.backprop(x, y)
            self.weights = [w - self.lr * g for w, g in zip(self.weights, nw)]
            self.biases = [b - self.lr * g for b, g in zip(self.biases, nb)]
            losses.append(loss)
            if epoch % 1000 == 0:
                print("epoch", epoch, "loss :", round(loss, 6))
        return losses


def show_result(x, y, pred_y, losses):
    plt.figure(1)
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
    plt.figure(2)
    plt.plot(losses)
    plt.xlabel("epoch")
    plt.ylabel("loss")
    plt.show()
    plt.close("all")


def do(x, y, lr, epochs):
    nn = NN(lr)
    losses = nn.train(x.T, y.T, epochs)
    out = nn.feedforward(x.T).T
    pred = np.where(out > 0.5, 1, 0)
    for i in range(len(x)):
        print("Iter", i + 1, "| Ground truth:", float(y[i, 0]), "| prediction: %.5f |" % out[i, 0])
    print("loss=%.5f accuracy=%.1f%%" % (0.5 * np.sum((out - y) ** 2), 100 * (pred == y).sum() / len(y)))
    show_result(x, y, pred, losses)


while True:
    print("1) linear   2) XOR   q) quit")
    try:
        choice = input("Which data set? ").strip().lower()
    except EOFError:
        break
    if choice == "1":
        x, y = generate_linear(n=100)
        do(x, y, 0.15, 12000)
    elif choice == "2":
        x, y = generate_XOR_easy()
        do(x, y, 0.4, 15000)
    elif choice == "q":
        break
    else:
        print("please type 1, 2 or q")
