"""Runs failed checks again on the known mistakes and names the one that gives what the submission gave.

Works in a fork, on trusted code alone, with the inputs that the submission had. What is tried is bounded by numbers of checks and
mistakes, never by time, so that a record does not depend on how busy a machine is.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import combinations
from typing import Any

import pytest

from grader.judge.diagnosis.likeness import (
    Faults,
    alike_throughout,
    begin_alike,
    evidence_of,
    fitting,
    tell_apart,
)
from grader.judge.diagnosis.replayed import Noted, Places, begins, digest, places_of, replies_of_key, values_at
from grader.judge.diagnosis.spreading import add_slips, general_causes, spread
from grader.judge.diagnosis.transformations import FACTOR
from grader.judge.diagnosis.tried import (
    first_fault,
    is_quick,
    slips_for,
    slips_that_begin,
    slips_that_fit,
    telling,
    tells,
)
from grader.judge.diagnosis.worded import one_of, plain_words
from grader.judge.marks import CheckSpec
from grader.judge.trusted_code import run_on_trusted
from grader.judge.verdict import CheckRun
from grader.material.assignment import Assignment
from grader.material.misconceptions import Misconception, both
from grader.outcomes import Diagnosis, Evidence, Result

MOST_CHECKS = 10
MOST_MISTAKES = 45
# So many are asked for one value each before any is run.
MANY = 8
# Of two mistakes at once, so many are tried on a check, and so many on a submission.
MOST_PAIRS = 15
MOST_PAIRS_IN_ALL = 30
# Small slips are tried on so many checks of a submission.
MOST_CHECKS_OF_SLIPS = 3
# Far beyond what the mistakes take; it ends one that never would.
CPU_SECONDS = 120.0
Named = dict[str, dict[str, Diagnosis]]
Shown = dict[str, Faults]
Show = Callable[[Misconception, pytest.Item, CheckSpec, Assignment, str], Faults]


class NotYetRun(Exception):
    """Something must be run to see what it gives."""


class Catalogue:
    """The known mistakes that may be in a submission, and what each of them gives in a check.

    Parameters
    ----------
    known : sequence of Misconception
    passed : collection of str
        The checks that the submission has passed: a mistake that fails one of them is not the one.
    kept : Kept or None
        What other judges of the same run have computed.
    checks : sequence of (Item, CheckSpec)
        All checks, with which a slip must agree.
    key : str or None
        The answer key as one text, for slips; None where there is none.
    """

    def __init__(
        self,
        known: Sequence[Misconception],
        assignment: Assignment,
        seed: str,
        passed: Collection[str] = (),
        kept: Any = None,
        checks: Sequence[tuple[pytest.Item, CheckSpec]] = (),
        key: str | None = None,
    ) -> None:
        self._passed, self._checks, self._key = frozenset(passed), checks, key
        self.left = [mistake for mistake in known if not set(passed) & set(mistake.checks)]
        self.assignment, self.seed, self._kept = assignment, seed, kept
        self._shown: dict[str, Shown] = {}
        self._noted: dict[str, Noted] = {}
        self.begin(may_run=True)

    def begin(self, *, may_run: bool) -> None:
        """Begin with the first failed check; where nothing may be run, what is not known is a `NotYetRun`."""
        self._may_run, self._pairs, self._slips = may_run, MOST_PAIRS_IN_ALL, MOST_CHECKS_OF_SLIPS
        self._found: dict[str, Misconception] = {}
        self._seen: Counter[str] = Counter()

    def look(self, failed: Iterable[CheckRun]) -> None:
        """Count in how many of the failed checks each mistake fits: of several that fit in one, it is the one that fits in most."""
        for one in failed:
            tried = [
                mistake
                for mistake in candidates(one.item, one.spec, one.faults, self.left)
                if one.spec.id in mistake.checks
            ]
            tried = list(self._possible(one, tried))
            fits = fitting(one.faults, self.shown(one, tried), _passed(one)) if tried else {}
            self._seen.update({id_ for found in fits.values() for id_ in found})

    def names(self, one: CheckRun) -> dict[str, Diagnosis | None]:
        """Return what each failed part shows: the words of a mistake, or of two; None for one without words, or where more fit."""
        tried = [
            mistake
            for mistake in candidates(one.item, one.spec, one.faults, self.left)
            # What shows in what was built on it has shown where it was made; values that fit here alone are chance.
            if one.spec.id in mistake.checks or mistake.id in self._found
        ]
        every, tried = tried, list(self._possible(one, tried))
        if not tried:
            return {}
        shown = self.shown(one, tried)
        # In plain values a mistake without words of its own may be told wrongly: others give the same.
        plain = tells(one.faults)
        words = {mistake.id: mistake.diagnosis or (plain_words(mistake) if plain else None) for mistake in tried}
        told = tell_apart(one.faults, shown, _passed(one), self._seen)
        single = {ids[0] for ids in told.values() if len(ids) == 1}
        self._found |= {mistake.id: mistake for mistake in tried if mistake.id in single}
        named = {part: one_of([words[id_] for id_ in ids]) for part, ids in told.items()}
        unnamed = set(one.faults) - set(named)
        return (self._pair(one, every, self.shown(one, every), unnamed) or named) if unnamed else named

    def slip(self, one: CheckRun) -> Diagnosis | None:
        """Return the words of the small slip of the answer key that gives what a failed check shows, where there is just one."""
        slips = slips_for(one, self.assignment, self._key) if tells(one.faults) else ()
        if not slips or self._slips == 0:
            return None
        self._slips -= 1
        begin = self._begin(one, slips)
        bases = _bases(self.assignment, one.spec)
        others = [
            replace(one, item=item, spec=spec)
            for item, spec in self._checks
            if spec.id in self._passed
            and bases & _bases(self.assignment, spec)
            and is_quick(item, spec, self.assignment)
        ]
        fit = slips_that_fit(one, begin, self._faults, others)
        told = one_of([slip.diagnosis for slip in fit])
        if told is not None:
            self._found[told.id] = fit[0]
        return told

    def _begin(self, one: CheckRun, slips: Sequence[Misconception]) -> list[Misconception]:
        """Return the slips that begin with what the submission gave."""
        evidence = next(filter(None, map(telling, one.faults.values())), None)
        if evidence is not None:
            found = self.shown(one, slips, f"at {digest(evidence.desired)}", self._value_of(evidence))
            if any(found.values()):
                return [slip for slip in slips if begins(found[slip.id], evidence)]
        return slips_that_begin(one, slips, self.shown(one, slips, "slips", first_fault))

    def _possible(self, one: CheckRun, tried: Sequence[Misconception]) -> Sequence[Misconception]:
        """Return the mistakes that give in some part what the submission gave first; all, where that cannot be told without running them."""
        if self._key is None or len(tried) < MANY or any(mistake.shows is not None for mistake in tried):
            return tried
        possible: set[str] = set()
        for evidence in map(telling, one.faults.values()):
            if evidence is None:
                return tried
            found = self.shown(one, tried, f"of {digest(evidence.desired)}", self._value_of(evidence, alone=True))
            if not any(found.values()):
                return tried
            possible |= {id_ for id_, each in found.items() if begins(each, evidence)}
        return [mistake for mistake in tried if mistake.id in possible]

    def _value_of(self, evidence: Evidence, *, alone: bool = False) -> Show:
        """Return what shows the value that a mistake has in place of a right one; ``alone`` where no other request is needed for it."""
        found: list[Places | None] = []

        def show(
            mistake: Misconception, item: pytest.Item, spec: CheckSpec, assignment: Assignment, seed: str
        ) -> Faults:
            if spec.id not in self._noted:
                self._noted[spec.id] = replies_of_key(self._key or "", item, spec, assignment, seed)
            if not found:
                found.append(places_of(evidence.desired, self._noted[spec.id]))
            (places,) = found
            return (
                {} if places is None or (alone and not places.alone) else values_at(places, mistake, spec, assignment)
            )

        return show

    def follows(self, one: CheckRun, diagnosis: Diagnosis) -> tuple[bool, bool]:
        """Return whether a check fails, too, with a mistake that was found in another one, and whether it fails as it did."""
        mistake = self._found.get(diagnosis.id)
        if mistake is None or not is_quick(one.item, one.spec, self.assignment):
            return False, False
        if mistake.shows is not None and one.spec.id not in mistake.shows:
            return False, False
        faults = self._faults(mistake, one)
        return bool(faults), bool(faults) and alike_throughout(one.faults, faults)

    def _faults(self, mistake: Misconception, one: CheckRun) -> Faults:
        return self.shown(one, [mistake], "whole")[mistake.id]

    def shown(
        self, one: CheckRun, mistakes: Sequence[Misconception], among: str = "", show: Show | None = None
    ) -> Shown:
        """Return what mistakes fail a check with, by their ids; ``among`` tells what is shown in another way apart."""
        place = f"{one.spec.id} {among}".rstrip()
        if place not in self._shown:
            self._shown[place] = self._kept.read(place) if self._kept else {}
        own = self._shown[place]
        unknown = [mistake for mistake in mistakes if mistake.id not in own]
        if not self._may_run and any(mistake.shows is None for mistake in unknown):
            raise NotYetRun
        new = {
            mistake.id: (show or faults_shown_by)(mistake, one.item, one.spec, self.assignment, self.seed)
            for mistake in unknown
        }
        if new and self._kept:
            self._kept.add(place, new)
        own |= new
        return {mistake.id: own[mistake.id] for mistake in mistakes}

    def _pair(
        self, one: CheckRun, tried: Sequence[Misconception], shown: Shown, unnamed: Collection[str]
    ) -> dict[str, Diagnosis | None]:
        """Return, where just one pair of mistakes fails the check as the submission does, both as one name for each part."""
        fit: list[Misconception] = []
        for pair in self._pairs_for(one, tried, shown, unnamed):
            if alike_throughout(one.faults, self.shown(one, [pair])[pair.id]):
                fit.append(pair)
        if len(fit) == 1:
            self._found[fit[0].id] = fit[0]
        return dict.fromkeys(one.faults, fit[0].diagnosis) if len(fit) == 1 else {}

    def _pairs_for(
        self, one: CheckRun, tried: Sequence[Misconception], shown: Shown, unnamed: Collection[str]
    ) -> Iterator[Misconception]:
        """Yield pairs of mistakes that touch different places and fail, each by itself, no other parts than the submission does.

        Those come first of which one fails just the parts that have no name yet.
        """
        worded = [
            mistake
            for mistake in tried
            if mistake.diagnosis is not None
            and mistake.pieces
            and one.spec.id in mistake.checks
            and shown[mistake.id]
            and set(shown[mistake.id]) <= set(one.faults)
        ]
        # One of the two must show by itself somewhere, where the other has not changed anything yet.
        begin = {mistake.id for mistake in worded if begin_alike(one.faults, shown[mistake.id])}
        fill = {mistake.id for mistake in worded if set(shown[mistake.id]) == set(unnamed)}
        pairs = sorted(combinations(worded, 2), key=lambda pair: not {each.id for each in pair} & fill)
        found = 0
        for first, second in pairs:
            together = set(shown[first.id]) | set(shown[second.id]) == set(one.faults)
            pair = both(first, second) if together and {first.id, second.id} & begin else None
            if pair is not None and found < MOST_PAIRS and self._pairs > 0:
                found, self._pairs = found + 1, self._pairs - 1
                yield pair


def name_causes(failed: Sequence[CheckRun], catalogue: Catalogue) -> tuple[Named, dict[str, str]]:
    """Return for each check, and each of its parts, the likely cause, where just one is known that fits.

    Parameters
    ----------
    failed : sequence of CheckRun
        In the order of the data flow; the first ``MOST_CHECKS`` that have evidence are looked at.

    Returns
    -------
    named : dict
    follows : dict of str to str
        The check whose mistake fails this one as well, for checks that have no cause of their own.
    """
    told: Named = {one.spec.id: _own_causes(one.faults) for one in failed}
    open_ones = [one for one in failed if candidates(one.item, one.spec, one.faults, catalogue.left)][:MOST_CHECKS]

    def work() -> dict[str, Any]:
        catalogue.look(open_ones)
        names = {one.spec.id: catalogue.names(one) for one in open_ones}
        add_slips(failed, names, catalogue)
        follows = spread(failed, names, catalogue)
        add_slips(failed, names, catalogue, follows)
        return {"named": {id_: _as_data(named) for id_, named in names.items()}, "follows": follows}

    found = _found(work, catalogue)
    for one in failed:
        named = found.get("named", {}).get(one.spec.id, {})
        is_known, general = any(named.values()), general_causes(one.faults)
        for part, fault in one.faults.items():
            if part in told[one.spec.id] or fault.of_forward:
                continue
            diagnosis = Diagnosis(*named[part]) if named.get(part) else None
            if diagnosis is None and part not in named:
                diagnosis = general.get(part)
            # Beside a mistake that is known, a factor between some numbers says nothing.
            if is_known and diagnosis is not None and diagnosis.id == FACTOR.id:
                diagnosis = None
            if diagnosis is not None:
                told[one.spec.id][part] = diagnosis
    return told, found.get("follows", {})


def _bases(assignment: Assignment, spec: CheckSpec) -> set[str]:
    """Return the names of classes and functions that the task of a check asks for."""
    return {name.partition(".")[0] for name in assignment.task(spec.task).names}


def candidates(
    item: pytest.Item, spec: CheckSpec, faults: Faults, known: Sequence[Misconception]
) -> list[Misconception]:
    """Return the mistakes worth trying on a failed check that has evidence."""
    return mistakes_for(item, spec, known)[:MOST_MISTAKES] if any(map(evidence_of, faults.values())) else []


def mistakes_for(item: pytest.Item, spec: CheckSpec, known: Sequence[Misconception]) -> list[Misconception]:
    """Return the mistakes that may show in a check which needs no run as a script.

    They are those that name it, and then those that name a check it builds on.
    """
    if "script" in getattr(item, "fixturenames", ()):
        return []
    own = [mistake for mistake in known if spec.id in mistake.checks]
    others = [mistake for mistake in known if set(spec.builds_on) & set(mistake.checks) and mistake not in own]
    return own + others


def faults_shown_by(
    mistake: Misconception, item: pytest.Item, spec: CheckSpec, assignment: Assignment, seed: str
) -> Faults:
    """Return the faults with which a mistake fails a check, by part: as they were recorded, or by running it."""
    if mistake.shows is not None:
        return mistake.shows.get(spec.id, {})
    from grader.trusted import executed

    loaded = executed(mistake.source, task=spec.task, asked=assignment.names)
    return run_on_trusted(item, spec, loaded, assignment, seed).faults


def _passed(one: CheckRun) -> set[str]:
    """Return the names of the parts of a check that were passed."""
    return {part.name for part in one.outcome.parts if part.result is Result.PASSED}


def _own_causes(faults: Faults) -> dict[str, Diagnosis]:
    """Return the causes that the check itself has told."""
    return {part: fault.diagnosis for part, fault in faults.items() if fault.diagnosis is not None}


def _as_data(names: Mapping[str, Diagnosis | None]) -> dict[str, list[str] | None]:
    return {
        part: None if told is None else [told.id, told.title, told.explanation, told.hint]
        for part, told in names.items()
    }


def _found(work: Callable[[], dict[str, Any]], catalogue: Catalogue) -> dict[str, Any]:
    """Carry the work out; in a process of its own where something must be run, which what is known already needs not."""
    catalogue.begin(may_run=False)
    try:
        return work()
    except NotYetRun:
        from grader.trusted.forked import Forked

    catalogue.begin(may_run=True)
    found: dict[str, Any] = Forked(work, CPU_SECONDS).result() or {}
    return found
