"""A running audit: what every part of it needs, and the forks in which answers are tried."""

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
    """A running audit.

    Attributes
    ----------
    setup : AuditSetup
    seed : str
        The seed from which inputs are drawn.
    jobs : int
        How many answers are tried in parallel.
    full : bool
        Whether every mutant is tried on every check it affects, instead of stopping at the first that rejects it.
    progress : callable
        Takes items, their number and a label for the work, and yields the items.
    until : float
        The time, by ``time.monotonic``, after which nothing new is started.
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
        """Yield each case with the result of ``do``, run in a fork; None if the fork did not finish."""
        items = list(cases)
        in_time = takewhile(lambda item: time.monotonic() < self.until, items)
        yield from self.progress(in_forks(in_time, do, jobs=self.jobs, cpu_seconds=cpu_seconds), len(items), doing)
