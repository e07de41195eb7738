"""Hands submissions to the workers of a Dask cluster and writes what comes back: an executor beside the local one.

Needs the package ``distributed``, which is installed only where it is wanted. May not import fence, checks or report.
"""

from __future__ import annotations

import contextlib
import shlex
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from grader.cluster import at_work
from grader.cluster.parcel import Reply, packed
from grader.errors import UsageError
from grader.judge.client import PROJECT, Order, WorkerError
from grader.record import record_path, write_atomically
from grader.submissions import Submission

if TYPE_CHECKING:
    import distributed

LOST = 70
CONNECT_SECONDS = 20
# Enough waiting at each thread that none is idle between two, and few enough that the class never sits in memory.
WAITING_EACH = 2


class Cluster:
    """The workers of a Dask scheduler; use it as a context manager, like the local worker.

    Parameters
    ----------
    order : Order
        What is graded, and how. Workers must see the same assignment: one that lies outside the grader's checkout must be
        at the same path there.
    scheduler : str
        Its address, such as ``tcp://10.0.0.1:8786``.
    max_bytes : int
        Up to which size a submission is read.

    Raises
    ------
    UsageError
        When ``distributed`` is not installed, or no scheduler with a worker answers there.
    """

    def __init__(self, order: Order, scheduler: str, max_bytes: int) -> None:
        self.out, self.max_bytes = order.out, max_bytes
        folder = order.assignment
        if folder.is_relative_to(PROJECT):
            folder = folder.relative_to(PROJECT)
        # Nothing of this machine's own paths: an order that is the same lets workers keep their judges.
        self.order = replace(order, assignment=folder, out=Path())
        self.client = _connected(scheduler)
        self.threads = self._threads()
        if not self.threads:
            self.client.close()
            raise UsageError(
                f"The Dask scheduler at {scheduler} must have at least one worker, but has none. "
                f"Start one from this checkout: python -m distributed.cli.dask_worker {scheduler} --nthreads 1"
            )

    def __enter__(self) -> Cluster:
        return self

    def __exit__(self, *exception: object) -> None:
        if not any(exception):
            self.client.run(at_work.dismiss)
        self.client.close()

    def ready(self) -> dict[str, Any]:
        """Have every worker make its fence and test it; return the isolation of the weakest.

        Raises
        ------
        WorkerError
            When one of them cannot grade.
        """
        workers = list(self.client.scheduler_info(n_workers=-1)["workers"])
        asked = [self.client.submit(at_work.ready, self.order, workers=[worker], pure=False) for worker in workers]
        found = [_usable(answer) for answer in self.client.gather(asked)]
        return {"isolation": max(found, key=lambda isolation: len(isolation["not_held"]))}

    def grade(
        self, submissions: Sequence[Submission], jobs: int | None, repeat: str
    ) -> Iterator[tuple[Submission, int]]:
        """Yield each submission when its record is written here, with the exit status of its judge.

        A worker that dies costs a repeat on another one; a submission at which several died is given up with a status of its
        own. ``jobs`` limits how many are under way at once; None is all that the workers take.
        """
        from distributed import as_completed

        waiting = iter(submissions)
        sent: dict[Any, Submission] = {}

        def send(submission: Submission) -> Any:
            line = repeat.format(student=shlex.quote(submission.id))
            # The braces of the line are done with; the judge formats it once more.
            line = line.replace("{", "{{").replace("}", "}}")
            future = self.client.submit(
                at_work.examine, self.order, packed(submission, self.max_bytes), line, pure=False, retries=2
            )
            sent[future.key] = submission
            return future

        first = [send(submission) for submission in islice(waiting, jobs or WAITING_EACH * self.threads)]
        finished = as_completed(first, loop=self.client.loop)
        del first
        for future in finished:
            submission = sent.pop(future.key)
            status = self._keep(future, submission)
            for following in islice(waiting, 1):
                finished.add(send(following))
            yield submission, status

    def _keep(self, future: distributed.Future, submission: Submission) -> int:
        """Write what a worker sent for a submission; return the exit status of its judge."""
        if future.status != "finished":
            return LOST
        reply = _usable(future.result())
        if reply.notebook is not None:
            write_atomically(self.out / "notebooks" / f"{submission.slug}.ipynb", reply.notebook)
        if reply.record is not None:
            write_atomically(record_path(self.out, submission.slug), reply.record)
        return int(reply.status)

    def _threads(self) -> int:
        return sum(self.client.nthreads().values())


def _connected(scheduler: str) -> distributed.Client:
    try:
        from distributed import Client
    except ImportError as error:
        raise UsageError(
            "Grading on a Dask cluster needs the package distributed in this environment: pip install distributed"
        ) from error
    try:
        client = Client(scheduler, timeout=CONNECT_SECONDS, set_as_default=False)
    except (OSError, ValueError) as error:
        raise UsageError(
            f"A Dask scheduler must answer at {scheduler}, but: {error}. Start one with: dask scheduler"
        ) from error
    with contextlib.suppress(TimeoutError):
        client.wait_for_workers(1, timeout=CONNECT_SECONDS)
    return client


def _usable(answer: Any) -> Any:
    """Return what a worker answered, or raise what it says instead."""
    if isinstance(answer, Reply) and answer.error is not None:
        raise WorkerError(answer.error, answer.error_status)
    return answer
