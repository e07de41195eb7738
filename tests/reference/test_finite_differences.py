import numpy as np

from reference.finite_differences import numerical_gradient


def test_numerical_gradient_matches_a_known_derivative(rng):
    """The gradient of sum(sin(x) * exp(x)) is found to about ten digits, near zero and far from it."""
    point = rng.normal(0.0, 2.0, (3, 4))
    before = point.copy()
    gradient = numerical_gradient(lambda x: float(np.sum(np.sin(x) * np.exp(x))), point)
    desired = (np.sin(point) + np.cos(point)) * np.exp(point)
    np.testing.assert_allclose(gradient, desired, rtol=1e-7, atol=1e-8)
    np.testing.assert_array_equal(point, before)


def test_numerical_gradient_scales_its_step_with_the_point():
    """At a million the step is larger, so the gradient of x**2 is still right."""
    gradient = numerical_gradient(lambda x: float(x @ x), np.array([1e6, 1e-6]))
    np.testing.assert_allclose(gradient, [2e6, 2e-6], rtol=1e-8, atol=1e-2)


def test_numerical_gradient_computes_its_formula():
    """For a cubic, the central difference is off by exactly the square of the step."""
    step = np.finfo(float).eps ** (1 / 3)
    gradient = numerical_gradient(lambda x: float(x[0] ** 3), np.array([2.0]))
    desired = ((2.0 + 2 * step) ** 3 - (2.0 - 2 * step) ** 3) / (4 * step)
    np.testing.assert_allclose(gradient, [desired], rtol=1e-9)
