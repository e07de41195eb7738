"""Runs the audit of an assignment: collects its checks and runs the parts one by one."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from grader.audit import rows
from grader.audit.clock import compare_clock
from grader.audit.drawn import all_mutants, sample, strip_solutions
from grader.audit.named import Gallery, try_diagnosis
from grader.audit.setup import set_up_audit
from grader.audit.trials import SEEDS, try_chance
from grader.audit.verdicts import Verdict, verdicts
from grader.audit.wanted import Wanted
from grader.audit.work import Progress, Work
from grader.errors import AssignmentError
from grader.handout.template import solution_notebook, template_files
from grader.judge.collecting import collect_checks
from grader.judge.marks import catalogue
from grader.judge.rehearsal import import_key, refuse_mistakes
from grader.material.assignment import Assignment
from grader.material.cases import mutants, variants
from grader.material.equivalents import NEEDED_INPUTS, read_equivalents
from grader.material.misconceptions import misconceptions
from grader.material.plan import read_plan
from grader.material.script import answer_key

# How long a quick audit may start new work; work already started is finished.
QUICK_SECONDS = 35.0


def audit(
    assignment: Assignment, wanted: Wanted, progress: Progress, tell: Callable[[Verdict], object]
) -> dict[str, Any]:
    """Run an audit and return its findings as plain data; `tell` gets each verdict as soon as it is known.

    Raises
    ------
    AssignmentError
        If the answer key is not a script, or the checks cannot be collected.
    """
    key = answer_key(assignment.folder)
    if key is None:
        raise AssignmentError(
            f"{assignment.folder / 'assignment.toml'} names no modules of the answer key; an audit needs `modules` in [template]."
        )
    os.environ.setdefault("MPLBACKEND", "Agg")
    results: list[dict[str, Any]] = []
    collect_checks(
        assignment.folder, lambda items: results.append(_audit_parts(assignment, key, items, wanted, progress, tell))
    )
    return results[0]


def _audit_parts(
    assignment: Assignment,
    key: str,
    items: list[pytest.Item],
    wanted: Wanted,
    progress: Progress,
    tell: Callable[[Verdict], object],
) -> dict[str, Any]:
    started = time.perf_counter()
    import_key(assignment)
    checks = catalogue(items, assignment)
    refuse_mistakes(assignment, items)
    setup = set_up_audit(assignment, checks, key, time.perf_counter)
    folder, work = assignment.folder, Work(setup, wanted.seed, wanted.jobs, wanted.full, progress)
    begun = time.monotonic()

    def within(share: float) -> Work:
        """Return the work; in a quick audit it ends after ``share`` of the time."""
        return replace(work, until=begun + share * QUICK_SECONDS) if wanted.quick else work

    plan, template = read_plan(folder), _template(assignment)
    equivalents = read_equivalents(folder, NEEDED_INPUTS if assignment.names else 0)
    number = int(wanted.seed, 16) if _is_hex(wanted.seed) else sum(wanted.seed.encode())
    every = all_mutants(key, sorted(plan.given), list(equivalents.free))
    chosen = sample(every, max(1, round(wanted.sample * len(every))), number)
    unusual = _some(list(variants(folder, key)), wanted.sample)
    result: dict[str, Any] = {
        "assignment": assignment.id, "title": assignment.title, "points": sum(rows.points_of(work).values()),
        "seed": wanted.seed, "sample": wanted.sample, "quick": wanted.quick, "full": wanted.full, "mutants_in_all": len(every), "free": dict(equivalents.free),
    }  # fmt: skip
    told: list[Verdict] = []

    def tell_new() -> None:
        """Tell the verdicts that have become known since the last time."""
        for verdict in verdicts(result):
            if verdict not in told:
                told.append(verdict)
                tell(verdict)

    if "ends" in wanted.parts:
        result["ends"] = rows.try_ends(within(1.0), template)
        tell_new()
    if "mutants" in wanted.parts:
        result["named"] = rows.try_named_mutants(within(0.4), _some(list(mutants(folder, key)), wanted.sample))
        result["drawn"] = rows.try_drawn_mutants(
            within(0.7), _mixed(chosen, number) if wanted.quick else chosen, equivalents
        )
        if wanted.quick:
            result["sample"] = min(wanted.sample, len(result["drawn"]) / max(1, len(every)))
        result["settled"] = rows.count_settled(result["drawn"])
        result["worth"] = rows.worth(work, result["named"], result["drawn"], _parts(key, work))
        tell_new()
    if "variants" in wanted.parts:
        result["variants"] = rows.try_variants(within(1.0), unusual)
        tell_new()
    if "chance" in wanted.parts:
        result["chance"] = try_chance(work, unusual, max(1, round(SEEDS * wanted.sample)))
        tell_new()
    if "diagnosis" in wanted.parts and "drawn" in result:
        by_digest = {mutant.digest: mutant for mutant in chosen}
        pairs = [(by_digest[row["digest"]], row) for row in result["drawn"]]
        known = misconceptions(folder)
        worded = _some([mistake for mistake in known if mistake.diagnosis is not None], wanted.sample)
        result["diagnosis"] = try_diagnosis(work, Gallery(setup, known, os.urandom(16).hex()), worded, pairs)
        tell_new()
    if "clock" in wanted.parts:
        result["clock"] = compare_clock(assignment, _ends_as_files(assignment), wanted.seed)
        tell_new()
    result["seconds"] = time.perf_counter() - started
    result["verdicts"] = [vars(verdict) for verdict in verdicts(result)]
    return result


def _mixed(items: list[Any], seed: int) -> list[Any]:
    """Return the items in a random order drawn from a seed, so that the first ones are a fair sample."""
    return [items[index] for index in np.random.default_rng(seed).permutation(len(items))]


def as_json(result: dict[str, Any]) -> bytes:
    """Return the result as a JSON document."""
    return (json.dumps(result, indent=1) + "\n").encode("ascii")


def _parts(key: str, work: Work) -> dict[str, list[str]]:
    """Return the names of each check's parts, from running it on the answer key."""
    from grader.audit.setup import judge_trusted

    setup = work.setup
    return {
        check[1].id: [
            part.name
            for part in judge_trusted(
                check, setup.load(key, check[1].task), setup.assignment, work.seed, setup.run
            ).parts
        ]
        for check in setup.checks
    }


def _template(assignment: Assignment) -> str | None:
    """Return the template as one script that runs in this process, like the answer key; None if there is none."""
    plan = read_plan(assignment.folder)
    if plan.notebook is None:
        return template_files(assignment.folder).get(f"script/{assignment.id}.py")
    return strip_solutions(answer_key(assignment.folder) or "")


def _ends_as_files(assignment: Assignment) -> dict[str, str]:
    """Return answer key and template as files that a student could hand in."""
    files, solution = template_files(assignment.folder), solution_notebook(assignment.folder)
    if solution is not None:
        return {"reference.ipynb": solution[1], "template.ipynb": files[f"{assignment.id}.ipynb"]}
    template = files.get(f"script/{assignment.id}.py")
    key = answer_key(assignment.folder, handed_in=True) or ""
    return {"reference.py": key} | ({"template.py": template} if template else {})


def _some(cases: list[Any], share: float) -> list[Any]:
    """Return an evenly spaced subset of about `share` of the cases, at least one if there are any."""
    step = max(1, round(1.0 / share)) if share < 1.0 else 1
    return cases[::step]


def _is_hex(text: str) -> bool:
    return bool(text) and all(letter in "0123456789abcdefABCDEF" for letter in text)
