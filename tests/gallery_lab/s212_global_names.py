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


np.random.seed(0)
lr = 0.3
w1 = w2 = w3 = b1 = b2 = b3 = None

def sigmoid(x):
    return 1.0/(1.0 + np.exp(-x))

def derivative_sigmoid(x):
    return np.multiply(x, 1.0 - x)

def reset():
    global w1, w2, w3, b1, b2, b3
    w1 = np.random.randn(2, 8); b1 = np.zeros(8)
    w2 = np.random.randn(8, 8); b2 = np.zeros(8)
    w3 = np.random.randn(8, 1); b3 = np.zeros(1)

def forward(x):
    global a1, a2, a3
    a1 = sigmoid(x @ w1 + b1)
    a2 = sigmoid(a1 @ w2 + b2)
    a3 = sigmoid(a2 @ w3 + b3)
    return a3

def backward(x, t):
    global w1, w2, w3, b1, b2, b3
    d3 = (a3 - t) * derivative_sigmoid(a3)
    d2 = (w3 @ d3) * derivative_sigmoid(a2)
    d1 = (w2 @ d2) * derivative_sigmoid(a1)
    w3 = w3 - lr * np.outer(a2, d3); b3 = b3 - lr * d3
    w2 = w2 - lr * np.outer(a1, d2); b2 = b2 - lr * d2
    w1 = w1 - lr * np.outer(x, d1); b1 = b1 - lr * d1

def train(x, y, epochs):
    reset()
    losses = []
    for epoch in range(epochs):
        loss = 0
        for i in np.random.permutation(len(x)):
            o = forward(x[i])
            loss += (o[0] - y[i][0])**2
            backward(x[i], y[i])
        losses.append(loss/len(x))
        if epoch % 100 == 0:
            print('epoch', epoch, 'loss :', losses[-1])
    return losses

for x, y, n in [(*generate_linear(), 500), (*generate_XOR_easy(), 4000)]:
    losses = train(x, y, n)
    pred = np.array([forward(p) for p in x])
    for i in range(len(x)):
        print('Iter', i+1, '| Ground truth:', y[i], '| prediction:', pred[i])
    print('loss:', losses[-1], 'accuracy:', str(np.mean((pred > .5) == y)*100) + '%')
    show_result(x, y, pred > 0.5)
    plt.plot(losses); plt.show()
