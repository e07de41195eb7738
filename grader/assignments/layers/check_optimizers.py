"""Task 5.1: rules that move weights."""

import pytest

from grader.assignments.vocabulary.configs import steps_are_right


def rate(rng):
    """Return a learning rate."""
    return round(float(rng.uniform(0.05, 0.5)), 3)


@pytest.mark.points(2)
@pytest.mark.task("5.1")
def check_sgd(student, reference, rng, notes):
    """Sgd moves the weights against the gradient."""
    steps_are_right(student, reference, rng, notes, "sgd", None, 1)
    steps_are_right(student, reference, rng, notes, "sgd", {"learning_rate": rate(rng)}, 3)


@pytest.mark.points(3)
@pytest.mark.task("5.1")
def check_sgd_momentum(student, reference, rng, parts, notes):
    """sgd_momentum adds a velocity that keeps a share of what it was."""
    defaults, settings = rng.spawn(2)
    with parts("default settings", points=1):
        steps_are_right(student, reference, defaults, notes, "sgd_momentum", None, 4, ("velocity",))
    with parts("given settings", points=2):
        config = {"learning_rate": rate(settings), "momentum": round(float(settings.uniform(0.3, 0.8)), 3)}
        steps_are_right(
            student, reference, settings, notes, "sgd_momentum", config, 4, ("velocity",), {"velocity": 1.0}
        )


@pytest.mark.points(3)
@pytest.mark.task("5.1")
def check_rmsprop(student, reference, rng, parts, notes):
    """RMSProp divides by the root of an average of the squared gradients."""
    defaults, settings = rng.spawn(2)
    with parts("default settings", points=1):
        steps_are_right(student, reference, defaults, notes, "rmsprop", None, 4, ("cache",))
    with parts("given settings", points=2):
        config = {"learning_rate": rate(settings), "decay_rate": round(float(settings.uniform(0.3, 0.8)), 3)}
        config["epsilon"] = round(float(settings.uniform(0.1, 0.5)), 3)
        steps_are_right(student, reference, settings, notes, "rmsprop", config, 4, ("cache",), {"cache": 2.0})


@pytest.mark.points(5)
@pytest.mark.task("5.1")
def check_adam(student, reference, rng, parts, notes):
    """Adam keeps averages of the gradient and of its square, both corrected for their start at zero."""
    defaults, settings = rng.spawn(2)
    with parts("default settings", points=2):
        # So many that a decay of 0.999 shows.
        steps_are_right(student, reference, defaults, notes, "adam", None, 20, ("m", "v", "t"))
    with parts("given settings", points=3):
        config = {"learning_rate": rate(settings), "epsilon": round(float(settings.uniform(0.1, 0.5)), 3)}
        config |= {
            "beta1": round(float(settings.uniform(0.3, 0.8)), 3),
            "beta2": round(float(settings.uniform(0.5, 0.9)), 3),
        }
        config["t"] = int(settings.integers(2, 6))
        steps_are_right(student, reference, settings, notes, "adam", config, 4, ("m", "v", "t"), {"m": 1.0, "v": 2.0})
