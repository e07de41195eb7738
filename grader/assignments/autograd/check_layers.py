"""Tasks 5.1 to 5.4: layers and losses made of tensors."""

import numpy as np
import pytest

from grader.assignments.vocabulary.hints import of_loss
from grader.assignments.vocabulary.tensor_networks import expect_own_parameters, in_either_form
from grader.assignments.vocabulary.tensors import expect_gradient, go_back, takes_gradient
from grader.checks import StudentFault, expect_array, expect_close, expect_kept, expect_value_error, shown_shape

# in_channels, out_channels, kernel_size, stride and padding where they are not left out; then the shape of the inputs.
# Some windows leave positions uncovered.
CONVOLUTIONS = (((2, 4, 3), (3, 2, 8)), ((3, 2, 4, 2, 1), (2, 3, 9)), ((1, 5, 2, 1, 1), (4, 1, 2)))
KEEP = "The targets belong to the caller: make a new array where you change one."
NAMES = ("inputs", "weight", "bias")
FACTOR = 2.5
UPSTREAM = "A loss is a tensor like any other: what `backward` is given is a factor of every gradient."
LOGISTIC = (
    "check_tensor",
    "check_add",
    "check_reuse",
    "check_subtract",
    "check_multiply",
    "check_exp_and_log",
    "check_sigmoid",
    "check_relu",
    "check_mean",
    "check_reuse",
)


class Layer:
    """A layer at drawn values, with what is right for it."""

    def __init__(self, reference, rng, name, arguments, shape):
        self.name, self.arguments = name, arguments
        self.what = f"{name}({', '.join(map(str, arguments))})"
        key = getattr(reference, name)(*arguments)
        self.inputs = rng.standard_normal(shape)
        self.values = [rng.standard_normal(parameter.shape) for parameter in (key.weight, key.bias)]
        key.weight.data, key.bias.data = self.values
        inputs = reference.Tensor(self.inputs, requires_grad=True)
        outputs = key(inputs)
        self.outputs = np.array(outputs.data)
        self.upstream = rng.standard_normal(self.outputs.shape)
        outputs.backward(self.upstream)
        self.grads = [np.array(tensor.grad) for tensor in (inputs, key.weight, key.bias)]

    def of(self, student, weighs):
        """Return the outputs, and the gradients for inputs, weight and bias, of the student's layer with the drawn values."""
        program = student.program(self.what)
        layer = getattr(program, self.name)(*self.arguments)
        for name, value in zip(NAMES[1:], self.values, strict=True):
            program.keep(getattr(layer, name).data)
            getattr(layer, name).data = value
        inputs = program.Tensor(self.inputs, requires_grad=True)
        outputs = layer(inputs)
        program.keep(outputs.data)
        go_back(program, outputs, self.upstream, weighs)
        for tensor in (inputs, layer.weight, layer.bias):
            program.keep(tensor.grad)
        *before, outputs, first, second, third = program.run()
        for name, value, held in zip(NAMES[1:], self.values, before, strict=True):
            expect_array(held, value.shape, what=f"`{self.what}.{name}.data`")
        return outputs, (first, second, third)


def layers_are_right(student, rng, layers, parts, notes):
    """Judge the outputs of layers, their gradients, and with which values they begin."""
    weighs = takes_gradient(student)
    with parts("outputs", points=0.5):
        for layer in layers:
            outputs, _ = layer.of(student, weighs)
            what = f"What `{layer.what}` returns"
            expect_close(outputs, layer.outputs, what=what, notes=notes, label=f"outputs of `{layer.name}`")
    with parts("parameters and initial values", points=0.25):
        expect_own_parameters(student, layers[0].name, layers[0].arguments, rng.spawn(1)[0])
    with parts("gradients", points=0.25):
        for layer in layers:
            _, grads = layer.of(student, weighs)
            for name, grad, wanted in zip(NAMES, grads, layer.grads, strict=True):
                what = f"The gradient of `{layer.what}` for its {name}"
                try:
                    expect_gradient(grad, wanted, what=what, notes=notes, label=f"gradients of `{layer.name}`")
                except StudentFault as fault:
                    # The operations find the gradient of what was computed.
                    fault.of_forward = parts.first_fault is not None
                    raise


@pytest.mark.points(1)
@pytest.mark.task("5.1")
@pytest.mark.builds_on("check_matmul", "check_add", "check_broadcast_leading_axes", "check_reuse")
def check_linear(student, reference, rng, parts, notes):
    """Linear multiplies by its weight and adds its bias, which are its parameters."""
    sizes = (((3, 4), (5, 3)), ((4, 2), (6, 4)))
    layers_are_right(student, rng, [Layer(reference, rng, "Linear", *size) for size in sizes], parts, notes)


@pytest.mark.points(1)
@pytest.mark.task("5.2")
@pytest.mark.builds_on(
    "check_matmul", "check_add", "check_reshape", "check_transpose", "check_broadcast_leading_axes", "check_reuse"
)
def check_conv1d(student, reference, rng, parts, notes):
    """Conv1d is the cross-correlation of inputs and weight, with stride and padding; weight and bias are its parameters."""
    layers_are_right(student, rng, [Layer(reference, rng, "Conv1d", *each) for each in CONVOLUTIONS], parts, notes)


class Loss:
    """A loss at drawn predictions and targets, with what is right for it."""

    def __init__(self, reference, name, predictions, targets, said):
        self.name, self.predictions, self.targets, self.said = name, predictions, targets, said
        tensor = reference.Tensor(predictions, requires_grad=True)
        loss = getattr(reference, name)()(tensor, reference.Tensor(targets))
        loss.backward()
        self.value, self.grad = np.array(loss.data), np.array(tensor.grad)

    def judge(self, student, notes):
        """Compare the student's loss and gradient with what is right; targets are tensors, or else arrays."""
        in_either_form(lambda form: self.judge_with(student, notes, form))

    def judge_with(self, student, notes, form):
        """Do so with targets in one form, which is made inside a program."""
        program = student.program(f"{self.name}()(predictions, targets)")
        predictions = program.Tensor(self.predictions, requires_grad=True)
        held = program.hold(self.targets)
        targets = form(program, held)
        loss = getattr(program, self.name)()(predictions, targets)
        program.keep(loss.data)
        loss.backward()
        program.keep(predictions.grad)
        program.keep_now(held)
        if targets is not held:
            program.keep(targets.data)
        value, grad, *after = program.run()
        what = f"`{self.name}()(predictions, targets)`{self.said}"
        hint = of_loss(value, float(self.value), self.predictions.shape)
        expect_close(value, self.value, what=what, notes=notes, hint=hint, label=f"`{self.name}`")
        what = f"The gradient of {what} for the predictions"
        expect_gradient(grad, self.grad, what=what, notes=notes, label=f"gradients of `{self.name}`")
        for left in after:
            expect_kept(left, self.targets, what=f"`targets` after `{self.name}()(predictions, targets)`", hint=KEEP)

    def takes_upstream(self, student, weighs, factor):
        """Require that the gradient for the loss itself is a factor of that for the predictions."""
        if not weighs:
            return

        def judge(form):
            program = student.program(f"{self.name}()(predictions, targets).backward({factor})")
            predictions = program.Tensor(self.predictions, requires_grad=True)
            getattr(program, self.name)()(predictions, form(program, self.targets)).backward(factor)
            program.keep(predictions.grad)
            what = f"The gradient for the predictions after `{self.name}()(predictions, targets).backward({factor})`"
            expect_gradient(program.run()[0], factor * self.grad, what=what, hint=UPSTREAM)

        in_either_form(judge)


def targets_are_taken(student, notes, loss):
    """Require that targets may be a tensor or an array, and that another shape is refused."""
    loss.judge_with(student, notes, lambda program, targets: program.Tensor(targets))
    loss.judge_with(student, notes, lambda program, targets: targets)
    for given, wanted in (((5, 1), (5,)), ((4, 3), (4, 1))):
        program = student.program(f"{loss.name}()(predictions, targets)")
        predictions = program.Tensor(np.full(given, 0.5), requires_grad=True)
        when = f"the predictions have shape {shown_shape(given)} and the targets {shown_shape(wanted)}"
        criterion = getattr(program, loss.name)()
        expect_value_error(
            program, criterion, predictions, np.ones(wanted), what=f"`{loss.name}()(predictions, targets)`", when=when
        )


@pytest.mark.points(1)
@pytest.mark.task("5.3")
@pytest.mark.builds_on(
    "check_tensor", "check_subtract", "check_multiply", "check_power", "check_sum", "check_mean", "check_reuse"
)
def check_mse(student, reference, rng, parts, notes):
    """MSELoss is the mean of the squared differences, over every element."""
    shapes = ((5, 3), (4, 1), (6,), (2, 3, 4))
    losses = [
        Loss(reference, "MSELoss", rng.standard_normal(shape), rng.standard_normal(shape), "") for shape in shapes
    ]
    with parts("value and gradient", points=0.75):
        for loss in losses:
            loss.judge(student, notes)
        losses[0].takes_upstream(student, takes_gradient(student), FACTOR)
    with parts("targets of other kinds and shapes", points=0.25):
        targets_are_taken(student, notes, losses[0])


@pytest.mark.points(1)
@pytest.mark.task("5.4")
@pytest.mark.builds_on(*LOGISTIC)
def check_bce_with_logits(student, reference, rng, parts, notes):
    """BCEWithLogitsLoss is the mean binary cross-entropy of logits, and finite for logits of 1000 and -1000."""
    shapes = ((5, 3), (6, 1), (7,), (2, 3, 4))
    pairs = [(2.0 * rng.standard_normal(shape), rng.integers(0, 2, shape).astype(float)) for shape in shapes]
    moderate = [Loss(reference, "BCEWithLogitsLoss", *pair, "") for pair in pairs]
    moderate_size = rng.uniform(25.0, 35.0)
    logits = np.array([1000.0, -1000.0, -1000.0, 1000.0, moderate_size, -moderate_size])
    targets = np.array([1.0, 0.0, 1.0, 0.0, 1.0, 1.0])
    order = rng.permutation(6).reshape(3, 2)
    logits, targets = logits[order], targets[order]
    extreme = Loss(reference, "BCEWithLogitsLoss", logits, targets, " at logits of 1000 and -1000")
    with parts("moderate logits", points=0.5):
        for loss in moderate:
            loss.judge(student, notes)
        moderate[0].takes_upstream(student, takes_gradient(student), FACTOR)
    with parts("logits of 1000 and -1000", points=0.25):
        extreme.judge(student, notes)
    with parts("targets of other kinds and shapes", points=0.25):
        targets_are_taken(student, notes, moderate[0])
