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
    with parts("plain steps", points=3):
        expect_trace(student, reference, rng, notes, "Adam", steps=20, learning_rate=0.05)
        expect_trace(
            student,
            reference,
            rng,
            notes,
            "Adam",
            steps=8,
            learning_rate=0.1,
            options={"betas": (0.7, 0.8), "epsilon": 0.2},
        )
        expect_zero_grad(student, rng, "Adam")
    options = (("weight_decay", 0.2), ("amsgrad", True), ("maximize", True))
    # Each part draws from a stream of its own, so that one that fails changes nothing for the next.
    for (option, value), own in zip(options, rng.spawn(len(options)), strict=True):
        with parts(option, points=1):
            expect_trace(
                student,
                reference,
                own,
                notes,
                "Adam",
                steps=15,
                learning_rate=0.1,
                options={option: value, "betas": (0.8, 0.7)},
            )
