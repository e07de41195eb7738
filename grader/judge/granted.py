"""Whether this process may hand on what the limits of an assignment grant, so that no shell's limit decides a score."""

from __future__ import annotations

import math
import resource

from grader.errors import FenceError
from grader.judge.process import JudgeLimits, mapped_bytes
from grader.wire.limits import SessionLimits

# What a judge and its session have open together at the most, and what leaves room.
OPEN_FILES, OPEN_FILES_ADVISED = 32, 256


def require_granted(judge: JudgeLimits, session: SessionLimits) -> None:
    """Stop where a limit that nobody can raise any more is lower than what a judge, or a submission, may use.

    Raises
    ------
    FenceError
        With the first such limit, and how it is raised.
    """
    seconds = math.ceil(max(judge.cpu_seconds, session.cpu_seconds)) + 5
    memory = mapped_bytes() + max(judge.memory_bytes, session.memory_bytes)
    for kind, needed, unit, told, option in (
        (resource.RLIMIT_CPU, seconds, 1, "seconds of computing time", "-t"),
        (resource.RLIMIT_AS, memory, 2**20, "MiB of memory", "-v"),
        (resource.RLIMIT_FSIZE, session.file_bytes, 2**20, "MiB in one file", "-f"),
        (resource.RLIMIT_NOFILE, OPEN_FILES, 1, "open files", "-n"),
    ):
        _, hard = resource.getrlimit(kind)
        if hard != resource.RLIM_INFINITY and hard < needed:
            most = OPEN_FILES_ADVISED if kind == resource.RLIMIT_NOFILE else "unlimited"
            raise FenceError(
                f"Grading may need {needed / unit:,.0f} {told}, but a limit of this shell or service allows {hard / unit:,.0f}. To mend "
                f"it, raise that limit (`ulimit {option} {most}`) where the grader is started."
            )
