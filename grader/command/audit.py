"""Prove the checks of an assignment: every mistake caught, every right answer accepted, nothing left to chance or the clock."""

from __future__ import annotations

import argparse
import os
import secrets
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from grader.audit.wanted import PARTS, Wanted
from grader.command.defaults import default_assignment
from grader.command.progress import progress
from grader.errors import UsageError
from grader.files import write_atomically
from grader.material.assignment import find_assignment, load_assignment


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
    parts = tuple(options.part or PARTS)
    wanted = Wanted(seed, options.sample, options.full, options.jobs or len(os.sched_getaffinity(0)), parts)

    def shown(items: Iterable[Any], total: int, doing: str) -> Iterator[Any]:
        return progress(items, total, doing, quiet=options.quiet)

    result = audit(assignment, wanted, shown)
    name = f"audit-{assignment.id}"
    page = options.out / f"{name}.html"
    write_atomically(options.out / f"{name}.json", as_json(result))
    write_atomically(page, render_audit(result).encode())
    print_audit(result, page, quiet=options.quiet)
    return int(not all(verdict["holds"] for verdict in result["verdicts"]))
