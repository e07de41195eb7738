"""Tests of running a layer with all that can be seen of it."""

import numpy as np
import pytest

from grader.checks.layers import expect_repeated, expect_repeated_grad, run_backward, run_forward
from grader.checks.proxy import Student
from grader.outcomes import StudentFault
from grader.trusted import InProcess
from reference import Linear

INPUTS, GRAD = np.arange(6.0).reshape(2, 3), np.array([[1.0, -1.0], [0.5, 2.0]])


def student_of(layer):
    """Return a submission that has one class."""
    return Student(InProcess({"Layer": layer}))


def make(program):
    """Make the layer."""
    return program.Layer(3, 2)


class AddsUp(Linear):
    """Adds gradients up and damages its arguments."""

    def forward(self, inputs):
        """Return the outputs, one added to the inputs."""
        outputs = super().forward(inputs)
        inputs += 1.0
        return outputs

    def backward(self, grad_output):
        """Return the gradient, twice the argument left behind."""
        before = self.weight.grad
        result = super().backward(grad_output)
        self.weight.grad = before + self.weight.grad
        grad_output *= 2.0
        return result


def test_run_forward_returns_the_outputs():
    """What forward returned comes as it is."""
    assert run_forward(student_of(Linear), make, INPUTS, "Layer.forward").outputs.shape == (2, 2)


def test_run_forward_sees_damage():
    """A forward that writes into its argument fails."""
    with pytest.raises(StudentFault) as caught:
        run_forward(student_of(AddsUp), make, INPUTS, "Layer.forward")
    sentence = "The argument of `Layer.forward` was changed by the call, though it belongs to the caller."
    assert caught.value.message == sentence


def test_run_backward_shows_both_calls():
    """Gradients of both calls come, after an earlier forward with another batch."""
    came = run_backward(
        student_of(Linear), make, INPUTS, GRAD, "Layer.backward", ("weight", "bias"), before=np.ones((5, 3))
    )
    np.testing.assert_array_equal(came.grads["weight"], INPUTS.T @ GRAD)
    expect_repeated(came, came.grad_inputs, INPUTS, GRAD, "`Layer.backward`")
    expect_repeated_grad(came, "bias", GRAD.sum(axis=0))


def test_expect_repeated_grad_sees_gradients_that_add_up():
    """A gradient that grows with each call fails, with the reason as a hint."""
    came = run_backward(student_of(AddsUp), make, INPUTS, GRAD, "Layer.backward", ("weight",))
    with pytest.raises(StudentFault) as caught:
        expect_repeated_grad(came, "weight", came.grads["weight"])
    assert "after a second, equal call of `backward`" in caught.value.message
    sentence = "Gradients are assigned, not added up, and `backward` must not change what `forward` has kept."
    assert caught.value.hint == sentence


def test_expect_repeated_sees_damage():
    """A backward that writes into its argument fails."""
    came = run_backward(student_of(AddsUp), make, INPUTS, GRAD, "Layer.backward")
    with pytest.raises(StudentFault):
        expect_repeated(came, came.grad_inputs, INPUTS, GRAD, "`Layer.backward`")
    with pytest.raises(StudentFault, match=r"The argument of `Layer.backward` was changed"):
        expect_repeated(came, came.grad_inputs_again, INPUTS, GRAD, "`Layer.backward`")
