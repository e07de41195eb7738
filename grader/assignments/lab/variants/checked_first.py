import numpy as np
import matplotlib.pyplot as plt

rng = np.random.default_rng()


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
        inputs.append([0.1*i, 0.1*i])
        labels.append(0)
        if 0.1*i == 0.5:
            continue
        inputs.append([0.1*i, 1-0.1*i])
        labels.append(1)
    return np.array(inputs), np.array(labels).reshape(21, 1)


def init(n0=2, n1=16, n2=16, n3=1):
    """weights in a dict, (out, in); data is (features, samples)"""
    p = {}
    dims = [n0, n1, n2, n3]
    for i in range(3):
        p[f"W{i+1}"] = rng.normal(0, np.sqrt(1 / dims[i]), (dims[i+1], dims[i]))
        p[f"b{i+1}"] = np.zeros((dims[i+1], 1))
    return p


def forward(p, X):
    A1 = np.tanh(p["W1"] @ X + p["b1"])
    A2 = np.tanh(p["W2"] @ A1 + p["b2"])
    A3 = 1 / (1 + np.exp(-(p["W3"] @ A2 + p["b3"])))
    return A1, A2, A3


def gradients(p, X, Y, A1, A2, A3):
    m = X.shape[1]
    dZ3 = (A3 - Y) / m
    dZ2 = p["W3"].T @ dZ3 * (1 - A2**2)
    dZ1 = p["W2"].T @ dZ2 * (1 - A1**2)
    return {
        "W3": dZ3 @ A2.T, "b3": dZ3.sum(1, keepdims=True),
        "W2": dZ2 @ A1.T, "b2": dZ2.sum(1, keepdims=True),
        "W1": dZ1 @ X.T,  "b1": dZ1.sum(1, keepdims=True),
    }


def bce(Y, P, eps=1e-10):
    return float(-(Y * np.log(P + eps) + (1 - Y) * np.log(1 - P + eps)).mean())


p = init()
X, Y = generate_XOR_easy()
X, Y = X.T, Y.T
g = gradients(p, X, Y, *forward(p, X))
worst = 0
for k in p:
    for idx in np.ndindex(p[k].shape):
        old = p[k][idx]
        p[k][idx] = old + 1e-5
        up = bce(Y, forward(p, X)[2])
        p[k][idx] = old - 1e-5
        down = bce(Y, forward(p, X)[2])
        p[k][idx] = old
        worst = max(worst, abs((up - down) / 2e-5 - g[k][idx]))
print("largest difference:", worst)


def run(name, X, Y, epochs=1500, lr=0.02, beta1=0.9, beta2=0.999):
    p = init()
    m = {k: np.zeros_like(v) for k, v in p.items()}
    v = {k: np.zeros_like(w) for k, w in p.items()}
    hist = []
    for t in range(1, epochs + 1):
        acts = forward(p, X)
        hist.append(bce(Y, acts[-1]))
        g = gradients(p, X, Y, *acts)
        for k in p:
            m[k] = beta1 * m[k] + (1 - beta1) * g[k]
            v[k] = beta2 * v[k] + (1 - beta2) * g[k]**2
            p[k] -= lr * (m[k] / (1 - beta1**t)) / (np.sqrt(v[k] / (1 - beta2**t)) + 1e-8)
        if (t - 1) % 150 == 0:
            print(f"{name}: epoch {t - 1} loss : {hist[-1]:.7f}")
    P = forward(p, X)[2]
    for i in range(X.shape[1]):
        print(f"Iter {i + 1} | Ground truth: {Y[0, i]:.1f} | prediction: {P[0, i]:.5f} |")
    print(f"loss={bce(Y, P):.7f} accuracy={((P > .5) == Y).mean() * 100:.1f}%")

    fig, ax = plt.subplots(1, 3, figsize=(14, 4))
    ax[0].scatter(*X, c=np.where(Y[0] == 1, "blue", "red")); ax[0].set_title("Ground truth")
    ax[1].scatter(*X, c=np.where(P[0] > .5, "blue", "red")); ax[1].set_title("Predict result")
    ax[2].plot(hist); ax[2].set_yscale("log"); ax[2].set_title("Learning curve")
    fig.suptitle(name)
    plt.show()
    return p, hist


X, Y = generate_linear(n=100)
params_linear, hist_linear = run('linear', X.T, Y.T)


X, Y = generate_XOR_easy()
params_xor, hist_xor = run('XOR', X.T, Y.T)
