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


CONFIG = dict(lr=2.0, l2=1e-5, clip=0.05, epochs=12000, hidden=[8, 8], seed=21)

def clip_by_norm(grads, limit):
    return [np.clip(g, -limit, limit) for g in grads]

def unused(grads, limit):
    norm = np.sqrt(sum((g ** 2).sum() for g in grads))
    if norm > limit:
        grads = [g * (limit / norm) for g in grads]
    return grads

class Network:
    def __init__(self, cfg):
        rng = np.random.default_rng(cfg["seed"])
        dims = [2, *cfg["hidden"], 1]
        self.params = []
        for a, b in zip(dims, dims[1:]):
            self.params.append(rng.normal(0, 1, (a, b)))
            self.params.append(np.zeros((1, b)))
    def forward(self, x):
        self.cache = [x]
        for k in range(0, len(self.params), 2):
            z = self.cache[-1] @ self.params[k] + self.params[k+1]
            self.cache.append(1/(1+np.exp(-z)))
        return self.cache[-1]
    def grads(self, y, l2):
        d = (self.cache[-1] - y)/len(y)
        out = []
        for k in range(len(self.params)-2, -1, -2):
            a = self.cache[k//2]
            out = [a.T @ d + l2*self.params[k], d.sum(0, keepdims=True)] + out
            if k:
                d = d @ self.params[k].T * a * (1-a)
        return out

def main(cfg):
    np.random.seed(cfg["seed"])
    for name, (x, y) in (("linear", generate_linear()), ("xor", generate_XOR_easy())):
        net = Network(cfg)
        curve = []
        for epoch in range(cfg["epochs"]):
            p = net.forward(x)
            loss = -np.mean(y*np.log(p) + (1-y)*np.log(1-p)) + cfg["l2"]/2*sum((w**2).sum() for w in net.params[::2])
            curve.append(loss)
            lr = cfg["lr"] * 0.5 ** (epoch // 3000)
            for w, g in zip(net.params, clip_by_norm(net.grads(y, cfg["l2"]), cfg["clip"])):
                w -= lr*g
            if (epoch+1) % 1000 == 0:
                print(f"{name} | epoch {epoch+1} | loss {loss:.4f} | lr {lr}")
        p = net.forward(x)
        for i in range(len(x)):
            print(f"Iter{i+1:4d} | Ground truth: {y[i,0]:.1f} | prediction: {p[i,0]:.5f} |")
        print(f"loss={curve[-1]:.5f} accuracy={np.mean((p>.5)==y)*100:.2f}%")
        show_result(x, y, p > .5)
        plt.plot(curve); plt.show()

main(CONFIG)
