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

class T:
    def __init__(self, v, parents=(), back=None):
        self.v = np.asarray(v, dtype=float)
        self.g = np.zeros_like(self.v)
        self.parents = parents
        self.back = back
    def __matmul__(self, o):
        out = T(self.v @ o.v, (self, o))
        def back():
            self.g += out.g @ o.v.T
            o.g += self.v.T @ out.g
        out.back = back
        return out
    def __add__(self, o):
        out = T(self.v + o.v, (self, o))
        def back():
            self.g += out.g
            o.g += out.g.sum(0, keepdims=True)
        out.back = back
        return out
    def tanh(self):
        out = T(np.tanh(self.v), (self,))
        def back():
            self.g += out.g * (1 - out.v ** 2)
        out.back = back
        return out
    def sigmoid(self):
        out = T(1 / (1 + np.exp(-self.v)), (self,))
        def back():
            self.g += out.g * out.v * (1 - out.v)
        out.back = back
        return out
    def mse(self, y):
        out = T(np.mean((self.v - y) ** 2), (self,))
        def back():
            self.g += out.g * 2 * (self.v - y) / y.size
        out.back = back
        return out
    def backward(self):
        order, seen = [], set()
        def visit(t):
            if id(t) not in seen:
                seen.add(id(t))
                for q in t.parents:
                    visit(q)
                order.append(t)
        visit(self)
        self.g = np.ones_like(self.v)
        for t in reversed(order):
            if t.back:
                t.back()

def net(ps, x):
    h = T(x)
    h = (h @ ps[0] + ps[1]).tanh()
    h = (h @ ps[2] + ps[3]).tanh()
    return (h @ ps[4] + ps[5]).sigmoid()

np.random.seed(9)
for x, y in [generate_linear(), generate_XOR_easy()]:
    ps = [T(np.random.randn(2, 8)), T(np.zeros((1, 8))), T(np.random.randn(8, 8) * 0.5), T(np.zeros((1, 8))), T(np.random.randn(8, 1)), T(np.zeros((1, 1)))]
    log = []
    for step in range(3000):
        for p in ps:
            p.g = np.zeros_like(p.v)
        loss = net(ps, x).mse(y)
        loss.backward()
        for p in ps:
            p.v = p.v - 0.8 * p.g
        log.append(float(loss.v))
        if step % 300 == 0:
            print("step", step, "loss", log[-1])
    out = net(ps, x).v
    for i in range(len(x)):
        print(f"Iter{i + 1} | Ground truth: {y[i, 0]} | Prediction: {out[i, 0]:.4f}")
    print("loss=%.5f" % log[-1], "accuracy=%.2f%%" % (100 * np.mean((out > 0.5) == y)))
    show_result(x, y, out > 0.5)
    plt.plot(log); plt.show()
