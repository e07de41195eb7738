"""``grade --list``: what was found and how it was read, grading nothing."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from grader.fence import SessionLimits, Zygote
from grader.material.assignment import Assignment
from grader.outcomes import StudentFault
from grader.report.text import one_line
from grader.submissions import LeftOut, Submission, TooLarge


def print_listing(chosen: Sequence[Submission], left_out: Sequence[LeftOut], assignment: Assignment) -> int:
    """Print a table of the submissions, each read in a confined child; return 0, or 3 when a fault of ours met one of them."""
    table = Table("student", "handed in", "read as", "entry", "remarks", box=None, pad_edge=False)
    zygote = Zygote(preload=assignment.preload)
    try:
        zygote.start()
        status = 0
        for submission in chosen:
            try:
                reading = _reading(submission, assignment, zygote)
            except Exception as error:
                reading, status = ("not read", "", f"A fault of the grader: {type(error).__name__}: {error}"[:300]), 3
            row = (submission.id, submission.name, *reading)
            table.add_row(*(Text(one_line(cell)) for cell in row))
    finally:
        zygote.close()
    console = Console(highlight=False)
    console.print(table)
    for entry in left_out:
        console.print(Text(one_line(f"left out: {entry.path.name} {entry.reason}")))
    return status


def _reading(submission: Submission, assignment: Assignment, zygote: Zygote) -> tuple[str, str, str]:
    """Return kind, entry and remarks of a submission, in words."""
    try:
        contents = submission.contents(int(assignment.limits.submission_bytes))
        files = [(file.path, file.content) for file in contents.files]
        session = zygote.open(SessionLimits())
        try:
            reading = session.read(
                files,
                name=submission.path.name,
                form=submission.form,
                allowed_imports=assignment.allowed_imports,
                harmless=assignment.harmless_imports,
                names=assignment.names,
                entry=submission.entry,
            )
        finally:
            session.close()
    except (StudentFault, TooLarge, OSError) as error:
        return "not readable", "", str(error)
    remarks = [*contents.left_out] + [problem["message"] for problem in reading["problems"]] + reading["remarks"]
    return reading["kind"] or "not readable", reading["entry"] or "", " ".join(remarks)
