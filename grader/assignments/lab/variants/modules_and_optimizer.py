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

class Parameter:
    def __init__(self, data):
        self.data = data
        self.grad = np.zeros_like(data)

class Module:
    def parameters(self):
        for v in self.__dict__.values():
            if isinstance(v, Parameter):
                yield v
            elif isinstance(v, Module):
                yield from v.parameters()
            elif isinstance(v, (list, tuple)):
                for m in v:
                    if isinstance(m, Module):
                        yield from m.parameters()
    def __call__(self, *a):
        return self.forward(*a)

class Linear(Module):
    def __init__(self, i, o):
        k = 1 / np.sqrt(i)
        self.weight = Parameter(np.random.uniform(-k, k, (o, i)))
        self.bias = Parameter(np.random.uniform(-k, k, o))
    def forward(self, x):
        self.x = x
        return x @ self.weight.data.T + self.bias.data
    def backward(self, g):
        self.weight.grad += g.T @ self.x
        self.bias.grad += g.sum(0)
        return g @ self.weight.data

class Tanh(Module):
    def forward(self, x):
        self.y = np.tanh(x)
        return self.y
    def backward(self, g):
        return g * (1 - self.y ** 2)

class Sequential(Module):
    def __init__(self, *mods):
        self.mods = mods
    def forward(self, x):
        for m in self.mods:
            x = m(x)
        return x
    def backward(self, g):
        for m in reversed(self.mods):
            g = m.backward(g)

class BCEWithLogits(Module):
    def forward(self, z, y):
        self.p = 1 / (1 + np.exp(-z))
        self.y = y
        return np.mean(np.logaddexp(0, z) - z * y)
    def backward(self):
        return (self.p - self.y) / self.y.size

class SGD:
    def __init__(self, params, lr, weight_decay=0.0):
        self.params, self.lr, self.wd = list(params), lr, weight_decay
    def zero_grad(self):
        for p in self.params:
            p.grad[...] = 0
    def step(self):
        for p in self.params:
            p.data -= self.lr * (p.grad + self.wd * p.data)

class Trainer:
    def __init__(self, net, opt, crit):
        self.net, self.opt, self.crit = net, opt, crit
        self.log = []
    def fit(self, x, y, epochs):
        for e in range(epochs):
            self.opt.zero_grad()
            loss = self.crit(self.net(x), y)
            self.net.backward(self.crit.backward())
            self.opt.step()
            self.log.append(loss)
            if e % 500 == 0:
                print('epoch', e, 'loss :', loss)

def main():
    np.random.seed(5)
    for x, y in (generate_linear(), generate_XOR_easy()):
        net = Sequential(Linear(2, 10), Tanh(), Linear(10, 10), Tanh(), Linear(10, 1))
        t = Trainer(net, SGD(net.parameters(), 0.5, 1e-5), BCEWithLogits())
        t.fit(x, y, 3000)
        prob = 1 / (1 + np.exp(-net(x)))
        for i in range(len(x)):
            print(f'Iter{i + 1:3d} | Ground truth: {float(y[i, 0])} | prediction: {prob[i, 0]:.5f} |')
        print(f'loss={t.log[-1]:.5f} accuracy={100 * np.mean((prob > .5) == y):.2f}%')
        show_result(x, y, prob > 0.5)
        plt.plot(t.log); plt.title('Loss'); plt.show()

main()
