"""Tries answers on the checks and returns the rows of the audit: answer key, template, wrong and unusual right answers.

Everything is plain data that can be kept as JSON. Inputs are drawn from the seed named in the result.
"""

from __future__ import annotations

import ast
import math
import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from grader.audit.drawn import Drawn
from grader.audit.identical import identical_on
from grader.audit.setup import Check, uses_run
from grader.audit.trying import broken_checks, points_lost, rejections, try_answer
from grader.audit.work import Work
from grader.audit.worth import always_together, lost_elsewhere, never_lost
from grader.judge.uses import checks_of
from grader.material.cases import Case
from grader.material.equivalents import NEEDED_INPUTS, Equivalents, is_open

PROOF_CPU_SECONDS = 900.0
# The proof of a mark is in the file; this many inputs show whether it still holds.
CONFIRMING_INPUTS = 1_000
# In a quick audit, the comparison may start this much later than other work.
SURVIVORS_SECONDS = 5.0
Row = dict[str, Any]


def try_ends(work: Work, template: str | None) -> Row:
    """Return the points that the answer key and the template earn."""
    sources = {"reference": work.setup.key} | ({"template": template} if template else {})
    found = work.forks(sources.items(), lambda item: _try_on_all(work, item[1]), "reference and template")
    return {
        name: {
            "earned": sum(each["earned"] for each in checks.values()),
            "rejected_by": rejections(checks),
            "passed": [check for check, each in checks.items() if each["earned"]],
        }
        for (name, _), checks in ((item, checks or {}) for item, checks in found)
    }


def try_named_mutants(work: Work, cases: Sequence[Case]) -> list[Row]:
    """Try the assignment's own mutants on all checks that they affect."""
    rows = []
    for case, found in work.forks(cases, lambda case: _try_on_named(work, case), "named mutants"):
        rows.append(
            {
                "id": case.id,
                "title": case.title,
                "named": list(case.rejected_by),
                "rejected_by": rejections(found),
                "missed": sorted(set(case.rejected_by) - set(rejections(found))),
                "lost": points_lost(found),
                "parts": _failed_parts(found),
                "broken": broken_checks(found),
            }
        )
    return sorted(rows, key=lambda row: str(row["id"]))


def try_drawn_mutants(work: Work, mutants: Sequence[Drawn], equivalents: Equivalents) -> list[Row]:
    """Try drawn mutants, and compare survivors with the answer key on drawn inputs, fewer for marked ones."""
    rows, survivors = [], []
    for mutant, found in work.forks(mutants, lambda mutant: _try_on_affected(work, mutant), "drawn mutants"):
        row = {
            "operator": mutant.operator,
            "place": mutant.place,
            "digest": mutant.digest,
            "diff": mutant.diff,
            "rejected_by": rejections(found),
            "lost": points_lost(found),
            "parts": _failed_parts(found),
            "reason": equivalents.marked.get(mutant.digest),
            "identical_on": None,
            "default": mutant.default,
            "compared": bool(rejections(found)),
            "broken": broken_checks(found),
        }
        rows.append(row)
        if not row["rejected_by"]:
            survivors.append((mutant, row))
    proving = replace(work, until=work.until + SURVIVORS_SECONDS)
    for (_, row), inputs in proving.forks(
        survivors, lambda pair: _compare(work, *pair), "survivors", PROOF_CPU_SECONDS
    ):
        row["identical_on"], row["compared"] = inputs, True
    return sorted(rows, key=lambda row: (str(row["place"]), str(row["digest"])))


def _compare(work: Work, mutant: Drawn, row: Row) -> int | None:
    few = row["reason"] is not None or work.until < math.inf
    needed = CONFIRMING_INPUTS if few else NEEDED_INPUTS
    return identical_on(mutant.source, work.setup.affected(mutant.place), work.setup, needed)


def count_settled(rows: Sequence[Mapping[str, Any]]) -> Row:
    """Count the drawn mutants: all, rejected, marked, and surviving without a mark or with one that inputs disprove."""
    survivors = [row for row in rows if not row["rejected_by"]]
    open_ones = [row for row in survivors if is_open(row)]
    return {
        "drawn": len(rows),
        "rejected": len(rows) - len(survivors),
        "marked": len(survivors) - len(open_ones),
        "surviving": len(open_ones),
        "marked_share": (len(survivors) - len(open_ones)) / max(1, len(rows)),
        "at": time.strftime("%Y-%m-%d", time.gmtime()),
    }


def points_of(work: Work) -> dict[bool, float]:
    """Return the points that the checks can give, regular and bonus; people give the other points."""
    points = {False: 0.0, True: 0.0}
    for _, spec in work.setup.checks:
        points[work.setup.assignment.task(spec.task).bonus] += spec.points
    return points


def try_variants(work: Work, cases: Sequence[Case]) -> list[Row]:
    """Try unusual right answers on all checks."""
    rows, most = [], points_of(work)
    for case, found in work.forks(cases, lambda case: _try_on_all(work, case.source), "variants"):
        earned = {False: 0.0, True: 0.0}
        for _, spec in work.setup.checks:
            points = (found or {}).get(spec.id, {"earned": 0.0})["earned"]
            earned[work.setup.assignment.task(spec.task).bonus] += points
        wanted = (most[False] if case.points is None else case.points, most[True] if case.bonus is None else case.bonus)
        rows.append(
            {
                "id": case.id,
                "title": case.title,
                "earned": [earned[False], earned[True]],
                "wanted": list(wanted),
                "right": abs(earned[False] - wanted[0]) < 1e-9 and abs(earned[True] - wanted[1]) < 1e-9,
                "rejected_by": rejections(found),
            }
        )
    return sorted(rows, key=lambda row: str(row["id"]))


def worth(work: Work, named: Sequence[Row], drawn: Sequence[Row], parts: dict[str, list[str]]) -> Row:
    """Return what the mutants show about the worth of each check."""
    failed: defaultdict[str, set[str]] = defaultdict(set)
    for row in (*named, *drawn):
        for check, names in row["parts"].items():
            failed[check] |= set(names or [""])
    below = {
        check[1].id: (*check[1].requires, *check[1].builds_on, *_used_in_run(work, check))
        for check in work.setup.checks
    }
    tasks = {spec.id: spec.task for _, spec in work.setup.checks}
    rejections = {row["id"]: row["rejected_by"] for row in named}
    return {
        "never_lost": never_lost(parts, failed),
        "together": [list(group) for group in always_together(rejections)],
        "elsewhere": lost_elsewhere(rejections, {row["id"]: row["named"] for row in named}, below, tasks),
    }


def _used_in_run(work: Work, check: Check) -> list[str]:
    """Return the checks of what the answer key's run uses, for a check that looks at the run: the judge finds these in a student's text."""
    if not uses_run(check):
        return []
    used = {place.partition(".")[0] for place in work.setup.touched.get(check[1].id, ())}
    return checks_of(used, work.setup.assignment, work.setup.checks)


def _try_on_all(work: Work, source: str) -> Row:
    return try_answer(source, work.setup.checks, work.setup, work.seed, stop=False)


def _try_on_named(work: Work, case: Case) -> Row:
    checks = _checks_touched_by(work, case.source)
    runs = any(uses_run(check) and check[1].id in case.rejected_by for check in checks)
    return try_answer(case.source, checks, work.setup, work.seed, stop=False, runs=runs)


def _try_on_affected(work: Work, mutant: Drawn) -> Row:
    return try_answer(mutant.source, work.setup.affected(mutant.place), work.setup, work.seed, stop=not work.full)


def _checks_touched_by(work: Work, source: str) -> list[Check]:
    places = changed_places(work.setup.key, source)
    hit = {check[1].id for place in places for check in work.setup.affected(place)}
    return [check for check in work.setup.checks if check[1].id in hit or not places]


def changed_places(key: str, source: str) -> list[str]:
    """Return the names of the top-level definitions that differ between two scripts; none if other code differs too."""
    try:
        ours, theirs = _definitions(key), _definitions(source)
    except SyntaxError:
        return []
    if ours.pop("", None) != theirs.pop("", None):
        return []
    return [name for name in {**ours, **theirs} if ours.get(name) != theirs.get(name)]


def _definitions(source: str) -> dict[str, list[str]]:
    """Return the top-level definitions of a script by name; code outside them has the empty name."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for node in ast.parse(source).body:
        name = node.name if isinstance(node, (ast.FunctionDef, ast.ClassDef)) else ""
        found[name].append(ast.unparse(node))
    return dict(found)


def _failed_parts(found: Mapping[str, Any] | None) -> dict[str, list[str]]:
    return {name: each["parts"] for name, each in (found or {}).items() if each["why"] is not None}
