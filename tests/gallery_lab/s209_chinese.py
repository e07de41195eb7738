# 深度學習 作業一
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


np.random.seed(9)

# 激活函數
def 激活(x):
    return 1 / (1 + np.exp(-x))

class 神經網路:
    """兩層隱藏層的網路"""
    def __init__(self, 隱藏=8, 學習率=0.2):
        self.w = {1: np.random.randn(2, 隱藏), 2: np.random.randn(隱藏, 隱藏), 3: np.random.randn(隱藏, 1)}
        self.b = {k: np.zeros(v.shape[1]) for k, v in self.w.items()}
        self.lr = 學習率

    def 前向(self, x):
        self.a = {0: x}
        for k in (1, 2, 3):
            self.a[k] = 激活(self.a[k - 1] @ self.w[k] + self.b[k])
        return self.a[3]

    def 反向(self, y):
        d = self.a[3] - y        # 交叉熵
        for k in (3, 2, 1):
            dw, db = self.a[k - 1].T @ d, d.sum(0)
            d = d @ self.w[k].T * self.a[k - 1] * (1 - self.a[k - 1])
            self.w[k] = self.w[k] - self.lr * dw
            self.b[k] = self.b[k] - self.lr * db

    def 訓練(self, x, y, 次數):
        self.紀錄 = []
        for i in range(次數):
            p = self.前向(x)
            損失 = -np.mean(y * np.log(p + 1e-12) + (1 - y) * np.log(1 - p + 1e-12))
            self.紀錄.append(損失)
            self.反向(y)
            if i % 500 == 0:
                print(f"第 {i} 次 損失: {損失:.6f}")

for 名稱, (x, y) in (("線性", generate_linear()), ("異或", generate_XOR_easy())):
    網路 = 神經網路()
    網路.訓練(x, y, 3000)
    p = 網路.前向(x)
    print("===", 名稱, "===")
    for i in range(len(x)):
        print(f"第{i + 1}筆 | 真實: {y[i, 0]} | 預測: {p[i, 0]:.4f}")
    print(f"準確率: {np.mean((p > 0.5) == y) * 100:.2f}%")
    plt.figure()
    for j, (標籤, 標題) in enumerate(((y, "真實"), (p > 0.5, "預測"))):
        plt.subplot(1, 2, j + 1)
        plt.scatter(x[:, 0], x[:, 1], c=標籤.astype(int).ravel(), cmap=plt.cm.coolwarm)
        plt.title(標題)
    plt.show()
    plt.plot(網路.紀錄)
    plt.title("學習曲線")
    plt.show()
