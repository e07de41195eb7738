"""Has the hand-ins graded that have no valid record; each page is written as soon as its record exists."""

from __future__ import annotations

import contextlib
import gc
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from grader.command.grading.beside import keep_pdf
from grader.command.grading.doubts import stop_in_doubt
from grader.command.grading.earlier import earlier_of, with_earlier
from grader.command.grading.job import Job
from grader.command.grading.order import grading_of, order_of
from grader.command.grading.reports import write_missing_pages
from grader.command.grading.troubles import Troubles
from grader.command.grading.unchanged import Former, Grading, lasting, longest_first, remembered, unchanged
from grader.executors.executor import Executor, executor
from grader.executors.workers import Order, Worker, WorkerError
from grader.record.record import record_path
from grader.submissions import Submission
from grader.submissions.notebooks import may_be_notebooks
from grader.terminal import remark

if TYPE_CHECKING:
    from grader.report.changes import Run

ENDINGS = (".ipynb", ".html", ".pdf")


def grade_chosen(job: Job, chosen: Sequence[Submission], troubles: Troubles, begun: Worker | None) -> Run:
    """Grade the new ones among the chosen submissions, and return what was done.

    ``begun`` is a worker without an order, if one was started early.
    """
    order = order_of(job)
    grading = grading_of(job, order)
    kept = set() if job.options.again else {submission.slug for submission in unchanged(chosen, grading)}
    write_missing_pages([submission for submission in chosen if submission.slug in kept], troubles)
    if kept and not job.options.quiet:
        counted = f"{len(kept)} of {len(chosen)} submissions"
        remark(f"Unchanged since an earlier run and not graded again: {counted}; --again grades them anyway.")
    fresh = [submission for submission in chosen if submission.slug not in kept]
    earlier: Mapping[str, Former] = {}
    if fresh:
        if not job.options.anyway:
            stop_in_doubt(fresh, len(chosen), job.assignment)
        earlier = _grade_fresh(job, order, grading, fresh, troubles, begun)
    # Imports for the reports wait until the workers have started.
    from grader.report.changes import Run

    scores = {slug: one.points for slug, one in earlier.items()}
    return Run({submission.slug for submission in fresh}, scores, first=not kept and not earlier)


def _grade_fresh(
    job: Job,
    order: Order,
    grading: Grading,
    fresh: Sequence[Submission],
    troubles: Troubles,
    begun: Worker | None,
) -> Mapping[str, Former]:
    """Grade these submissions, and return what is remembered of their earlier records, by slug."""
    options, order = job.options, replace(order, notebooks=may_be_notebooks(fresh))
    with executor(
        order, options.executor, options.scheduler, grading.max_bytes, begun, unencrypted=options.unencrypted
    ) as workers:
        earlier = remembered(fresh, job.out, job.assignment.id)
        _prepare(workers, quiet=options.quiet)
        _grade_each(workers, job, grading, fresh, earlier, troubles)
    return earlier


def _prepare(workers: Executor, *, quiet: bool) -> None:
    """Import what the pages need while the workers start; then say what their isolation does not hold, unless ``quiet``."""
    from grader.report.html import prepare_pages

    prepare_pages()
    gc.freeze()
    ready = workers.ready()
    held = ready["isolation"]
    if not quiet and held["not_held"]:
        remark(f"Isolation {held['level']}: {' '.join(held['not_held'])}")
    for sentence in ready.get("remarks", ()) if not quiet else ():
        remark(sentence)


def _grade_each(
    workers: Executor,
    job: Job,
    grading: Grading,
    submissions: Sequence[Submission],
    earlier: Mapping[str, Former],
    troubles: Troubles,
) -> None:
    """Grade these submissions and write their pages; one without a record gets one that says so."""
    from grader.command.progress import progress

    queue = longest_first(submissions, earlier)
    before = {submission.slug: earlier_of(job.out, submission) for submission in queue}
    for submission in queue:
        _forget(job.out, submission)
    left = {submission.slug: submission for submission in queue}
    try:
        graded = workers.grade(queue, job.options.jobs, grading.repeat, lasting(earlier))
        for submission, status in progress(
            graded, len(queue), "grading", quiet=job.options.quiet, under_way=workers.under_way
        ):
            del left[submission.slug]
            _receive(submission, status, before[submission.slug], grading, troubles)
    except WorkerError as error:
        if len(left) == len(queue):
            raise
        # The class still gets its reports, and the next run grades the rest.
        for submission in left.values():
            troubles.add(submission, "judge", f"Not graded: {error}")


def _receive(
    submission: Submission, status: int, before: Mapping[str, Any] | None, grading: Grading, troubles: Troubles
) -> None:
    """Write the page of a submission whose judge has ended, or a record that says why there is none."""
    from grader.report.write import write_student

    out = grading.out
    if status != 0 or not record_path(out, submission.slug).exists():
        cause = getattr(status, "cause", None) or f"its judge ended early (exit status {status:d})"
        troubles.add(submission, "judge", f"Not graded, because {cause}.")
        return
    with troubles.of(submission, "pdf"):
        keep_pdf(submission, grading.max_bytes, out)
    with troubles.of(submission, "page"):
        write_student(with_earlier(out, submission, before), out)


def _forget(out: Path, submission: Submission) -> None:
    """Remove what an earlier run left of this student, so that old files are not taken for new ones."""
    beside = (out / "notebooks" / submission.slug, out / "handed-in" / submission.slug)
    for path in (
        record_path(out, submission.slug),
        *(path.with_name(f"{path.name}{ending}") for path in beside for ending in ENDINGS),
    ):
        # A file that cannot be removed cannot be written either, which is reported then.
        with contextlib.suppress(OSError):
            path.unlink(missing_ok=True)
