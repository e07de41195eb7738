"""Tests of operators and ``with`` blocks in programs."""

import numpy as np
import pytest

from grader.checks.proxy import Student
from grader.outcomes import StudentFault
from grader.trusted import InProcess
from reference.autograd import Tensor, no_grad

EXPRESSIONS = (
    lambda a: a + 2.0,
    lambda a: 2.0 + a,
    lambda a: a - 2.0,
    lambda a: 2.0 - a,
    lambda a: a * 3,
    lambda a: 3 * a,
    lambda a: a / 4.0,
    lambda a: 4.0 / a,
    lambda a: a**3,
    lambda a: 3.0**a,
    lambda a: a @ a.T,
    lambda a: -a,
    lambda a: (a * a).sum(axis=0) - a.mean() / np.float64(2.0),
)


@pytest.fixture
def student():
    """A submission with tensors."""
    return Student(InProcess({"Tensor": Tensor, "no_grad": no_grad}))


@pytest.mark.parametrize("expression", EXPRESSIONS)
def test_operators_become_steps(student, expression):
    """One expression means the same for tensors here and for tensors of the child."""
    array = np.array([[1.0, 2.0], [0.5, -1.5]])
    program = student.program("an expression")
    program.keep(expression(program.Tensor(array)).data)
    (came,) = program.run()
    np.testing.assert_array_equal(came, expression(Tensor(array)).data)


def test_with_blocks_become_steps(student):
    """What is written inside a block runs inside it, and what follows runs after it."""
    program = student.program("a block")
    tensor = program.Tensor(1.0, requires_grad=True)
    with program.no_grad():
        program.keep((tensor + 1.0).requires_grad)
    program.keep((tensor + 1.0).requires_grad)
    program.keep(program.apply("interrupted", program.no_grad()))
    assert program.run() == [False, True, True]


def test_elements_become_steps(student):
    """An element of a tuple, of a dictionary and of an array is taken in the child, so that the rest stays there."""
    program = student.program("elements")
    pair = program.hold([np.arange(3.0), {"a": (1, 2)}])
    program.keep(pair[0])
    program.keep(pair[1]["a"][0])
    program.keep(pair[0][2] + 1.0)
    first, second, third = program.run()
    np.testing.assert_array_equal(first, [0.0, 1.0, 2.0])
    assert (second, third) == (1, 3.0)


def test_results_cannot_be_unpacked(student):
    """How many elements there are is known in the child only, so a program never loops for want of an end."""
    program = student.program("elements")
    with pytest.raises(TypeError):
        list(program.hold([1, 2]))


@pytest.mark.parametrize(
    ("steps", "message"),
    [
        (lambda t: (2.0 * t).data.nothing, "`2 * Tensor(1.0).data` has no `nothing`."),
        (lambda t: (t + "a").data, "`an expression`: It raised ValueError: could not convert string to float: 'a'"),
    ],
)
def test_operators_are_named_as_they_are_written(student, steps, message):
    """A missing attribute of a result names the expression."""
    program = student.program("an expression")
    program.keep(steps(program.Tensor(1.0)))
    with pytest.raises(StudentFault) as caught:
        program.run()
    assert caught.value.message == message
