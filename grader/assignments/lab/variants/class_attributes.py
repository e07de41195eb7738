import numpy as np
import matplotlib.pyplot as plt


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


class Net:
    # everything is a class attribute, the class is never instantiated
    hidden = (10, 10)
    lr = 0.3
    momentum = 0.9
    epochs = 6000
    losses = []
    W1 = W2 = W3 = None
    b1 = b2 = b3 = None
    velocity = {}

    @classmethod
    def reset(cls):
        h1, h2 = cls.hidden
        cls.W1 = np.random.uniform(-1, 1, (2, h1))
        cls.W2 = np.random.uniform(-1, 1, (h1, h2)) * np.sqrt(3 / h1)
        cls.W3 = np.random.uniform(-1, 1, (h2, 1)) * np.sqrt(3 / h2)
        cls.b1, cls.b2, cls.b3 = np.zeros(h1), np.zeros(h2), np.zeros(1)
        cls.velocity = {k: 0 for k in ("W1", "W2", "W3", "b1", "b2", "b3")}
        cls.losses = []

    @classmethod
    def forward(cls, x):
        cls.x = x
        cls.a1 = np.tanh(np.dot(x, cls.W1) + cls.b1)
        cls.a2 = np.tanh(np.dot(cls.a1, cls.W2) + cls.b2)
        cls.y = 1.0 / (1.0 + np.exp(-(np.dot(cls.a2, cls.W3) + cls.b3)))
        return cls.y

    @classmethod
    def backward(cls, t):
        g = {}
        dz3 = 2 * (cls.y - t) / len(t) * cls.y * (1 - cls.y)
        g["W3"] = np.dot(cls.a2.T, dz3)
        g["b3"] = np.sum(dz3, axis=0)
        dz2 = np.dot(dz3, cls.W3.T) * (1 - np.square(cls.a2))
        g["W2"] = np.dot(cls.a1.T, dz2)
        g["b2"] = np.sum(dz2, axis=0)
        dz1 = np.dot(dz2, cls.W2.T) * (1 - np.square(cls.a1))
        g["W1"] = np.dot(cls.x.T, dz1)
        g["b1"] = np.sum(dz1, axis=0)
        return g

    @classmethod
    def update(cls, g):
        for name, grad in g.items():
            cls.velocity[name] = cls.momentum * cls.velocity[name] - cls.lr * grad
            setattr(cls, name, getattr(cls, name) + cls.velocity[name])

    @classmethod
    def mse(cls, t):
        return np.mean(np.square(cls.y - t))

    @classmethod
    def train(cls, x, t):
        cls.reset()
        for epoch in range(cls.epochs + 1):
            cls.forward(x)
            cls.losses.append(cls.mse(t))
            if epoch % 1000 == 0:
                print("Epoch: {}/{}, loss: {:.6f}".format(epoch, cls.epochs, cls.losses[-1]))
            cls.update(cls.backward(t))

    @classmethod
    def test(cls, x, t):
        pred = cls.forward(x)
        for truth, p in zip(t[:, 0], pred[:, 0]):
            print("Ground truth: {}, Predict: {:.6f}".format(truth, p))
        print("Loss: {:.8f}".format(cls.mse(t)))
        print("Accuracy: {}".format(np.mean(np.where(pred > 0.5, 1, 0) == t)))
        return np.where(pred > 0.5, 1, 0)


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


x, t = generate_linear(n=100)
print("---- Linear ----")
Net.train(x, t)
show_result(x, t, Net.test(x, t))
plt.plot(range(len(Net.losses)), Net.losses)
plt.title("Learning curve (linear)")
plt.show()

x, t = generate_XOR_easy()
print("---- XOR ----")
Net.hidden = (14, 14)
Net.train(x, t)
show_result(x, t, Net.test(x, t))
plt.plot(range(len(Net.losses)), Net.losses)
plt.title("Learning curve (XOR)")
plt.show()
