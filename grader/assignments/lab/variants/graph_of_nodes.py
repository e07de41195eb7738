# tiny autograd engine, numpy only
import numpy as np
import matplotlib.pyplot as plt


class Node:
    def __init__(self, data, parents=(), backward_fn=None):
        self.data = np.asarray(data, dtype=float)
        self.grad = np.zeros_like(self.data)
        self.parents = parents
        self.backward_fn = backward_fn

    def __matmul__(self, other):
        out = Node(self.data @ other.data, (self, other))

        def bw():
            self.grad += out.grad @ other.data.T
            other.grad += self.data.T @ out.grad
        out.backward_fn = bw
        return out

    def __add__(self, other):
        out = Node(self.data + other.data, (self, other))

        def bw():
            self.grad += unbroadcast(out.grad, self.data.shape)
            other.grad += unbroadcast(out.grad, other.data.shape)
        out.backward_fn = bw
        return out

    def __sub__(self, other):
        out = Node(self.data - other.data, (self, other))

        def bw():
            self.grad += unbroadcast(out.grad, self.data.shape)
            other.grad -= unbroadcast(out.grad, other.data.shape)
        out.backward_fn = bw
        return out

    def square(self):
        out = Node(self.data ** 2, (self,))

        def bw():
            self.grad += 2 * self.data * out.grad
        out.backward_fn = bw
        return out

    def mean(self):
        out = Node(self.data.mean(), (self,))

        def bw():
            self.grad += np.ones_like(self.data) * out.grad / self.data.size
        out.backward_fn = bw
        return out

    def sigmoid(self):
        s = 1 / (1 + np.exp(-self.data))
        out = Node(s, (self,))

        def bw():
            self.grad += s * (1 - s) * out.grad
        out.backward_fn = bw
        return out

    def tanh(self):
        t = np.tanh(self.data)
        out = Node(t, (self,))

        def bw():
            self.grad += (1 - t * t) * out.grad
        out.backward_fn = bw
        return out

    def backward(self):
        topo, seen = [], set()

        def visit(n):
            if id(n) in seen:
                return
            seen.add(id(n))
            for p in n.parents:
                visit(p)
            topo.append(n)
        visit(self)
        self.grad = np.ones_like(self.data)
        for n in reversed(topo):
            if n.backward_fn is not None:
                n.backward_fn()


def unbroadcast(g, shape):
    while g.ndim > len(shape):
        g = g.sum(axis=0)
    for ax, size in enumerate(shape):
        if size == 1 and g.shape[ax] != 1:
            g = g.sum(axis=ax, keepdims=True)
    return g


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


class MLP:
    def __init__(self, dims):
        self.params = []
        for i, o in zip(dims, dims[1:]):
            self.params.append(Node(np.random.randn(i, o) * np.sqrt(2 / i)))
            self.params.append(Node(np.zeros((1, o))))

    def __call__(self, x):
        w1, b1, w2, b2, w3, b3 = self.params
        h = (x @ w1 + b1).tanh()
        h = (h @ w2 + b2).tanh()
        return (h @ w3 + b3).sigmoid()

    def zero_grad(self):
        for p in self.params:
            p.grad = np.zeros_like(p.data)


class Momentum:
    def __init__(self, params, lr, mu=0.9):
        self.params, self.lr, self.mu = params, lr, mu
        self.vel = [np.zeros_like(p.data) for p in params]

    def step(self):
        for p, v in zip(self.params, self.vel):
            v *= self.mu
            v += p.grad
            p.data -= self.lr * v


if __name__ == "__main__":
    for title, (inp, lab) in [("linear", generate_linear(n=100)), ("xor_easy", generate_XOR_easy())]:
        print("Training on", title)
        net = MLP([2, 12, 8, 1])
        opt = Momentum(net.params, lr=0.2)
        x, y = Node(inp), Node(lab)
        losses = []
        for epoch in range(4001):
            loss = (net(x) - y).square().mean()
            net.zero_grad()
            loss.backward()
            opt.step()
            losses.append(float(loss.data))
            if epoch % 400 == 0:
                print(f"epoch {epoch} loss : {losses[-1]}")

        out = net(x)
        p = out.data
        for i in range(len(p)):
            print(f"Iter {i+1} | Ground truth: {y.data[i,0]} | prediction: {p[i,0]:.5f} |")
        final = (out - y).square().mean().data
        acc = ((p > .5) == (lab > .5)).mean()
        print(f"loss={final:.6f} accuracy={acc:.2%}")

        plt.figure(figsize=(14, 4))
        for k, (c, t) in enumerate([(lab, "Ground truth"), (p > .5, "Prediction")]):
            plt.subplot(1, 3, k + 1)
            plt.scatter(inp[:, 0], inp[:, 1], c=c[:, 0].astype(int), cmap="bwr_r", vmin=0, vmax=1)
            plt.title(f"{title}: {t}")
        plt.subplot(1, 3, 3)
        plt.plot(losses)
        plt.title("Learning curve")
        plt.show()
