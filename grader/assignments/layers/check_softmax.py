"""Task 1.3: the softmax loss."""

import numpy as np
import pytest

from grader.assignments.vocabulary.passes import expect_several
from grader.checks import Diagnosis, StudentFault, expect_close

SHAPES = ((5, 3), (4, 7), (3, 2))
STABLE = "A constant that is subtracted from all scores of an example cancels: which one keeps exp small, and its sum away from zero?"
OVERFLOWS = Diagnosis(
    "softmax-not-finite",
    "The exponential of a large score overflows.",
    "exp(1000) is infinite and exp(-1000) is zero, and their quotients and logarithms are nan or infinite.",
    "A constant that is subtracted from all scores of an example cancels: the largest of them keeps every exponent at zero or below.",
)


def scores(rng, shape):
    """Return scores (N, C) and labels (N,)."""
    return 2.0 * rng.standard_normal(shape), rng.integers(0, shape[1], shape[0])


@pytest.mark.points(4)
@pytest.mark.task("1.3")
def check_softmax_loss(student, reference, rng, parts, notes):
    """softmax_loss is the mean cross-entropy of the softmax, with its gradient."""
    drawn = [scores(rng, shape) for shape in SHAPES]
    right = [reference.softmax_loss(*pair) for pair in drawn]
    came = [expect_several(student, student.softmax_loss(*pair), 2, "`softmax_loss`", "loss, dx") for pair in drawn]
    for place, (name, label) in enumerate((("loss", "The loss"), ("dx", "`dx`"))):
        with parts(name, points=2):
            for (x, _), ours, theirs in zip(drawn, right, came, strict=True):
                what = f"{label} of `softmax_loss` for scores of shape {x.shape}"
                expect_close(theirs[place], ours[place], what=what, notes=notes, label=f"{name} of `softmax_loss`")


@pytest.mark.points(2)
@pytest.mark.task("1.3")
@pytest.mark.builds_on("check_softmax_loss")
def check_softmax_extremes(student, reference, rng, notes):
    """softmax_loss is right for scores near 1000 and near -1000."""
    for level in (1000.0, -1000.0):
        x, y = scores(rng, (4, 3))
        loss, dx = expect_several(student, student.softmax_loss(x + level, y), 2, "`softmax_loss`", "loss, dx")[:2]
        desired, wanted = reference.softmax_loss(x + level, y)
        said = f"of `softmax_loss` for scores near {level:g}"
        for name, value, right in ((f"The loss {said}", loss, desired), (f"`dx` {said}", dx, wanted)):
            try:
                expect_close(value, right, what=name, notes=notes, label="errors near 1000 and -1000", hint=STABLE)
            except StudentFault as fault:
                finite = np.all(np.isfinite(value)) if isinstance(value, (float, np.ndarray)) else True
                fault.diagnosis = None if finite else OVERFLOWS
                raise
