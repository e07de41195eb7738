"""Where submissions are graded: on this machine's cores, or on the workers of a Dask cluster."""

from __future__ import annotations

import contextlib
import gc
import os
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, Protocol

from grader.command.beside import keep_pdf
from grader.command.earlier import earlier_of, remembered
from grader.command.troubles import Troubles
from grader.command.unchanged import Former, lasting, longest_first
from grader.errors import UsageError
from grader.executors.workers import Order, UnderWay, Worker, WorkerError
from grader.record.record import record_path
from grader.submissions import Submission, TooLarge
from grader.terminal import remark

ENDINGS = (".ipynb", ".html", ".pdf")


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


def grade_anew(
    workers: Executor,
    order: Order,
    submissions: Sequence[Submission],
    repeat: str,
    earlier: Mapping[str, Former],
    *,
    max_bytes: int,
    jobs: int | None,
    quiet: bool,
    troubles: Troubles,
) -> None:
    """Grade these submissions and write each page as soon as its record exists; one without a record gets one that says so."""
    # Imported while the workers start.
    from grader.command.progress import progress
    from grader.report.html import prepare_pages
    from grader.report.write import write_student

    prepare_pages()
    gc.freeze()
    ready = workers.ready()
    held = ready["isolation"]
    if not quiet and held["not_held"]:
        remark(f"Isolation {held['level']}: {' '.join(held['not_held'])}")
    for sentence in ready.get("remarks", ()) if not quiet else ():
        remark(sentence)
    queue = longest_first(submissions, earlier)
    before = {submission.slug: earlier_of(order.out, submission) for submission in queue}
    for submission in queue:
        _forget(order.out, submission)
    left = {submission.slug: submission for submission in queue}
    try:
        graded = workers.grade(queue, jobs, repeat, lasting(earlier))
        for submission, status in progress(graded, len(queue), "grading", quiet=quiet, under_way=workers.under_way):
            del left[submission.slug]
            if status != 0 or not record_path(order.out, submission.slug).exists():
                cause = getattr(status, "cause", None) or f"its judge ended early (exit status {status:d})"
                troubles.add(submission, "judge", f"Not graded, because {cause}.")
                continue
            with troubles.of(submission, "pdf"):
                keep_pdf(submission, max_bytes, order.out)
            with troubles.of(submission, "page"):
                write_student(remembered(order.out, submission, before[submission.slug]), order.out)
    except WorkerError as error:
        if len(left) == len(queue):
            raise
        # The class still gets its reports, and the next run grades the rest.
        for submission in left.values():
            troubles.add(submission, "judge", f"Not graded: {error}")


def may_be_notebooks(submissions: Sequence[Submission]) -> bool:
    """Return whether any of them is a notebook, or may contain one."""
    return any(_may_be_notebook(submission) for submission in submissions)


def _may_be_notebook(submission: Submission) -> bool:
    if submission.form == "file":
        return submission.path.suffix.lower() == ".ipynb"
    try:
        return submission.form == "zip" or any(path.lower().endswith(".ipynb") for path in submission.paths())
    except (TooLarge, OSError):
        return False


def _forget(out: Path, submission: Submission) -> None:
    """Remove what an earlier run left of this student, so that old files are not taken for new ones."""
    beside = (out / "notebooks" / submission.slug, out / "handed-in" / submission.slug)
    for path in (
        record_path(out, submission.slug),
        *(path.with_name(f"{path.name}{ending}") for path in beside for ending in ENDINGS),
    ):
        with contextlib.suppress(
            OSError
        ):  # a file that cannot be removed cannot be written either, which is reported then
            path.unlink(missing_ok=True)
