"""Prove the checks of an assignment: every mistake caught, every right answer accepted, nothing left to chance or the clock."""

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

# What is told when a part of the work begins, by the word for it.
DOING = {
    "reference and template": "The answer key must earn every point, and the template none",
    "named mutants": "The wrong answers of mutants/ must be rejected by the checks that they name",
    "drawn mutants": "Small changes of the answer key, drawn by the audit, must be rejected by some check",
    "survivors": "What no check has rejected is compared with the answer key on many inputs",
    "variants": "The right answers of variants/ must earn every point",
    "single trials": "Each training that a check may repeat is tried many times",
    "all checks, many seeds": "The answer key must pass every check with whatever inputs are drawn",
    "names of known mistakes": "A mistake that has a name must be told by it",
    "names of drawn mutants": "No other mistake may be told by that name",
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of ``audit``."""
    add = parser.add_argument
    add("assignment", nargs="?", help="id or folder of the assignment (default: the one named in tox.ini)")
    add("--seed", help="where drawn inputs and samples come from (default: drawn anew, and printed)")
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
        help="run every check on every mutant, in place of those up to the first that rejects it",
    )
    add("--quick", action="store_true", help="look only at what fits into a minute: both ends, mutants, variants")
    add("--part", action="append", choices=PARTS, help="carry out only this part; may be repeated")
    add("--jobs", type=int, metavar="N", help="answers tried at a time (default: the number of cores)")
    add("--out", type=Path, default=Path("reports"), metavar="FOLDER", help="where the page goes (default: reports)")
    add("--quiet", action="store_true", help="print nothing but what does not hold")


def run(options: argparse.Namespace) -> int:
    """Audit; return 0 when everything holds, else 1."""
    # Here and not above, so that other commands begin without waiting for them.
    from grader.audit.auditing import as_json, audit
    from grader.audit.page import render_audit
    from grader.audit.table import print_audit

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
        remark("Every check is run once on the answer key, to see what it runs of it and how long it takes.")

    result = audit(assignment, wanted, shown)
    name = f"audit-{assignment.id}"
    page = options.out / f"{name}.html"
    write_atomically(options.out / f"{name}.json", as_json(result))
    write_atomically(page, render_audit(result).encode())
    print_audit(result, page, quiet=options.quiet)
    return int(not all(verdict["holds"] for verdict in result["verdicts"]))
