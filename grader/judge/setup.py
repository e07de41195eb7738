"""What a judge needs for every submission of one run: assignment, checks, seed, clean parent, output folder."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from grader.judge.marks import CheckSpec
from grader.judge.process import JudgeLimits
from grader.material.assignment import Assignment, Limits
from grader.material.misconceptions import Misconception
from grader.wire.limits import SessionLimits
from grader.wire.session import READ_SECONDS, Sessions, wall_seconds

# The judge's own limits come first, since they give an explanation; the kernel's are the backup.
CPU_MARGIN_SECONDS = 30.0
# Missing answers that a session tolerates, and one for each time that a session is opened, read or closed.
SILENCES = 8


@dataclass(frozen=True)
class Setup:
    """The settings that all submissions of a run share.

    ``isolation`` is the record's entry about the fence: its level and the guarantees not held; ``provenance`` is a
    fingerprint of everything that a record depends on besides the submission, ``seed_id`` one of the seed; ``versions``
    are those of Python and the libraries that run it; ``known`` are the mistakes with which a failed check is compared,
    ``kept`` are results of this run's judges about them; ``key`` is the answer key as one text, if there is one.
    """

    assignment: Assignment
    checks: Sequence[tuple[pytest.Item, CheckSpec]]
    seed: str
    zygote: Sessions
    isolation: Mapping[str, Any]
    out: Path
    provenance: str = ""
    seed_id: str = ""
    runs_scripts: bool = True
    known: tuple[Misconception, ...] = ()
    kept: Any = None
    key: str | None = None
    versions: Mapping[str, str] = field(default_factory=dict)

    @property
    def check_cpu_seconds(self) -> float:
        """The maximum for any one check."""
        marked = (spec.limits.cpu_seconds for _, spec in self.checks)
        return max(marked, default=self.assignment.limits.check_cpu_seconds)

    @property
    def judge_limits(self) -> JudgeLimits:
        """The limits of the judge of one submission."""
        return limits_of_judge(self.assignment.limits, self.check_cpu_seconds)

    @property
    def limits(self) -> SessionLimits:
        """The limits of one fenced session."""
        return limits_of_session(self.assignment.limits, self.check_cpu_seconds)


def limits_of_judge(limits: Limits, check_cpu_seconds: float) -> JudgeLimits:
    """Return the limits of the judge of one submission: no submission reaches them, only an endless loop in the grader or in a check."""
    waiting = sum(map(wall_seconds, (READ_SECONDS, READ_SECONDS, limits.load_cpu_seconds, limits.run_cpu_seconds)))
    waiting += wall_seconds(limits.total_cpu_seconds) + SILENCES * wall_seconds(check_cpu_seconds)
    # A submission that was stopped is examined twice, the second time past the error.
    return JudgeLimits(
        limits.judge_cpu_seconds,
        int(limits.judge_memory_bytes),
        limits.judge_wall_seconds or 2 * (limits.judge_cpu_seconds + waiting),
    )


def limits_of_session(limits: Limits, check_cpu_seconds: float) -> SessionLimits:
    """Return the limits of one fenced session."""
    return SessionLimits(
        memory_bytes=int(limits.memory_bytes),
        scratch_bytes=int(limits.scratch_bytes),
        processes=int(limits.processes),
        cpu_seconds=2 * max(limits.load_cpu_seconds + limits.run_cpu_seconds, check_cpu_seconds) + CPU_MARGIN_SECONDS,
        session_cpu_seconds=limits.total_cpu_seconds + CPU_MARGIN_SECONDS,
    )
