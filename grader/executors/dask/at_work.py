"""Runs inside a Dask worker: a judge's worker with its own fence and self-test. Imports only the settings of Dask."""

from __future__ import annotations

import socket
import tempfile
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from grader.errors import GraderError, UsageError
from grader.executors.dask.parcel import Parcel, Reply, parcel_from, reply_bytes, unpacked
from grader.executors.dask.seal import Sealed, Unsealed, seal, shared_key, unseal
from grader.executors.workers import PROJECT, Order, Worker
from grader.fence.folders import Folder
from grader.material.assignment import load_assignment
from grader.record.provenance import installation
from grader.record.record import record_path


@dataclass
class Post:
    """A judge's worker that serves one thread of a Dask worker, and the folder its records pass through."""

    order: Order
    worker: Worker
    folder: Path
    isolation: dict[str, Any]
    held: Folder

    def close(self) -> None:
        """End the judge's worker and remove the folder."""
        self.worker.__exit__(None, None, None)
        self.held.close()


_posts: dict[int, Post] = {}


def ready(sealed: Sealed) -> Sealed | None:
    """Start the judge of this thread; return its isolation, or why nothing can be graded here; None if the seal is wrong."""
    return _answered(sealed, "order", _ready)


def examine(sealed: Sealed) -> Sealed | None:
    """Grade one submission and remove its files here; return None if the seal is wrong.

    Raises
    ------
    RuntimeError
        If the judge of this worker ended early, so that another try makes sense.
    """
    return _answered(sealed, "parcel", _examine)


def _answered(sealed: Sealed, kind: str, answer: Callable[[Parcel], Reply]) -> Sealed | None:
    """Return the signed reply to a message with the seal of this machine's key; ignore any other message."""
    try:
        key = shared_key()
        content = unseal(key, kind, sealed)
    except (UsageError, Unsealed):
        return None
    try:
        parcel = parcel_from(content)
    except (ValueError, TypeError, KeyError):  # it comes from another version of the command
        reply = Reply(error=_differs(), error_status=UsageError.exit_status)
    else:
        reply = answer(parcel)
    return seal(key, "reply", reply_bytes(reply), answers=sealed.seal)


def _differs() -> str:
    return (
        f"The Dask worker on {socket.gethostname()} must have the same grader, assignment, Python and packages as the machine "
        f"that asks, but they differ. Start it from the same checkout in the same environment."
    )


def _ready(parcel: Parcel) -> Reply:
    try:
        return Reply(isolation=_post(parcel.order).isolation)
    except GraderError as error:
        return Reply(error=str(error), error_status=error.exit_status)


def _examine(parcel: Parcel) -> Reply:
    try:
        post = _post(parcel.order)
        with tempfile.TemporaryDirectory(prefix="grader-parcel-", dir=post.folder) as folder:
            submission = unpacked(parcel, Path(folder))
            ((_, status),) = post.worker.grade([submission], 1, parcel.repeat)
        record = record_path(post.folder, parcel.slug)
        notebook = post.folder / "notebooks" / f"{parcel.slug}.ipynb"
        return Reply(_taken(record), _taken(notebook), status)
    except GraderError as error:
        dismiss(threading.get_ident())
        if error.exit_status == UsageError.exit_status:
            return Reply(error=str(error), error_status=error.exit_status)
        # The judge is gone, perhaps because memory ran out: Dask tries the submission again.
        raise RuntimeError(str(error)) from error


def dismiss(thread: int | None = None) -> None:
    """End the judges of one thread, or of all threads of this process."""
    for key in list(_posts) if thread is None else [thread]:
        if post := _posts.pop(key, None):
            post.close()


def _post(order: Order) -> Post:
    """Return this thread's judge; start a new one if the order has changed."""
    thread = threading.get_ident()
    post = _posts.get(thread)
    if post is None or post.order != order:
        dismiss(thread)
        post = _posts[thread] = _started(order)
    return post


def _started(order: Order) -> Post:
    assignment = order.assignment if order.assignment.is_absolute() else PROJECT / order.assignment
    here = installation(load_assignment(assignment, rubric=order.rubric, allow=order.allow))
    if here != order.installation:
        raise GraderError(_differs())
    held = Folder("grader-post-")
    folder = Path(held.path)
    worker = Worker()
    worker.order(replace(order, assignment=assignment, out=folder, submissions=()))
    try:
        isolation = worker.ready()["isolation"]
    except GraderError:
        worker.__exit__(None, None, None)
        held.close()
        raise
    return Post(order, worker, folder, isolation, held)


def _taken(path: Path) -> bytes | None:
    """Return a file's bytes and remove it; None if there is no file."""
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return None
    path.unlink()
    return content
