"""Task 5: whether the program trains a network of its own, and by back-propagation, whatever its names are."""

import pytest

from grader.assignments.vocabulary.backpropagation import (
    NOTHING,
    Finding,
    Verdict,
    ask_adapter,
    look_for_backpropagation,
)
from grader.checks import ForAPerson, StudentFault, Why


def look(student, runs, rng, kept, adapter):
    """Return what can be said of the training; found out once for all checks of a submission."""
    unanswered = next((run.unanswered for run in runs if run.unanswered), "")
    if unanswered:
        raise ForAPerson(unanswered)
    if "training" not in kept:
        how = [{"args": list(run.args), "stdin": run.typed} for run in runs]
        try:
            kept["training"] = found(student, rng, how, adapter)
        except StudentFault as fault:
            # The program has run before: that it does not come to its end once more is no fault of its training.
            kept["training"] = Finding(Verdict.UNSURE, f"The training could not be looked at. {fault.message}")
    return kept["training"]


def found(student, rng, how, adapter):
    """Return what the program's own training shows, or what an adapter does."""
    finding = look_for_backpropagation(student, rng, how)
    if finding.verdict is Verdict.UNSURE or adapter:
        return ask_adapter(student, rng, how[0], adapter) or finding
    return finding


def told(finding, notes):
    """Leave what was found for the page."""
    if finding.parameters:
        notes.measured("parameters", ", ".join(finding.parameters)[:600])
        notes.measured("training loop", finding.place)
    if finding.loss:
        notes.measured("goes down", finding.loss)


@pytest.mark.points(6)
@pytest.mark.task("5.1")
@pytest.mark.visibility("hidden")
@pytest.mark.cpu_seconds(300)
def check_network(student, runs, rng, kept, adapter, notes):
    """The answers are computed from weights that the program itself changes."""
    finding = look(student, runs, rng, kept, adapter)
    told(finding, notes)
    if finding is NOTHING:
        raise ForAPerson(
            f"{NOTHING.sentence} It may be written in a way that is not recognised, or there is no network."
        )
    if not finding.parameters:
        raise ForAPerson(finding.sentence)


@pytest.mark.points(16)
@pytest.mark.task("5.2")
@pytest.mark.visibility("hidden")
@pytest.mark.cpu_seconds(300)
def check_backpropagation(student, runs, rng, kept, adapter, notes):
    """One step of the training goes against the gradient of its own loss, for every parameter."""
    finding = look(student, runs, rng, kept, adapter)
    told(finding, notes)
    if finding.verdict is Verdict.RIGHT:
        notes.measured("largest difference from the central differences", f"{finding.agreement:.1e}")
        return
    if finding.verdict is Verdict.WRONG:
        raise StudentFault(Why.WRONG, finding.sentence, hint=finding.hint)
    raise ForAPerson(finding.sentence)
