"""What a judge needs for every submission of one run: assignment, checks, seed, clean parent, output folder."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from grader.judge.marks import CheckSpec
from grader.judge.process import JudgeLimits
from grader.material.assignment import Assignment, Limits
from grader.material.misconceptions import Misconception
from grader.outcomes import Decided
from grader.wire.limits import SessionLimits
from grader.wire.session import READ_SECONDS, Sessions, wall_seconds

if TYPE_CHECKING:
    from grader.judge.foreign.author import Author

# The judge's own limits come first, and they explain themselves; the kernel's stand behind them.
CPU_MARGIN_SECONDS = 30.0
# Missing answers that a session tolerates, and one for each time that a session is opened, read or closed.
SILENCES = 8


@dataclass(frozen=True)
class Setup:
    """The settings that all submissions of a run share.

    ``isolation`` is what the record says of the fence: its level and the guarantees not held; ``provenance`` stands for all
    that a record depends on besides the submission, ``seed_id`` for the seed; ``versions`` are those of Python and the libraries
    that run it; ``author`` is what the author of another tool's assignment has written, and ``least_evidence`` the weakest verdict of
    its tests that counts; ``remarks`` are said before anybody is graded; ``known`` are the mistakes that a failed check is compared with, ``kept`` what judges of this run have found out
    about them; ``key`` is the answer key as one text, where there is one.
    """

    assignment: Assignment
    checks: Sequence[tuple[pytest.Item, CheckSpec]]
    seed: str
    sessions: Sessions
    isolation: Mapping[str, Any]
    out: Path
    provenance: str = ""
    seed_id: str = ""
    runs_scripts: bool = True
    known: tuple[Misconception, ...] = ()
    kept: Any = None
    key: str | None = None
    versions: Mapping[str, str] = field(default_factory=dict)
    author: Author | None = None
    least_evidence: Decided = Decided.IN_CHILD
    remarks: tuple[str, ...] = ()

    def spec_of(self, key: str) -> CheckSpec:
        """Return what is known of the question of another tool's assignment with this key."""
        id_ = self.assignment.task_of[key]
        return next(spec for _, spec in self.checks if spec.id == id_)

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
