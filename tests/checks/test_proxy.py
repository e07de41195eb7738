"""Tests of a submission's names as attributes: values, objects, faults with names, programs."""

import warnings

import numpy as np
import pytest

from grader.checks.objects import StudentObject, expect_object
from grader.checks.proxy import Student
from grader.outcomes import StudentFault, Why
from grader.trusted import InProcess, executed


class Layer:
    """A layer that keeps a scale and complains about negative inputs."""

    def __init__(self, scale, rng=None):
        self.scale = scale
        self.drawn = None if rng is None else float(rng.random())

    def forward(self, inputs):
        """Return the inputs times the scale."""
        if np.any(inputs < 0):
            warnings.warn("negative input", RuntimeWarning, stacklevel=1)
        return inputs * self.scale

    def damage(self, inputs):
        """Write into the inputs."""
        inputs += 1.0
        return inputs

    def fail(self):
        """Raise."""
        raise ZeroDivisionError("division by zero")

    def counted(self):
        """Yield things of three kinds."""
        yield from (1, 2.5, self)


@pytest.fixture
def remarks():
    """What the proxy remarks."""
    return []


@pytest.fixture
def student(remarks):
    """A submission with a class, a number, and a function that is not done yet."""

    def later():
        raise NotImplementedError("Task 2.2: Linear.backward")

    return Student(InProcess({"Layer": Layer, "size": 3, "later": later, "list": [1, 2]}), remarks.append)


def test_student_returns_values_and_objects(student):
    """Plain data comes as itself, everything else stays in the child."""
    layer = student.Layer(2.0)
    assert student.size == 3
    assert isinstance(layer, StudentObject)
    assert layer.forward(np.array([1.0, 2.0])).tolist() == [2.0, 4.0]
    assert repr(layer) == "<Layer(2.0): Layer>"


def test_student_assigns_attributes(student):
    """Assignments happen in the child, objects and names alike."""
    layer = student.Layer(2.0)
    layer.scale = np.array([10.0])
    student.size = 4
    assert layer.scale.tolist() == [10.0]
    assert student.size == 4


def test_student_suggests_near_names(student):
    """A missing name is told with what looks like it."""
    with pytest.raises(StudentFault) as caught:
        student.Layers(2.0)
    assert (caught.value.why, caught.value.message, caught.value.missing) == (
        Why.MISSING,
        "`Layers` is not defined in your submission. Did you mean `Layer` or `later`?",
        "Layers",
    )


def test_student_object_tells_where_an_attribute_is_missing(student):
    """An attribute is missing from an object, which is named."""
    with pytest.raises(StudentFault) as caught:
        student.Layer(2.0).scael  # noqa: B018
    assert caught.value.message == "`Layer(2.0)` has no `scael`. Did you mean `scale`?"
    assert caught.value.missing is None


def test_student_names_what_raised(student):
    """What the student's code raises carries the call."""
    with pytest.raises(StudentFault) as caught:
        student.Layer(2.0).fail()
    assert caught.value.message == "`Layer(2.0).fail()`: It raised ZeroDivisionError: division by zero"
    assert (caught.value.why, caught.value.raised) == (Why.CRASHED, "ZeroDivisionError")


def test_student_calls_an_open_task_missing(student):
    """What the template leaves open is missing, not crashed."""
    with pytest.raises(StudentFault) as caught:
        student.later()
    assert caught.value.why is Why.MISSING
    assert caught.value.message == "`later()`: It is not implemented yet (Task 2.2: Linear.backward)."


def test_student_turns_warnings_into_remarks(student, remarks):
    """A warning costs nothing and is told in one sentence."""
    student.Layer(2.0).forward(np.array([-1.0]))
    (sentence,) = remarks
    assert sentence == (
        "`Layer(2.0).forward(array (1,))` gave a warning, which costs nothing: RuntimeWarning: negative input."
    )


def test_student_tells_the_line_of_a_warning_in_the_submission():
    """The line of the student's own file stands behind the warning, and what an interpreter ignores is no remark."""
    remarks = []
    source = "import warnings\ndef f():\n    warnings.warn('old', DeprecationWarning)\n    warnings.warn('slow')\n"
    Student(InProcess(executed(source)), remarks.append).f()
    assert remarks == ["`f()` gave a warning, which costs nothing: UserWarning: slow (line 4 of s001.py)."]


def test_hold_shows_whether_an_argument_was_changed(student):
    """A held array stays in the child, so that damage can be read."""
    held = student.hold(np.zeros(2))
    student.Layer(1.0).damage(held)
    assert held.read().tolist() == [1.0, 1.0]


def test_list_goes_through_anything(student):
    """Lists come as they are, generators are gone through, numbers are refused."""
    layer = student.Layer(1.0)
    values = student.list(layer.counted(), "`counted()`")
    assert values[:2] == [1, 2.5]
    assert isinstance(values[2], StudentObject)
    assert student.list([1, 2, 3], "it", limit=2) == [1, 2]
    with pytest.raises(StudentFault) as caught:
        student.list(5, "`counted()`")
    assert caught.value.message == "`counted()` must be something to go through, like a list, but it is the number 5."


def test_named_reaches_names_that_the_proxy_uses_itself(student):
    """A submission may call something `list`."""
    assert student.named("list") == [1, 2]


def test_generator_becomes_a_generator_of_this_seed(student):
    """Both sides draw the same from one seed."""
    assert student.Layer(1.0, student.generator(5)).drawn == np.random.default_rng(5).random()


def test_expect_object_refuses_plain_data():
    """Where an object must be, an array has a clear sentence."""
    with pytest.raises(StudentFault) as caught:
        expect_object(np.zeros((2, 3)), "`Linear(2, 3).weight`", "a Parameter with `value` and `grad`")
    sentence = "`Linear(2, 3).weight` must be a Parameter with `value` and `grad`, but it is an array of shape (2, 3)."
    assert caught.value.message == sentence
