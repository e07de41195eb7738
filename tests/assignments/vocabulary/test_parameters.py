"""Tests of finding a student's parameters and of their shapes."""

import numpy as np
import pytest

from grader.assignments.vocabulary.parameters import (
    arrangements,
    drawn,
    expect_shapes,
    expect_value,
    network_shapes,
    oriented,
    parameters_of,
    transposes,
    values_of,
)
from grader.checks.proxy import Student
from grader.outcomes import StudentFault
from grader.trusted import InProcess
from reference import Linear, Sequential

SHAPES = network_shapes(3, 5, 4)


def test_network_shapes_are_weight_and_bias_by_turns():
    """Three linear layers, the middle one square."""
    assert SHAPES == [(3, 5), (5,), (5, 5), (5,), (5, 4), (4,)]


def test_parameters_of_goes_through_any_iterable():
    """A generator is as good as a list, and the values come in one request."""

    class Lazy(Sequential):
        def parameters(self):
            yield from super().parameters()

    student = Student(InProcess({"network": Lazy([Linear(3, 2)])}))
    parameters = parameters_of(student, student.network, "network")
    assert [value.shape for value in values_of(student, parameters, "network")] == [(3, 2), (2,)]


def test_parameters_of_refuses_bare_arrays():
    """Arrays in place of Parameters have one sentence."""

    class Bare(Sequential):
        def parameters(self):
            return [np.zeros(3)]

    student = Student(InProcess({"network": Bare([])}))
    with pytest.raises(StudentFault) as caught:
        parameters_of(student, student.network, "network")
    sentence = (
        "Each element of `network.parameters()` must be a Parameter with `value` and `grad`, "
        "but it is an array of shape (3,)."
    )
    assert caught.value.message == sentence


def test_expect_value_refuses_what_is_no_array():
    """A value that is a list has one sentence."""
    with pytest.raises(StudentFault, match=r"The value must be an array, but it is a list of length 1\."):
        expect_value([1.0], "The value")


def test_oriented_turns_only_what_fits_turned():
    """A weight kept the other way round gets its values turned; nothing else changes."""
    value = np.arange(6.0).reshape(2, 3)
    assert oriented(value, (3, 2)).tolist() == value.T.tolist()
    assert oriented(value, (2, 3)) is value
    assert oriented(value, (4, 4)) is value


def test_expect_shapes_takes_any_order_and_orientation():
    """Order and orientation are judged elsewhere."""
    expect_shapes([(5,), (4, 5), (4,), (5, 3), (5,), (5, 5)], SHAPES, "network")


def test_expect_shapes_names_both_lists():
    """What must be and what came stand beside each other."""
    with pytest.raises(StudentFault) as caught:
        expect_shapes([(3, 5), (5,)], [(3, 4), (4,)], "f()")
    sentence = "The parameters of `f()` must have the shapes (3, 4), (4,), in any order, but they have (3, 5), (5,)."
    assert caught.value.message == sentence


def test_arrangements_begin_with_the_natural_order():
    """Two biases of one shape can be meant either way, the natural one first."""
    assert arrangements(SHAPES, SHAPES) == [[0, 1, 2, 3, 4, 5], [0, 3, 2, 1, 4, 5]]


def test_transposes_looks_at_weights_with_two_sides():
    """Only weights that are not square tell the orientation."""
    assert transposes([(5, 3), (5,), (5, 5), (5,), (4, 5), (4,)], SHAPES)
    assert not transposes(SHAPES, SHAPES)
    assert not transposes([(5, 5)], [(5, 5)])


def test_drawn_values_have_the_shapes_and_the_scale():
    """Values come from a normal distribution of the given width."""
    wide = drawn(np.random.default_rng(0), [(100, 100)], scale=3.0)[0]
    assert wide.shape == (100, 100)
    assert abs(float(wide.std()) - 3.0) < 0.1
