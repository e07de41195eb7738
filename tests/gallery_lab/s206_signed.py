import numpy as np
import matplotlib.pyplot as plt

def generate_linear(n=100):
    pts = np.random.uniform(0, 1, (n, 2))
    inputs, labels = [], []
    for pt in pts:
        inputs.append([pt[0], pt[1]])
        distance = (pt[0]-pt[1])/1.414
        if pt[0] > pt[1]:
            labels.append(0)
        else:
            labels.append(1)
    return np.array(inputs), np.array(labels).reshape(n, 1)

def generate_XOR_easy():
    inputs, labels = [], []
    for i in range(11):
        inputs.append([0.1*i, 0.1*i])
        labels.append(0)
        if 0.1*i == 0.5:
            continue
        inputs.append([0.1*i, 1-0.1*i])
        labels.append(1)
    return np.array(inputs), np.array(labels).reshape(21, 1)


def show_result(x, y, pred_y):
    plt.subplot(1,2,1)
    plt.title('Ground truth', fontsize=18)
    for i in range(x.shape[0]):
        if y[i] == 0:
            plt.plot(x[i][0], x[i][1], 'ro')
        else:
            plt.plot(x[i][0], x[i][1], 'bo')
    plt.subplot(1,2,2)
    plt.title('Predict result', fontsize=18)
    for i in range(x.shape[0]):
        if pred_y[i] == 0:
            plt.plot(x[i][0], x[i][1], 'ro')
        else:
            plt.plot(x[i][0], x[i][1], 'bo')
    plt.show()


np.random.seed(6)
for x, y01 in (generate_linear(), generate_XOR_easy()):
    y = 2.0 * y01 - 1.0
    w = [np.random.randn(2, 8), np.random.randn(8, 8), np.random.randn(8, 1)]
    b = [np.zeros(8), np.zeros(8), np.zeros(1)]
    losses = []
    for epoch in range(5000):
        a = [x]
        for wi, bi in zip(w, b):
            a.append(np.tanh(a[-1] @ wi + bi))
        losses.append(np.mean((a[-1] - y) ** 2))
        d = 2 * (a[-1] - y) / len(x) * (1 - a[-1] ** 2)
        gw, gb = [None] * 3, [None] * 3
        for i in (2, 1, 0):
            gw[i], gb[i] = a[i].T @ d, d.sum(0)
            d = d @ w[i].T * (1 - a[i] ** 2)
        for i in range(3):
            w[i] -= 0.1 * gw[i]
            b[i] -= 0.1 * gb[i]
        if epoch % 500 == 0:
            print(f"Epoch {epoch}: Loss = {losses[-1]}")
    prob = (a[-1] + 1) / 2
    for i in range(len(x)):
        print(f"Iter{i+1} | Ground truth: {y01[i,0]} | prediction: {prob[i,0]:.5f}")
    print(f"loss={losses[-1]:.5f} accuracy={np.mean((prob > .5) == y01)*100:.2f}%")
    show_result(x, y01, prob > .5)
    plt.plot(losses); plt.show()
