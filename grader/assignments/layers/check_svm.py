"""Task 1.4: the loss of a support vector machine."""

import pytest

from grader.assignments.vocabulary.passes import expect_several
from grader.checks import expect_close

SHAPES = ((6, 4), (5, 3), (3, 8))


@pytest.mark.points(4)
@pytest.mark.task("1.4")
def check_svm_loss(student, reference, rng, parts, notes):
    """svm_loss is the mean hinge loss over all wrong classes, with its gradient."""
    drawn = [(rng.standard_normal(shape), rng.integers(0, shape[1], shape[0])) for shape in SHAPES]
    right = [reference.svm_loss(*pair) for pair in drawn]
    came = [expect_several(student, student.svm_loss(*pair), 2, "`svm_loss`", "loss, dx") for pair in drawn]
    for place, (name, label) in enumerate((("loss", "The loss"), ("dx", "`dx`"))):
        with parts(name, points=2):
            for (x, _), ours, theirs in zip(drawn, right, came, strict=True):
                what = f"{label} of `svm_loss` for scores of shape {x.shape}"
                expect_close(theirs[place], ours[place], what=what, notes=notes, label=f"{name} of `svm_loss`")
