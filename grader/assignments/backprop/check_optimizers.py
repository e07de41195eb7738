"""The bonus optimizers: many steps beside the answer key, with parameters and gradients drawn by the judge."""

import pytest

from grader.assignments.vocabulary.optimizers import expect_trace, expect_zero_grad


@pytest.mark.points(3)
@pytest.mark.task("7.1")
@pytest.mark.builds_on("check_sgd_zero_grad")
def check_momentum(student, reference, rng, notes):
    """Momentum: the velocity keeps a share of what it was, without dampening."""
    # No rate of one minus the momentum, lest two mistakes give the same.
    expect_trace(student, reference, rng, notes, "Momentum", steps=12, learning_rate=0.07)
    expect_trace(student, reference, rng, notes, "Momentum", steps=8, learning_rate=0.05, options={"momentum": 0.6})
    expect_trace(student, reference, rng, notes, "Momentum", steps=3, learning_rate=0.05, options={"momentum": 0.0})
    expect_zero_grad(student, rng, "Momentum")


@pytest.mark.points(3)
@pytest.mark.task("7.2")
@pytest.mark.builds_on("check_sgd_zero_grad")
def check_adagrad(student, reference, rng, notes):
    """AdaGrad: each element is divided by the root of its summed squares, with epsilon outside the root."""
    expect_trace(student, reference, rng, notes, "AdaGrad", steps=12, learning_rate=0.1)
    expect_trace(student, reference, rng, notes, "AdaGrad", steps=8, learning_rate=0.5, options={"epsilon": 0.3})
    expect_zero_grad(student, rng, "AdaGrad")


@pytest.mark.points(6)
@pytest.mark.task("7.3")
@pytest.mark.builds_on("check_sgd_zero_grad")
def check_adam(student, reference, rng, parts, notes):
    """Adam: corrected moments step by step, with weight decay, amsgrad and maximize."""

    def follow(rng, **options):
        steps = 8 if "epsilon" in options else 15
        expect_trace(student, reference, rng, notes, "Adam", steps=steps, learning_rate=0.1, options=options)

    with parts("plain steps", points=3):
        expect_trace(student, reference, rng, notes, "Adam", steps=20, learning_rate=0.05)
        follow(rng, betas=(0.7, 0.8), epsilon=0.2)
        # The smallest that betas may be.
        follow(rng, betas=(0.0, 0.0), epsilon=0.1)
        expect_zero_grad(student, rng, "Adam")
    options = (("weight_decay", 0.2), ("amsgrad", True), ("maximize", True))
    # Each part draws from a stream of its own, so that one that fails changes nothing for the next.
    *streams, last = rng.spawn(len(options) + 1)
    for (option, value), own in zip(options, streams, strict=True):
        with parts(option, points=0.75):
            follow(own, **{option: value, "betas": (0.8, 0.7)})
    with parts("options together", points=0.75):
        # Where one of them alone is wrong, that has its part.
        if parts.first_fault is not None:
            raise parts.first_fault
        for pair in ((0, 1), (0, 2), (1, 2), (0, 1, 2)):
            follow(last, **dict(options[place] for place in pair), betas=(0.8, 0.7))
