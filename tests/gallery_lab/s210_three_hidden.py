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


np.random.seed(11)


class Adam:
    def __init__(self, lr=0.01, beta1=0.9, beta2=0.999):
        self.lr, self.beta1, self.beta2, self.iter = lr, beta1, beta2, 0
        self.m, self.v = None, None

    def update(self, params, grads):
        if self.m is None:
            self.m, self.v = {}, {}
            for k, val in params.items():
                self.m[k] = np.zeros_like(val)
                self.v[k] = np.zeros_like(val)
        self.iter += 1
        lr_t = self.lr * np.sqrt(1.0 - self.beta2 ** self.iter) / (1.0 - self.beta1 ** self.iter)
        for k in params.keys():
            self.m[k] += (1 - self.beta1) * (grads[k] - self.m[k])
            self.v[k] += (1 - self.beta2) * (grads[k] ** 2 - self.v[k])
            params[k] -= lr_t * self.m[k] / (np.sqrt(self.v[k]) + 1e-7)


class ThreeLayerNet:
    def __init__(self, n=8):
        self.params = {}
        for i, (a, b) in enumerate([(2, n), (n, n), (n, n), (n, 1)], 1):
            self.params[f"W{i}"] = np.random.randn(a, b) / np.sqrt(a)
            self.params[f"b{i}"] = np.zeros(b)

    def predict(self, x):
        self.out = {0: x}
        for i in (1, 2, 3):
            self.out[i] = np.tanh(self.out[i - 1] @ self.params[f"W{i}"] + self.params[f"b{i}"])
        return 1 / (1 + np.exp(-(self.out[3] @ self.params["W4"] + self.params["b4"])))

    def loss(self, x, t):
        y = self.predict(x)
        return -np.sum(t * np.log(y + 1e-7) + (1 - t) * np.log(1 - y + 1e-7)) / x.shape[0]

    def gradient(self, x, t):
        y = self.predict(x)
        grads = {}
        dout = (y - t) / x.shape[0]
        for i in (4, 3, 2, 1):
            grads[f"W{i}"] = self.out[i - 1].T @ dout
            grads[f"b{i}"] = np.sum(dout, axis=0)
            if i > 1:
                dout = (dout @ self.params[f"W{i}"].T) * (1 - self.out[i - 1] ** 2)
        return grads


def run(x, t, iters_num=1500):
    network, optimizer, train_loss_list = ThreeLayerNet(), Adam(), []
    for i in range(iters_num):
        grad = network.gradient(x, t)
        optimizer.update(network.params, grad)
        train_loss_list.append(network.loss(x, t))
        if i % 100 == 0:
            print("iter", i, "loss:", train_loss_list[-1])
    y = network.predict(x)
    print(f"{'Ground truth':>14} | {'Prediction':>12}")
    for a, b in zip(t.flatten(), y.flatten()):
        print(f"{a:14d} | {b:12.6f}")
    print("loss = %.6f, acc = %.2f" % (train_loss_list[-1], np.mean((y > 0.5) == t) * 100))
    show_result(x, t, y > 0.5)
    plt.plot(np.arange(iters_num), train_loss_list)
    plt.show()


run(*generate_linear())
run(*generate_XOR_easy(), 2500)
