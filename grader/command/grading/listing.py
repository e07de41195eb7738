"""``grade --list``: shows which submissions were found, whose they are and how they were read; grades nothing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from grader.command.grading.understood import Understood
from grader.course.roster import key_of
from grader.fence import CleanParent, SessionLimits
from grader.material.assignment import Assignment
from grader.outcomes import StudentFault
from grader.report.text import one_line
from grader.submissions import Submission, TooLarge

MOST_FILES = 3


def print_listing(chosen: Sequence[Submission], understood: Understood, assignment: Assignment) -> int:
    """Print a table of the submissions, each read in a confined child; return 0, or 3 after a fault of ours."""
    rows = []
    status = 0
    with opened_reader(assignment) as clean_parent:
        for submission in chosen:
            try:
                told = _told(submission, assignment, clean_parent)
            except Exception as error:
                told, status = ("not read", "", f"A fault of the grader: {type(error).__name__}: {error}"[:300]), 3
            rows.append(_row(submission, understood, *told))
    rows += [_missing(person) for person in understood.missing]
    console = Console(highlight=False)
    console.print(_table(rows))
    for entry in understood.intake.left_out:
        console.print(Text(one_line(f"left out: {entry.path.name} {entry.reason}")))
    for path in understood.intake.older:
        console.print(Text(one_line(f"left out: {path} is an older attempt")))
    return status


def _table(rows: Sequence[dict[str, str]]) -> Table:
    """Return the table, without columns that are empty in every row."""
    heads = ("student", "id", "files", "attempt", "late", "read as", "entry", "remarks")
    kept = [
        head
        for head in heads
        if head in ("student", "files", "read as", "remarks") or any(row.get(head) for row in rows)
    ]
    table = Table(*kept, box=None, pad_edge=False)
    for row in rows:
        table.add_row(*(Text(one_line(row.get(head, ""))) for head in kept))
    return table


def _row(submission: Submission, understood: Understood, kind: str, entry: str, remarks: str) -> dict[str, str]:
    origin = submission.origin
    people = origin.people if origin else ()
    late = understood.is_late(submission)
    notes = [origin.remark if origin else "", understood.remarks.get(submission.id, ""), remarks]
    return {
        "student": submission.id,
        "id": ", ".join(filter(None, (_id(person, submission.id) for person in people))),
        "files": _files(submission),
        "attempt": str(origin.attempt) if origin and origin.attempt else "",
        "late": "" if late is None else "late" if late else "no",
        "read as": kind,
        "entry": entry,
        "remarks": " ".join(f"{note.rstrip('.')}." for note in notes if note),
    }


def _id(person: Any, student: str) -> str:
    """Return the student's other names and numbers, without what the first column shows."""
    return next(
        (word for word in (person.id, person.number, person.login, person.name) if word and word != student), ""
    )


def _files(submission: Submission) -> str:
    """Return the name of the file or folder handed in, or of the first of several files."""
    if not submission.is_placed or submission.form != "folder":
        return submission.name
    try:
        names = [*submission.paths()]
    except (TooLarge, OSError):
        return submission.name
    more = f" and {len(names) - MOST_FILES} more" if len(names) > MOST_FILES else ""
    return ", ".join(sorted(names)[:MOST_FILES]) + more


def _missing(person: Any) -> dict[str, str]:
    return {"student": key_of(person), "id": person.name, "read as": "", "remarks": "did not hand in."}


def _told(submission: Submission, assignment: Assignment, clean_parent: CleanParent) -> tuple[str, str, str]:
    """Return the kind, the entry and the remarks of a submission, in words."""
    try:
        reading, left_out = reading_of(submission, assignment, clean_parent)
    except (StudentFault, TooLarge, OSError) as error:
        return "not readable", "", str(error)
    remarks = [*left_out] + [problem["message"] for problem in reading["problems"]] + reading["remarks"]
    return reading["kind"] or "not readable", reading["entry"] or "", " ".join(remarks)


@contextmanager
def opened_reader(assignment: Assignment) -> Iterator[CleanParent]:
    """Start the parent process of the reading children, and close it afterwards."""
    clean_parent = CleanParent(preload=assignment.preload)
    try:
        clean_parent.start()
        yield clean_parent
    finally:
        clean_parent.close()


def reading_of(
    submission: Submission, assignment: Assignment, clean_parent: CleanParent
) -> tuple[Any, tuple[str, ...]]:
    """Return how a confined child reads a submission, without running it, and what was left out of it.

    Raises
    ------
    StudentFault, TooLarge, OSError
        If it cannot be read.
    """
    contents = submission.contents(int(assignment.limits.submission_bytes))
    session = clean_parent.open(SessionLimits())
    try:
        reading = session.read(
            [(file.path, file.content) for file in contents.files],
            name=submission.path.name,
            form=submission.form,
            allowed_imports=assignment.allowed_imports,
            harmless=assignment.harmless_imports,
            names=assignment.names,
            entry=submission.entry,
        )
    finally:
        session.close()
    return reading, contents.left_out
