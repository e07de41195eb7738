"""Keeps one student's trouble from stopping a class: it becomes a fault of ours in that student's record."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from grader.errors import NotWritten, reason
from grader.material.assignment import Assignment
from grader.record.fields import GraderFaultFields
from grader.record.record import fault_of, fault_record, read_record, record_path, with_fault, write_record
from grader.submissions import Submission


class Troubles:
    """What went wrong for individual students in one run.

    Parameters
    ----------
    assignment : Assignment
    out : Path
        The folder of the reports.
    """

    def __init__(self, assignment: Assignment, out: Path) -> None:
        self.assignment, self.out = assignment, out
        self.unwritten: dict[str, Mapping[str, Any]] = {}

    @contextmanager
    def of(self, submission: Submission, where: str) -> Iterator[None]:
        """Record any error raised in the block as a fault of ours for one student, except a full disk, which affects all.

        Raises
        ------
        NotWritten
            See ``grader.files``.
        """
        try:
            yield
        except NotWritten:
            raise
        except Exception as error:
            self.add(submission, where, error)

    def add(self, submission: Submission, where: str, error: Exception | str) -> None:
        """Add a fault to a student's record, or write a record of it alone if there is none, and update the page."""
        fault, path = fault_of(where, error), record_path(self.out, submission.slug)
        try:
            record: Mapping[str, Any] = with_fault(self._checked(submission, read_record(path)), fault)
        except (OSError, ValueError):
            record = fault_record(submission, self.assignment, fault)
        try:
            write_record(path, record)
        except OSError:  # something else is in its place
            self.unwritten[submission.slug] = record
        self._page(submission, record, fault)

    def _page(self, submission: Submission, record: Mapping[str, Any], fault: GraderFaultFields) -> None:
        """Write the page of a student with a fault; if that fails, a page with nothing else."""
        from grader.report.write import write_student

        for content in (record, fault_record(submission, self.assignment, fault)):
            try:
                write_student(content, self.out)
                return
            except NotWritten:
                raise
            except Exception:  # the second page contains nothing of the student's but the name
                continue

    def records(self, submissions: Sequence[Submission]) -> Iterator[Mapping[str, Any]]:
        """Yield these students' records; an unreadable one is a fault of ours, one of another assignment is skipped."""
        for submission in submissions:
            if submission.slug in self.unwritten:
                yield self.unwritten[submission.slug]
                continue
            try:
                record = self._checked(submission, read_record(record_path(self.out, submission.slug)))
            except FileNotFoundError:
                continue
            except (OSError, ValueError) as error:
                yield fault_record(
                    submission, self.assignment, fault_of("record", f"The record cannot be read: {_reason(error)}")
                )
                continue
            if record["assignment"]["id"] == self.assignment.id:
                yield record

    def _checked(self, submission: Submission, record: dict[str, Any]) -> dict[str, Any]:
        """Return a record after checking that it is this student's; raise ``ValueError`` if it is not."""
        if record.get("slug") != submission.slug or record.get("student") != submission.id:
            raise ValueError("it is another student's record")
        if not isinstance(record.get("assignment"), dict) or "id" not in record["assignment"]:
            raise ValueError("it names no assignment")
        return record


def _reason(error: Exception) -> str:
    return f"{reason(error)}."
