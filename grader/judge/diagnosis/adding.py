"""Adds to the outcomes of one submission what their likely causes are, and which failures follow from others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from grader.judge.diagnosis.naming import Named, name_causes
from grader.judge.diagnosis.transformations import BY_ID
from grader.judge.following import find_roots
from grader.judge.setup import Setup
from grader.judge.verdict import CheckRun
from grader.outcomes import Diagnosis, Result
from grader.record.score import CheckOutcome


def add_causes(
    outcomes: Mapping[str, CheckOutcome], failed: Sequence[CheckRun], setup: Setup
) -> dict[str, CheckOutcome]:
    """Return the outcomes with causes where they can be told, and with what to mend first where one failure follows from another."""
    if not failed:
        return dict(outcomes)
    passed = {id_ for id_, outcome in outcomes.items() if outcome.result is Result.PASSED}
    named = name_causes(failed, setup.known, setup.assignment, setup.seed, passed)
    with_causes = {id_: _with_causes(outcome, named) for id_, outcome in outcomes.items()}
    builds_on = {spec.id: spec.builds_on for _, spec in setup.checks}
    roots = find_roots(list(with_causes.values()), builds_on, {mistake.id for mistake in setup.known})
    return {id_: _following(each, roots[id_]) if id_ in roots else each for id_, each in with_causes.items()}


def _following(outcome: CheckOutcome, root: str) -> CheckOutcome:
    """Return the outcome of a check that follows from another: how its values look says nothing new."""
    parts = tuple(replace(part, diagnosis=_telling(part.diagnosis)) for part in outcome.parts)
    return replace(outcome, mend_first=root, diagnosis=_telling(outcome.diagnosis), parts=parts)


def _telling(diagnosis: Diagnosis | None) -> Diagnosis | None:
    return None if diagnosis is not None and diagnosis.id in BY_ID else diagnosis


def _with_causes(outcome: CheckOutcome, named: Named) -> CheckOutcome:
    told = named.get(outcome.id)
    if not told:
        return outcome
    first = next((part.name for part in outcome.parts if part.message is not None), "")
    return replace(
        outcome,
        diagnosis=told.get(first),
        parts=tuple(replace(part, diagnosis=told.get(part.name)) for part in outcome.parts),
    )
