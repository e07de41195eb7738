"""Task 5: SGD and train."""

import numpy as np
import pytest

from grader.assignments.vocabulary.optimizers import expect_trace, expect_zero_grad
from grader.assignments.vocabulary.training import Counting, Task, by_hand, trained
from grader.checks import Evidence, StudentFault, Why, expect_close, expect_unchanged, expect_value_error

EPOCHS = 4
MANY, RISING = 60, 25
ORDER = "For each batch: forward of network and loss, backward of loss and network, then one step."
ONE_BATCH = "A batch size above the number of samples makes one batch of all of them."
GIVEN = "Use the loss and the optimizer that `train` was given, and make no others."
ANY_AXES = "Only the first axis of the inputs counts samples; there may be more than two axes."
TO_THE_END = "Train for all epochs, also where the loss rises, and leave the values of the last one."
KEEPS = "Without `rng` the samples keep their order: the first batch has the first samples."
LAYERS = (("Linear", 3, 4), ("Linear", 4, 2))
ONE_STEP = (
    "check_linear_forward",
    "check_linear_backward",
    "check_sequential_forward",
    "check_sequential_backward",
    "check_sequential_parameters",
    "check_mse",
    "check_sgd_step",
    "check_sgd_zero_grad",
)


def full_batch(rng):
    """Return a small task, of values so small that no training diverges, be its loss some times too large or its batches of one."""
    values = tuple(rng.uniform(-1.0, 1.0, shape) for shape in ((3, 4), (4,), (4, 2), (2,)))
    return Task(LAYERS, values, rng.uniform(-1.0, 1.0, (7, 3)), rng.uniform(-1.0, 1.0, (7, 2)), 0.02)


@pytest.mark.points(3)
@pytest.mark.task("5.1")
def check_sgd_step(student, reference, rng, notes):
    """SGD.step moves every parameter against its gradient, as far as the learning rate says."""
    expect_trace(student, reference, rng, notes, "SGD", steps=8, learning_rate=float(rng.uniform(0.05, 0.5)))


@pytest.mark.points(1)
@pytest.mark.task("5.1")
def check_sgd_zero_grad(student, rng):
    """SGD.zero_grad sets the gradient of every parameter to zeros and leaves the values."""
    expect_zero_grad(student, rng, "SGD")


@pytest.mark.points(2)
@pytest.mark.task("5.2")
@pytest.mark.builds_on(*ONE_STEP)
def check_train_losses(student, rng, parts, notes):
    """Train returns one loss for each epoch, the mean over its samples."""
    with parts("one loss for each epoch", points=1.75):
        task = full_batch(rng)
        losses, _ = by_hand(student, task, EPOCHS)
        came, *_ = trained(student, task, EPOCHS)
        what = "The losses that `train` returns"
        before, after = np.array(losses[:-1]), np.array(losses[1:])
        if not np.allclose(came, after, rtol=1e-6, atol=0.0):
            expect_close(
                np.array(came), before, what=what, notes=notes, hint="One loss an epoch, the mean over its samples."
            )
        notes.measured("first and last loss", f"{came[0]:.4g}, {came[-1]:.4g}")
        goes_on(student, rng)
    with parts("a batch size below one", points=0.25):
        for size in (0, -3):
            program = student.program(f"train(..., batch_size={size})")
            network, loss, optimizer, _ = task.start(program, task.shapes(student))
            arguments = (network, loss, optimizer, task.inputs, task.targets, EPOCHS, size)
            what, when = f"`train(..., batch_size={size})`", "a batch has no sample"
            expect_value_error(program, program.train, *arguments, what=what, when=when)


def goes_on(student, rng):
    """Require all epochs also where nothing is left to learn."""
    inputs, weight = rng.standard_normal((6, 3)), rng.standard_normal((3, 2))
    solved = Task((("Linear", 3, 2),), (weight, np.zeros(2)), inputs, inputs @ weight, 0.01)
    trained(student, solved, MANY)


@pytest.mark.points(2)
@pytest.mark.task("5.2")
@pytest.mark.builds_on(*ONE_STEP)
def check_train_updates(student, rng, notes):
    """Train makes one step of the optimizer for each epoch when the batch is full."""
    task = full_batch(rng)
    _, desired = by_hand(student, task, EPOCHS)
    _, values, _ = trained(student, task, EPOCHS)
    moves_alike(values, desired, EPOCHS, notes)
    for other, epochs, hint in others(rng):
        try:
            _, desired = by_hand(student, other, epochs, must_learn=False)
        except StudentFault as fault:
            # What it is made of is not there, or fails, or gives no number: that has checks of its own.
            if fault.fatal:
                raise
            continue
        _, values, _ = trained(student, other, epochs)
        moves_alike(values, desired, epochs, notes, hint)


def moves_alike(values, desired, epochs, notes, hint=ORDER):
    """Compare the parameters after `train` with those after the same steps one by one."""
    for came, right in zip(values, desired, strict=True):
        what = f"The parameter of shape {right.shape} after {epochs} epochs of `train`"
        expect_close(came, right, what=what, notes=notes, hint=hint, label="the parameters after `train`")


def others(rng):
    """Yield tasks on which a `train` shows that does more, or less, than it was given: epochs, where to look."""
    plain, linear = full_batch(rng), (("Linear", 3, 2),)
    values = (rng.standard_normal((3, 2)), rng.standard_normal(2))
    labels = rng.permutation(np.arange(14) % 2).reshape(7, 2).astype(np.float64)
    logistic = (*linear, ("Sigmoid",))
    yield Task(logistic, values, plain.inputs, labels, 0.3, "BCELoss"), EPOCHS, GIVEN
    yield Task(linear, values, plain.inputs, plain.targets, 0.05, twice=True), EPOCHS, GIVEN
    flat = (rng.standard_normal((6, 2)), rng.standard_normal(2))
    signals = rng.standard_normal((7, 2, 3))
    yield Task((("Flatten",), ("Linear", 6, 2)), flat, signals, plain.targets, 0.05), EPOCHS, ANY_AXES
    # So large a rate that the loss rises a little with every step.
    columns = np.column_stack([plain.inputs, np.ones(7)])
    rate = 2.1 * plain.targets.size / (2.0 * np.linalg.norm(columns, 2) ** 2)
    yield Task(linear, values, plain.inputs, plain.targets, float(rate)), RISING, TO_THE_END


def losses_stay(student, losses, task):
    """Require the mean over the samples in every epoch, where steps are too small to change it."""
    mean = float(np.mean(task.targets**2))
    (own, *_), *_ = trained(student, task, 1)
    worst = max(losses, key=lambda loss: abs(loss - mean))
    # Where the student's loss is no mean at all, which costs points elsewhere, it cannot be told how batches are weighed.
    if abs(own - mean) < 1e-3 * mean < 0.5 * abs(worst - mean):
        raise StudentFault(
            Why.WRONG,
            f"With a last batch that is smaller, `train` returns a loss of {worst:.6g}, "
            f"but the mean over all samples is {mean:.6g}.",
            hint="Batches of different sizes do not count alike: weigh each batch's loss by its number of samples.",
            expected=f"{mean:.6g}",
            actual=f"{worst:.6g}",
            evidence=Evidence("the losses with a smaller last batch", np.array(losses)),
        )


@pytest.mark.points(2)
@pytest.mark.task("5.2")
@pytest.mark.builds_on(*ONE_STEP)
def check_train_batches(student, rng, notes):
    """`train` uses every sample once an epoch, in batches of which the last may be smaller."""
    for samples, batch_size, epochs in ((12, 5, 3), (8, 3, 1), (6, 1, 2)):
        counting = Counting.drawn(rng, samples, batch_size)
        losses, values, _ = trained(student, counting.task, epochs, batch_size=batch_size)
        counting.expect_once(student, values[0], epochs, f"`train(..., batch_size={batch_size})`")
        losses_stay(student, losses, counting.task)
    task = full_batch(rng)
    size = len(task.inputs) + 4
    _, desired = by_hand(student, task, 1, batch_size=size)
    _, values, _ = trained(student, task, 1, batch_size=size)
    moves_alike(values, desired, 1, notes, ONE_BATCH)
    notes.measured("samples and batch size", "12 by 5, 8 by 3 and 6 by 1, each sample once an epoch")


@pytest.mark.points(2)
@pytest.mark.task("5.2")
@pytest.mark.requires("check_train_batches")
@pytest.mark.builds_on(*ONE_STEP)
def check_train_shuffles(student, rng, parts, notes):
    """Train shuffles the samples by rng, anew in every epoch, and repeats with an equal seed; without it they keep their order."""
    by_rng, plain = rng.spawn(2)
    with parts("by `rng`", points=1.5):
        shuffles(student, by_rng)
    with parts("in their order without `rng`", points=0.5):
        task = full_batch(plain)
        _, desired = by_hand(student, task, EPOCHS, batch_size=3)
        _, values, _ = trained(student, task, EPOCHS, batch_size=3)
        moves_alike(values, desired, EPOCHS, notes, KEEPS)


def shuffles(student, rng):
    """Require an order that comes from `rng` and from nothing else, another one for each epoch."""
    counting, epochs = Counting.drawn(rng, 12, 5), 6
    first, second = (int(seed) for seed in rng.integers(2**32, size=2))
    runs = [trained(student, counting.task, epochs, batch_size=5, seed=seed) for seed in (first, first, second)]
    (losses, one, after), (same_losses, same, _), (_, other, _) = runs
    expect_unchanged(after[0], counting.task.inputs, what="The array of inputs that `train` was given")
    expect_unchanged(after[1], counting.task.targets, what="The array of targets that `train` was given")
    what = "`train(..., batch_size=5, rng=rng)`"
    in_last = counting.expect_once(student, one[0], epochs, what)
    repeated = losses == same_losses and np.array_equal(one[0], same[0])
    settled = bool(np.all((in_last == 0) | (in_last == epochs)))
    alike = np.array_equal(one[0], other[0])
    for holds, sentence, hint in (
        (
            repeated,
            f"{what} with generators of one seed gave two different results.",
            "Draw the order from `rng` and from nothing else.",
        ),
        (
            not settled,
            f"{what} had the same samples in the last batch of every epoch.",
            "Shuffle anew at the beginning of each epoch.",
        ),
        (
            not alike,
            f"{what} with generators of different seeds took the same order.",
            "Draw the order from `rng`.",
        ),
    ):
        if not holds:
            seen = Evidence("train with generators", np.array([repeated, settled, alike]))
            raise StudentFault(Why.WRONG, sentence, hint=hint, evidence=seen)
