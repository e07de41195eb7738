"""Sends submissions to the workers of a Dask cluster and writes their records: an executor like the local one.

Needs the package ``distributed``, which is optional. May not import fence, checks or report. Dask executes
what its peers send, here as well; certificates decide who is a peer.
"""

from __future__ import annotations

import contextlib
import json
import secrets
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from grader.errors import UsageError
from grader.executors.dask import at_work
from grader.executors.dask.encryption import require_certificate, require_encryption
from grader.executors.dask.parcel import Parcel, Reply, packed, parcel_bytes, reply_from
from grader.executors.dask.seal import Sealed, Unsealed, seal, shared_key, unseal
from grader.executors.workers import PROJECT, Order, UnderWay, WorkerError
from grader.files import write_atomically
from grader.record.record import record_path
from grader.submissions import Submission

if TYPE_CHECKING:
    import distributed

LOST = 70
CONNECT_SECONDS = 20
# Enough submissions wait for each thread that none is idle, and few enough that the class is never in memory.
WAITING_EACH = 2


class Cluster:
    """The workers of a Dask scheduler; use it as a context manager, like the local worker.

    Parameters
    ----------
    order : Order
        What is graded, and how. Workers must see the same assignment: one that lies outside the grader's checkout must be
        at the same path there.
    scheduler : str
        Its address, such as ``tls://10.0.0.1:8786``.
    max_bytes : int
        The maximum size of a submission that is read.
    unencrypted : bool
        Whether addresses of other machines are accepted without TLS.

    Raises
    ------
    UsageError
        If ``distributed`` is not installed, there is no key, no scheduler with a worker answers, or others could reach
        it.
    """

    def __init__(self, order: Order, scheduler: str, max_bytes: int, *, unencrypted: bool = False) -> None:
        self.unencrypted = unencrypted
        # This machine does not know which submissions are running on the others.
        self.under_way = UnderWay()
        self.out, self.max_bytes = order.out, max_bytes
        folder = order.assignment
        if folder.is_relative_to(PROJECT):
            folder = folder.relative_to(PROJECT)
        # No paths of this machine: workers keep their judges as long as the order is the same.
        self.order = replace(order, assignment=folder, out=Path(), submissions=())
        self.run = secrets.token_hex(16)
        self.client, self.key = _connected(scheduler, unencrypted)
        self.threads = self._threads()
        if not self.threads:
            self.client.close()
            raise UsageError(
                f"The Dask scheduler at {scheduler} must have at least one worker, but has none. "
                f"Start one from this checkout: python -m distributed.cli.dask_worker {scheduler} --nthreads 1 --no-dashboard"
            )
        with _closing_on_error(self.client):
            self._workers()

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
            If one of them cannot grade.
        """
        workers = self._workers()
        order = self._sealed("order", Parcel(self.run, self.order))
        asked = [self.client.submit(at_work.ready, order, workers=[worker], pure=False) for worker in workers]
        found = [self._isolation(future, order, worker) for worker, future in zip(workers, asked, strict=True)]
        return {"isolation": max(found, key=lambda isolation: len(isolation["not_held"]))}

    def grade(
        self, submissions: Sequence[Submission], jobs: int | None, repeat: str, lasting: Collection[str] = ()
    ) -> Iterator[tuple[Submission, int]]:
        """Yield each submission when its record is written here, with the exit status of its judge.

        A worker that dies costs a repeat on another one; a submission at which several died is given up with a status of its
        own. ``jobs`` limits how many are under way at once; None is all that the workers take. Those that are ``lasting`` keep one
        thread of a worker each, as all others do.
        """
        from distributed import as_completed

        waiting = iter(submissions)
        sent: dict[Any, tuple[Submission, bytes]] = {}

        def send(submission: Submission) -> Any:
            parcel = self._sealed("parcel", packed(submission, self.max_bytes, self.order, self.run, repeat))
            future = self.client.submit(at_work.examine, parcel, pure=False, retries=2)
            sent[future.key] = submission, parcel.seal
            return future

        first = [send(submission) for submission in islice(waiting, jobs or WAITING_EACH * self.threads)]
        finished = as_completed(first, loop=self.client.loop)
        del first
        for future in finished:
            submission, asked = sent.pop(future.key)
            status = self._keep(future, submission, asked)
            for following in islice(waiting, 1):
                finished.add(send(following))
            yield submission, status

    def _keep(self, future: distributed.Future, submission: Submission, asked: bytes) -> int:
        """Write what a worker sent for a submission; return the exit status of its judge."""
        if future.status != "finished":
            return LOST
        reply = self._usable(future.result(), asked)
        if reply.record is not None and not _is_of(reply.record, submission):
            return LOST
        if reply.notebook is not None:
            write_atomically(self.out / "notebooks" / f"{submission.slug}.ipynb", reply.notebook)
        if reply.record is not None:
            write_atomically(record_path(self.out, submission.slug), reply.record)
        return int(reply.status)

    def _sealed(self, kind: str, parcel: Parcel) -> Sealed:
        return seal(self.key, kind, parcel_bytes(parcel))

    def _isolation(self, future: distributed.Future, order: Sealed, worker: str) -> Mapping[str, Any]:
        try:
            answer = future.result()
        except Exception as error:  # an exception on the worker is raised here
            raise WorkerError(
                f"The Dask worker at {worker} must be able to grade, but: {type(error).__name__}: {error}. Start it from the same checkout "
                "in the same environment.",
                UsageError.exit_status,
            ) from error
        return self._usable(answer, order.seal, worker).isolation or {}

    def _usable(self, answer: object, asked: bytes, worker: str | None = None) -> Reply:
        """Return a worker's answer to the parcel with the seal ``asked``, or raise the error that it reports."""
        who = f"The Dask worker at {worker}" if worker else "A Dask worker"
        try:
            reply = reply_from(unseal(self.key, "reply", answer, answers=asked))
        except Unsealed:
            raise WorkerError(
                f"{who} must hold the same key as this command, but what it answers is not signed with it. "
                "Start every worker with the same DASK_CONFIG as this command.",
                UsageError.exit_status,
            ) from None
        except (ValueError, TypeError, KeyError) as error:
            raise WorkerError(
                f"{who} must have the same grader as this command, but its answer has another form. Start it from the same checkout.",
                UsageError.exit_status,
            ) from error
        if reply.error is not None:
            raise WorkerError(reply.error, reply.error_status)
        return reply

    def _workers(self) -> list[str]:
        """Return the addresses of the workers, after checking that others cannot reach them."""
        known = self.client.scheduler_info(n_workers=-1)
        require_encryption([known["address"], *known["workers"]], accepted=self.unencrypted)
        return list(known["workers"])

    def _threads(self) -> int:
        return sum(self.client.nthreads().values())


@contextlib.contextmanager
def _closing_on_error(client: distributed.Client) -> Iterator[None]:
    try:
        yield
    except BaseException:
        client.close()
        raise


def _is_of(record: bytes, submission: Submission) -> bool:
    """Return whether the bytes are a record of this submission."""
    try:
        return bool(json.loads(record)["slug"] == submission.slug)
    except (ValueError, TypeError, KeyError):
        return False


def _connected(scheduler: str, unencrypted: bool) -> tuple[distributed.Client, bytes]:
    """Return a client of the scheduler, and the key that its workers must hold, too."""
    require_encryption([scheduler], accepted=unencrypted)
    try:
        from distributed import Client, Security
    except ImportError as error:
        raise UsageError(
            "Grading on a Dask cluster needs the package distributed in this environment: pip install distributed"
        ) from error
    key = shared_key()
    # Try first: a client that was refused half-way waits, and complains, when the command ends.
    require_certificate(scheduler, Security())
    try:
        client = Client(scheduler, timeout=CONNECT_SECONDS, set_as_default=False)
    except (OSError, ValueError) as error:
        raise UsageError(
            f"A Dask scheduler with the same certificates must answer at {scheduler}, but: {error}. Start one, with the DASK_CONFIG of "
            "this command: python -m distributed.cli.dask_scheduler --host HOST --no-dashboard"
        ) from error
    with contextlib.suppress(TimeoutError):
        client.wait_for_workers(1, timeout=CONNECT_SECONDS)
    return client, key
