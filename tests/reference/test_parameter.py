import numpy as np

from reference import Parameter


def test_parameter_copies_its_value_as_float64():
    """Changing the array a parameter was made of leaves the parameter as it was."""
    given = np.array([[1, 2], [3, 4]])
    parameter = Parameter(given)
    given[0, 0] = 9
    assert parameter.value.dtype == np.float64
    assert parameter.value.tolist() == [[1.0, 2.0], [3.0, 4.0]]


def test_parameter_starts_with_zero_gradient():
    """The gradient has the shape of the value and is zero."""
    np.testing.assert_array_equal(Parameter(np.ones((3, 2))).grad, np.zeros((3, 2)))
