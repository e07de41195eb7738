"""Whether this process can grant the limits of an assignment, so that no limit of the shell decides a score."""

from __future__ import annotations

import math
import resource

from grader.errors import FenceError
from grader.judge.process import JudgeLimits, mapped_bytes
from grader.wire.limits import SessionLimits

# The largest number of files that a judge and its session have open together, with a margin.
OPEN_FILES, OPEN_FILES_ADVISED = 32, 256


def require_granted(judge: JudgeLimits, session: SessionLimits) -> None:
    """Stop if a hard limit of this process is lower than what a judge, or a submission, may use.

    Raises
    ------
    FenceError
        For the first such limit, with how to raise it.
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
