"""Which failures are consequences of others, so that a student fixes the cause first."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from grader.outcomes import Result, Why
from grader.record.score import CheckOutcome


def find_roots(
    outcomes: Sequence[CheckOutcome],
    builds_on: Mapping[str, Sequence[str]],
    known: Collection[str],
    alone: Collection[str] = (),
) -> dict[str, str]:
    """Return, for each failed check that is a consequence of another, the check to fix first.

    Parameters
    ----------
    outcomes : sequence of CheckOutcome
        In the order of the assignment.
    builds_on : mapping
        The checks that a check builds on, by its id.
    known : collection of str
        The ids of the mistakes that have a name; a description of the values is not a mistake.
    alone : collection of str
        The failed checks that are not consequences, because the fault is in the very thing that they judge.
    """
    # A check that was not run leads to the failed check that it requires.
    roots = {
        one.id: one.mend_first for one in outcomes if one.result is Result.NOT_CHECKED and one.mend_first is not None
    }
    unchecked = set(roots)
    first: dict[str, str] = {}
    failed = [outcome for outcome in outcomes if outcome.result is Result.FAILED]
    ids = {outcome.id for outcome in failed} | unchecked
    for outcome in failed:
        if outcome.id in alone:
            continue
        mistake = _mistake(outcome, known)
        if mistake is not None:
            earlier = first.setdefault(mistake, roots.get(outcome.id, outcome.id))
            if earlier != outcome.id:
                roots[outcome.id] = earlier
        elif outcome.why is not Why.MISSING:
            cause = next((name for name in builds_on.get(outcome.id, ()) if name in ids), None)
            if cause is not None:
                root = roots.get(cause, cause)
                roots[outcome.id] = roots.get(root, root)
    return {id_: root for id_, root in roots.items() if id_ not in unchecked}


def _mistake(outcome: CheckOutcome, known: Collection[str]) -> str | None:
    """Return the id of the mistake, or of the pair of mistakes, that a check shows; None if it is not known."""
    shown = "" if outcome.diagnosis is None else outcome.diagnosis.id
    return shown if all(each in known for each in shown.split("+")) else None
