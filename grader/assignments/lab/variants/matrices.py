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

def sigmoid(x): return 1/(1+np.exp(-x))
np.random.seed(10)
for which in ['linear', 'xor']:
    x, y = generate_linear() if which == 'linear' else generate_XOR_easy()
    X, Y = np.asmatrix(x), np.asmatrix(y)
    W1 = np.asmatrix(np.random.randn(2, 7)); W2 = np.asmatrix(np.random.randn(7, 7)); W3 = np.asmatrix(np.random.randn(7, 1))
    b1 = np.asmatrix(np.zeros((1, 7))); b2 = np.asmatrix(np.zeros((1, 7))); b3 = np.asmatrix(np.zeros((1, 1)))
    loss = []
    for epoch in range(5000):
        H1 = sigmoid(X*W1 + b1)
        H2 = sigmoid(H1*W2 + b2)
        O = sigmoid(H2*W3 + b3)
        loss.append(float(np.mean(np.square(O-Y))))
        D3 = np.multiply(O-Y, np.multiply(O, 1-O))
        D2 = np.multiply(D3*W3.T, np.multiply(H2, 1-H2))
        D1 = np.multiply(D2*W2.T, np.multiply(H1, 1-H1))
        W3 = W3 - 0.5*H2.T*D3; b3 = b3 - 0.5*D3.sum(0)
        W2 = W2 - 0.5*H1.T*D2; b2 = b2 - 0.5*D2.sum(0)
        W1 = W1 - 0.5*X.T*D1; b1 = b1 - 0.5*D1.sum(0)
        if epoch % 1000 == 0: print('epoch', epoch, 'loss', loss[-1])
    for i in range(len(x)):
        print('Iter%d | Ground truth: %.1f | prediction: %.5f |' % (i+1, y[i, 0], O[i, 0]))
    print('loss=%.5f accuracy=%.2f%%' % (loss[-1], 100*np.mean((O > 0.5) == Y)))
    show_result(x, y, np.asarray(O > 0.5))
    plt.plot(loss); plt.show()
