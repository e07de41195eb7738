"""Test the checks of an assignment: they must catch mistakes and accept right answers."""

from __future__ import annotations

import argparse
import os
import secrets
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from grader.audit.wanted import PARTS, QUICK_PARTS, Wanted
from grader.command.defaults import default_assignment
from grader.command.progress import progress
from grader.errors import UsageError
from grader.files import write_atomically
from grader.material.assignment import find_assignment, load_assignment
from grader.terminal import remark

# What is printed when a part of the audit begins.
DOING = {
    "reference and template": "The answer key must earn every point, and the template none",
    "named mutants": "The wrong answers of mutants/ must be rejected by the checks that they name",
    "drawn mutants": "Small random changes of the answer key must be rejected by some check",
    "survivors": "Changes that no check has rejected are compared with the answer key on many inputs",
    "variants": "The right answers of variants/ must earn every point",
    "single trials": "Every training run that a check may repeat is tried many times",
    "all checks, many seeds": "The answer key must pass every check on all drawn inputs",
    "names of known mistakes": "Every known mistake must be recognised by its name",
    "names of drawn mutants": "No other mistake may be given that name",
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of ``audit``."""
    add = parser.add_argument
    add("assignment", nargs="?", help="id or folder of the assignment (default: the one named in tox.ini)")
    add("--seed", help="seed of the drawn inputs and samples (default: a random one, which is printed)")
    add(
        "--sample",
        type=float,
        default=1.0,
        metavar="FRACTION",
        help="try only this share of the mutants, variants and seeds",
    )
    add(
        "--full",
        action="store_true",
        help="run every check on every mutant instead of stopping at the first that rejects it",
    )
    add(
        "--quick",
        action="store_true",
        help="take about a minute: only the answer key, the template, mutants and variants",
    )
    add("--part", action="append", choices=PARTS, help="run only this part; may be repeated")
    add("--jobs", type=int, metavar="N", help="number of answers tried in parallel (default: the number of cores)")
    add("--out", type=Path, default=Path("reports"), metavar="FOLDER", help="where the page goes (default: reports)")
    add("--quiet", action="store_true", help="print only what does not hold")


def run(options: argparse.Namespace) -> int:
    """Audit the assignment, and return 0 if everything holds, or else 1."""
    # Imported here so that other commands start without waiting for them.
    from grader.audit.auditing import as_json, audit
    from grader.audit.page import render_audit
    from grader.audit.table import mark_of, print_audit
    from grader.audit.verdicts import Verdict

    if not 0.0 < options.sample <= 1.0:
        raise UsageError(f"--sample must be above 0 and at most 1, not {options.sample:g}; try --sample 0.1.")
    if options.jobs is not None and options.jobs < 1:
        raise UsageError(f"--jobs must be at least 1, not {options.jobs}; try --jobs 2.")
    assignment = load_assignment(find_assignment(default_assignment(options.assignment)))
    seed = options.seed or secrets.token_hex(8)
    parts = tuple(options.part or (QUICK_PARTS if options.quick else PARTS))
    jobs = options.jobs or len(os.sched_getaffinity(0))
    wanted = Wanted(seed, options.sample, options.full, jobs, parts, options.quick)

    def shown(items: Iterable[Any], total: int, doing: str) -> Iterator[Any]:
        if not options.quiet and total:
            remark(f"{DOING.get(doing, doing)} ({total})")
        return progress(items, total, doing, quiet=options.quiet)

    if not options.quiet:
        remark(
            "Every check runs once on the answer key, to see which parts of it the check uses and how long it takes."
        )

    def tell(verdict: Verdict) -> None:
        if not options.quiet:
            remark(f"{mark_of(verdict.holds)}: {verdict.claim} {verdict.numbers}")

    result = audit(assignment, wanted, shown, tell)
    name = f"audit-{assignment.id}"
    page = options.out / f"{name}.html"
    write_atomically(options.out / f"{name}.json", as_json(result))
    write_atomically(page, render_audit(result).encode())
    print_audit(result, page, quiet=options.quiet)
    return int(not all(verdict["holds"] for verdict in result["verdicts"]))
