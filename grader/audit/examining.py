"""The audit of one assignment, part by part: proves its checks and collects what a page and a table show. Stands outside the flow.

Everything is plain data, so that it can be kept as JSON. Inputs are drawn from the seed that the result names.
"""

from __future__ import annotations

import re
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from grader.audit.bench import AuditBench, Check, uses_run
from grader.audit.cases import Case
from grader.audit.chance import Setting, rule_fails, single_trials, upper_bound
from grader.audit.drawn import Drawn
from grader.audit.equivalents import Equivalents
from grader.audit.identical import identical_on
from grader.audit.named import Gallery, names_in, wrong_names
from grader.audit.pool import in_forks
from grader.audit.trying import broken, lost, rejecting, tried
from grader.audit.worth import always_together, lost_elsewhere, never_lost
from grader.diagnosis import Misconception

MUTANT_CPU_SECONDS = 120.0
PROOF_CPU_SECONDS = 900.0
SEEDS = 300
# Below this many mistakes each fork computes what it needs by itself.
FEW = 20
Progress = Callable[[Iterable[Any], int, str], Iterator[Any]]


@dataclass
class Examining:
    """An audit at work.

    Attributes
    ----------
    bench : AuditBench
    seed : str
        From which the inputs are drawn.
    jobs : int
        How many answers are tried at a time.
    full : bool
        Whether every mutant meets every check that it affects, in place of those up to the first that rejects it.
    progress : callable
        Given items, their number and a word for the work, yields the items.
    """

    bench: AuditBench
    seed: str
    jobs: int
    full: bool
    progress: Progress

    def reference_and_template(self, template: str | None) -> dict[str, Any]:
        """Return what the answer key and the template earn."""
        sources = {"reference": self.bench.key} | ({"template": template} if template else {})
        found = dict(self._forks(sources.items(), lambda item: self._all(item[1]), "reference and template"))
        return {
            name: {"earned": sum(each["earned"] for each in checks.values()), "rejected_by": rejecting(checks)}
            for (name, _), checks in ((item, checks or {}) for item, checks in found.items())
        }

    def named_mutants(self, cases: Sequence[Case]) -> list[dict[str, Any]]:
        """Try the assignment's own mutants on all checks that they affect."""
        rows = []
        for case, found in self._forks(cases, self._named, "named mutants"):
            rows.append(
                {
                    "id": case.id,
                    "title": case.title,
                    "named": list(case.rejected_by),
                    "rejected_by": rejecting(found),
                    "missed": sorted(set(case.rejected_by) - set(rejecting(found))),
                    "lost": lost(found),
                    "parts": _failed_parts(found),
                    "broken": broken(found),
                }
            )
        return sorted(rows, key=lambda row: str(row["id"]))

    def drawn_mutants(self, mutants: Sequence[Drawn], equivalents: Equivalents) -> list[dict[str, Any]]:
        """Try drawn mutants; those that nothing rejects and that are not marked are compared with the answer key on drawn inputs."""
        rows, survivors = [], []
        for mutant, found in self._forks(mutants, lambda mutant: self._drawn(mutant, self.full), "drawn mutants"):
            row = {
                "operator": mutant.operator,
                "place": mutant.place,
                "digest": mutant.digest,
                "diff": mutant.diff,
                "rejected_by": rejecting(found),
                "lost": lost(found),
                "parts": _failed_parts(found),
                "reason": equivalents.marked.get(mutant.digest),
                "identical_on": None,
                "broken": broken(found),
            }
            rows.append(row)
            if not row["rejected_by"]:
                survivors.append((mutant, row))
        prove = lambda pair: identical_on(pair[0].source, self.bench.affected(pair[0].place), self.bench)  # noqa: E731
        for (_, row), inputs in self._forks(survivors, prove, "survivors", PROOF_CPU_SECONDS):
            row["identical_on"] = inputs
        return sorted(rows, key=lambda row: (str(row["place"]), str(row["digest"])))

    def variants(self, cases: Sequence[Case], total: float, bonus: float) -> list[dict[str, Any]]:
        """Try unusual right answers on all checks."""
        rows = []
        for case, found in self._forks(cases, lambda case: self._all(case.source), "variants"):
            earned = {False: 0.0, True: 0.0}
            for _, spec in self.bench.checks:
                earned[self.bench.assignment.task(spec.task).bonus] += (found or {}).get(spec.id, {"earned": 0.0})[
                    "earned"
                ]
            wanted = (total if case.points is None else case.points, bonus if case.bonus is None else case.bonus)
            rows.append(
                {
                    "id": case.id,
                    "title": case.title,
                    "earned": [earned[False], earned[True]],
                    "wanted": list(wanted),
                    "right": abs(earned[False] - wanted[0]) < 1e-9 and abs(earned[True] - wanted[1]) < 1e-9,
                    "rejected_by": rejecting(found),
                }
            )
        return sorted(rows, key=lambda row: str(row["id"]))

    def chance(self, variants: Sequence[Case], seeds: int = SEEDS) -> dict[str, Any]:
        """Run single trials of the rules over many seeds, on the answer key and on the variants, and every check over as many."""
        settings = single_trials(self.bench.assignment.settings)
        ways = [(setting, "", self.bench.key, number) for setting in settings for number in range(seeds)]
        sources = [(case.id, case.source) for case in variants]
        ways += [
            (setting, *sources[number % len(sources)], number)
            for setting in settings
            if sources
            for number in range(seeds)
        ]
        failed: defaultdict[str, list[int]] = defaultdict(lambda: [0, 0])
        worst: defaultdict[str, dict[str, str]] = defaultdict(dict)
        for (setting, who, _, _), found in self._forks(ways, self._trial, "single trials"):
            key = f"{setting.table} {settings.index(setting)} {'variants' if who else 'reference'}"
            for name, missed, measured in found or [["(time limit)", True, []]]:
                failed[f"{key} {name}"][0] += missed
                failed[f"{key} {name}"][1] += 1
                for label, value in measured:
                    _keep_worst(worst[f"{key} {name}"], label, value)
        rows = _chance_rows(settings, failed, worst)
        return {"seeds": seeds, "trials": rows, "rules": _rules(rows), "all": self._every_check(seeds)}

    def worth(
        self, named: Sequence[dict[str, Any]], drawn: Sequence[dict[str, Any]], parts: dict[str, list[str]]
    ) -> dict[str, Any]:
        """Return what the mutants say of the worth of each check."""
        failed: defaultdict[str, set[str]] = defaultdict(set)
        for row in (*named, *drawn):
            for check, names in row["parts"].items():
                failed[check] |= set(names or [""])
        below = {spec.id: (*spec.requires, *spec.builds_on) for _, spec in self.bench.checks}
        rejections = {row["id"]: row["rejected_by"] for row in named}
        return {
            "never_lost": never_lost(parts, failed),
            "together": [list(group) for group in always_together(rejections)],
            "elsewhere": lost_elsewhere(rejections, {row["id"]: row["named"] for row in named}, below),
        }

    def diagnosis(
        self, gallery: Gallery, mistakes: Sequence[Misconception], drawn: Sequence[tuple[Drawn, dict[str, Any]]]
    ) -> dict[str, Any]:
        """Return how known mistakes are named, and whether the names given to drawn mutants are borne out by other inputs.

        Parameters
        ----------
        mistakes : sequence of Misconception
            Those that are to be named, each with words.
        """
        words = {mistake.id for mistake in gallery.known if mistake.diagnosis is not None}
        by_id = {spec.id: (item, spec) for item, spec in self.bench.checks}
        if len(mistakes) > FEW:
            gallery.fill()
        rightly: list[str] = []
        wrongly: list[str] = []
        open_ones: list[str] = []
        work = lambda mistake: names_in(mistake.source, [by_id[name] for name in mistake.checks], gallery)  # noqa: E731
        for mistake, named in self._forks(mistakes, work, "names of known mistakes"):
            told = {name for parts in (named or {}).values() for name in parts.values()}
            others = told & words - {mistake.id}
            wrongly += [f"{mistake.id}: {other}" for other in sorted(others)]
            (rightly if mistake.id in told and not others else open_ones).append(mistake.id)
        rejected = [
            (mutant, row) for mutant, row in drawn if row["rejected_by"] and row["rejected_by"] != ["(time limit)"]
        ]
        judge = lambda pair: [  # noqa: E731
            names_in(pair[0].source, _of(pair[1]["rejected_by"], by_id), gallery),
            wrong_names(pair[0].source, _of(pair[1]["rejected_by"], by_id), gallery),
        ]
        given, wrong = 0, []
        for (mutant, _), answer in self._forks(rejected, judge, "names of drawn mutants"):
            named, mistaken = answer or ({}, [])
            given += any(named.values())
            wrong += [f"{mutant.place} {mutant.digest}: {each}" for each in mistaken]
        return {
            "seed": gallery.seed,
            "catalogue": len(mistakes),
            "rightly": len(rightly),
            "not_named": sorted(open_ones),
            "wrongly": wrongly,
            "drawn": len(rejected),
            "drawn_named": given,
            "drawn_wrongly": wrong,
        }

    def _forks(
        self, cases: Iterable[Any], work: Callable[[Any], Any], doing: str, cpu_seconds: float = MUTANT_CPU_SECONDS
    ) -> Iterator[tuple[Any, Any]]:
        items = list(cases)
        yield from self.progress(in_forks(items, work, jobs=self.jobs, cpu_seconds=cpu_seconds), len(items), doing)

    def _all(self, source: str) -> dict[str, Any]:
        return tried(source, self.bench.checks, self.bench, self.seed, stop=False)

    def _named(self, case: Case) -> dict[str, Any]:
        checks = self._touched_by(case.source)
        runs = any(uses_run(check) and check[1].id in case.rejected_by for check in checks)
        return tried(case.source, checks, self.bench, self.seed, stop=False, runs=runs)

    def _drawn(self, mutant: Drawn, full: bool) -> dict[str, Any]:
        return tried(mutant.source, self.bench.affected(mutant.place), self.bench, self.seed, stop=not full)

    def _touched_by(self, source: str) -> list[Check]:
        places = changed_places(self.bench.key, source)
        hit = {check[1].id for place in places for check in self.bench.affected(place)}
        return [check for check in self.bench.checks if check[1].id in hit or not places]

    def _trial(self, way: tuple[Setting, str, str, int]) -> list[list[Any]]:
        setting, _, source, number = way
        alone = self.bench.with_settings(setting.settings)
        checks = [check for check in self.bench.checks if _uses(check, setting) and not uses_run(check)]
        found = tried(source, checks, alone, f"{self.seed} trial {number}", stop=False)
        return [[name, each["why"] is not None, each["measured"]] for name, each in found.items()]

    def _every_check(self, seeds: int) -> dict[str, Any]:
        """Run every check that has no rule for single trials on the answer key with many seeds: none may ever fail it."""
        rules = single_trials(self.bench.assignment.settings)
        quick = [
            check
            for check in self.bench.checks
            if not uses_run(check) and not any(_uses(check, each) for each in rules)
        ]
        missed: defaultdict[str, int] = defaultdict(int)
        work = lambda number: rejecting(tried(self.bench.key, quick, self.bench, f"{self.seed} {number}", stop=False))  # noqa: E731
        for _, names in self._forks(range(seeds), work, "all checks, many seeds"):
            for name in ["(time limit)"] if names is None else names:
                missed[name] += 1
        return {
            "checks": len(quick),
            "missed": dict(missed),
            "bound": upper_bound(max(missed.values(), default=0), seeds),
        }


def changed_places(key: str, source: str) -> list[str]:
    """Return the names of the top-level definitions in which two scripts differ; none when it cannot be told by their pieces."""
    ours, theirs = key.split("\n\n\n"), source.split("\n\n\n")
    if len(ours) != len(theirs):
        return []
    changed = [piece for piece, other in zip(ours, theirs, strict=True) if piece != other]
    names = [re.match(r"(?:@\w+.*\n)*(?:class|def) (\w+)", piece.lstrip("\n")) for piece in changed]
    return [match[1] for match in names if match] if all(names) else []


def settled(rows: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Return the numbers of drawn mutants: all, rejected, marked, and surviving without a mark."""
    survivors = [row for row in rows if not row["rejected_by"]]
    open_ones = [row for row in survivors if row["reason"] is None]
    return {
        "drawn": len(rows),
        "rejected": len(rows) - len(survivors),
        "marked": len(survivors) - len(open_ones),
        "surviving": len(open_ones),
        "marked_share": (len(survivors) - len(open_ones)) / max(1, len(rows)),
        "at": time.strftime("%Y-%m-%d", time.gmtime()),
    }


def _uses(check: Check, setting: Setting) -> bool:
    """Return whether a check reads a table of the settings, by its source's own words."""
    code = getattr(getattr(check[0], "obj", None), "__code__", None)
    return code is not None and setting.table in code.co_consts


def _of(names: Sequence[str], by_id: dict[str, Check]) -> list[Check]:
    return [by_id[name] for name in names if name in by_id and not uses_run(by_id[name])]


def _failed_parts(found: dict[str, Any] | None) -> dict[str, list[str]]:
    return {name: each["parts"] for name, each in (found or {}).items() if each["why"] is not None}


def _keep_worst(worst: dict[str, str], label: str, value: str) -> None:
    """Keep the smallest percentage that was measured under a label."""
    if value.endswith("%") and (label not in worst or float(value[:-1]) < float(worst[label][:-1])):
        worst[label] = value


def _chance_rows(
    settings: Sequence[Setting], failed: dict[str, list[int]], worst: dict[str, dict[str, str]]
) -> list[dict[str, Any]]:
    rows = []
    for key in sorted(failed):
        table, number, who, name = key.split(" ", 3)
        setting, (missed, trials) = settings[int(number)], failed[key]
        rows.append(
            {
                "table": table,
                "trial": dict(setting.trial),
                "times": setting.times,
                "who": who,
                "check": name,
                "missed": missed,
                "trials": trials,
                "bound": upper_bound(missed, trials),
                "worst": worst.get(key, {}),
            }
        )
    return rows


def _rules(rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    grouped: defaultdict[tuple[str, str, str], list[tuple[float, int]]] = defaultdict(list)
    for row in rows:
        grouped[row["table"], row["check"], row["who"]].append((row["bound"], row["times"]))
    return [
        {"table": table, "check": check, "who": who, "fails": rule_fails(bounds)}
        for (table, check, who), bounds in grouped.items()
    ]
