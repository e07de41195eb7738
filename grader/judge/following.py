"""Which failures are consequences of others, so that a student fixes the cause first."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from types import MappingProxyType

from grader.outcomes import Result, Why
from grader.record.score import CheckOutcome

# What stands between the ids of two mistakes at once, and of two that cannot be told apart.
_BETWEEN = re.compile(r"[+|]")


def find_roots(
    outcomes: Sequence[CheckOutcome],
    builds_on: Mapping[str, Sequence[str]],
    known: Collection[str],
    alone: Collection[str] = (),
    weak: Collection[str] = (),
    fails: Mapping[str, Collection[str]] = MappingProxyType({}),
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
        The failed checks that follow from nothing, because what is wrong lies in what they judge themselves.
    weak : collection of str
        The failed checks whose values are too plain to tell a mistake, where something that they build on failed, too.
    fails : mapping
        The checks that a mistake fails, by its id: where one of these failed and shows no other, the mistake is there.
    """
    # A check that was not run leads to the failed check that it requires.
    roots = {
        one.id: one.mend_first for one in outcomes if one.result is Result.NOT_CHECKED and one.mend_first is not None
    }
    unchecked = set(roots)
    first: dict[str, str] = {}
    failed = [outcome for outcome in outcomes if outcome.result is Result.FAILED]
    ids = {outcome.id for outcome in failed} | unchecked
    nameless = {outcome.id: _mistake(outcome, known) is None for outcome in failed}
    for outcome in failed:
        if outcome.id in alone:
            continue
        cause = next((name for name in builds_on.get(outcome.id, ()) if name in ids), None)
        mistake = _mistake(outcome, known)
        if mistake is not None and cause is not None and nameless.get(cause, False):
            # What shows here has been made there.
            mistake = None if outcome.id in weak or cause in fails.get(mistake, ()) else mistake
        if mistake is not None:
            earlier = first.setdefault(mistake, roots.get(outcome.id, outcome.id))
            if earlier != outcome.id:
                roots[outcome.id] = earlier
        elif outcome.why is not Why.MISSING and cause is not None:
            root = roots.get(cause, cause)
            roots[outcome.id] = roots.get(root, root)
    return {id_: root for id_, root in roots.items() if id_ not in unchecked}


def _mistake(outcome: CheckOutcome, known: Collection[str]) -> str | None:
    """Return the id of the mistake, or of two, that a check shows; None where that is not known."""
    shown = "" if outcome.diagnosis is None else outcome.diagnosis.id
    return shown if all(each in known for each in _BETWEEN.split(shown)) else None
