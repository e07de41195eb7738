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
        inputs.append([0.1*i, 0.1*i])
        labels.append(0)
        if 0.1*i == 0.5:
            continue
        inputs.append([0.1*i, 1-0.1*i])
        labels.append(1)
    return np.array(inputs), np.array(labels).reshape(21, 1)

def show_result(x, y, pred_y):
    plt.subplot(1, 2, 1)
    plt.title('Ground truth', fontsize=18)
    for i in range(x.shape[0]):
        if y[i] == 0:
            plt.plot(x[i][0], x[i][1], 'ro')
        else:
            plt.plot(x[i][0], x[i][1], 'bo')
    plt.subplot(1, 2, 2)
    plt.title('Predict result', fontsize=18)
    for i in range(x.shape[0]):
        if pred_y[i] == 0:
            plt.plot(x[i][0], x[i][1], 'ro')
        else:
            plt.plot(x[i][0], x[i][1], 'bo')
    plt.show()

from collections import namedtuple
from functools import reduce

Layer = namedtuple('Layer', 'w b')

def sigma(z):
    return 1 / (1 + np.exp(-z))

def forward(layers, x):
    return reduce(lambda acts, l: acts + [sigma(acts[-1] @ l.w + l.b)], layers, [x])

def gradients(layers, acts, y):
    def go(i, delta):
        g = Layer(acts[i].T @ delta, delta.sum(axis=0))
        if i == 0:
            return [g]
        return go(i - 1, delta @ layers[i].w.T * acts[i] * (1 - acts[i])) + [g]
    return go(len(layers) - 1, acts[-1] - y)

def update(layers, grads, lr):
    return [Layer(l.w - lr * g.w, l.b - lr * g.b) for l, g in zip(layers, grads)]

def bce(p, y):
    return float(-np.mean(y * np.log(p) + (1 - y) * np.log(1 - p)))

def fit(x, y, epochs=2500, lr=0.05):
    rng = np.random.default_rng(4)
    layers = [Layer(rng.normal(size=(a, b)), rng.normal(size=b)) for a, b in ((2, 9), (9, 7), (7, 1))]
    log = []
    for e in range(epochs):
        acts = forward(layers, x)
        log.append(bce(acts[-1], y))
        layers = update(layers, gradients(layers, acts, y), lr)
        if e % 250 == 0:
            print(f'epoch={e} loss={log[-1]:.6f}')
    return layers, log

if __name__ == '__main__':
    for x, y in (generate_linear(), generate_XOR_easy()):
        layers, log = fit(x, y)
        p = forward(layers, x)[-1]
        for i, (t, q) in enumerate(zip(y, p), 1):
            print(f'Iter{i} | Ground truth: {t[0]:.1f} | prediction: {q[0]:.5f} |')
        print(f'loss={log[-1]:.5f} accuracy={((p > 0.5) == y).mean():.2%}')
        show_result(x, y, (p > 0.5).astype(int))
        plt.plot(log)
        plt.show()
