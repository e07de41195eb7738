# The source of the notebook, solutions and all, as text in the percent format that Jupytext shares. The notebook for students
# and the one with the solutions are made from it: python -m grader template components
#
# What stands between the two markers of a solution is cut for students. A text cell with the tag answer:<id> holds only its
# first line here: students get the placeholder of rubric.toml below it, the solution gets the model answer.
# ruff: noqa
# fmt: off

# %% [markdown]
# # Components of a neural network
#
# In this notebook you build every part of a small neural network yourself, with nothing but NumPy: gradient descent, the
# activations, the loss, the layers, and the gradients of all of them. At the end the parts are put together and learn to
# read handwritten digits.
#
# **How it works**
#
# * A cell that begins with `# Answer 1.2a` is yours. Replace the line `raise NotImplementedError(...)` with your code. Keep
#   the first line and the names of functions, classes and variables: they are how your answers are found.
# * A text cell that begins with **Answer 1.1c** is yours, too. Write below that line; formulas between dollar signs are
#   welcome, like `$\frac{\partial f}{\partial x}$`.
# * All other cells are given. Run them and look at what they show. Many of them hold an `assert` that complains when
#   something cannot be right yet and says where to look. If no assert complains, that is a good sign, but no proof.
# * Before you hand in, choose *Restart kernel and run all cells*, and see that everything still works from top to bottom.
#
# There are **45 points**. The 22 points for code are given by a program, which calls your functions with its own
# inputs; the 23 points for text are given by a person. Each question shows its number of points.

# %% [markdown] tags=["names"]
# **Names:** *write the names of everybody in your group here*
#
# **Group:** *write the number of your group here*

# %%
import matplotlib.pyplot as plt
import numpy as np
from scipy.optimize import check_grad

plt.rcParams.update({"figure.constrained_layout.use": True, "axes.grid": True, "grid.alpha": 0.3, "font.size": 10})

# %% [markdown]
# ## 1.1 Walking downhill
#
# Training a network means making a number small by turning many knobs. Before there are thousands of knobs, take two.
# The height of a landscape over the plane is
#
# $$f(x, y) = x^2 + y^2 + x\,(y + 2) + \cos(3x).$$
#
# **Gradient descent** starts somewhere and takes one step after the other against the gradient, which points uphill:
#
# $$\begin{pmatrix} x_{t+1} \\ y_{t+1} \end{pmatrix} =
#   \begin{pmatrix} x_t \\ y_t \end{pmatrix} - \eta_t \begin{pmatrix} \partial f / \partial x \\ \partial f / \partial y \end{pmatrix}_{(x_t,\, y_t)},
#   \qquad \eta_t = \eta_0 \, d^{\,t}, \quad t = 0, 1, 2, \dots$$
#
# The **step size** $\eta_0$ says how far to go, and the **decay** $d \le 1$ makes the steps smaller and smaller. With $d = 1$
# they keep their size.

# %%
def f(x, y):
    """Return the height of the landscape at (x, y)."""
    return x**2 + y**2 + x * (y + 2) + np.cos(3 * x)


def plot_walk(x_hist, y_hist, title=""):
    """Draw the landscape with a walk on it, and beside it the height at every step."""
    figure, (left, right) = plt.subplots(1, 2, figsize=(10, 4))
    grid_x, grid_y = np.meshgrid(np.linspace(-4, 4, 200), np.linspace(-4, 4, 200))
    lines = left.contour(grid_x, grid_y, f(grid_x, grid_y), levels=25, cmap="viridis", linewidths=0.8)
    figure.colorbar(lines, ax=left, label="f(x, y)")
    left.plot(x_hist, y_hist, "o-", color="tab:red", markersize=3, linewidth=1)
    left.plot(x_hist[0], y_hist[0], "s", color="black", label="start")
    left.plot(x_hist[-1], y_hist[-1], "*", color="tab:red", markersize=12, label="end")
    left.set(xlabel="x", ylabel="y", xlim=(-4, 4), ylim=(-4, 4), title=title)
    left.legend()
    heights = f(np.array(x_hist), np.array(y_hist))
    right.plot(heights, "o-", color="tab:red", markersize=3)
    right.set(xlabel="step", ylabel="f(x, y)", title=f"{len(heights) - 1} steps, ends at {heights[-1]:.3f}")
    plt.show()

# %% [markdown]
# ### 1.1a (code, 1 point)
#
# Work out the two partial derivatives of $f$ on paper. Then complete `optimize_f`, which takes `steps` steps of gradient
# descent from the point `(x, y)` and remembers every place it has been to. The first step has the full step size.

# %% tags=["cell:1.1a"]
# Answer 1.1a
def optimize_f(x, y, step_size, steps, decay=1.0):
    """Walk downhill on f.

    Parameters
    ----------
    x, y : float
        Where to start.
    step_size : float
        The size of the first step.
    steps : int
        How many steps to take.
    decay : float
        Step number t, counted from 0, has the size step_size * decay**t.

    Returns
    -------
    x, y : float
        Where the walk ended.
    value : float
        f(x, y) there.
    x_hist, y_hist : list of float, length steps + 1
        The start, and the place after every step.
    """
    ### BEGIN SOLUTION
    x_hist, y_hist = [x], [y]
    for step in range(steps):
        grad_x = 2 * x + y + 2 - 3 * np.sin(3 * x)
        grad_y = 2 * y + x
        size = step_size * decay**step
        x, y = x - size * grad_x, y - size * grad_y
        x_hist.append(x)
        y_hist.append(y)
    return x, y, f(x, y), x_hist, y_hist
    ### END SOLUTION

# %%
# One step by hand: at (0, 0) the gradient is (2, 0).
x_end, y_end, value, x_hist, y_hist = optimize_f(0.0, 0.0, step_size=0.1, steps=1)
assert len(x_hist) == len(y_hist) == 2, (
    "one step makes a history of two places: the start belongs to it"
)
assert np.isclose(x_end, -0.2) and np.isclose(y_end, 0.0), (
    "one step of size 0.1 from (0, 0) ends at (-0.2, 0); look at the signs"
)
assert np.isclose(value, f(-0.2, 0.0)), "the third result is the height where the walk ended"
third = optimize_f(0.0, 0.0, step_size=0.1, steps=3, decay=0.5)[3]
assert np.isclose(third[1], -0.2), "the first step has the full size: decay**0 is 1"

# %% [markdown]
# ### 1.1b (to run)
#
# A walk with small steps from $(3, 2)$.

# %%
START = (3.0, 2.0)
_, _, _, x_hist, y_hist = optimize_f(*START, step_size=0.05, steps=50)
plot_walk(x_hist, y_hist, "step size 0.05")

# %% [markdown]
# ### 1.1c (text, 1 point)
#
# Where does the walk of 1.1b come to rest, and how do you see in each of the two panels that it has come to rest? Is this
# the lowest point of the landscape? Say why gradient descent stays there.

# %% [markdown] tags=["answer:1.1c"]
# **Answer 1.1c**

# %% [markdown]
# ### 1.1d (to run)
#
# The same start with other step sizes. Change them and run the cell again as often as you like.

# %%
for step_size in (0.01, 0.15, 0.25):
    _, _, _, x_hist, y_hist = optimize_f(*START, step_size=step_size, steps=20)
    plot_walk(x_hist, y_hist, f"step size {step_size}")

# %% [markdown]
# ### 1.1e (text, 1 point)
#
# Describe what happens when the step size is very small, and what happens when it is large. Explain both with the formula
# of gradient descent.

# %% [markdown] tags=["answer:1.1e"]
# **Answer 1.1e**

# %% [markdown]
# ### 1.1f (text, 1 point)
#
# What is gained when the steps become smaller during the walk, so with a decay below 1? And what goes wrong when the decay
# is much too strong, say 0.3?

# %% [markdown] tags=["answer:1.1f"]
# **Answer 1.1f**

# %% [markdown]
# ### 1.1g (code, 1 point)
#
# Choose `step_size`, `steps` and `decay` so that a walk from $(3, 2)$ ends below $-2$, and keep everything that
# `optimize_f` returns in `results`.

# %% tags=["cell:1.1g"]
# Answer 1.1g
### BEGIN SOLUTION
results = optimize_f(*START, step_size=0.2, steps=10, decay=0.8)
### END SOLUTION

# %%
assert len(results) == 5, "results are the five things that optimize_f returns"
assert results[2] < -2, (
    f"the walk ends at {results[2]:.3f}, and it must end below -2: try larger steps that become "
    "smaller"
)
plot_walk(results[3], results[4], "the tuned walk")

# %% [markdown]
# ### 1.1h (text, 1 point)
#
# How did you find your settings? Is the end of your walk the lowest point of the landscape? Name one way to become more
# certain of it that would still work for a function of many variables, which nobody can draw.

# %% [markdown] tags=["answer:1.1h"]
# **Answer 1.1h**

# %% [markdown]
# ## 1.2 Functions and their gradients
#
# A network is a chain of simple functions, and for training each of them needs a partner: its derivative. Mistakes in
# derivatives are easy to make and hard to see, because a network with a slightly wrong gradient often learns a little. So
# every derivative is compared with a **numerical gradient**, which needs nothing but the function itself. The *central
# difference*
#
# $$g'(x) \approx \frac{g(x + h) - g(x - h)}{2h}$$
#
# with a small $h$, such as $10^{-5}$, is right to many digits.
#
# ### 1.2a (code, 1 point)
#
# The logistic **sigmoid** squeezes any number into the interval from 0 to 1:
#
# $$\sigma(x) = \frac{1}{1 + e^{-x}}.$$
#
# Write it so that `x` can be a number or an array of any shape.

# %% tags=["cell:1.2a"]
# Answer 1.2a
def sigmoid(x):
    """Return the sigmoid of x, element by element."""
    ### BEGIN SOLUTION
    return 1 / (1 + np.exp(-x))
    ### END SOLUTION

# %%
assert sigmoid(0) == 0.5, "the sigmoid of 0 is one half"
assert sigmoid(np.zeros((3, 2))).shape == (3, 2), (
    "an array in gives an array of the same shape out; NumPy needs no loop"
)
assert np.allclose(sigmoid(np.array([-2.0, 2.0])).sum(), 1), (
    "sigmoid(-x) and sigmoid(x) add up to 1; look at the sign of the exponent"
)

# %% [markdown]
# ### 1.2b (text, 2 points)
#
# Derive the derivative of the sigmoid, and show that it can be written as $\sigma'(x) = \sigma(x)\,(1 - \sigma(x))$. For
# which $x$ is it largest, and how large is it there?

# %% [markdown] tags=["answer:1.2b"]
# **Answer 1.2b**

# %% [markdown]
# ### 1.2c (code, 1 point)
#
# Write the derivative as `sigmoid_grad`. Then compute the derivative at the points `x` a second time, as a numerical
# gradient of `sigmoid`, and call it `num_gradient`.

# %% tags=["cell:1.2c"]
# Answer 1.2c
x = np.linspace(-6, 6, 100)


def sigmoid_grad(x):
    """Return the derivative of the sigmoid at x, element by element."""
    ### BEGIN SOLUTION
    return sigmoid(x) * (1 - sigmoid(x))
    ### END SOLUTION


### BEGIN SOLUTION
h = 1e-5
num_gradient = (sigmoid(x + h) - sigmoid(x - h)) / (2 * h)
### END SOLUTION

# %%
assert np.shape(num_gradient) == np.shape(x), "num_gradient has one entry for each entry of x"
difference = np.abs(num_gradient - sigmoid_grad(x)).max()
assert difference < 1e-4, (
    f"both gradients differ by {difference:.2g}: is one of them not a derivative, or h too "
    "large?"
)
print(f"largest difference: {difference:.2g}")

# %% [markdown]
# ### 1.2d (text, 1 point)
#
# Try $h = 1$, $h = 10^{-5}$ and $h = 10^{-14}$ in your numerical gradient. Why is it inaccurate for a large $h$, and why is it
# inaccurate again for a tiny one?

# %% [markdown] tags=["answer:1.2d"]
# **Answer 1.2d**

# %% [markdown]
# ### 1.2e (code, 1 point)
#
# The **rectified linear unit** keeps what is positive and cuts off the rest:
#
# $$\mathrm{relu}(x) = \max(x, 0).$$

# %% tags=["cell:1.2e"]
# Answer 1.2e
def relu(x):
    """Return x where it is positive and 0 elsewhere, element by element."""
    ### BEGIN SOLUTION
    return np.maximum(x, 0)
    ### END SOLUTION

# %%
before = np.array([-1.5, 0.0, 2.5])
after = relu(before)
assert np.array_equal(after, [0, 0, 2.5]), f"relu of -1.5, 0 and 2.5 is 0, 0 and 2.5, not {after}"
assert before[0] == -1.5, "relu must not write into its argument: make a new array"

# %% [markdown]
# ### 1.2f (code, 2 points)
#
# Write the derivative of `relu`, and compute it numerically as well. At exactly 0 there is no derivative; any value from
# 0 to 1 will do there.

# %% tags=["cell:1.2f"]
# Answer 1.2f
x = np.linspace(-2, 2, 100)


def relu_grad(x):
    """Return the derivative of relu at x, element by element."""
    ### BEGIN SOLUTION
    return np.where(x > 0, 1.0, 0.0)
    ### END SOLUTION


### BEGIN SOLUTION
h = 1e-5
num_gradient = (relu(x + h) - relu(x - h)) / (2 * h)
### END SOLUTION

# %%
assert np.shape(num_gradient) == np.shape(x), "num_gradient has one entry for each entry of x"
difference = np.abs(num_gradient - relu_grad(x)).max()
assert difference < 1e-4, (
    f"both gradients differ by {difference:.2g}: no entry of x is closer to 0 than 0.02, so "
    "they should agree"
)
print(f"largest difference: {difference:.2g}")

# %% [markdown]
# ### 1.2g (to look at)
#
# Both activations with their derivatives.

# %%
points = np.linspace(-6, 6, 300)
figure, panels = plt.subplots(1, 2, figsize=(10, 3.5))
for panel, name, function, gradient in zip(panels, ("sigmoid", "relu"), (sigmoid, relu), (sigmoid_grad, relu_grad)):
    panel.plot(points, function(points), label=name)
    panel.plot(points, gradient(points), "--", label=f"derivative of {name}")
    panel.set(xlabel="x", title=name)
    panel.legend()
plt.show()

# %% [markdown]
# ### 1.2h (text, 1 point)
#
# Compare the two derivatives far away from 0, on both sides. A deep network multiplies many such factors with one
# another: what does that mean for the gradient that arrives at its first layer?

# %% [markdown] tags=["answer:1.2h"]
# **Answer 1.2h**

# %% [markdown]
# ### 1.2i (code, 1 point)
#
# A network that ends in a sigmoid says how probable it finds the label 1. Let $y$ be the true label, 0 or 1, and $\hat y$
# the probability. The **binary cross-entropy** is small when the network was right and sure of it:
#
# $$\ell(y, \hat y) = -y \ln \hat y - (1 - y) \ln (1 - \hat y).$$
#
# Compute it element by element; do not average. You may assume that $0 < \hat y < 1$.

# %% tags=["cell:1.2i"]
# Answer 1.2i
def bce_loss(y, y_hat):
    """Return the binary cross-entropy of the labels y and the probabilities y_hat, element by element."""
    ### BEGIN SOLUTION
    return -y * np.log(y_hat) - (1 - y) * np.log(1 - y_hat)
    ### END SOLUTION

# %%
assert np.isclose(bce_loss(1, 0.5), np.log(2)), "undecided costs ln 2; is it the natural logarithm?"
assert bce_loss(1, 0.9) < bce_loss(1, 0.1), (
    "with label 1, a high probability is cheaper than a low one; are y and y_hat exchanged?"
)
assert np.shape(bce_loss(np.ones((3, 1)), np.full((3, 1), 0.2))) == (3, 1), (
    "one loss for each element: no mean, no sum"
)

# %% [markdown]
# ### 1.2j (text, 1 point)
#
# What does the loss become when the network is sure and wrong, so for $y = 1$ and $\hat y \to 0$? What would the squared
# error $(y - \hat y)^2$ be there, and why does that make the cross-entropy the better teacher?

# %% [markdown] tags=["answer:1.2j"]
# **Answer 1.2j**

# %% [markdown]
# ### 1.2k (code, 3 points)
#
# Write the derivative of the loss **with respect to** $\hat y$, and compute it numerically as well, for the labels `y` and the
# probabilities `y_hat` below.

# %% tags=["cell:1.2k"]
# Answer 1.2k
y_hat = np.linspace(0.05, 0.95, 91)
y = np.arange(91) % 2


def bce_loss_grad(y, y_hat):
    """Return the derivative of the binary cross-entropy with respect to y_hat, element by element."""
    ### BEGIN SOLUTION
    return -y / y_hat + (1 - y) / (1 - y_hat)
    ### END SOLUTION


### BEGIN SOLUTION
h = 1e-5
num_gradient = (bce_loss(y, y_hat + h) - bce_loss(y, y_hat - h)) / (2 * h)
### END SOLUTION

# %%
assert np.shape(num_gradient) == np.shape(y_hat), (
    "num_gradient has one entry for each entry of y_hat"
)
difference = np.abs(num_gradient - bce_loss_grad(y, y_hat)).max()
assert difference < 1e-3, (
    f"both gradients differ by {difference:.2g}: differentiate with respect to y_hat, and mind "
    "the inner derivative of 1 - y_hat"
)
print(f"largest difference: {difference:.2g}")

points = np.linspace(0.02, 0.98, 200)
figure, panels = plt.subplots(1, 2, figsize=(10, 3.5))
for label in (0, 1):
    panels[0].plot(points, bce_loss(label, points), label=f"y = {label}")
    panels[1].plot(points, bce_loss_grad(label, points), label=f"y = {label}")
panels[0].set(xlabel="probability y_hat", title="binary cross-entropy")
panels[1].set(xlabel="probability y_hat", title="its derivative with respect to y_hat")
for panel in panels:
    panel.legend()
plt.show()

# %% [markdown]
# ### 1.2l (text, 1 point)
#
# Look at the derivative of the loss in the figure. What does its sign tell gradient descent to do for each of the two
# labels, and what does its size tell?

# %% [markdown] tags=["answer:1.2l"]
# **Answer 1.2l**

# %% [markdown]
# ### 1.2m (text, 1 point)
#
# Let the probability come out of a sigmoid, $\hat y = \sigma(z)$. Show with the chain rule that
#
# $$\frac{\partial}{\partial z}\, \ell(y, \sigma(z)) = \sigma(z) - y.$$
#
# Which factor has cancelled, and why is that good news for a network that is sure and wrong?

# %% [markdown] tags=["answer:1.2m"]
# **Answer 1.2m**

# %% [markdown]
# ## 1.3 A model of one layer
#
# Now the parts are chained for the first time. A model with four weights $w$ and a bias $b$ looks at one sample
# $x \in \mathbb{R}^4$ with the label $y$:
#
# $$z = \sum_{i=1}^{4} x_i w_i + b, \qquad \hat y = \sigma(z), \qquad \text{loss} = \ell(y, \hat y).$$
#
# The chain rule gives the gradient from the back to the front:
#
# $$\frac{\partial\, \text{loss}}{\partial x_i} = \frac{\partial \ell}{\partial \hat y} \cdot \frac{\partial \hat y}{\partial z} \cdot \frac{\partial z}{\partial x_i}.$$
#
# ### 1.3a (code, 2 points)
#
# Write `fn`, which returns the loss and its gradient with respect to `x`. Use the weights `w` and the bias `b` of the cell,
# and your own functions from section 1.2.

# %% tags=["cell:1.3a"]
# Answer 1.3a
w = np.array([0.5, -1.2, 0.8, 0.3])
b = 0.1


def fn(x, y):
    """Return the loss of one sample and its gradient with respect to x.

    Parameters
    ----------
    x : array, shape (4,)
    y : 0 or 1

    Returns
    -------
    loss : float
    grad_x : array, shape (4,)
    """
    ### BEGIN SOLUTION
    z = x @ w + b
    y_hat = sigmoid(z)
    loss = bce_loss(y, y_hat)
    grad_x = bce_loss_grad(y, y_hat) * sigmoid_grad(z) * w
    return loss, grad_x
    ### END SOLUTION

# %% [markdown]
# ### 1.3b (to run)
#
# SciPy has a tool for what you did by hand in section 1.2: `check_grad(function, gradient, point)` returns the distance
# between a gradient and the numerical one.

# %%
for label in (0, 1):
    sample = np.array([0.3, -0.7, 1.1, 0.2])
    error = check_grad(lambda point: fn(point, label)[0], lambda point: fn(point, label)[1], sample)
    print(f"label {label}: loss {fn(sample, label)[0]:.4f}, error of the gradient {error:.2g}")
    assert error < 1e-5, "the gradient does not belong to the loss: is one of the three factors missing?"

# %% [markdown]
# ## 1.4 Layers
#
# A **layer** is a component with three methods:
#
# | method | does |
# |---|---|
# | `forward(x)` | returns the outputs for a batch of inputs `x`, one sample in each row |
# | `backward(x, dy)` | is handed the same inputs and the gradient `dy` of the loss with respect to the *outputs*; returns the gradient with respect to the *inputs*; a layer with parameters also keeps the gradients of these |
# | `step(step_size)` | moves the parameters, if there are any, one step against the gradients that the last `backward` has kept |
#
# A layer does not remember its inputs: whoever calls `backward` hands them in again.
#
# ### 1.4a (code, 3 points)
#
# A **linear layer** with weights $W$ and biases $b$ computes $Y = X W + b$ for a batch $X$ with one sample in each row. From
# the gradient $\mathrm{d}Y$ follow, with **sums** over the batch,
#
# $$\mathrm{d}X = \mathrm{d}Y\, W^\top, \qquad \mathrm{d}W = X^\top\, \mathrm{d}Y, \qquad \mathrm{d}b_j = \sum_n \mathrm{d}Y_{nj}.$$
#
# The initial values are given. Complete the three methods.

# %% tags=["cell:1.4a"]
# Answer 1.4a
class Linear:
    """A fully connected layer.

    Attributes
    ----------
    W, dW : array, shape (n_in, n_out)
        Weights and their gradient.
    b, db : array, shape (n_out,)
        Biases and their gradient.
    """

    def __init__(self, n_in, n_out, rng):
        limit = np.sqrt(6 / (n_in + n_out))
        self.W = rng.uniform(-limit, limit, (n_in, n_out))
        self.b = np.zeros(n_out)
        self.dW = np.zeros((n_in, n_out))
        self.db = np.zeros(n_out)

    def forward(self, x):
        """Return the outputs, shape (batch, n_out), for inputs of shape (batch, n_in)."""
        ### BEGIN SOLUTION
        return x @ self.W + self.b
        ### END SOLUTION

    def backward(self, x, dy):
        """Keep the gradients dW and db, and return the gradient with respect to x."""
        ### BEGIN SOLUTION
        self.dW = x.T @ dy
        self.db = dy.sum(axis=0)
        return dy @ self.W.T
        ### END SOLUTION

    def step(self, step_size):
        """Move W and b one step of gradient descent."""
        ### BEGIN SOLUTION
        self.W = self.W - step_size * self.dW
        self.b = self.b - step_size * self.db
        ### END SOLUTION

# %% [markdown]
# ### 1.4b (code, 1 point)
#
# The sigmoid as a layer. It has no parameters, so its `step` does nothing.

# %% tags=["cell:1.4b"]
# Answer 1.4b
class Sigmoid:
    """The sigmoid, element by element."""

    def forward(self, x):
        """Return the outputs, of the shape of x."""
        ### BEGIN SOLUTION
        return sigmoid(x)
        ### END SOLUTION

    def backward(self, x, dy):
        """Return the gradient with respect to x."""
        ### BEGIN SOLUTION
        return dy * sigmoid_grad(x)
        ### END SOLUTION

    def step(self, step_size):
        """Do nothing: there are no parameters."""

# %% [markdown]
# ### 1.4c (code, 1 point)
#
# The rectified linear unit as a layer.

# %% tags=["cell:1.4c"]
# Answer 1.4c
class ReLU:
    """The rectified linear unit, element by element."""

    def forward(self, x):
        """Return the outputs, of the shape of x."""
        ### BEGIN SOLUTION
        return relu(x)
        ### END SOLUTION

    def backward(self, x, dy):
        """Return the gradient with respect to x."""
        ### BEGIN SOLUTION
        return dy * relu_grad(x)
        ### END SOLUTION

    def step(self, step_size):
        """Do nothing: there are no parameters."""

# %% [markdown]
# ### 1.4d (to run)
#
# Each layer is checked with `check_grad`. To have one number to differentiate, the outputs are multiplied by fixed random
# numbers `dy` and added up; `backward` must give the gradient of that sum. All errors must be below $10^{-5}$.

# %%
def layer_error(layer, inputs, dy):
    """Return how far the gradient with respect to the inputs is from the numerical one."""
    shape = inputs.shape
    return check_grad(
        lambda flat: np.sum(dy * layer.forward(flat.reshape(shape))),
        lambda flat: layer.backward(flat.reshape(shape), dy).ravel(),
        inputs.ravel(),
    )


def parameter_error(layer, name, inputs, dy):
    """Return how far the gradient of a parameter, "W" or "b", is from the numerical one."""
    start = getattr(layer, name)

    def value(flat):
        setattr(layer, name, flat.reshape(start.shape))
        return np.sum(dy * layer.forward(inputs))

    def gradient(flat):
        setattr(layer, name, flat.reshape(start.shape))
        layer.backward(inputs, dy)
        return np.ravel(getattr(layer, f"d{name}"))

    error = check_grad(value, gradient, start.ravel())
    setattr(layer, name, start)
    return error


rng = np.random.default_rng(7)
inputs, dy = rng.normal(size=(5, 4)), rng.normal(size=(5, 3))
linear = Linear(4, 3, rng)
errors = {
    "Linear, inputs": layer_error(linear, inputs, dy),
    "Linear, W": parameter_error(linear, "W", inputs, dy),
    "Linear, b": parameter_error(linear, "b", inputs, dy),
    "Sigmoid, inputs": layer_error(Sigmoid(), inputs, rng.normal(size=(5, 4))),
    "ReLU, inputs": layer_error(ReLU(), inputs, rng.normal(size=(5, 4))),
}
for name, error in errors.items():
    print(f"{name:<16} {error:.2g}")
assert max(errors.values()) < 1e-5, (
    "an error is too large: compare your backward with the formulas above, and mind the sums "
    "over the batch"
)

# %% [markdown]
# ## 1.5 The container
#
# `Net` chains layers. On the way forward it notes the inputs of every layer; on the way back it hands each layer its inputs
# and the gradient that came from the layer behind it. `fit` trains a net with **mini-batches**: it goes through the samples
# a few at a time and takes one step of gradient descent after each batch. Both are given; read them.

# %%
class Net:
    """Layers that follow one another."""

    def __init__(self, layers):
        self.layers = list(layers)
        self.inputs = []

    def forward(self, x):
        """Return the outputs of the last layer, and note the inputs of every layer."""
        self.inputs = []
        for layer in self.layers:
            self.inputs.append(x)
            x = layer.forward(x)
        return x

    def backward(self, dy):
        """Hand the gradient from the last layer to the first; every layer keeps the gradients of its parameters."""
        for layer, inputs in zip(reversed(self.layers), reversed(self.inputs)):
            dy = layer.backward(inputs, dy)
        return dy

    def step(self, step_size):
        """Let every layer take a step."""
        for layer in self.layers:
            layer.step(step_size)


def fit(net, x, y, epochs, learning_rate, mb_size):
    """Train a net that ends in probabilities, and return its loss and its accuracy for each epoch.

    The gradients of a batch are sums. Samples keep their order; those that fill no whole batch are left out.
    """
    losses, accuracies = [], []
    for _ in range(epochs):
        batch_losses, batch_hits = [], []
        for start in range(0, len(x) - mb_size + 1, mb_size):
            batch_x, batch_y = x[start : start + mb_size], y[start : start + mb_size]
            probabilities = net.forward(batch_x)
            batch_losses.append(np.mean(bce_loss(batch_y, probabilities)))
            batch_hits.append(np.mean((probabilities > 0.5) == (batch_y > 0.5)))
            net.backward(bce_loss_grad(batch_y, probabilities))
            net.step(learning_rate)
        losses.append(float(np.mean(batch_losses)))
        accuracies.append(float(np.mean(batch_hits)))
    return losses, accuracies

# %% [markdown]
# ## 1.6 Reading digits
#
# The file `digits.npz`, beside this notebook, holds small images of handwritten digits, 8 by 8 pixels each, and which digit
# each of them shows. They come from the UCI Machine Learning Repository (E. Alpaydin and C. Kaynak, *Optical Recognition of
# Handwritten Digits*, 1998, licence CC BY 4.0). Your nets will tell the digits from 0 to 4, which get the label 1, from the
# digits from 5 to 9, which get the label 0.
#
# ### 1.6a (to run)
#
# The images are put into a random order, standardised, and cut into two halves: one to train with, and one to test with,
# which no net sees while it learns.

# %%
with np.load("digits.npz") as archive:
    images, digits = archive["pixels"].astype(float), archive["digits"]

order = np.random.default_rng(12345).permutation(len(images))
images, digits = images[order], digits[order]
pixels = (images - images.mean()) / images.std()
labels = (digits < 5).astype(float).reshape(-1, 1)

half = len(images) // 2
x_train, y_train = pixels[:half], labels[:half]
x_test, y_test = pixels[half:], labels[half:]
print(f"{len(x_train)} images to train with, {len(x_test)} to test with, {x_train.shape[1]} pixels each")

figure, panels = plt.subplots(1, 12, figsize=(12, 1.6))
for panel, image, digit, label in zip(panels, images, digits, labels):
    panel.imshow(image.reshape(8, 8), cmap="gray_r")
    panel.set(title=f"{digit} → {label[0]:.0f}", xticks=[], yticks=[])
plt.show()

# %% [markdown]
# The next cell has two tools. `evaluate` measures a net on any samples. `learn` trains with `fit`, one epoch at a time, and
# draws loss and accuracy on both halves of the data after each epoch.

# %%
def evaluate(net, x, y):
    """Return the mean loss and the accuracy of a net, without training it."""
    probabilities = net.forward(x)
    return float(np.mean(bce_loss(y, probabilities))), float(np.mean((probabilities > 0.5) == (y > 0.5)))


def learn(net, epochs, learning_rate, mb_size, title="", draw=True):
    """Train a net on the training half; return loss and accuracy at the end, first for training, then for testing."""
    history = []
    for _ in range(epochs):
        fit(net, x_train, y_train, 1, learning_rate, mb_size)
        history.append([*evaluate(net, x_train, y_train), *evaluate(net, x_test, y_test)])
    if draw:
        figure, panels = plt.subplots(1, 2, figsize=(10, 3.5))
        steps = np.arange(1, epochs + 1)
        for panel, name, column in zip(panels, ("loss", "accuracy"), (0, 1)):
            panel.plot(steps, [row[column] for row in history], "o-", markersize=3, label="training")
            panel.plot(steps, [row[column + 2] for row in history], "o-", markersize=3, label="test")
            panel.set(xlabel="epoch", ylabel=name)
            panel.legend()
        figure.suptitle(f"{title}: test accuracy {history[-1][3]:.1%} after {epochs} epochs".lstrip(": "))
        plt.show()
    return history[-1]

# %% [markdown]
# ### 1.6b (code, 1 point)
#
# Build a net with one hidden layer of 32 units: a linear layer from 64 to 32, `ReLU`, a linear layer from 32 to 1, `Sigmoid`.
# Call it `net`, and train it for 20 epochs with a learning rate of 0.01 and mini-batches of 15. It should read at least 95 %
# of the test images right.

# %% tags=["cell:1.6b"]
# Answer 1.6b
rng = np.random.default_rng(1)
### BEGIN SOLUTION
net = Net([Linear(64, 32, rng), ReLU(), Linear(32, 1, rng), Sigmoid()])
learn(net, epochs=20, learning_rate=0.01, mb_size=15, title="one hidden layer")
### END SOLUTION

# %%
test_accuracy = evaluate(net, x_test, y_test)[1]
assert test_accuracy >= 0.95, (
    f"the test accuracy is {test_accuracy:.1%}: are the layers in order, and are the gradients "
    "of 1.4 right?"
)

# %% [markdown]
# ### 1.6c (text, 3 points)
#
# How do the learning rate and the size of the mini-batches decide what is learned? Train a **new** net for each of at least
# six settings, among them one that fails; the cell below is for that. Then report the settings and their test accuracies in a
# table, describe what you see for each of the two knobs, and explain it. (Remember that the gradients of a batch are sums.)

# %% tags=["cell:1.6c"]
# Answer 1.6c
def new_net(seed=1):
    """Return a net as in 1.6b that has learned nothing yet."""
    rng = np.random.default_rng(seed)
    return Net([Linear(64, 32, rng), ReLU(), Linear(32, 1, rng), Sigmoid()])


### BEGIN SOLUTION
for learning_rate, mb_size in [(0.001, 15), (0.01, 15), (0.03, 15), (0.1, 15), (0.01, 100), (0.01, 400)]:
    with np.errstate(all="ignore"):
        _, _, loss, accuracy = learn(new_net(), 20, learning_rate, mb_size, draw=False)
    print(f"learning rate {learning_rate:<6} batch {mb_size:<4} test loss {loss:7.4f}, test accuracy {accuracy:.1%}")
### END SOLUTION

# %% [markdown] tags=["answer:1.6c"]
# **Answer 1.6c**

# %% [markdown]
# ### 1.6d (text, 1 point)
#
# Look at the curves of 1.6b once more. How do the loss and the accuracy on the training half differ from those on the test
# half towards the end, and what is this called? Name one remedy.

# %% [markdown] tags=["answer:1.6d"]
# **Answer 1.6d**

# %% [markdown]
# ### 1.6e (code, 1 point)
#
# Build a deeper net of four linear layers, 64 to 64 to 64 to 32 to 1, with `ReLU` between them and `Sigmoid` at the end. Give
# it a name of your own. Train it for 20 epochs with a learning rate of 0.001 and mini-batches of 20.

# %% tags=["cell:1.6e"]
# Answer 1.6e
rng = np.random.default_rng(2)
### BEGIN SOLUTION
net_deep = Net([
    Linear(64, 64, rng), ReLU(), Linear(64, 64, rng), ReLU(), Linear(64, 32, rng), ReLU(), Linear(32, 1, rng), Sigmoid()
])
learn(net_deep, epochs=20, learning_rate=0.001, mb_size=20, title="three hidden layers")
### END SOLUTION

# %% [markdown]
# ### 1.6f (text, 1 point)
#
# Is the deeper net better than `net`? Compare the number of parameters, how the two learn and where they end, and say what
# makes the comparison unfair.

# %% [markdown] tags=["answer:1.6f"]
# **Answer 1.6f**

# %% [markdown]
# ### 1.6g (code, 1 point)
#
# How far does one get with a single layer? Train a net of one linear layer from 64 to 1 and `Sigmoid`. Call it `net_one`, and
# train it for 20 epochs with a learning rate of 0.01 and mini-batches of 20.

# %% tags=["cell:1.6g"]
# Answer 1.6g
rng = np.random.default_rng(3)
### BEGIN SOLUTION
net_one = Net([Linear(64, 1, rng), Sigmoid()])
learn(net_one, epochs=20, learning_rate=0.01, mb_size=20, title="one layer")
### END SOLUTION

# %% [markdown]
# ### 1.6h (code, 1 point)
#
# And with two linear layers, from 64 to 32 and from 32 to 1, that have **no** activation between them, only a `Sigmoid` at the
# end? Call this net `net_lin`, and train it for 20 epochs with a learning rate of 0.001 and mini-batches of 20.

# %% tags=["cell:1.6h"]
# Answer 1.6h
rng = np.random.default_rng(4)
### BEGIN SOLUTION
net_lin = Net([Linear(64, 32, rng), Linear(32, 1, rng), Sigmoid()])
learn(net_lin, epochs=20, learning_rate=0.001, mb_size=20, title="two layers without an activation between them")
### END SOLUTION

# %% [markdown]
# ### 1.6i (text, 1 point)
#
# `net_lin` has many more parameters than `net_one`, but it is hardly better. Show with a formula that the two nets can
# represent exactly the same functions.

# %% [markdown] tags=["answer:1.6i"]
# **Answer 1.6i**

# %% [markdown]
# ## 1.7 Looking back
#
# Three last questions about the whole. A few sentences each are enough.
#
# ### 1.7a (text, 2 points)
#
# Describe what happens in one pass of the inner loop of `fit`, from the batch to the changed weights: which method is called,
# in which order do the layers get their turn, and what is handed from one to the next? Why does the way back need the inputs
# that were noted on the way forward?

# %% [markdown] tags=["answer:1.7a"]
# **Answer 1.7a**

# %% [markdown]
# ### 1.7b (text, 2 points)
#
# All layers are checked with random numbers `dy` in 1.4d. What mistake would stay hidden if `dy` were all ones? And a net
# whose gradients are slightly wrong may still learn: how would you notice, and why does it matter?

# %% [markdown] tags=["answer:1.7b"]
# **Answer 1.7b**

# %% [markdown]
# ### 1.7c (text, 2 points)
#
# The weights of `Linear` are drawn at random from an interval whose width depends on the sizes of the layer. What would happen
# if all weights started at zero? And what goes wrong in a deep net when the interval is much too wide, or much too narrow?

# %% [markdown] tags=["answer:1.7c"]
# **Answer 1.7c**
