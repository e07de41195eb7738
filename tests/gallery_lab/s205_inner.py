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


class MLP:
    def __init__(self, dims, lr=0.1, mu=0.8, batch=10, seed=0):
        self.rng = np.random.RandomState(seed)
        self.params = []
        for i in range(len(dims) - 1):
            self.params.append({"w": self.rng.randn(dims[i], dims[i + 1]) * np.sqrt(2.0 / dims[i]),
                                "b": np.zeros((1, dims[i + 1])),
                                "vw": np.zeros((dims[i], dims[i + 1])),
                                "vb": np.zeros((1, dims[i + 1]))})
        self.lr, self.mu, self.batch = lr, mu, batch

    @staticmethod
    def relu(z):
        return np.maximum(0, z)

    def predict_proba(self, x):
        h = x
        for p in self.params[:-1]:
            h = self.relu(h @ p["w"] + p["b"])
        return 1 / (1 + np.exp(-(h @ self.params[-1]["w"] + self.params[-1]["b"])))

    def fit(self, x, y, max_epochs=3000, patience=200):
        best, wait, self.history = np.inf, 0, []
        for epoch in range(max_epochs):
            order = self.rng.permutation(len(x))
            for start in range(0, len(x), self.batch):
                idx = order[start:start + self.batch]
                self._step(x[idx], y[idx])
            out = self.predict_proba(x)
            loss = float(-np.mean(y * np.log(out + 1e-10) + (1 - y) * np.log(1 - out + 1e-10)))
            self.history.append(loss)
            if epoch % 100 == 0:
                print(f"epoch {epoch:4d}  loss {loss:.5f}")
            if loss < best - 1e-6:
                best, wait = loss, 0
            else:
                wait += 1
                if wait > patience:
                    print("early stopping at", epoch)
                    break
        return self

    def _step(self, xb, yb):
        acts = [xb]
        for p in self.params[:-1]:
            acts.append(self.relu(acts[-1] @ p["w"] + p["b"]))
        out = 1 / (1 + np.exp(-(acts[-1] @ self.params[-1]["w"] + self.params[-1]["b"])))
        d = (out - yb) / len(xb)
        for i in reversed(range(len(self.params))):
            p = self.params[i]
            gw, gb = acts[i].T @ d, d.sum(0, keepdims=True)
            if i:
                d = (d @ p["w"].T) * (acts[i] > 0)
            p["vw"] = self.mu * p["vw"] - self.lr * gw
            p["vb"] = self.mu * p["vb"] - self.lr * gb
            p["w"] = p["w"] + p["vw"]
            p["b"] = p["b"] + p["vb"]


def evaluate(net, x, y, title):
    p = net.predict_proba(x)
    print(title)
    for i in range(len(x)):
        print(f"Iter {i:3d} | Ground truth: {y[i][0]} | Prediction: {p[i][0]:.7f}")
    print(f"Loss: {net.history[-1]:.6f}  Accuracy: {((p > .5) == y).mean() * 100:.1f} %")
    fig, ax = plt.subplots(1, 3, figsize=(15, 4))
    ax[0].scatter(x[:, 0], x[:, 1], c=y.ravel(), cmap="bwr")
    ax[0].set_title("Ground truth")
    ax[1].scatter(x[:, 0], x[:, 1], c=(p > 0.5).ravel(), cmap="bwr")
    ax[1].set_title("Predictions")
    ax[2].plot(net.history)
    fig.tight_layout()
    plt.show()


def main():
    np.random.seed(5)
    for title, (x, y) in {"== linear ==": generate_linear(100), "== XOR ==": generate_XOR_easy()}.items():
        net = MLP([2, 12, 12, 1]).fit(x, y)
        evaluate(net, x, y, title)


if __name__ == "__main__":
    main()
