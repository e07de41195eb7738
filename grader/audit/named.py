"""Measures whether the diagnosis is right: known mistakes get their own names, drawn ones only names that fit.

Stands outside the flow; works in forks, on trusted code.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from grader.audit.drawn import Drawn
from grader.audit.setup import AuditSetup, Check, uses_run
from grader.audit.work import Work
from grader.judge.diagnosis.likeness import OR, TOLD, Faults, alike, evidence_of, fitting, tell_apart
from grader.judge.diagnosis.naming import candidates, mistakes_for
from grader.judge.diagnosis.spreading import general_causes
from grader.judge.trusted_code import run_on_trusted
from grader.judge.verdict import CheckRun
from grader.material.misconceptions import Misconception
from grader.outcomes import Result
from grader.trusted import pin_entropy

OTHER_SEEDS = 3
# With fewer mistakes than this, each fork computes what it needs.
FEW = 20
Shown = Mapping[str, Faults]


class Gallery:
    """The values that every known mistake gives in every check, computed once per seed and inherited by forks."""

    def __init__(self, setup: AuditSetup, known: Sequence[Misconception], seed: str) -> None:
        self.setup, self.known, self.seed = setup, known, seed
        self._shown: dict[str, dict[str, Faults]] = {}

    def faults(self, check: Check, source: str, seed: str | None = None) -> Faults:
        """Return an answer's faults in a check, by part."""
        return self.run(check, source, seed).faults

    def run(self, check: Check, source: str, seed: str | None = None) -> CheckRun:
        """Run a check on an answer and return the result."""
        loaded = self.setup.load(source, check[1].task)
        return run_on_trusted(*check, loaded, self.setup.assignment, seed or self.seed)

    def shown(self, check: Check, faults: Faults, passed: Collection[str] = ()) -> Shown:
        """Return what each mistake worth trying gives in a check."""
        own = self._shown.setdefault(check[1].id, {})
        left = [mistake for mistake in self.known if not set(passed) & set(mistake.checks)]
        tried = candidates(*check, faults, left)
        for mistake in tried:
            if mistake.id not in own:
                own[mistake.id] = self.faults(check, mistake.source)
        return {mistake.id: own[mistake.id] for mistake in tried}

    def passed_by(self, source: str, checks: Sequence[Check]) -> set[str]:
        """Return the checks that an answer passes, among those that could rule out mistakes worth trying on ``checks``."""
        by_id = {spec.id: (item, spec) for item, spec in self.setup.checks}
        wanted = {name for check in checks for mistake in mistakes_for(*check, self.known) for name in mistake.checks}
        others = [by_id[name] for name in wanted if name in by_id and not uses_run(by_id[name])]
        return {check[1].id for check in others if not self.faults(check, source)}

    def fill(self) -> None:
        """Compute the results of the checks named by the mistakes."""
        for check in self.setup.checks:
            if not uses_run(check):
                mine = [mistake for mistake in self.known if check[1].id in mistake.checks]
                for mistake in mine[:1]:
                    self.shown(check, self.faults(check, mistake.source))

    def seen(self, runs: Iterable[tuple[Check, CheckRun]], passed: Collection[str]) -> Counter[str]:
        """Return how many of these checks each mistake fits."""
        counts: Counter[str] = Counter()
        for check, run in runs:
            parts = {part.name for part in run.outcome.parts if part.result is Result.PASSED}
            fits = fitting(run.faults, self.shown(check, run.faults, passed), parts)
            own = {mistake.id for mistake in self.known if check[1].id in mistake.checks}
            counts.update({id_ for found in fits.values() for id_ in found} & own)
        return counts

    def names(
        self, check: Check, run: CheckRun, passed: Collection[str], seen: Mapping[str, int] | None = None
    ) -> dict[str, str]:
        """Return what a student would be told about each part: the id of a mistake that has a text, or of a transformation."""
        words = {mistake.id for mistake in self.known if mistake.diagnosis is not None}
        faults, parts = run.faults, {part.name for part in run.outcome.parts if part.result is Result.PASSED}
        shown = self.shown(check, faults, passed)
        told = tell_apart(faults, shown, parts, seen) if any(map(evidence_of, faults.values())) else {}
        named: dict[str, str] = {}
        general = general_causes(faults)
        for part, fault in faults.items():
            fits = told.get(part)
            if fault.diagnosis is not None:
                named[part] = fault.diagnosis.id
            elif fault.of_forward:
                continue
            elif fits and len(fits) <= TOLD and words.issuperset(fits):
                named[part] = OR.join(fits)
            elif fits is None and part in general:
                named[part] = general[part].id
        return named


def try_diagnosis(
    work: Work, gallery: Gallery, mistakes: Sequence[Misconception], drawn: Sequence[tuple[Drawn, dict[str, Any]]]
) -> dict[str, Any]:
    """Return how known mistakes are named, and whether names given to drawn mutants hold on other inputs.

    Parameters
    ----------
    mistakes : sequence of Misconception
        The mistakes to be named, each with a text.
    drawn : sequence of (Drawn, row)
        Mutants, each with its row from ``drawn_mutants``.
    """
    if len(mistakes) > FEW:
        gallery.fill()
    known = _names_of_known(work, gallery, mistakes)
    return {"seed": gallery.seed, "catalogue": len(mistakes)} | known | _names_of_drawn(work, gallery, drawn)


def _names_of_known(work: Work, gallery: Gallery, mistakes: Sequence[Misconception]) -> dict[str, Any]:
    words = {mistake.id for mistake in gallery.known if mistake.diagnosis is not None}
    by_id = {check[1].id: check for check in work.setup.checks}
    rightly: list[str] = []
    wrongly: list[str] = []
    open_ones: list[str] = []
    one = lambda mistake: names_in(mistake.source, [by_id[name] for name in mistake.checks], gallery)  # noqa: E731
    for mistake, named in work.forks(mistakes, one, "names of known mistakes"):
        told = {id_ for parts in (named or {}).values() for name in parts.values() for id_ in own_of(name, mistake.id)}
        others = told & words - {mistake.id}
        wrongly += [f"{mistake.id}: {other}" for other in sorted(others)]
        (rightly if mistake.id in told and not others else open_ones).append(mistake.id)
    return {"rightly": len(rightly), "not_named": sorted(open_ones), "wrongly": wrongly}


def own_of(name: str, own: str) -> list[str]:
    """Return the ids in a name: of two that cannot be told apart the own one, where it is among them."""
    ids = name.split(OR)
    return [own] if own in ids else ids


def _names_of_drawn(work: Work, gallery: Gallery, drawn: Sequence[tuple[Drawn, dict[str, Any]]]) -> dict[str, Any]:
    by_id = {check[1].id: check for check in work.setup.checks if not uses_run(check)}
    rejected = [
        (mutant, [by_id[name] for name in row["rejected_by"] if name in by_id])
        for mutant, row in drawn
        if row["rejected_by"] and row["rejected_by"] != ["(time limit)"]
    ]
    one = lambda pair: [names_in(pair[0].source, pair[1], gallery), wrong_names(pair[0].source, pair[1], gallery)]  # noqa: E731
    given, unfinished, wrong = 0, 0, []
    for (mutant, _), answer in work.forks(rejected, one, "names of drawn mutants"):
        named, mistaken = answer or ({}, [])
        given, unfinished = given + any(named.values()), unfinished + (answer is None)
        wrong += [f"{mutant.place} {mutant.digest}: {each}" for each in mistaken]
    return {"drawn": len(rejected), "drawn_named": given, "drawn_wrongly": wrong, "drawn_unfinished": unfinished}


def names_in(source: str, checks: Sequence[Check], gallery: Gallery) -> dict[str, dict[str, str]]:
    """Return what a student with this answer would be told, by check and part; runs in a fork."""
    pin_entropy()
    seen = [check for check in checks if not uses_run(check)]
    passed = gallery.passed_by(source, seen)
    runs = [(check, gallery.run(check, source)) for check in seen]
    counts = gallery.seen(runs, passed)
    return {check[1].id: gallery.names(check, run, passed, counts) for check, run in runs}


def wrong_names(source: str, checks: Sequence[Check], gallery: Gallery) -> list[str]:
    """Return the names given to an answer that do not hold on other inputs; runs in a fork.

    A name is right if the answer and the named mistake or transformation give the same values in the same part on all
    other inputs too.
    """
    pin_entropy()
    sources = {mistake.id: mistake.source for mistake in gallery.known}
    wrong, passed = [], gallery.passed_by(source, checks)
    runs = [(check, gallery.run(check, source)) for check in checks]
    counts = gallery.seen(runs, passed)
    for check, run in runs:
        for part, id_ in gallery.names(check, run, passed, counts).items():
            for number in range(OTHER_SEEDS):
                seed = f"{gallery.seed} again {number}"
                faults = gallery.faults(check, source, seed)
                fault = faults.get(part)
                if fault is None:
                    wrong.append(f"{check[1].id} {part} {id_}")
                    break
                if sources.keys() >= set(id_.split(OR)):
                    others = [gallery.faults(check, sources[each], seed).get(part) for each in id_.split(OR)]
                    borne_out = any(other is not None and alike(fault, other) for other in others)
                else:
                    general = fault.diagnosis or general_causes(faults).get(part)
                    borne_out = general is not None and general.id == id_
                if not borne_out:
                    wrong.append(f"{check[1].id} {part} {id_}")
                    break
    return wrong
