"""What a run of ``grade`` is to do, decided before any hand-in is looked for."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from grader.command.defaults import switched_on
from grader.command.grading.allowed import require_installed
from grader.command.grading.plan import Plan, plan_of, relative
from grader.command.lock import only_one_run
from grader.command.reports_folder import REPORTS, claim, make_reports_folder
from grader.errors import NotWritten
from grader.material.assignment import Assignment, find_assignment, load_assignment
from grader.record.record import sweep_temporaries


@dataclass(frozen=True)
class Job:
    """The options of a run, the plan that they give together with the course file, the assignment, and the reports folder."""

    options: argparse.Namespace
    plan: Plan
    assignment: Assignment
    out: Path

    @property
    def course_id(self) -> str | None:
        """The course's id for the assignment, if the course lists it."""
        return self.plan.planned.id if self.plan.planned else None


def job_of(options: argparse.Namespace) -> Job:
    """Return the job that the options ask for; they are told the reports folder.

    Raises
    ------
    GraderError
        If the course file, the assignment or an allowed import is not right.
    """
    rubric = options.rubric or switched_on("rubric")
    plan = plan_of(options)
    assignment = load_assignment(find_assignment(plan.assignment), rubric=rubric, allow=plan.allow)
    require_installed(assignment)
    options.out = relative(plan.out or REPORTS / assignment.id)
    return Job(options, plan, assignment, options.out)


@contextmanager
def reserved_reports(job: Job) -> Iterator[None]:
    """Make the reports folder and keep it for this run and this assignment; a full disk leaves no temporary files.

    Raises
    ------
    UsageError
        If it cannot be made, holds another assignment's reports, or another run writes to it.
    """
    make_reports_folder(job.out)
    with only_one_run(job.out):
        claim(job.out, job.assignment.id, job.course_id)
        sweep_temporaries(job.out)
        try:
            yield
        except NotWritten:
            sweep_temporaries(job.out)
            raise
