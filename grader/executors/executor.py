"""What an executor is, and the choice between those that there are."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator, Sequence
from contextlib import AbstractContextManager
from typing import Any, Protocol

from grader.errors import UsageError
from grader.executors.workers import Order, UnderWay, Worker
from grader.submissions import Submission


class Executor(Protocol):
    """Grades submissions and leaves their records in the output folder."""

    under_way: UnderWay

    def ready(self) -> dict[str, Any]:
        """Wait until grading can begin, and return the isolation that holds there."""
        ...

    def grade(
        self, submissions: Sequence[Submission], jobs: int | None, repeat: str, lasting: Collection[str] = ()
    ) -> Iterator[tuple[Submission, int]]:
        """Yield each submission when its record is written, with the exit status of its judge.

        ``lasting`` are the slugs of those that took long before.
        """
        ...


def executor(
    order: Order,
    name: str,
    scheduler: str | None,
    max_bytes: int,
    begun: Worker | None = None,
    *,
    unencrypted: bool = False,
) -> AbstractContextManager[Executor]:
    """Return the executor of this name, ready to grade; ``begun`` is a local worker that has no order yet.

    Raises
    ------
    UsageError
        If it is Dask's and no scheduler is named, or none answers.
    """
    if name == "local":
        worker = begun or Worker()
        worker.order(order)
        return worker
    address = scheduler or os.environ.get("DASK_SCHEDULER_ADDRESS")
    if not address:
        raise UsageError(
            "The executor dask needs the address of a scheduler; try --scheduler tls://127.0.0.1:8786, or set "
            "DASK_SCHEDULER_ADDRESS."
        )
    from grader.executors.dask import Cluster

    return Cluster(order, address, max_bytes, unencrypted=unencrypted)
