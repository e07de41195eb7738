"""Tests of central differences of a student's own forward."""

import numpy as np
import pytest

from grader.checks.gradients import central_differences, expect_differences, tell_whose_gradient
from grader.checks.notes import Notes
from grader.checks.proxy import Student
from grader.outcomes import StudentFault, Why
from grader.trusted import InProcess

POINT = np.array([[0.3, -1.2, 2.0], [50.0, 0.7, -0.4]])
UPSTREAM = np.array([[1.0, -2.0, 0.5], [0.01, 1.5, 3.0]])


def cubes(points):
    """Return the cubes of each point."""
    return [point**3 for point in points]


def test_central_differences_are_good_to_eight_digits():
    """A smooth function's differences match its gradient, also at large inputs."""
    differences, kinks = central_differences(cubes, POINT, UPSTREAM)
    np.testing.assert_allclose(differences, 3 * POINT**2 * UPSTREAM, rtol=1e-7)
    assert not kinks.any()


def test_central_differences_mark_kinks():
    """Where a derivative jumps, the two steps disagree, and the entry is marked."""
    point = np.array([1.0, 2e-6, -3.0])
    _, kinks = central_differences(lambda points: [np.maximum(x, 0.0) for x in points], point, np.ones(3))
    assert kinks.tolist() == [False, True, False]


def test_expect_differences_takes_the_gradient_and_measures_it():
    """What matches leaves a measurement and no remark."""
    notes = Notes()
    expect_differences(3 * POINT**2 * UPSTREAM, cubes, POINT, UPSTREAM, what="The gradient", notes=notes)
    assert [label for label, _ in notes.measurements] == [
        "relative difference of The gradient from central differences"
    ]
    assert notes.remarks == []


def test_expect_differences_remarks_on_a_rough_match():
    """A match to four digits passes with a remark."""
    notes = Notes()
    rough = 3 * POINT**2 * UPSTREAM * (1 + 2e-4)
    expect_differences(rough, cubes, POINT, UPSTREAM, what="The gradient", notes=notes)
    assert notes.remarks == ["The gradient matches central differences to 0.0001 only; correct code matches to 1e-9."]


def test_expect_differences_rejects_another_gradient():
    """A wrong gradient is told with the relative difference and the worst entry."""
    with pytest.raises(StudentFault) as caught:
        expect_differences(2 * POINT**2 * UPSTREAM, cubes, POINT, UPSTREAM, what="The gradient", notes=Notes())
    sentence = (
        "The gradient is not the gradient of your `forward`: their relative difference is 0.2, and 1e-9 is usual."
    )
    assert caught.value.message == sentence
    assert caught.value.expected == "75 at index (1, 0)"


def test_expect_differences_wants_another_point_when_kinks_abound():
    """With many kinks the check's author must draw again; that is no fault of the student's."""
    with pytest.raises(ValueError, match="the point must be drawn again"):
        expect_differences(
            np.ones(3), lambda points: [abs(x) for x in points], np.full(3, 1e-7), np.ones(3), what="It", notes=Notes()
        )


def square(derivative):
    """Return a class whose forward squares and whose backward uses this derivative."""

    class Square:
        def forward(self, inputs):
            self.inputs = inputs
            return inputs**2

        def backward(self, grad_output):
            return grad_output * derivative(self.inputs)

    return Square


@pytest.mark.parametrize(
    ("derivative", "hint"),
    [
        (lambda x: 2 * x, "This is the gradient of your own `forward`, so look for the mistake in `forward`."),
        (lambda x: x, "This is not the gradient of your own `forward` either, so look for the mistake in `backward`."),
    ],
)
def test_tell_whose_gradient_tells_forward_from_backward(derivative, hint):
    """The hint says in which of the two functions to look."""
    student = Student(InProcess({"Square": square(derivative)}))
    actual = UPSTREAM * derivative(POINT)
    fault = StudentFault(Why.WRONG, "The gradient is wrong.")
    tell_whose_gradient(fault, student, lambda program: program.Square(), actual, POINT, UPSTREAM)
    assert (fault.hint, fault.of_forward) == (hint, "own `forward`, so" in hint)


def test_tell_whose_gradient_is_silent_when_forward_fails():
    """No hint is better than one made of nothing."""
    student, fault = Student(InProcess({})), StudentFault(Why.WRONG, "The gradient is wrong.")
    tell_whose_gradient(fault, student, lambda program: program.Square(), UPSTREAM, POINT, UPSTREAM)
    assert (fault.hint, fault.of_forward) == (None, False)
