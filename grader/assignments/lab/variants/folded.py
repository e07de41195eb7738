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

def add_one(a):
    return np.hstack((a, np.ones((a.shape[0], 1))))

def sigmoid(t):
    return 1./(1.+np.exp(-t))

class 神經網路:
    def __init__(self, h):
        self.權重 = [np.random.randn(3, h), np.random.randn(h+1, h), np.random.randn(h+1, 1)]
    def 前向(self, x):
        self.輸入 = []
        for w in self.權重:
            x = add_one(x)
            self.輸入.append(x)
            x = sigmoid(x @ w)
        self.輸出 = x
        return x
    def 反向(self, y, 學習率):
        g = (self.輸出 - y) * self.輸出 * (1 - self.輸出)
        for i in (2, 1, 0):
            dw = self.輸入[i].T @ g
            back = g @ self.權重[i][:-1].T
            if i:
                h = self.輸入[i][:, :-1]
                g = back * h * (1 - h)
            self.權重[i] -= 學習率 * dw

def 訓練(x, y, 名稱):
    網 = 神經網路(6)
    損失 = []
    for 次 in range(5000):
        p = 網.前向(x)
        損失.append(((p - y) ** 2).mean())
        網.反向(y, 0.3)
        if 次 % 500 == 0:
            print(f'迭代 {次} 損失值：{損失[-1]:.6f}')
    p = 網.前向(x)
    for i in range(len(x)):
        print(f'編號{i+1}  標籤：{y[i,0]}  預測：{p[i,0]*100:.2f}%')
    print(f'{名稱} 準確率：{((p>0.5)==y).mean()*100:.1f}％ 損失：{損失[-1]:.5f}')
    show_result(x, y, np.where(p > 0.5, 1, 0))
    plt.plot(損失)
    plt.title('loss')
    plt.show()

np.random.seed(2)
訓練(*generate_linear(), '線性')
訓練(*generate_XOR_easy(), 'XOR')
