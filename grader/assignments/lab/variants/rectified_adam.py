"""
Two-hidden-layer network, features in rows (each COLUMN is one example).
Parameters live in a dictionary: W1, b1, W2, b2, W3, b3
Optimizer: Adam, cost: binary cross-entropy.
"""
import numpy as np
import matplotlib.pyplot as plt

np.random.seed(1)


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


def initialize_parameters(layer_dims):
    parameters = {}
    for l in range(1, len(layer_dims)):
        parameters["W" + str(l)] = np.random.randn(layer_dims[l], layer_dims[l-1]) * np.sqrt(2. / layer_dims[l-1])
        parameters["b" + str(l)] = np.zeros((layer_dims[l], 1))
    return parameters


def initialize_adam(parameters):
    v, s = {}, {}
    for k in parameters:
        v["d" + k] = np.zeros_like(parameters[k])
        s["d" + k] = np.zeros_like(parameters[k])
    return v, s


def relu(Z):
    return np.maximum(0, Z)


def sigmoid(Z):
    return 1 / (1 + np.exp(-Z))


def forward_propagation(X, parameters):
    cache = {"A0": X}
    for l in (1, 2):
        cache["Z%d" % l] = np.dot(parameters["W%d" % l], cache["A%d" % (l-1)]) + parameters["b%d" % l]
        cache["A%d" % l] = relu(cache["Z%d" % l])
    cache["Z3"] = np.dot(parameters["W3"], cache["A2"]) + parameters["b3"]
    cache["A3"] = sigmoid(cache["Z3"])
    return cache["A3"], cache


def compute_cost(AL, Y):
    m = Y.shape[1]
    AL = np.clip(AL, 1e-12, 1 - 1e-12)
    return float(-np.sum(Y * np.log(AL) + (1 - Y) * np.log(1 - AL)) / m)


def backward_propagation(Y, parameters, cache):
    m = Y.shape[1]
    grads = {}
    dZ = cache["A3"] - Y
    for l in (3, 2, 1):
        grads["dW%d" % l] = np.dot(dZ, cache["A%d" % (l-1)].T) / m
        grads["db%d" % l] = np.sum(dZ, axis=1, keepdims=True) / m
        if l > 1:
            dA = np.dot(parameters["W%d" % l].T, dZ)
            dZ = dA * (cache["Z%d" % (l-1)] > 0)
    return grads


def update_parameters_with_adam(parameters, grads, v, s, t, learning_rate=0.01, beta1=0.9, beta2=0.999, epsilon=1e-8):
    for k in parameters:
        g = grads["d" + k]
        v["d" + k] = beta1 * v["d" + k] + (1 - beta1) * g
        s["d" + k] = beta2 * s["d" + k] + (1 - beta2) * g ** 2
        v_corr = v["d" + k] / (1 - beta1 ** t)
        s_corr = s["d" + k] / (1 - beta2 ** t)
        parameters[k] = parameters[k] - learning_rate * v_corr / (np.sqrt(s_corr) + epsilon)
    return parameters, v, s


def model(X, Y, layers_dims, learning_rate=0.01, num_epochs=2500, print_cost=True):
    costs = []
    parameters = initialize_parameters(layers_dims)
    v, s = initialize_adam(parameters)
    for i in range(num_epochs):
        AL, cache = forward_propagation(X, parameters)
        cost = compute_cost(AL, Y)
        grads = backward_propagation(Y, parameters, cache)
        parameters, v, s = update_parameters_with_adam(parameters, grads, v, s, i + 1, learning_rate)
        costs.append(cost)
        if print_cost and i % 250 == 0:
            print("epoch %i loss : %f" % (i, cost))
    return parameters, costs


def predict(X, Y, parameters):
    AL, _ = forward_propagation(X, parameters)
    for i in range(X.shape[1]):
        print("Iter {} | Ground truth: {:.1f} | prediction: {:.5f} |".format(i + 1, Y[0, i], AL[0, i]))
    p = (AL > 0.5).astype(int)
    print("loss={:.6f} accuracy={:.2f}%".format(compute_cost(AL, Y), 100 * np.mean(p == Y)))
    return p


def plot_all(X, Y, p, costs, title):
    fig, ax = plt.subplots(1, 3, figsize=(15, 4))
    colors = np.array(["red", "blue"])
    ax[0].scatter(X[0], X[1], c=colors[Y[0]])
    ax[0].set_title(title + ": ground truth")
    ax[1].scatter(X[0], X[1], c=colors[p[0]])
    ax[1].set_title(title + ": prediction")
    ax[2].plot(costs)
    ax[2].set_xlabel("epoch")
    ax[2].set_ylabel("cost")
    plt.show()


for title, (X, Y) in (("Linear", generate_linear(n=100)), ("XOR", generate_XOR_easy())):
    print("\n####", title)
    X, Y = X.T, Y.T
    params, costs = model(X, Y, [2, 32, 16, 1])
    p = predict(X, Y, params)
    plot_all(X, Y, p, costs, title)
