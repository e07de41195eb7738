"""An audit at work: what every part of it needs, and the forks in which answers are tried."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import takewhile
from typing import Any

from grader.audit.pool import in_forks
from grader.audit.setup import AuditSetup
from grader.audit.trying import CPU_SECONDS

Progress = Callable[[Iterable[Any], int, str], Iterator[Any]]


@dataclass(frozen=True)
class Work:
    """An audit at work.

    Attributes
    ----------
    setup : AuditSetup
    seed : str
        From which the inputs are drawn.
    jobs : int
        How many answers are tried at a time.
    full : bool
        Whether every mutant meets every check that it affects, in place of those up to the first that rejects it.
    progress : callable
        Given items, their number and a word for the work, yields the items.
    until : float
        When nothing new is begun any more, on the clock of ``time.monotonic``.
    """

    setup: AuditSetup
    seed: str
    jobs: int
    full: bool
    progress: Progress
    until: float = math.inf

    def forks(
        self, cases: Iterable[Any], do: Callable[[Any], Any], doing: str, cpu_seconds: float = CPU_SECONDS
    ) -> Iterator[tuple[Any, Any]]:
        """Yield each case with what ``do`` returned for it in a fork; None if the fork did not finish."""
        items = list(cases)
        in_time = takewhile(lambda item: time.monotonic() < self.until, items)
        yield from self.progress(in_forks(in_time, do, jobs=self.jobs, cpu_seconds=cpu_seconds), len(items), doing)
