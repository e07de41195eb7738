"""Tests of judging a student's tensors: each message whole."""

import numpy as np
import pytest

import reference.autograd
from grader.assignments.vocabulary.tensors import (
    NO_GRADIENT,
    STRETCHED,
    Case,
    case,
    expect_cases,
    expect_gradient,
    expect_gradient_or_none,
    expect_no_gradient,
    takes_gradient,
)
from grader.checks.notes import Notes
from grader.checks.proxy import Student
from grader.outcomes import StudentFault
from grader.trusted import InProcess
from reference.autograd import Tensor


class Unweighted(Tensor):
    """Its backward takes no gradient."""

    def backward(self):
        """Begin with one."""
        super().backward()


class Writing(Tensor):
    """Its backward writes into what it is given."""

    def backward(self, gradient=None):
        """Spoil the caller's array."""
        super().backward(gradient)
        gradient *= 2.0


def student_with(tensor=Tensor):
    """Return a submission with a class of tensors."""
    return Student(InProcess({"Tensor": tensor}))


def judged(expression, arrays, value=None, grads=None, said="a * b"):
    """Return a case with an upstream gradient of ones."""
    tensors = [Tensor(array, requires_grad=True) for array in arrays]
    result = expression(*tensors)
    result.backward(np.ones(result.shape))
    found = tuple(tensor.grad for tensor in tensors)
    return Case(
        said, expression, tuple(arrays), result.data if value is None else value, np.ones(result.shape), grads or found
    )


def fault_of(*cases, student=None):
    """Return the fault that judging ends in."""
    with pytest.raises(StudentFault) as caught:
        expect_cases(student or student_with(), cases, Notes())
    return caught.value


def test_case_has_the_answer_keys_values():
    """Value and gradients are those of the answer key for a drawn upstream gradient."""
    rng = np.random.default_rng(3)
    found = case(reference.autograd, rng, "a * a", lambda a: a * a, np.array([2.0, 3.0]))
    np.testing.assert_array_equal(found.value, [4.0, 9.0])
    np.testing.assert_array_equal(found.grads[0], 2.0 * np.array([2.0, 3.0]) * found.upstream)


def test_takes_gradient_tells_whether_entries_are_weighed():
    """Where backward takes no gradient, results are weighed and summed, and still judged."""
    assert takes_gradient(student_with())
    assert not takes_gradient(student_with(Unweighted))
    array = np.array([[1.0, 2.0]])
    plain = {"Tensor": reference.autograd.Tensor}
    expect_cases(Student(InProcess(plain)), [judged(lambda a: a * 3.0, [array], said="a * 3")], Notes())


def test_expect_cases_tells_a_wrong_value():
    """The message has the expression, the shapes, the worst entry and how many differ."""
    arrays = [np.array([1.0, 2.0]), np.array([3.0, 4.0])]
    fault = fault_of(judged(lambda a, b: a * b, arrays, value=np.array([3.0, 9.0])))
    assert fault.message == (
        "`a * b`, with `a` of shape (2,), `b` of shape (2,), should be 9 at index 1, but it is 8. 1 of 2 entries differ."
    )


def test_expect_cases_tells_a_wrong_gradient():
    """The hint says that the value was right."""
    arrays = [np.array([1.0, 2.0]), np.array([3.0, 4.0])]
    fault = fault_of(judged(lambda a, b: a * b, arrays, grads=(arrays[1], arrays[1])))
    assert fault.message == (
        "The gradient of `a * b` for `b`, with `a` of shape (2,), `b` of shape (2,), should be 3 at index 0, but it is 1. "
        "2 of 2 entries differ."
    )
    assert fault.hint == "The value of `a * b` is right, so look at what the operation hands back to `b`."


def test_expect_cases_sees_that_an_argument_was_written_into():
    """The gradient from above belongs to the caller."""
    fault = fault_of(judged(lambda a: a, [np.array([1.0, 2.0])], said="a"), student=student_with(Writing))
    assert fault.message == (
        "The gradient that `backward` of `a` was given was changed by the call, though it belongs to the caller."
    )


def test_expect_gradient_tells_that_there_is_none():
    """None is not taken for zeros."""
    with pytest.raises(StudentFault) as caught:
        expect_gradient(None, np.zeros(3), what="The gradient")
    assert (caught.value.message, caught.value.hint) == ("The gradient is None after `backward`.", NO_GRADIENT)


def test_expect_gradient_tells_the_shape_of_the_result():
    """A gradient that was not summed back has the result's shape, and a hint of its own."""
    with pytest.raises(StudentFault) as caught:
        expect_gradient(np.ones((3, 4)), np.ones(4), what="The gradient", of=np.ones((3, 4)))
    assert caught.value.message == "The gradient must have shape (4,), but it has shape (3, 4)."
    assert caught.value.hint == STRETCHED


def test_expect_gradient_takes_a_tensor():
    """A gradient may be a tensor itself."""
    student = student_with()
    tensor = student.Tensor([1.0, 2.0])
    expect_gradient(tensor, np.array([1.0, 2.0]), what="The gradient")
    expect_no_gradient(student.Tensor([0.0, 0.0]), what="The gradient")


def test_expect_no_gradient_takes_none_and_zeros():
    """Anything else is a gradient."""
    expect_no_gradient(None, what="`a.grad`")
    expect_no_gradient(np.zeros((2, 3)), what="`a.grad`")
    expect_no_gradient(0.0, what="`a.grad`")
    with pytest.raises(StudentFault) as caught:
        expect_no_gradient(np.array([0.0, 2.0]), what="`a.grad`", hint="None, or zeros.")
    assert caught.value.message == "`a.grad` should be 0 at index 1, but it is 2. 1 of 2 entries differ."


def test_expect_gradient_or_none_takes_nothing_and_the_right_one():
    """A result in between keeps its own gradient, or none; another shape, and other values, are wrong."""
    right = np.array([[1.0, 2.0], [3.0, 4.0]])
    for kept in (None, np.zeros(2), right):
        expect_gradient_or_none(kept, right, what="The gradient for `s`")
    with pytest.raises(
        StudentFault, match=r"^The gradient for `s` must have shape \(2, 2\), but it has shape \(4,\)\.$"
    ):
        expect_gradient_or_none(right.ravel(), right, what="The gradient for `s`")
    with pytest.raises(StudentFault, match=r"^The gradient for `s` should be 4 at index \(1, 1\), but it is 8\."):
        expect_gradient_or_none(2.0 * right, right, what="The gradient for `s`")
