"""What the tests of the answer key share."""

from __future__ import annotations

import numpy as np
import pytest

from reference.finite_differences import numerical_gradient


@pytest.fixture
def rng():
    """A generator that is the same in every run."""
    return np.random.default_rng(20240229)


@pytest.fixture
def check_layer(rng):
    """Compare a layer's backward with central differences of its forward, under a random upstream gradient."""

    def check(layer, inputs, parameters=()):
        grad_output = rng.standard_normal(layer.forward(inputs).shape)

        def loss_of_inputs(values):
            return float(np.sum(grad_output * layer.forward(values)))

        layer.forward(inputs)
        grad_inputs = layer.backward(grad_output)
        analytic = [parameter.grad for parameter in parameters]
        np.testing.assert_allclose(grad_inputs, numerical_gradient(loss_of_inputs, inputs), rtol=1e-7, atol=1e-8)
        for parameter, grad in zip(parameters, analytic, strict=True):
            start = parameter.value

            def loss_of_parameter(values, parameter=parameter):
                parameter.value = values
                return float(np.sum(grad_output * layer.forward(inputs)))

            np.testing.assert_allclose(grad, numerical_gradient(loss_of_parameter, start), rtol=1e-7, atol=1e-8)
            parameter.value = start

    return check
