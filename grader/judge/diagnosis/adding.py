"""Adds to the outcomes of one submission what their likely causes are, and which failures follow from others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import pytest

from grader.judge.diagnosis.likeness import OR
from grader.judge.diagnosis.naming import Catalogue, Named, name_causes
from grader.judge.diagnosis.slipped import SLIP
from grader.judge.diagnosis.transformations import BY_ID, FEW_DIGITS
from grader.judge.diagnosis.tried import tells
from grader.judge.following import find_roots
from grader.judge.marks import CheckSpec
from grader.judge.setup import Setup
from grader.judge.uses import checks_of, used_in_run
from grader.judge.verdict import CheckRun
from grader.outcomes import Diagnosis, Result
from grader.record.score import CheckOutcome


def add_causes(
    outcomes: Mapping[str, CheckOutcome], failed: Sequence[CheckRun], setup: Setup, reading: Mapping[str, Any]
) -> dict[str, CheckOutcome]:
    """Return the outcomes with causes where they can be told, and with what to mend first where one failure follows from another.

    Parameters
    ----------
    reading : mapping
        What the child has found in the submission's text.
    """
    if not failed:
        return dict(outcomes)
    passed = {id_ for id_, outcome in outcomes.items() if outcome.result is Result.PASSED}
    catalogue = Catalogue(setup.known, setup.assignment, setup.seed, passed, setup.kept, setup.checks, setup.key)
    named, follows = name_causes(failed, catalogue)
    with_causes = {id_: _with_causes(outcome, named) for id_, outcome in outcomes.items()}
    builds_on = {spec.id: _made_of(item, spec, setup, reading) for item, spec in setup.checks}
    builds_on |= {id_: (root, *builds_on.get(id_, ())) for id_, root in follows.items()}
    alone = {one.spec.id for one in failed if any(fault.alone for fault in one.faults.values())}
    weak = {one.spec.id for one in failed if not tells(one.faults)}
    # Few digits come from one place, wherever they show.
    ids = {id_ for parts in named.values() for told in parts.values() for id_ in told.id.split(OR)}
    slips = {id_ for id_ in ids if id_.startswith(SLIP)}
    known = {mistake.id for mistake in setup.known} | {FEW_DIGITS.id} | slips
    fails = {mistake.id: mistake.checks for mistake in setup.known}
    roots = find_roots(list(with_causes.values()), builds_on, known, alone, weak, fails)
    return {
        id_: _following(each, roots[id_], with_causes) if id_ in roots else each for id_, each in with_causes.items()
    }


def _made_of(item: pytest.Item, spec: CheckSpec, setup: Setup, reading: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the checks of what a check is made of: by its marks, and for one of the run those of all names that the run uses."""
    if "script" not in getattr(item, "fixturenames", ()):
        return spec.builds_on
    used = used_in_run(reading, setup.assignment.names)
    return (*spec.builds_on, *checks_of(used, setup.assignment, setup.checks, but=spec.task))


def _following(outcome: CheckOutcome, root: str, outcomes: Mapping[str, CheckOutcome]) -> CheckOutcome:
    """Return the outcome of a check that follows from another: it says the cause of that one, or none.

    If one part shows that cause, the mistakes of other parts are their own, and keep their names.
    """
    leads = outcomes.get(root)
    causes = (
        set()
        if leads is None
        else {each.id for each in (leads.diagnosis, *(part.diagnosis for part in leads.parts)) if each}
    )

    own = [each for each in (outcome.diagnosis, *(part.diagnosis for part in outcome.parts)) if each is not None]
    shown = any(each.id in causes and each.id not in BY_ID for each in own)

    def told(diagnosis: Diagnosis | None) -> Diagnosis | None:
        return diagnosis if diagnosis is not None and shown and diagnosis.id not in BY_ID else None

    parts = tuple(replace(part, diagnosis=told(part.diagnosis)) for part in outcome.parts)
    return replace(outcome, mend_first=root, diagnosis=told(outcome.diagnosis), parts=parts)


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
