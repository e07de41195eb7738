"""CHECKED: tries the tests of another tool's assignment on what students receive, and on the author's own solution, before anybody is graded.

A test that passes where nothing was answered gives its points to everybody; one that fails on the solution gives them to nobody. Both
are said and change no score. It goes through the fence, as a hand-in does, and is not repeated until something changes.
"""

from __future__ import annotations

import contextlib
import json
import tempfile
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import replace
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Any

from grader.cache import cache_folder, is_ours_alone
from grader.checks.examination import CheckLimits
from grader.files import write_atomically
from grader.judge.findings import Findings
from grader.judge.foreign.grading import judge_foreign
from grader.judge.setup import Setup
from grader.material.foreign.forms import Form
from grader.material.foreign.release import release, solution
from grader.record.score import CheckOutcome
from grader.submissions import Submission
from grader.trusted.forked import Forked
from grader.wire.session import Ask, Session

OpenCheck = Callable[[Setup, Findings, Session | None, CheckLimits], AbstractContextManager[Ask]]
# Not the secret one, as in a rehearsal.
SEED = "rehearsal"
MOST_NAMED = 12
MOST_KEPT = 200
FREE = "These tests pass on what students receive, before anything is answered, so everybody has their points: {names}."
UNPASSED = "These tests fail on the author's own solution, so a right answer may, too: {names}."
NOT_ENDED = "Trying the tests on what students receive did not come to its end; the class is graded all the same."


def try_tests(setup: Setup, installed: str, open_check: OpenCheck) -> list[str]:
    """Return what to say of an assignment's tests before anybody is graded.

    Parameters
    ----------
    setup : Setup
        Of an assignment of another tool.
    installed : str
        The digest of all that the outcome depends on; empty where it is not known.
    open_check : callable
        Opens a child for a test.
    """
    folder = cache_folder("tried") if installed else None
    kept = folder / sha256(installed.encode()).hexdigest() if folder is not None and is_ours_alone(folder) else None
    if kept is not None and kept.is_file():
        with contextlib.suppress(OSError, ValueError):
            return [str(sentence) for sentence in json.loads(kept.read_bytes())]
    setup = replace(setup, seed=SEED)
    # Side by side: nobody else is at work yet.
    tried = [Forked(partial(one, setup, open_check), setup.judge_limits.cpu_seconds) for one in (_free, _unpassed)]
    ended = [one.result() for one in tried]
    if None in ended:
        return [NOT_ENDED]
    told = [sentence for sentences in ended for sentence in sentences]
    if folder is not None and kept is not None:
        with contextlib.suppress(OSError):
            write_atomically(kept, json.dumps(told).encode())
            for path in sorted(folder.iterdir(), key=lambda each: each.stat().st_mtime)[:-MOST_KEPT]:
                path.unlink()
    return [str(sentence) for sentence in told]


def _free(setup: Setup, open_check: OpenCheck) -> list[str]:
    """Return what to say of tests that pass on what students receive."""
    free = [outcome for outcome in _outcomes(release(_form(setup)), setup, open_check) if outcome.earned > 0]
    return [FREE.format(names=_named(free))] if free else []


def _unpassed(setup: Setup, open_check: OpenCheck) -> list[str]:
    """Return what to say of tests that fail on the author's own solution, where there is one."""
    solved = solution(_form(setup))
    outcomes = _outcomes(solved, setup, open_check) if solved else []
    failed = [outcome for outcome in outcomes if outcome.earned < outcome.points]
    return [UNPASSED.format(names=_named(failed))] if failed else []


def _form(setup: Setup) -> Form:
    assert setup.author is not None
    return setup.author.form


def _outcomes(notebooks: Mapping[str, dict[str, Any]], setup: Setup, open_check: OpenCheck) -> list[CheckOutcome]:
    """Return what becomes of the tests when these notebooks are handed in; an empty one where there is none."""
    findings = Findings()
    with tempfile.TemporaryDirectory(prefix="release-") as name:
        folder = Path(name)
        for stem, notebook in (notebooks or {"nothing": _nothing()}).items():
            (folder / f"{stem}.ipynb").write_text(json.dumps(notebook), encoding="utf-8")
        judge_foreign(
            Submission("release", "release", folder, "folder"),
            setup,
            findings,
            partial(open_check, setup, findings),
        )
    return [findings.outcomes[spec.id] for _, spec in setup.checks if spec.id in findings.outcomes and spec.points]


def _nothing() -> dict[str, Any]:
    cell: dict[str, Any] = {
        "cell_type": "code",
        "metadata": {},
        "source": "pass",
        "outputs": [],
        "execution_count": None,
    }
    return {"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 4}


def _named(outcomes: list[CheckOutcome]) -> str:
    """Return the titles of tests, each with its points."""
    named = [f"{outcome.title} ({outcome.points:g})" for outcome in outcomes[:MOST_NAMED]]
    more = len(outcomes) - len(named)
    return ", ".join(named) + (f" and {more} more" if more else "")
