"""Tasks 5.5 and 5.6: optimizers that move tensors."""

import pytest

from grader.assignments.vocabulary.optimizers import Kind, expect_trace, expect_zero_grad
from grader.checks import StudentFault, StudentObject

TENSORS = {"name": "Tensor", "attribute": "data", "options": {"requires_grad": True}, "may_be_none": True}


def kind(student):
    """Return what the student's optimizers move: tensors whose gradients are arrays, or tensors as well."""
    program = student.program("backward of `a + b`")
    tensor = program.Tensor(1.0, requires_grad=True)
    (tensor + tensor).backward()
    program.keep(tensor.grad)
    try:
        (grad,) = program.run()
    except StudentFault as fault:
        if fault.fatal:
            raise
        return Kind(**TENSORS)
    return Kind(**TENSORS, wrapped=isinstance(grad, StudentObject))


@pytest.mark.points(1)
@pytest.mark.task("5.5")
@pytest.mark.builds_on("check_accumulation")
def check_sgd(student, reference, rng, parts, notes):
    """SGD moves every parameter against its gradient; zero_grad forgets the gradients."""
    rate, own = round(float(rng.uniform(0.05, 0.5)), 3), kind(student)
    with parts("step", points=0.75):
        expect_trace(student, reference, rng, notes, "SGD", steps=6, learning_rate=rate, kind=own)
        # Another rate, lest instances share that of the first.
        expect_trace(student, reference, rng, notes, "SGD", steps=2, learning_rate=2.0 * rate, kind=own)
    with parts("zero_grad", points=0.25):
        expect_zero_grad(student, rng, "SGD", own)


@pytest.mark.points(1)
@pytest.mark.task("5.6")
@pytest.mark.builds_on("check_accumulation")
def check_adam(student, reference, rng, parts, notes):
    """Adam keeps running averages of the gradient and of its square, both corrected for their start at zero."""
    rate, own = round(float(rng.uniform(0.05, 0.5)), 3), kind(student)
    betas = (round(float(rng.uniform(0.5, 0.8)), 2), round(float(rng.uniform(0.85, 0.95)), 3))
    with parts("step", points=0.5):
        expect_trace(student, reference, rng, notes, "Adam", steps=8, learning_rate=rate, kind=own)
    with parts("betas and epsilon", points=0.25):
        options = {"betas": betas, "epsilon": 0.1}
        other = {"learning_rate": 2.0 * rate, "options": options}
        expect_trace(student, reference, rng, notes, "Adam", steps=8, kind=own, **other)
        # The smallest that betas may be.
        other["options"] = {"betas": (0.0, 0.0), "epsilon": 0.1}
        expect_trace(student, reference, rng, notes, "Adam", steps=3, kind=own, **other)
    with parts("zero_grad", points=0.25):
        expect_zero_grad(student, rng, "Adam", own)
