"""Task 5: whether the program trains a network of its own, and by back-propagation, whatever its names are."""

import pytest

from grader.assignments.vocabulary.backpropagation import NOTHING, Verdict
from grader.assignments.vocabulary.looking import look
from grader.checks import ForAPerson, StudentFault, Why


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
