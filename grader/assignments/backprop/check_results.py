"""Task 6: what a trained network answers, what the run prints, and what is drawn."""

from dataclasses import dataclass
from types import SimpleNamespace

import numpy as np
import pytest

from grader.assignments.vocabulary.drawings import has_curve, sets_drawn, tells_classes, times_drawn
from grader.assignments.vocabulary.hints import of_accuracy
from grader.assignments.vocabulary.learning import best_trial, measure, show
from grader.assignments.vocabulary.networks import paired
from grader.assignments.vocabulary.points import disguised, linear_points, xor_points
from grader.assignments.vocabulary.printed import Printed, beside, nonsense, printed_sets, seen_in_lines, where_to_look
from grader.checks import Evidence, StudentFault, Why, expect_array, expect_close, expect_number, expect_unchanged

# What a training is made of.
LEARNING = (
    "check_sigmoid_forward",
    "check_sigmoid_backward",
    "check_tanh_forward",
    "check_tanh_backward",
    "check_linear_forward",
    "check_linear_backward",
    "check_bce",
    "check_sequential_forward",
    "check_sequential_backward",
    "check_sequential_parameters",
    "check_build_network",
    "check_sgd_step",
    "check_train_updates",
)

# So many times what the last printed digit counts, the loss of predictions that are the labels in all digits cannot be.
SURE = 100.0
ANOTHER_DRAW = 25
GENERAL = "What was learned holds for points that were not in the set, too; what was only remembered does not."


ALWAYS_ZERO = (
    "Every sample gets 0. `argmax` over a single column is always 0; compare the probability with 0.5 instead."
)


def is_zero(came):
    """Return whether all entries of an array are zero."""
    return isinstance(came, np.ndarray) and came.size > 0 and came.dtype.kind in "biuf" and not np.any(came)


def classifier(student, reference, rng):
    """Return a student's network of one linear layer and a sigmoid, points, and their right classes by the answer key."""
    key = reference.Sequential([reference.Linear(3, 1), reference.Sigmoid()])
    weight = key.parameters()[0].value = rng.standard_normal((3, 1))
    bias = key.parameters()[1].value = 0.1 * rng.standard_normal(1)
    network, _ = paired(student, key, [("Linear", 3, 1), ("Sigmoid",)])
    # Five points against the weight, seven along it, so that the classes differ in number; some are near 0.5, where another threshold would show.
    direction = weight[:, 0] / np.linalg.norm(weight) ** 2
    logits = np.concatenate([rng.uniform(0.6, 3.0, 8), np.full(4, 0.01)]) * np.array(
        [-1.0, 1.0, -1.0, 1.0, -1.0, 1.0, -1.0, 1.0, -1.0, 1.0, 1.0, 1.0]
    )
    inputs = rng.permutation(logits - bias)[:, None] * direction + across(rng, weight[:, 0])
    return network, inputs, (key.forward(inputs)[:, 0] >= 0.5).astype(np.float64)


def across(rng, weight):
    """Return random vectors (12, 3) at right angles to the weight."""
    free = rng.standard_normal((12, 3))
    return free - np.outer(free @ weight, weight) / (weight @ weight)


@pytest.mark.points(2)
@pytest.mark.task("6.1")
@pytest.mark.requires("check_sequential_forward")
@pytest.mark.builds_on("check_sigmoid_forward")
def check_predict(student, reference, rng, notes):
    """`predict` returns 1 where the probability is above 0.5 and 0 where it is below, one number for each sample."""
    network, inputs, classes = classifier(student, reference, rng)
    for count in (12, 7):
        held = student.hold(inputs[:count])
        came = student.predict(network, held)
        expect_unchanged(held.read(), inputs[:count], what="The array of inputs that `predict` was given")
        expect_close(
            came,
            classes[:count],
            what=f"`predict(network, inputs)` for {count} samples",
            notes=notes,
            label="`predict`",
            hint=ALWAYS_ZERO if is_zero(came) else None,
        )


@pytest.mark.points(1)
@pytest.mark.task("6.1")
@pytest.mark.requires("check_sequential_forward")
@pytest.mark.builds_on("check_predict", "check_sigmoid_forward")
def check_accuracy(student, reference, rng, notes):
    """Accuracy returns the share of right predictions, from 0 to 1."""
    network, inputs, classes = classifier(student, reference, rng)
    for wrong, count in ((0, 12), (3, 12), (7, 12), (2, 5)):
        targets = classes[:count].copy()
        targets[:wrong] = 1.0 - targets[:wrong]
        what = f"`accuracy(network, inputs, targets)` where {count - wrong} of {count} predictions are right"
        held = [student.hold(each) for each in (inputs[:count], targets[:, None])]
        value = expect_number(student.accuracy(network, *held), what=what, notes=notes)
        for name, thing, before in zip(("inputs", "targets"), held, (inputs[:count], targets[:, None]), strict=True):
            expect_unchanged(thing.read(), before, what=f"The array of {name} that `accuracy` was given")
        desired = (count - wrong) / count
        every = float(np.mean(classes[:count, None] == targets[None, :]))
        expect_close(value, desired, what=what, hint=of_accuracy(value, desired, count, every))


def learns(student, parts, notes, rng, setting, sets, points):
    """Judge how well networks learn data sets: half of the points for `half`, all for `full`."""
    with parts(f"at least {setting['half']:.0%}", points=points / 2):
        limits = {name: setting[name] for name in ("full", "fresh", "zeroed")}
        tried = [best_trial(student, each, setting["trials"], rng, **limits) for each in sets]
        show(notes, sets[0], tried[0])
        for each, result in zip(sets, tried, strict=True):
            notes.measured(f"accuracy on {each.name}", f"{result.accuracy:.2%}")
            notes.measured(f"accuracy on new points like those of {each.name}", f"{result.fresh:.2%}")
        for each, result in zip(sets, tried, strict=True):
            measure(notes, each, result, setting["full"])
        reaches(setting["half"], sets, tried)
        generalizes(setting["fresh"], sets, tried)
    with parts(f"at least {setting['full']:.0%}", points=points / 2):
        if parts.first_fault is not None:
            raise parts.first_fault
        reaches(setting["full"], sets, tried)


def reaches(share, sets, tried):
    """Require a share of right answers on every set."""
    for each, result in zip(sets, tried, strict=True):
        if result.accuracy < share:
            raise StudentFault(
                Why.WRONG,
                f"A network trained by your code answers {result.accuracy:.1%} of {each.name} rightly; it must be at least {share:.0%}.",
                expected=f"at least {share:.0%}",
                actual=f"{result.accuracy:.1%}",
                diagnosis=result.symptom,
            )


def generalizes(share, sets, tried):
    """Require a share of right answers for new points of the same rule."""
    for each, result in zip(sets, tried, strict=True):
        if result.fresh < share:
            raise StudentFault(
                Why.WRONG,
                f"A network trained by your code answers {result.fresh:.1%} of new points like those of {each.name} rightly; it must be at least {share:.0%}.",
                hint=GENERAL,
                expected=f"at least {share:.0%}",
                actual=f"{result.fresh:.1%}",
                diagnosis=result.symptom,
            )


@pytest.mark.points(6)
@pytest.mark.task("6.2")
@pytest.mark.builds_on(*LEARNING, "check_linear_initial_values")
@pytest.mark.visibility("hidden")
@pytest.mark.cpu_seconds(20)
def check_linear_set(student, rng, settings, parts, notes):
    """A network learns the linear set, and another one like it that was drawn."""
    setting = settings["linear"]
    known = linear_points(rng, setting["points"], setting["gap"])
    drawn = linear_points(rng, setting["drawn_points"], setting["gap"])
    sets = [known, disguised(drawn, rng, "a linear set that was turned and whose labels were swapped")]
    learns(student, parts, notes, rng, setting, sets, 6)


@pytest.mark.points(6)
@pytest.mark.task("6.3")
@pytest.mark.builds_on(*LEARNING)
@pytest.mark.visibility("hidden")
@pytest.mark.cpu_seconds(20)
def check_xor_set(student, rng, settings, parts, notes):
    """A network learns the XOR set, and another one like it that was drawn."""
    sets = [
        xor_points(),
        disguised(
            xor_points(int(rng.choice([9, 13]))), rng, "an XOR set that was turned and whose labels were swapped"
        ),
    ]
    learns(student, parts, notes, rng, settings["xor"], sets, 6)


@pytest.mark.points(2)
@pytest.mark.task("6.4")
@pytest.mark.builds_on("check_linear_set", "check_xor_set", *LEARNING)
def check_printed_lines(student, rng, script, settings, parts, notes):
    """The run prints a line for every point of both sets, and after each set a line with loss and accuracy."""
    setting = settings["printed"]
    found = printed_sets(script.output) or printed_sets(script.logged)
    wanted = {"linear": setting["linear_points"], "XOR": setting["xor_points"]}
    with parts("a line for every point", points=1):
        sets = {name: points_printed(found, name, count, setting["accuracy"], notes) for name, count in wanted.items()}
        for name, zeros in zeros_of(script.figures, wanted).items():
            labels_are_those(name, sets[name], zeros)
        for name, each in sets.items():
            predictions_are_computed(name, each)
        own = printed_by_itself(student, rng)
        if own is not None:
            own.lines_are_right()
    with parts("loss and accuracy", points=1):
        if parts.first_fault is not None:
            raise parts.first_fault
        for name, printed in sets.items():
            summary_fits(name, printed)
        if own is not None:
            summary_fits("given", own.printed)


def zeros_of(figures, wanted):
    """Return how many labels of each set are 0: of XOR it is known, of the linear set where the run has drawn its points."""
    known = xor_points().targets
    drawn = [int(np.sum(points[:, 0] > points[:, 1])) for points in sets_drawn(figures, wanted["linear"])]
    return {"XOR": len(known) - int(known.sum())} | ({"linear": drawn[0]} if drawn else {})


def labels_are_those(name, printed, zeros):
    """Require as many labels of 0 among the printed ones as the points of the set have."""
    count = printed.truths.count(0.0)
    # Other points of the linear set may have been drawn than those that were printed, but not so many others of one class.
    if abs(count - zeros) > (ANOTHER_DRAW if name == "linear" else 0):
        raise StudentFault(
            Why.WRONG,
            f"By the printed lines, {count} points of the {name} set have the ground truth 0, but {zeros} have.",
            hint="The ground truth of a line is the target of its point.",
            expected=f"{zeros} points with 0",
            actual=f"{count} points with 0",
            shown=True,
        )


def predictions_are_computed(name, printed):
    """Refuse predictions that are the labels in every digit, where the printed loss says that the network's are not."""
    place = max(printed.places)
    if printed.predictions == printed.truths and printed.summary and printed.summary[0] > SURE * place:
        raise StudentFault(
            Why.WRONG,
            f"The predictions in the lines of the {name} set are the ground truth in every digit, but then the loss would be "
            f"below {place:g}, and {printed.summary[0]:g} is printed.",
            hint="The prediction of a line is the probability that the network gives for its point.",
            shown=True,
        )


@dataclass(frozen=True)
class Given:
    """What `print_results` printed for a network of the judge's, the targets, and the probabilities by the student's own `forward`."""

    printed: Printed
    targets: np.ndarray
    probabilities: np.ndarray

    def lines_are_right(self):
        """Require the target and the probability of every point."""
        came = list(zip(self.printed.truths, self.printed.predictions, self.printed.places, strict=True))
        right = list(zip(self.targets, self.probabilities, strict=True))
        for number, ((truth, prediction, place), (target, probability)) in enumerate(zip(came, right, strict=True)):
            # Without decimals, what is left of a probability is its class.
            near = abs(prediction - probability) <= place * 1.01 if place < 1.0 else prediction == (probability >= 0.5)
            if truth != target or not near:
                raise StudentFault(
                    Why.WRONG,
                    f"`print_results` prints the ground truth {truth:g} and the prediction {prediction:g} for a point whose target is "
                    f"{target:g} and whose probability is {probability:.5f}.",
                    hint="The lines are of the points in their order: each with its target, and with what the network answers.",
                    expected=f"Iter: {number} | Ground truth: {target:g} | Predict: {probability:.5f}",
                    actual=f"Iter: {number} | Ground truth: {truth:g} | Predict: {prediction:g}",
                    shown=True,
                )


def printed_by_itself(student, rng):
    """Return what `print_results` prints for a small network whose probabilities are known; None when there is no such function."""
    weight, bias = rng.standard_normal((2, 1)), rng.standard_normal(1)
    # Only values are needed here: what the run has shown cannot be recorded, and so the answer key is not asked.
    drawn = SimpleNamespace(parameters=lambda: [SimpleNamespace(value=weight), SimpleNamespace(value=bias)])
    count = int(rng.integers(8, 14))
    logits = rng.permutation(np.linspace(0.4, 2.6, count) * (-1.0) ** np.arange(count))
    aside = rng.standard_normal(count)[:, None] * np.array([[-weight[1, 0], weight[0, 0]]])
    inputs = (logits - bias)[:, None] * weight[:, 0] / np.sum(weight**2) + aside
    targets = (logits > 0).astype(np.float64)
    targets[:3] = 1.0 - targets[:3]
    try:
        network, _ = paired(student, drawn, [("Linear", 2, 1), ("Sigmoid",)])
        probabilities = expect_array(network.forward(inputs), (count, 1), what="`Sequential.forward`")[:, 0]
        student.output()
        student.print_results(network, inputs, targets[:, None])
    except StudentFault as fault:
        # Who prints elsewhere needs no such function, and what it is made of has checks of its own.
        if fault.fatal or (fault.why is Why.CRASHED and "print_results" in fault.message):
            raise
        return None
    fitting = [each for each in printed_sets(student.output()) if len(each.truths) == count]
    if not fitting:
        raise StudentFault(
            Why.WRONG,
            f"`print_results(network, inputs, targets)` must print {count} lines for {count} points, but it did not.",
            hint="Each line reads like this: Iter: 0 | Ground truth: 1 | Predict: 0.99997",
            expected=f"{count} lines",
            shown=True,
        )
    return Given(fitting[-1], targets, probabilities)


def points_printed(found, name, count, share, notes):
    """Return the printed lines of one set, which must be there for every point, and mostly right."""
    fitting = [each for each in found if len(each.truths) == count]
    if not fitting:
        seen = ", ".join(str(len(each.truths)) for each in found) or "none"
        raise StudentFault(
            Why.WRONG,
            f"The run must print {count} lines for the {name} set, one for each point, but the groups of such lines it printed have: {seen}.",
            hint="Each line reads like this: Iter: 0 | Ground truth: 1 | Predict: 0.99997",
            expected=f"{count} lines",
            actual=seen,
            alone=bool(found),
        )
    best = max(fitting, key=lambda each: each.accuracy)
    if (fault := nonsense(name, best)) is not None:
        raise fault
    notes.measured(f"printed accuracy on the {name} set", f"{best.accuracy:.2%}")
    if best.accuracy < share:
        raise StudentFault(
            Why.WRONG,
            f"By the printed lines, {best.accuracy:.1%} of the {name} set are predicted rightly; it must be at least {share:.0%}.{beside(best)}",
            hint=where_to_look(best),
            expected=f"at least {share:.0%}",
            actual=f"{best.accuracy:.1%}",
            diagnosis=seen_in_lines(best),
            shown=True,
        )
    return best


def summary_fits(name, printed):
    """Require a line with loss and accuracy behind the points, with the accuracy that the points have."""
    if printed.summary is None:
        raise StudentFault(
            Why.WRONG,
            f"After the lines of the {name} set, a line like this must follow: loss=0.00012 accuracy=100.00%",
            expected="loss=... accuracy=...%",
            actual="no such line",
            alone=True,
        )
    percent = 100.0 * printed.accuracy
    if abs(printed.summary[1] - percent) > 1.01:
        raise StudentFault(
            Why.WRONG,
            f"The run prints an accuracy of {printed.summary[1]:g}% for the {name} set, but its lines show {percent:.4g}%.",
            expected=f"{percent:.4g}%",
            actual=f"{printed.summary[1]:g}%",
            shown=True,
        )


@pytest.mark.points(2)
@pytest.mark.task("6.5")
def check_result_figure(student, rng):
    """show_result draws every point twice: with its ground truth, and with its prediction."""
    # As many that nobody draws all ways to colour them.
    count = int(rng.integers(18, 25))
    inputs = rng.random((count, 2))
    targets = rng.permutation(np.arange(count) % 2).astype(np.float64)
    predictions = targets.copy()
    predictions[:5] = 1.0 - predictions[:5]
    student.figures()
    student.show_result(inputs, targets[:, None], predictions.astype(np.int64))
    figures = student.figures()
    drawn = times_drawn(figures, inputs)
    told = [tells_classes(figures, inputs, classes) for classes in (targets, predictions)]
    seen = Evidence("show_result", np.array([drawn, *(-1 if each is None else int(each) for each in told)]))
    if drawn < 2:
        raise StudentFault(
            Why.WRONG,
            f"`show_result` must draw each of the {len(inputs)} points twice, once for the ground truth and once for the predictions, "
            f"but some were drawn {drawn} times.",
            hint="Two panels side by side do: ground truth on the left, predictions on the right.",
            evidence=seen,
        )
    for name, tells in zip(("ground truth", "predictions"), told, strict=True):
        if tells is False:
            raise StudentFault(
                Why.WRONG,
                f"`show_result` must draw the two classes of the {name} in two colours, but no panel divides the points like that.",
                hint="One colour for each class, the first panel by `targets`, the second by `predictions`.",
                evidence=seen,
            )


@pytest.mark.points(1)
@pytest.mark.task("6.5")
def check_learning_curve(student, rng):
    """show_learning_curve draws the loss of every epoch as a line."""
    losses = np.sort(rng.uniform(0.1, 2.0, 15))[::-1].copy()
    student.figures()
    student.show_learning_curve([float(loss) for loss in losses])
    if not has_curve(student.figures(), losses):
        raise StudentFault(
            Why.WRONG,
            "`show_learning_curve` must draw one line with the loss of every epoch, but no figure has a line with these values.",
            hint="Draw the list as it is with Matplotlib: `plt.plot(losses)`.",
        )
