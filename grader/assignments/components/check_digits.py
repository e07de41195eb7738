"""Section 1.6: the student's layers in a training of the judge's, and the nets that the notebook itself has trained.

What a net has learned is judged by its weights: the judge computes with them itself what they give on the test images.
"""

from dataclasses import dataclass

import numpy as np
import pytest

from grader.checks import StudentFault, StudentObject, Why, as_shape, at_any_moment, expect_array, expect_close

ORDER = "Are the layers in the right order, the gradients right (1.4), and the net trained with `fit` or `learn`?"
PARTS = "Linear, ReLU, Linear and so on, and Sigmoid at the end: is one missing, or one too many?"
NO_PARTS = "There is no activation between its linear layers, only Sigmoid at the end."
DEEPER = ((64, 64), (64, 64), (64, 32), (32, 1))
LAYERS = (
    "check_linear_forward",
    "check_linear_backward",
    "check_linear_step",
    "check_sigmoid_layer",
    "check_relu_layer",
)


def probabilities(weights, x, activation=True):
    """Return what a net of linear layers with these weights and biases gives, with or without relu between them."""
    for number, (weight, bias) in enumerate(weights, 1):
        x = x @ weight + bias
        if activation and number < len(weights):
            x = np.maximum(x, 0.0)
    return 1.0 / (1.0 + np.exp(-np.clip(x, -500.0, 500.0)))


def share_of_right(found, labels):
    """Return the share of right answers of probabilities (n, 1)."""
    return float(np.mean((found > 0.5) == (labels > 0.5)))


def expect_learned(found, labels, wanted, what):
    """Require a share of right answers of probabilities (n, 1), and return it."""
    reached = share_of_right(found, labels)
    if reached >= wanted:
        return reached
    raise StudentFault(
        Why.WRONG,
        f"{what} reads {reached:.1%} of the test images right, and it must be at least {wanted:.0%}.",
        hint=ORDER,
        expected=f"at least {wanted:.1%}",
        actual=f"{reached:.1%}",
    )


def glorot(rng, n_in, n_out):
    """Return initial weights as the exercise has them."""
    limit = np.sqrt(6 / (n_in + n_out))
    return rng.uniform(-limit, limit, (n_in, n_out))


@dataclass(frozen=True)
class Digits:
    """Images (n, 64) and labels (n, 1) to train and to test with."""

    x_train: np.ndarray
    y_train: np.ndarray
    x_test: np.ndarray
    y_test: np.ndarray


def disguised(digits, rng):
    """Return the digits with their pixels in a drawn order, and their labels swapped or not, so that no weights for them are known."""
    pixels, swap = rng.permutation(digits.x_train.shape[1]), float(rng.integers(2))
    images = (digits.x_train[:, pixels], digits.x_test[:, pixels])
    labels = (np.abs(swap - digits.y_train), np.abs(swap - digits.y_test))
    return Digits(images[0], labels[0], images[1], labels[1])


def shown(digits, rng):
    """Return images that nobody has seen: some of those of the test, in a drawn order, each a little changed."""
    some = rng.permutation(digits.x_test)[: int(rng.integers(300, 600))]
    return some + rng.normal(0.0, 0.2, some.shape)


@pytest.mark.points(0.5)
@pytest.mark.task("1.6b")
@pytest.mark.requires(*LAYERS)
def check_layers_learn(student, reference, rng, settings, notes):
    """Your layers learn to read digits in a training of the grader's, from drawn weights."""
    setting, digits = settings["training"], disguised(reference.load_digits(), rng)
    student.rewind("Linear")
    best = -1.0, np.zeros(digits.y_test.shape)
    for trial in setting["trials"]:
        for weights in trained_weights(student, rng, digits, setting["hidden_units"], trial):
            found = probabilities(weights, digits.x_test)
            best = max(best, (share_of_right(found, digits.y_test), found), key=lambda pair: pair[0])
            if best[0] >= setting["full"]:
                break
        if best[0] >= setting["full"]:
            break
    what = f"A net of your layers, trained by the grader for {trial['epochs']} epochs,"
    reached = expect_learned(best[1], digits.y_test, setting["full"], what)
    notes.measured("test accuracy", f"{reached:.1%}")


def trained_weights(student, rng, digits, hidden, trial):
    """Train a net of the student's layers from drawn weights; yield weight and bias of both linear layers at first and after each epoch."""
    pixels, size = digits.x_train.shape[1], trial["batch_size"]
    layers = new_layers(student, rng, ((pixels, hidden), (hidden, 1)))
    starts = range(0, len(digits.x_train) - size + 1, size)
    batches = [(student.hold(digits.x_train[s : s + size]), student.hold(digits.y_train[s : s + size])) for s in starts]
    for epoch in range(trial["epochs"] + 1):
        if epoch:
            one_epoch(student, layers, batches, trial["learning_rate"])
        yield weights_of(student, [(layers[0], (pixels, hidden)), (layers[2], (hidden, 1))], "the trained layers")


def new_layers(student, rng, sizes):
    """Return the student's two linear layers of these sizes, with drawn weights, and an activation behind each."""
    program = student.program("the layers of a net")
    for size, name in zip(sizes, ("ReLU", "Sigmoid"), strict=True):
        layer = program.Linear(*size, student.generator(1))
        layer.W, layer.b = glorot(rng, *size), np.zeros(size[1])
        program.keep(layer, "Linear")
        program.keep(getattr(program, name)(), name)
    return program.run()


def one_epoch(student, layers, batches, learning_rate):
    """Train on every batch once, with the summed gradient of the binary cross-entropy; one request."""
    program = student.program("one epoch of training")
    for x, y in batches:
        inputs = [x]
        for layer in layers:
            inputs.append(program.on(layer).forward(inputs[-1]))
        outputs = inputs.pop()
        grad = (outputs - program.on(y)) / (outputs * (1.0 - outputs))
        for layer, given in zip(reversed(layers), reversed(inputs), strict=True):
            grad = program.on(layer).backward(given, grad)
        for layer in layers:
            program.on(layer).step(learning_rate)
    program.run()


@pytest.mark.points(0.5)
@pytest.mark.task("1.6b")
@pytest.mark.builds_on("check_layers_learn", "check_bce_loss_grad")
def check_net(student, reference, rng, settings, notes):
    """The net `net`, of one hidden layer of 32 units, has learned to read digits in the notebook's own run."""
    setting, digits = settings["digits"], reference.load_digits()
    images = shown(digits, rng)

    def judge():
        expect_sizes(student, "net", [(64, 32), (32, 1)], "two linear layers, from 64 to 32 and from 32 to 1")
        net_is_trained(student, "net", digits, images, setting["net"], notes)

    at_any_moment(student, "net", "1.6b", judge)


@pytest.mark.points(1)
@pytest.mark.task("1.6e")
@pytest.mark.builds_on("check_layers_learn", "check_bce_loss_grad")
def check_deeper_net(student, reference, rng, settings, notes):
    """A net with three hidden layers, whatever its name, has learned to read digits in the notebook's own run."""
    setting, digits = settings["digits"], reference.load_digits()
    images = shown(digits, rng)
    moments = student.rewind("net", "1.6e")
    found = [name for name in student.names() if is_deep(student, name)]
    for back in range(1, min(moments, 8) if not found else 0):
        student.rewind("net", "1.6e", back)
        if is_deep(student, "net"):
            found = ["net"]
            break
    if not found:
        raise StudentFault(
            Why.MISSING,
            "There is no net of four linear layers, 64 to 64 to 64 to 32 to 1, in your notebook.",
            hint="Give the deeper net of 1.6e a name of its own, and see that its cell runs to its end.",
        )
    faults = []
    for name in found[:5]:
        try:
            return net_is_trained(student, name, digits, images, setting["deeper"], notes)
        except StudentFault as fault:
            faults.append(fault)
    raise faults[0]


@pytest.mark.points(1)
@pytest.mark.task("1.6g")
@pytest.mark.builds_on("check_layers_learn", "check_bce_loss_grad")
def check_one_layer_net(student, reference, rng, settings, notes):
    """net_one is a single linear layer and a sigmoid, trained in the notebook's own run."""
    setting, digits = settings["digits"], reference.load_digits()
    images = shown(digits, rng)

    def judge():
        expect_sizes(student, "net_one", [(64, 1)], "one linear layer from 64 to 1")
        net_is_trained(student, "net_one", digits, images, setting["linear"], notes)

    at_any_moment(student, "net_one", "1.6g", judge)


@pytest.mark.points(1)
@pytest.mark.task("1.6h")
@pytest.mark.builds_on("check_layers_learn", "check_bce_loss_grad")
def check_linear_net(student, reference, rng, settings, notes):
    """net_lin is two linear layers without an activation between them, trained in the notebook's own run."""
    setting, digits = settings["digits"], reference.load_digits()
    images = shown(digits, rng)

    def judge():
        expect_sizes(student, "net_lin", [(64, 32), (32, 1)], "two linear layers, from 64 to 32 and from 32 to 1")
        net_is_trained(student, "net_lin", digits, images, setting["linear"], notes, activation=False)

    at_any_moment(student, "net_lin", "1.6h", judge)


def sizes_of(student, name):
    """Return the layers with weights that a net has, and the shapes of these."""
    program = student.program(name)
    program.keep(getattr(program, name).layers)
    sized = []
    for layer in student.list(program.run()[0], f"`{name}.layers`", limit=50):
        if not isinstance(layer, StudentObject):
            continue
        program = student.program(f"a layer of {name}")
        program.keep(program.on(layer).W.shape)
        try:
            shape = as_shape(program.run()[0])
        except StudentFault as fault:
            if fault.fatal:
                raise
            continue
        if shape is not None:
            sized.append((layer, shape))
    return sized


def is_deep(student, name):
    """Tell whether a name stands for a net of the sizes of 1.6e."""
    try:
        return tuple(shape for _, shape in sizes_of(student, name)) == DEEPER
    except StudentFault as fault:
        if fault.fatal:
            raise
        return False


def expect_sizes(student, name, desired, wanted):
    """Require a net to have certain layers."""
    layers = sizes_of(student, name)
    if [shape for _, shape in layers] != desired:
        raise wrong_layers(name, layers, wanted)


def wrong_layers(name, layers, wanted):
    """Return the fault for a net whose layers are not those that are asked for."""
    came = ", ".join(" to ".join(map(str, shape)) for _, shape in layers) or "none with weights"
    return StudentFault(
        Why.WRONG, f"`{name}` must have {wanted}, but its linear layers are: {came}.", expected=wanted, actual=came
    )


def weights_of(student, layers, what):
    """Return weight and bias of linear layers, given with the shapes of their weights."""
    program = student.program(what)
    for layer, _ in layers:
        program.keep(program.on(layer).W)
        program.keep(program.on(layer).b)
    came = program.run()
    return [
        (
            expect_array(came[2 * k], shape, what=f"`W` of {what}"),
            expect_array(came[2 * k + 1], shape[-1:], what=f"`b` of {what}"),
        )
        for k, (_, shape) in enumerate(layers)
    ]


def net_is_trained(student, name, digits, images, wanted, notes, activation=True):
    """Require a net of the notebook to read the test images, by what its weights give, and to answer by these for other images."""
    layers = sizes_of(student, name)
    sizes = [digits.x_test.shape[1], *(size for _, shape in layers for size in shape), 1]
    if any(len(shape) != 2 for _, shape in layers) or sizes[::2] != sizes[1::2]:
        raise wrong_layers(name, layers, "layers that fit one another, from 64 pixels to 1 probability")
    weights = weights_of(student, layers, f"a layer of `{name}`")
    program = student.program(f"{name}.forward(x)")
    program.keep(getattr(program, name).forward(images))
    hint = PARTS if activation else NO_PARTS
    expect_close(program.run()[0], probabilities(weights, images, activation), what=f"`{name}.forward(x)`", hint=hint)
    reached = expect_learned(
        probabilities(weights, digits.x_test, activation),
        digits.y_test,
        wanted,
        f"`{name}`, as your notebook has left it,",
    )
    notes.measured(f"test accuracy of {name}", f"{reached:.1%}")
