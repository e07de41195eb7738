"""The judge's session: collects the checks of an assignment once and serves jobs on them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy.random  # noqa: F401  (NumPy imports it at its first use, which would be in each judge)
import pytest

from grader.fence import CleanParent, accepted_level, require_level
from grader.judge.collecting import collect_checks
from grader.judge.diagnosis.kept import Kept
from grader.judge.foreign.trust import OPTIONS
from grader.judge.granted import require_granted
from grader.judge.loop import Loop, Send
from grader.judge.marks import CheckSpec, catalogue
from grader.judge.rehearsal import import_key, rehearse
from grader.judge.setup import Setup
from grader.material.assignment import Assignment
from grader.material.misconceptions import misconceptions
from grader.material.script import answer_key


def run_foreign_session(assignment: Assignment, clean_parent: CleanParent, order: dict[str, Any], send: Send) -> None:
    """Serve jobs on an assignment of another tool, which has no checks to collect.

    Raises
    ------
    AssignmentError
        When its tests cannot be run.
    """
    from grader.judge.foreign.setup import author_of, specs_of
    from grader.judge.foreign.trying import try_tests
    from grader.judge.grading import open_check_of

    author = author_of(assignment)
    setup = _ready(assignment, clean_parent, order, specs_of(assignment), author=author)
    remarks = author.form.remarks
    if not order.get("rehearsed"):
        remarks += tuple(try_tests(setup, order.get("installation", ""), open_check_of))
    Loop(0, send).serve(replace(setup, remarks=remarks), clean_parent.pid)


def run_session(assignment: Assignment, clean_parent: CleanParent, order: dict[str, Any], send: Send) -> None:
    """Collect the checks of an assignment and serve jobs until there are no more.

    Raises
    ------
    AssignmentError
        If the checks cannot be collected, do not fit assignment.toml, or fail on the answer key.
    """

    def serve(items: list[pytest.Item]) -> None:
        Loop(0, send).serve(_set_up(assignment, clean_parent, order, items), clean_parent.pid)

    collect_checks(assignment.folder, serve)


def _set_up(
    assignment: Assignment, clean_parent: CleanParent, order: dict[str, Any], items: list[pytest.Item]
) -> Setup:
    """Prepare what every submission needs."""
    checks = catalogue(items, assignment)
    import_key(assignment)
    known = misconceptions(assignment.folder)
    for item, _ in checks:
        assert item.location  # found out once, and not in every judge
    setup = _ready(assignment, clean_parent, order, checks, known=known, key=answer_key(assignment.folder))
    if not order.get("rehearsed"):
        rehearse(setup, order.get("installation", ""))
    return setup


def _ready(
    assignment: Assignment,
    clean_parent: CleanParent,
    order: dict[str, Any],
    checks: list[tuple[pytest.Item, CheckSpec]],
    **more: Any,
) -> Setup:
    """Start the clean parent and return what every submission needs."""
    # All else is done while the clean parent warms up.
    info = clean_parent.start()
    require_level(info.level, accepted_level(order["isolation"]))
    setup = Setup(
        assignment,
        checks,
        order["seed"],
        clean_parent,
        isolation={"level": str(info.level), "not_held": list(info.not_held)},
        out=Path(order["out"]),
        provenance=order["provenance"],
        seed_id=order.get("seed_id", ""),
        kept=Kept(),
        versions=info.versions,
        least_evidence=OPTIONS[order.get("evidence") or "child"],
        **more,
    )
    require_granted(setup.judge_limits, setup.limits)
    return setup
