"""Writes what a class gets besides its students' records: missing pages, rendered notebooks, the roster, the reports."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from grader.command.grading.hand_ins import HandIns
from grader.command.grading.job import Job
from grader.command.grading.troubles import Troubles
from grader.command.grading.understood import ROSTER, Understood, roster_table
from grader.course.roster import key_of
from grader.files import replacing, write_atomically
from grader.record.record import read_record, record_path
from grader.submissions import Submission
from grader.terminal import complain

if TYPE_CHECKING:
    from grader.report.stand_ins import StandIns
    from grader.report.write import ReportPaths


def write_missing_pages(submissions: Sequence[Submission], troubles: Troubles) -> None:
    """Write the pages that a killed run did not get to."""
    if not submissions:
        return  # so that the workers start before the imports for the reports
    from grader.report.write import student_page, write_student

    for submission in submissions:
        record, page = record_path(troubles.out, submission.slug), student_page(troubles.out, submission.slug)
        with troubles.of(submission, "page"):
            if not page.exists() or page.stat().st_mtime_ns < record.stat().st_mtime_ns:
                write_student(read_record(record), troubles.out)


def render_notebooks(job: Job, chosen: Sequence[Submission], troubles: Troubles) -> None:
    """Render the executed notebooks as HTML pages next to them, if the options ask for it."""
    if job.options.notebooks != "html":
        return
    from grader.command.progress import progress
    from grader.fence.rendering import Renderer

    folder = job.out / "notebooks"
    notebooks = [(submission, path) for submission in chosen if (path := folder / f"{submission.slug}.ipynb").exists()]
    if not notebooks:
        return
    with Renderer() as renderer:
        for submission, path in progress(notebooks, len(notebooks), "rendering", quiet=job.options.quiet):
            with troubles.of(submission, "rendered notebook"):
                html = renderer.render(path.read_bytes(), path.stem).encode("utf-8", "backslashreplace")
                write_atomically(path.with_suffix(".html"), html)


def write_roster(job: Job, understood: Understood) -> None:
    """Write which students handed in, if there is a roster and the run is not anonymous."""
    if understood.listed is not None and job.plan.key is None:
        with replacing(job.out / ROSTER) as file:
            file.writelines(roster_table(understood))


@dataclass(frozen=True)
class Reports:
    """The reports of a class: where they are, the records behind them, and whether a GitHub job shows them, too."""

    paths: ReportPaths
    records: StandIns
    published: bool


def write_reports(job: Job, hand_ins: HandIns, troubles: Troubles) -> Reports:
    """Write the class's reports, and publish them to the GitHub job that this may run in."""
    from grader.report.stand_ins import StandIns
    from grader.report.write import write_class

    records = StandIns(lambda: troubles.records(hand_ins.everyone))
    absent = [(key_of(person), person.name or "") for person in hand_ins.understood.missing]
    paths = write_class(records, job.out, absent=absent)
    return Reports(paths, records, _is_published(records, job.out))


def _is_published(records: StandIns, out: Path) -> bool:
    """Publish the results to a GitHub job; if its page cannot be written, say so and go on."""
    from grader.report.github import publish_to_github

    try:
        publish_to_github(records, out, os.environ)
    except OSError as error:
        complain(f"The summary of this GitHub job could not be written: {error}. The reports are complete.")
        return False
    return True
