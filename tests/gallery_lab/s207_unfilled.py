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


rs = np.random.RandomState(2)

def act(z): return 1/(1+np.exp(-z))

class NN:
    def __init__(self):
        self.theta = [rs.randn(3, 7), rs.randn(8, 7), rs.randn(8, 1)]
    def fp(self, x):
        self.hs = []
        h = x
        for t in self.theta:
            h = np.hstack([h, np.ones((h.shape[0], 1))])
            self.hs.append(h)
            h = act(h @ t)
        return h
    def bp(self, out, y, lr):
        g = 2*(out-y)*out*(1-out)/y.shape[0]
        grads = []
        for k in (2, 1, 0):
            grads.insert(0, self.hs[k].T @ g)
            g = (g @ self.theta[k].T)[:, :-1]
            if k: g = g * self.hs[k][:, :-1]*(1-self.hs[k][:, :-1])
        for t, gr in zip(self.theta, grads):
            t -= lr*gr

def main():
    for title, (x, y), steps in [('Linear', generate_linear(), 4000), ('XOR', generate_XOR_easy(), 9000)]:
        nn = NN()
        his = np.empty(steps)
        for s in range(steps):
            o = nn.fp(x)
            his[s] = np.mean((o-y)**2)
            nn.bp(o, y, 2.0)
            if s % 1000 == 0:
                print(f'step {s}: mse {his[s]:.5f}')
        o = nn.fp(x)
        print('| # | label | output |')
        print('|---|-------|--------|')
        for i in range(len(x)):
            print(f'| {i+1} | {y[i][0]} | {o[i][0]:.4f} |')
        print(f'final loss {his[-1]:.6f}')
        print(f'acc: {((o>.5)==y).mean()*100}%')
        g = np.linspace(0, 1, 50)
        grid = np.array([[a, b] for b in g for a in g])
        fig, ax = plt.subplots(1, 2, sharey=True)
        ax[0].scatter(*x.T, c=['rb'[int(t)] for t in y.ravel()])
        ax[1].imshow(nn.fp(grid).reshape(50, 50), origin='lower', extent=(0, 1, 0, 1), cmap='coolwarm')
        ax[1].scatter(*x.T, c=['rb'[int(t > .5)] for t in o.ravel()])
        fig.suptitle(title)
        plt.show()
        plt.semilogy(his); plt.show()
main()
