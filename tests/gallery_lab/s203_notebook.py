# %%
import numpy as np
import matplotlib.pyplot as plt

# %%
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
        inputs.append([0.1 * i, 0.1 * i])
        labels.append(0)
        if 0.1 * i == 0.5:
            continue
        inputs.append([0.1 * i, 1 - 0.1 * i])
        labels.append(1)
    return np.array(inputs), np.array(labels).reshape(21, 1)


# %%
def sigmoid(x):
    return 1.0 / (1.0 + np.exp(-x))


def derivative_sigmoid(x):
    return np.multiply(x, 1.0 - x)


def show_result(x, y, pred_y):
    plt.subplot(1, 2, 1)
    plt.title("Ground truth", fontsize=18)
    for i in range(x.shape[0]):
        if y[i] == 0:
            plt.plot(x[i][0], x[i][1], "ro")
        else:
            plt.plot(x[i][0], x[i][1], "bo")
    plt.subplot(1, 2, 2)
    plt.title("Predict result", fontsize=18)
    for i in range(x.shape[0]):
        if pred_y[i] == 0:
            plt.plot(x[i][0], x[i][1], "ro")
        else:
            plt.plot(x[i][0], x[i][1], "bo")
    plt.show()


def report(x, y, pred, losses):
    y, pred = np.asarray(y).ravel(), np.asarray(pred).ravel()
    for i in range(len(y)):
        print(f"Iter{i + 1:3d} |    Ground truth: {y[i]:.1f} |    prediction: {pred[i]:.5f} |")
    print(f"loss={losses[-1]:.5f} accuracy={100 * np.mean((pred > 0.5) == (y > 0.5)):.2f}%")
    show_result(x, y, (pred > 0.5).astype(int))
    plt.plot(losses)
    plt.xlabel("epoch")
    plt.ylabel("loss")
    plt.show()


# %%
class model:
    pass

net = model()
net.w1, net.w2, net.w3 = np.random.randn(2, 8), np.random.randn(8, 8), np.random.randn(8, 1)
net.b1, net.b2, net.b3 = 0.0 * np.random.randn(8), 0.0 * np.random.randn(8), 0.0 * np.random.randn(1)

# %%
def forward(net, x):
    net.h1 = sigmoid(x @ net.w1 + net.b1)
    net.h2 = sigmoid(net.h1 @ net.w2 + net.b2)
    net.y = sigmoid(net.h2 @ net.w3 + net.b3)
    return net.y

def train_step(net, x, t, lr):
    y = forward(net, x)
    e3 = (y - t) * derivative_sigmoid(y) / len(x)
    e2 = e3 @ net.w3.T * derivative_sigmoid(net.h2)
    e1 = e2 @ net.w2.T * derivative_sigmoid(net.h1)
    for w, b, a, e in (("w1", "b1", x, e1), ("w2", "b2", net.h1, e2), ("w3", "b3", net.h2, e3)):
        setattr(net, w, getattr(net, w) - lr * a.T @ e)
        setattr(net, b, getattr(net, b) - lr * e.sum(axis=0))
    return ((y - t) ** 2).mean()

# %%
x, y = generate_XOR_easy()
losses = []
for epoch in range(6000):
    losses.append(train_step(net, x, y, 3.0))
    if epoch % 1000 == 0:
        print("epoch", epoch, "loss", losses[-1])

# %%
report(x, y, forward(net, x), losses)
