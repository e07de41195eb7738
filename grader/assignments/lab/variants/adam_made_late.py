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

def init_params(sizes):
    p = {}
    for i in range(1, len(sizes)):
        p['W' + str(i)] = np.random.randn(sizes[i-1], sizes[i]) / np.sqrt(sizes[i-1])
        p['b' + str(i)] = np.zeros(sizes[i])
    return p

def forward(p, x):
    cache = {'A0': x}
    cache['A1'] = np.tanh(x @ p['W1'] + p['b1'])
    cache['A2'] = np.tanh(cache['A1'] @ p['W2'] + p['b2'])
    cache['A3'] = 1 / (1 + np.exp(-(cache['A2'] @ p['W3'] + p['b3'])))
    return cache['A3'], cache

def backward(p, cache, y):
    g = {}
    n = y.shape[0]
    dz = (cache['A3'] - y) / n
    for i in (3, 2, 1):
        g['W' + str(i)] = cache['A' + str(i-1)].T @ dz
        g['b' + str(i)] = dz.sum(0)
        if i > 1:
            dz = (dz @ p['W' + str(i)].T) * (1 - cache['A' + str(i-1)] ** 2)
    return g

def adam(p, g, state, t, lr=0.01, b1=0.9, b2=0.999):
    for k in p:
        m, v = state.setdefault(k, (np.zeros_like(p[k]), np.zeros_like(p[k])))
        m = b1 * m + (1 - b1) * g[k]
        v = b2 * v + (1 - b2) * g[k] ** 2
        state[k] = (m, v)
        p[k] -= lr * (m / (1 - b1 ** t)) / (np.sqrt(v / (1 - b2 ** t)) + 1e-8)

def train(x, y, epochs=1000):
    p = init_params([2, 16, 16, 1])
    state = {}
    hist = []
    for t in range(1, epochs + 1):
        out, cache = forward(p, x)
        hist.append(float(-np.mean(y * np.log(out + 1e-12) + (1 - y) * np.log(1 - out + 1e-12))))
        adam(p, backward(p, cache, y), state, t)
        if t % 100 == 0:
            print(f"Epoch: {t}, Loss: {hist[-1]:.6f}, Accuracy: {np.mean((out > 0.5) == y):.4f}")
    return p, hist

if __name__ == '__main__':
    np.random.seed(1)
    fig, ax = plt.subplots(2, 3, figsize=(15, 10))
    for r, (name, (x, y)) in enumerate({'linear': generate_linear(), 'xor': generate_XOR_easy()}.items()):
        p, hist = train(x, y)
        out, _ = forward(p, x)
        for i, (t, q) in enumerate(zip(y.ravel(), out.ravel())):
            print(f"Iter {i + 1}  | Ground truth: {t} | prediction: {q:.6f}")
        print(f"{name}: loss={hist[-1]:.5f} accuracy={np.mean((out > 0.5) == y):.2%}")
        ax[r, 0].scatter(x[:, 0], x[:, 1], c=y.ravel(), cmap='bwr'); ax[r, 0].set_title(name + ' ground truth')
        ax[r, 1].scatter(x[:, 0], x[:, 1], c=(out > 0.5).ravel(), cmap='bwr'); ax[r, 1].set_title(name + ' predict')
        ax[r, 2].plot(hist); ax[r, 2].set_title('learning curve')
    plt.tight_layout()
    plt.savefig('result.png')
    plt.close()
