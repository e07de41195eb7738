"""Section 1.1: the walk downhill, step by step, and the tuned run."""

import numpy as np
import pytest

from grader.checks import StudentFault, Why, at_any_moment, expect_array, expect_close, expect_number

RESULTS = ("x", "y", "the height", "x_hist", "y_hist")
DIRECTION = 1e-6
FAR = 1e6


def returned(student, value, what):
    """Return the five things that a walk returns, the histories as they came."""
    items = student.list(value, what)
    if len(items) != len(RESULTS):
        raise StudentFault(
            Why.WRONG,
            f"{what} must be five things, x, y, f(x, y), x_hist and y_hist, but there are {len(items)}.",
            expected="5 things",
            actual=f"{len(items)}",
        )
    return items


def history(student, value, length, what):
    """Return a history as an array of shape (length,); a list is as good as an array."""
    is_row = isinstance(value, np.ndarray) and value.ndim > 0
    values = value if is_row else student.list(value, what, limit=10_000)
    return expect_array(values, (len(values) if length is None else length,), what=what)


@pytest.mark.points(1)
@pytest.mark.task("1.1a")
def check_walk(student, reference, rng, notes):
    """optimize_f takes every step of gradient descent as the formula says."""
    student.rewind("optimize_f")
    for steps, decay in ((1, None), (7, None), (9, round(float(rng.uniform(0.5, 0.9)), 2)), (0, None), (4, 1.0)):
        x, y, size = (round(float(rng.uniform(low, high)), 3) for low, high in ((-3, 3), (-3, 3), (0.02, 0.08)))
        options = {} if decay is None else {"decay": decay}
        said = "" if decay is None else f", decay={decay}"
        what = f"optimize_f({x}, {y}, {size}, {steps}{said})"
        desired = reference.optimize_f(x, y, size, steps, **options)
        program = student.program(what)
        program.keep(program.optimize_f(x, y, size, steps, **options))
        came = returned(student, program.run()[0], f"What `{what}` returns")
        for name, value, right in zip(RESULTS[3:], came[3:], desired[3:], strict=True):
            trace = history(student, value, steps + 1, f"`{name}` of `{what}`")
            expect_close(
                trace, right, what=f"`{name}` of `{what}`", notes=notes, label="the walk", hint=hint(trace, right)
            )
        for name, value, right in zip(RESULTS[:3], came[:3], desired[:3], strict=True):
            expect_close(
                value, right, what=f"{name} at the end of `{what}`".removeprefix("the "), notes=notes, label="the end"
            )


def hint(trace, right):
    """Return where to look, by the first step that went wrong."""
    wrong = np.flatnonzero(~np.isclose(trace, right, rtol=1e-6))
    if not len(wrong):
        return None
    if wrong[0] == 0:
        return "The history begins with the start."
    if wrong[0] == 1:
        return "The first step is wrong already: look at the partial derivative, at the sign, and at decay**0 = 1."
    return f"The first {wrong[0]} places are right, place {wrong[0]} is not: do both coordinates move at once, and does each step have its own size?"


# Hidden: what it asks of the answer key depends on where the student's walk went, so that it cannot be recorded.
@pytest.mark.points(1)
@pytest.mark.task("1.1g")
@pytest.mark.builds_on("check_walk")
@pytest.mark.visibility("hidden")
@pytest.mark.visibility("hidden")
def check_tuned_walk(student, reference, settings, notes):
    """The walk in `results` goes downhill from (3, 2) and ends below -2."""
    walk = settings["walk"]
    at_any_moment(student, "results", "1.1g", lambda: tuned(student, reference, walk["start"], walk["below"], notes))


def expect_near(x_hist, y_hist):
    """Require a walk to stay where its height can be computed."""
    away = np.maximum(np.abs(x_hist), np.abs(y_hist))
    if np.all(away <= FAR):
        return
    step = int(np.argmax(away > FAR))
    raise StudentFault(
        Why.WRONG,
        f"The walk in `results` is at ({x_hist[step]:.6g}, {y_hist[step]:.6g}) after step {step}, far away from every valley.",
        hint="Each step overshoots further than the one before: try smaller steps.",
    )


def tuned(student, reference, start, below, notes):
    """Judge a tuned walk: where it began, that it went downhill all the way, and where it ended."""
    came = returned(student, student.results, "`results`")
    x, y, value = (
        expect_number(item, what=f"{name} of `results`") for name, item in zip(RESULTS, came[:3], strict=False)
    )
    x_hist = history(student, came[3], None, "`x_hist` of `results`")
    y_hist = history(student, came[4], len(x_hist), "`y_hist` of `results`")
    if not len(x_hist):
        raise StudentFault(Why.WRONG, "`x_hist` of `results` is empty, and it must begin with the start.")
    expect_near(x_hist, y_hist)
    expect_close([x_hist[0], y_hist[0]], start, what="The start of `results`", hint="The walk begins at (3, 2).")
    expect_close(
        [x, y],
        [x_hist[-1], y_hist[-1]],
        what="The end of `results`",
        hint="x and y are the last entries of the histories.",
    )
    expect_close(value, reference.f(x, y), what="The height in `results`")
    moves = np.column_stack([np.diff(x_hist), np.diff(y_hist)])
    slopes = np.array([reference.f_grad(*place) for place in zip(x_hist[:-1], y_hist[:-1], strict=True)]).reshape(-1, 2)
    along = -np.sum(moves * slopes, axis=1)
    aside = np.abs(moves[:, 0] * slopes[:, 1] - moves[:, 1] * slopes[:, 0])
    wrong = np.flatnonzero((along < 0) | (aside > DIRECTION * (np.abs(along) + DIRECTION)))
    if len(wrong):
        raise StudentFault(
            Why.WRONG,
            f"Step {wrong[0] + 1} of the walk in `results` does not go against the gradient.",
            hint="Keep in `results` what `optimize_f` returns, once that is right.",
        )
    if value >= below:
        raise StudentFault(
            Why.WRONG,
            f"The walk in `results` ends at a height of {value:.6g}, and it must end below {below:g}.",
            hint="Try larger steps that become smaller: a decay below 1.",
            expected=f"below {below:g}",
            actual=f"{value:.6g}",
        )
    notes.measured("height at the end", value)
