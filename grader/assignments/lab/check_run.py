"""Tasks 1 to 4: whether a program of unknown names runs, learns, prints and draws. Judged from what it prints and draws, with and without its training."""

from functools import partial

import numpy as np
import pytest

from grader.assignments.vocabulary.backpropagation import NOTHING
from grader.assignments.vocabulary.drawings import learning_curves, panels_of, panels_with_points
from grader.assignments.vocabulary.hand_ins import (
    FEWEST_LINES,
    falls,
    is_linear,
    is_xor,
    lines_of_numbers,
    losses_printed,
    sets_printed,
    truths_of,
)
from grader.assignments.vocabulary.looking import look
from grader.assignments.vocabulary.untrained import shown_without_training
from grader.checks import ForAPerson, StudentFault, Why

LINE = "Each line reads like this: Iter1 | Ground truth: 1.0 | prediction: 0.99943"


def expect_answered(runs):
    """Leave a program to a person that asks for something nobody could guess."""
    unanswered = next((run.unanswered for run in runs if run.unanswered), "")
    if unanswered:
        raise ForAPerson(unanswered)


def printed(runs):
    """Return the sets of lines that all runs have printed."""
    return [each for run in runs for each in sets_printed(run.output)]


@pytest.mark.points(6)
@pytest.mark.task("1")
def check_runs(runs, parts):
    """The program runs to its end, as its author started it."""
    expect_answered(runs)
    shown = any(run.output.strip() or run.figures for run in runs)
    silent = StudentFault(Why.WRONG, "The program ended without printing or drawing anything.")
    fault = next((run.fault for run in runs if run.fault), None)
    with parts("it starts and shows something", points=3):
        if not shown:
            raise fault or silent
    # An empty program comes to its end, too.
    with parts("it comes to its end", points=3):
        if fault or not shown:
            raise fault or silent


@pytest.mark.points(6)
@pytest.mark.task("2.1")
@pytest.mark.cpu_seconds(300)
@pytest.mark.builds_on("check_backpropagation")
def check_loss_falls(student, runs, settings, rng, kept, adapter):
    """The loss falls while the network is trained."""
    expect_answered(runs)
    fallen = settings["fallen"]
    found = [each for run in runs for each in losses_shown(run.output, run.figures)]
    if any(falls(losses, fallen) for losses in found):
        if look(student, runs, rng, kept, adapter) is NOTHING:
            raise ForAPerson("A loss falls, but no network was found that is trained.")
        if LOSS in without_training(student, runs, settings, rng, kept, adapter):
            raise ForAPerson(
                "A loss falls, but so it does when the training is left out: it is not that of the network."
            )
        return
    guessed = next((run.guessed for run in runs if run.guessed), "")
    if guessed:
        raise ForAPerson(f"No loss was found that falls. {guessed}")
    lines = max(lines_of_numbers(run.output) for run in runs)
    if not found and lines >= FEWEST_LINES:
        raise ForAPerson(
            f"{lines} printed lines hold numbers, but in none of them a loss was recognised, and no curve is drawn."
        )
    raise StudentFault(
        Why.WRONG,
        "No loss was found that falls: neither in printed lines like `epoch 500 loss : 0.12`, nor in a drawn curve.",
        hint="Print the loss every so many epochs, and draw all of them.",
        expected=f"a loss that ends below {fallen:.0%} of its beginning",
        actual="no such loss",
    )


def losses_shown(output, figures):
    """Return the losses that were printed, and the curves that were drawn."""
    return [*losses_printed(output), *(curve for curve in learning_curves(figures) if len(curve) >= FEWEST_LINES)]


LOSS = "loss"
SETS = {"linear": is_linear, "XOR": is_xor}


def shares(name, output, figures):
    """Return the shares of right answers to one data set, in the printed lines or else in the figures."""
    found = [each.accuracy for each in sets_printed(output) if SETS[name](each.truths)]
    return found or panels_of(figures, name)


def without_training(student, runs, settings, rng, kept, adapter):
    """Return what is shown though the training is left out: a loss that falls, right answers to a set; found out once for all checks."""
    if "untrained" not in kept:
        trained = look(student, runs, rng, kept, adapter).trained
        shown = {name: partial(any_right, name, settings["half"]) for name in SETS}
        falling = [
            each for run in runs for each in losses_shown(run.output, run.figures) if falls(each, settings["fallen"])
        ]
        shown[LOSS] = partial(any_as_before, falling)
        kept["untrained"] = shown_without_training(student, rng, trained, shown) if trained else frozenset()
    return kept["untrained"]


def any_right(name, half, output, figures):
    """Return whether one data set is answered rightly in an output, or in figures."""
    return max(shares(name, output, figures), default=0.0) >= half


def any_as_before(falling, output, figures):
    """Return whether one of the losses that fall in the true run is there in an output, or in figures, number by number."""
    now = losses_shown(output, figures)
    return any(len(one) == len(other) and np.allclose(one, other) for one in falling for other in now)


def doubt_of(student, runs, settings, rng, kept, adapter, name):
    """Return why right answers to a set may come from something else than a network; an empty text where nothing says so."""
    if look(student, runs, rng, kept, adapter) is NOTHING:
        return "no network was found that gives them."
    if name in without_training(student, runs, settings, rng, kept, adapter):
        return "so they are when the training is left out and all weights are drawn: they do not come from the network."
    return ""


def learned(runs, name, full, half, parts, notes, doubts):
    """Require a share of right answers in the lines of one data set; half of the points for less."""
    expect_answered(runs)
    found = [(share, run) for run in runs for share in shares(name, run.output, run.figures)]
    if not found:
        raise ForAPerson(
            f"No lines with ground truth and prediction of the {name} set were found in what the program printed, nor a figure that shows both."
        )
    share, run = max(found, key=lambda pair: pair[0])
    doubt = doubts(name) if share >= half else ""
    if doubt:
        raise ForAPerson(f"{share:.1%} of the {name} set are answered rightly, but {doubt}")
    if share < full and run.guessed:
        raise ForAPerson(f"{share:.1%} of the {name} set are answered rightly. {run.guessed}")
    if half <= share < full and not run.is_seeded:
        raise ForAPerson(
            f"{share:.1%} of the {name} set are answered rightly, and {full:.0%} are asked for; the program has no seed, so its author may have had more luck."
        )
    notes.measured(f"right answers on the {name} set", f"{share:.2%}")
    for part, wanted in ((f"at least {half:.0%}", half), (f"at least {full:.0%}", full)):
        with parts(part, points=3):
            if share < wanted:
                raise StudentFault(
                    Why.WRONG,
                    f"{share:.1%} of the {name} set are answered rightly; it must be at least {wanted:.0%}.",
                    hint="Train longer, or with another learning rate.",
                    expected=f"at least {wanted:.0%}",
                    actual=f"{share:.1%}",
                )


@pytest.mark.points(6)
@pytest.mark.task("2.2")
@pytest.mark.cpu_seconds(300)
@pytest.mark.builds_on("check_backpropagation")
def check_linear_set(student, runs, settings, parts, notes, rng, kept, adapter):
    """The network learns the linear set, counted from the predictions themselves."""
    doubts = partial(doubt_of, student, runs, settings, rng, kept, adapter)
    learned(runs, "linear", settings["linear"], settings["half"], parts, notes, doubts)


@pytest.mark.points(6)
@pytest.mark.task("2.3")
@pytest.mark.cpu_seconds(300)
@pytest.mark.builds_on("check_backpropagation")
def check_xor_set(student, runs, settings, parts, notes, rng, kept, adapter):
    """The network learns the XOR set, counted from the predictions themselves."""
    doubts = partial(doubt_of, student, runs, settings, rng, kept, adapter)
    learned(runs, "XOR", settings["xor"], settings["half"], parts, notes, doubts)


@pytest.mark.points(6)
@pytest.mark.task("3")
def check_printed_lines(runs, parts):
    """The run prints ground truth and prediction of every point, the loss and the accuracy."""
    expect_answered(runs)
    recognised = any(len(each.truths) >= FEWEST_LINES for each in printed(runs))
    lines = max(lines_of_numbers(run.output) for run in runs)
    if not recognised and lines >= FEWEST_LINES:
        raise ForAPerson(
            f"{lines} printed lines hold numbers, but in none of them ground truth and prediction were recognised."
        )
    with parts("ground truth and prediction of every point", points=4):
        if not recognised:
            raise StudentFault(
                Why.WRONG,
                "No lines with ground truth and prediction were found in what the program printed.",
                hint=LINE,
                expected="a line for every point",
                actual="no such lines",
            )
    with parts("loss and accuracy", points=2):
        told = [truths_of(run.output) for run in runs]
        if not any(loss and accuracy for loss, accuracy in told):
            raise StudentFault(
                Why.WRONG,
                "The run must print the loss and the accuracy.",
                hint="Print a line like this at the end: loss=0.00012 accuracy=100.00%",
                expected="loss and accuracy",
                actual="not both of them",
            )


@pytest.mark.points(8)
@pytest.mark.task("4")
@pytest.mark.builds_on("check_backpropagation")
def check_figures(runs, parts):
    """The run draws ground truth beside prediction, and the learning curve."""
    expect_answered(runs)
    figures = [figure for run in runs for figure in run.figures]
    recognised = any(panels_of(figures, name) for name in ("linear", "XOR"))
    if not recognised and panels_with_points(figures) > 1:
        raise ForAPerson(
            "Points are drawn, but in no figure ground truth and predictions of a data set were recognised beside each other."
        )
    with parts("ground truth beside prediction", points=5):
        if not recognised:
            raise StudentFault(
                Why.WRONG,
                "No figure shows the points of a data set with their ground truth in two colours, and again with the predictions beside it.",
                hint="Two panels side by side do: ground truth on the left, predictions on the right.",
            )
    with parts("a learning curve", points=3):
        if not any(len(curve) >= 10 and falls(curve, 0.95) and np.ptp(curve) > 0 for curve in learning_curves(figures)):
            raise StudentFault(
                Why.WRONG,
                "No figure has a line with the loss of many epochs that falls.",
                hint="Draw the list of losses as it is: `plt.plot(losses)`.",
            )
