"""Task 6: networks of tensors that learn the two data sets."""

import numpy as np
import pytest

from grader.assignments.vocabulary.hints import is_probable
from grader.assignments.vocabulary.learning import best_trial, measure, show
from grader.assignments.vocabulary.parameters import arrangements, drawn, expect_shapes, network_shapes, transposes
from grader.assignments.vocabulary.points import disguised, linear_points, xor_points
from grader.assignments.vocabulary.tensor_networks import built, expect_drawn, expect_moves, sigmoid, trial
from grader.assignments.vocabulary.weights import convolving
from grader.checks import (
    Evidence,
    StudentFault,
    Why,
    expect_array,
    expect_close,
    expect_value_error,
    relative_error,
    shown_shape,
)

LEARNING = (
    "check_add",
    "check_matmul",
    "check_tanh",
    "check_broadcast_leading_axes",
    "check_reuse",
    "check_accumulation",
    "check_linear",
    "check_bce_with_logits",
    "check_sgd",
    "check_adam",
)
GENERAL = "What was learned holds for points that were not in the set, too; what was only remembered does not."
ENDS = "The network ends in a Linear layer: logits of any size, without a sigmoid."


@pytest.mark.points(1)
@pytest.mark.task("6.1")
@pytest.mark.builds_on("check_linear", "check_tanh", "check_sigmoid", "check_relu", "check_sgd")
def check_mlp(student, reference, rng, parts, notes):
    """MLP is linear, activation, linear, activation, linear, ends in logits, and every parameter of it is trained."""
    with parts("outputs and training", points=0.5):
        for arguments in ((2, 4, 1, "sigmoid"), (4, 3, 2, "relu"), (2, 3, 4, "tanh"), (3, 5, 2)):
            shapes = network_shapes(*arguments[:3])
            values = drawn(rng, shapes)
            inputs = rng.standard_normal((6, arguments[0]))
            key = reference.MLP(*arguments)
            for parameter, value in zip(key.parameters(), values, strict=True):
                parameter.data = value
            desired = np.array(key(reference.Tensor(inputs)).data)
            network = built(student, "MLP", arguments)
            expect_shapes([value.shape for value in network.values], shapes, network.what)
            came = outputs_of(student, network, shapes, values, inputs, desired)
            hint = ENDS if is_probable(came) and not is_probable(desired) else None
            expect_close(came, desired, what=f"What `{network.what}` returns", notes=notes, hint=hint, label="`MLP`")
        expect_moves(student, network, inputs, rng)
    with parts("initial weights", points=0.25):
        expect_drawn(student, "MLP", (2, 8, 1), rng)
    with parts("an unknown activation", points=0.25):
        name = "".join(rng.spawn(1)[0].choice(list("bdfghkmw"), 6))
        call, when = f'MLP(2, 8, 1, "{name}")', "there is no activation of this name"
        program = student.program(call)
        expect_value_error(program, program.MLP, 2, 8, 1, name, what=f"`{call}`", when=when)


def outputs_of(student, network, shapes, values, inputs, desired):
    """Return the outputs of the student's MLP with the drawn values, in the order of parameters that fits, else in the natural one."""
    first, own = None, [value.shape for value in network.values]
    turned = transposes(own, shapes)
    for order in arrangements(own, shapes)[:8]:
        program = student.program(f"{network.what}(inputs)")
        placed = [values[place].T if turned and values[place].ndim == 2 else values[place] for place in order]
        program.keep(network.assign(program, placed)(program.Tensor(inputs)).data)
        (outputs,) = program.run()
        first = outputs if first is None else first
        fits = isinstance(outputs, np.ndarray) and outputs.shape == desired.shape and outputs.dtype.kind == "f"
        if fits and relative_error(outputs, desired) < 1e-4:
            return outputs
    return first


@pytest.mark.points(1)
@pytest.mark.task("6.2")
@pytest.mark.builds_on("check_conv1d", "check_linear", "check_sgd")
def check_cnn(student, rng, parts, notes):
    """CNN is a convolution of one channel, tanh, linear, ends in logits, and every parameter of it is trained."""
    with parts("outputs and training", points=0.75):
        for channels, kernel_size in ((5, 2), (3, 4)):
            network = built(student, "CNN", (channels, kernel_size))
            convolves(network, channels, kernel_size)
            inputs = rng.standard_normal((7, 2))
            logits_are_right(student, network, inputs, rng, notes)
            computes(student, network, (channels, kernel_size), inputs, rng)
            expect_moves(student, network, inputs, rng)
    with parts("initial weights", points=0.25):
        expect_drawn(student, "CNN", (8, 2), rng)


def convolves(network, channels, kernel_size):
    """Require that the weight of a convolution is among the parameters of a network."""
    shapes = [value.shape for value in network.values]
    if any(len(shape) == 3 and (shape[0], shape[2]) == (channels, kernel_size) for shape in shapes):
        return
    wanted, listed = shown_shape((channels, 1, kernel_size)), ", ".join(map(shown_shape, shapes)) or "none"
    raise StudentFault(
        Why.WRONG,
        f"`{network.what}` must have the weight of a convolution among its parameters, of shape {wanted}, but they have the shapes {listed}.",
        hint="The points (batch, 2) are signals of one channel and two positions for Conv1d.",
        expected=f"shape {wanted}",
        actual=listed,
    )


def logits_are_right(student, network, inputs, rng, notes):
    """Require one logit for each point; where all parameters are zero but the bias at the end, it is that bias."""
    shapes = [value.shape for value in network.values]
    values = [10.0 * value for value in drawn(rng, shapes)]
    alone = [value if value.shape == (1,) else np.zeros(value.shape) for value in values]
    program = student.program(f"{network.what}(inputs)")
    for each in (values, alone):
        program.keep(network.assign(program, each)(program.Tensor(inputs)).data)
    outputs, ends = program.run()
    logits = expect_array(outputs, (len(inputs), 1), what=f"What `{network.what}` returns", notes=notes)
    if np.max(np.abs(logits)) <= 1.0:
        raise StudentFault(
            Why.WRONG,
            f"`{network.what}` must return logits, which are large for large weights, but all of its outputs are within 1.",
            hint=ENDS,
            expected="logits",
            actual=f"{np.min(logits):.6g} to {np.max(logits):.6g}",
        )
    if shapes.count((1,)) == 1:
        what = f"What `{network.what}` returns when all of its parameters are zero but the bias of its last layer"
        hint = ENDS if is_probable(ends) else None
        expect_close(ends, np.full((len(inputs), 1), sum(map(np.sum, alone))), what=what, hint=hint)


def computes(student, network, sizes, inputs, rng):
    """Require that the logits are those of a convolution padded by half a kernel, tanh, and a linear layer."""
    shapes = [value.shape for value in network.values]
    channels, kernel_size = sizes
    flat = channels * (2 + 2 * (kernel_size // 2) - kernel_size + 1)
    expect_shapes(shapes, [(channels, 1, kernel_size), (channels,), (flat, 1), (1,)], network.what)
    # Small weights, so that no unit is saturated.
    values = drawn(rng, shapes, 0.5)
    program = student.program(f"{network.what}(inputs)")
    program.keep(network.assign(program, values)(program.Tensor(inputs)).data)
    logits = expect_array(program.run()[0], (len(inputs), 1), what=f"What `{network.what}` returns")
    ways = convolving(shapes, *sizes, activations=("tanh",))
    if any(np.allclose(sigmoid(logits), way(values, inputs), rtol=0.0, atol=1e-4) for way in ways):
        return
    raise StudentFault(
        Why.WRONG,
        f"`{network.what}` does not compute what a convolution over the two coordinates, tanh and a linear layer give.",
        hint="Conv1d with one input channel and half a kernel of padding, tanh of its outputs, then Linear of all of them in a row.",
        evidence=Evidence(f"`{network.what}`", logits),
    )


def learns(student, parts, notes, rng, name, setting, sets, points):
    """Judge how well networks learn data sets: half of the points for `half`, all for `full`."""
    with parts(f"at least {setting['half']:.0%}", points=points / 2):
        limits = {key: setting[key] for key in ("full", "fresh", "zeroed")} | {
            "attempt": trial(name),
            "attribute": "data",
        }
        tried = [best_trial(student, each, setting["trials"], rng, **limits) for each in sets]
        show(notes, sets[0], tried[0])
        for each, result in zip(sets, tried, strict=True):
            notes.measured(f"accuracy on {each.name}", f"{result.accuracy:.2%}")
            notes.measured(f"accuracy on new points like those of {each.name}", f"{result.fresh:.2%}")
        for each, result in zip(sets, tried, strict=True):
            measure(notes, each, result, setting["full"])
        reaches(name, setting["half"], sets, tried)
        generalizes(name, setting["fresh"], sets, tried)
    with parts(f"at least {setting['full']:.0%}", points=points / 2):
        if parts.first_fault is not None:
            raise parts.first_fault
        reaches(name, setting["full"], sets, tried)


def reaches(name, share, sets, tried):
    """Require a share of right answers on every set."""
    for each, result in zip(sets, tried, strict=True):
        if result.accuracy < share:
            raise StudentFault(
                Why.WRONG,
                f"A network of your class {name}, trained by your code, answers {result.accuracy:.1%} of {each.name} rightly; it must be at least {share:.0%}.",
                expected=f"at least {share:.0%}",
                actual=f"{result.accuracy:.1%}",
                diagnosis=result.symptom,
            )


def generalizes(name, share, sets, tried):
    """Require a share of right answers for new points of the same rule."""
    for each, result in zip(sets, tried, strict=True):
        if result.fresh < share:
            raise StudentFault(
                Why.WRONG,
                f"A network of your class {name}, trained by your code, answers {result.fresh:.1%} of new points like those of {each.name} rightly; it must be at least {share:.0%}.",
                hint=GENERAL,
                expected=f"at least {share:.0%}",
                actual=f"{result.fresh:.1%}",
                diagnosis=result.symptom,
            )


def linear_sets(rng, setting):
    """Return the linear set, and one like it that was turned and whose labels were swapped."""
    known, other = (linear_points(rng, setting[key], setting["gap"]) for key in ("points", "drawn_points"))
    return [known, disguised(other, rng, "a linear set that was turned and whose labels were swapped")]


@pytest.mark.points(2)
@pytest.mark.task("6.1")
@pytest.mark.builds_on(*LEARNING, "check_mlp")
@pytest.mark.visibility("hidden")
@pytest.mark.cpu_seconds(60)
def check_mlp_on_xor(student, rng, settings, parts, notes):
    """An MLP learns the XOR set, and another one like it that was drawn."""
    name = "an XOR set that was turned and whose labels were swapped"
    sets = [xor_points(), disguised(xor_points(int(rng.choice([9, 13]))), rng, name)]
    learns(student, parts, notes, rng, "MLP", settings["mlp_xor"], sets, 2)


@pytest.mark.points(1)
@pytest.mark.task("6.1")
@pytest.mark.builds_on(*LEARNING, "check_mlp")
@pytest.mark.visibility("hidden")
@pytest.mark.cpu_seconds(60)
def check_mlp_on_linear(student, rng, settings, parts, notes):
    """An MLP learns the linear set, and another one like it that was drawn."""
    setting = settings["mlp_linear"]
    learns(student, parts, notes, rng, "MLP", setting, linear_sets(rng, setting), 1)


@pytest.mark.points(3)
@pytest.mark.task("6.2")
@pytest.mark.builds_on(*LEARNING, "check_cnn")
@pytest.mark.visibility("hidden")
@pytest.mark.cpu_seconds(60)
def check_cnn_on_linear(student, rng, settings, parts, notes):
    """A CNN learns the linear set, and another one like it that was drawn."""
    setting = settings["cnn_linear"]
    learns(student, parts, notes, rng, "CNN", setting, linear_sets(rng, setting), 3)
