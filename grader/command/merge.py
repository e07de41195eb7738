"""Add the points from a filled-in grading sheet to the reports."""

from __future__ import annotations

import argparse
import re
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from grader.command.gradebooks import add_gradebook, author, open_gradebook
from grader.command.lock import only_one_run
from grader.command.reports_folder import reports_of_sheet
from grader.errors import GraderError, UsageError, reason
from grader.record.record import fault_of, read_record, record_path, with_fault, write_record
from grader.terminal import complain, say
from grader.written.entries import NotASheet, Row, read_rows
from grader.written.merging import marks_of
from grader.written.people import People, people_path, read_people, write_people
from grader.written.points import Mark, answers_of, with_marks

if TYPE_CHECKING:
    from grader.course.booking import Merge
    from grader.course.gradebook import Gradebook

# A class of thousands stays far below this.
MOST_BYTES = 512 * 2**20
MOST_PROBLEMS, MOST_NAMED = 50, 10
# How long to wait for another merge, or a run of grade, that is using the reports.
WAIT_SECONDS = 120.0


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of ``merge``."""
    parser.add_argument(
        "sheet", type=Path, metavar="SHEET", help="the completed grading sheet, or a part of it, as CSV"
    )
    parser.add_argument(
        "--out", type=Path, metavar="REPORTS", help="folder of the reports (default: the one the sheet belongs to)"
    )
    add_gradebook(parser, writes=True)
    parser.add_argument("--quiet", action="store_true", help="print nothing but errors")


def run(options: argparse.Namespace) -> int:
    """Merge the sheet and return 0; if anything is wrong with it, raise before anything is changed."""
    from grader.command.booked import name_of
    from grader.report.stand_ins import StandIns
    from grader.report.table import print_table
    from grader.report.write import write_class

    content = _content(options.sheet)
    try:
        rows = read_rows(content)
    except NotASheet as problem:
        raise UsageError(f"{options.sheet} cannot be merged: {problem}.") from problem
    if options.out is None:
        options.out = reports_of_sheet(options.sheet, next((row.key for row in rows if row.key), ""))
    if not options.out.is_dir():
        raise UsageError(f"There is no folder {options.out}. With --out, name the folder that grade wrote to.")
    who = author(options)
    with only_one_run(options.out, wait_seconds=WAIT_SECONDS):
        people = _class(rows, options.out, options.sheet)
        records = [answers_of(record) for record in _records(people, options.out)]
        marks, problems = marks_of(rows, records)
        if problems:
            raise UsageError(f"Nothing was merged from {options.sheet}:", *_first(problems))
        with open_gradebook(options) as gradebook:
            name = name_of(options.out, people.assignment)
            _book(gradebook, name, people, options, who)
            people, merged = _merged(gradebook, name, people, marks, who)
            write_people(options.out, people)
            changed = _keep_records(people, options.out) | {mark.slug for mark in marks}
            _decorate(gradebook, name, people, changed, options)
        class_records = StandIns(lambda: _records(people, options.out))
        summary = write_class(class_records, options.out).summary
        if not options.quiet:
            print_table(class_records, options.out, summary=summary)
            say(*_told(rows, marks, records, merged, who))
        faulty = [student.student for student in summary.students if student.faulted]
        if faulty and options.quiet:
            complain(f"a fault of the grader affected {', '.join(faulty[:MOST_NAMED])}; see index.html.")
    return 3 if faulty else 0


def _merged(gradebook: Gradebook, name: str, people: People, marks: Sequence[Mark], who: str) -> tuple[People, Merge]:
    """Write the marks to the gradebook; return all points given by people, and what the marks changed."""
    from grader.command.booked import with_gradebook
    from grader.course.booking import Merge, marks_from, merge_of
    from grader.course.events import OF_MARKS, Draft, Event

    merged = Merge()
    with_gradebook(people, gradebook, name)

    def decide(events: list[Event]) -> list[Draft]:
        nonlocal merged
        merged = merge_of(events, marks)
        return merged.drafts(name)

    gradebook.add(decide, author=who, assignment=name, kinds=OF_MARKS)
    every = marks_from(gradebook.events(assignment=name, kinds=OF_MARKS))
    return People(people.assignment, people.students, every, booked=True), merged


def _keep_records(people: People, out: Path) -> set[str]:
    """Add people's points to the records and write outdated pages; return the students whose files were written."""
    written = set()
    by_student: dict[str, list[Mark]] = {}
    for mark in people.marks:
        by_student.setdefault(mark.slug, []).append(mark)
    for record in _records(people, out):
        changed = with_marks(record, by_student.get(record["slug"], ()))
        if changed != record:
            write_record(record_path(out, record["slug"]), changed)
        if changed != record or _is_old(record["slug"], out):
            _write_page(changed, out)
            written.add(record["slug"])
    return written


def _is_old(slug: str, out: Path) -> bool:
    from grader.report.write import student_page

    page = student_page(out, slug)
    return not page.exists() or page.stat().st_mtime_ns < record_path(out, slug).stat().st_mtime_ns


def _book(gradebook: Gradebook, name: str, people: People, options: argparse.Namespace, who: str) -> None:
    """Write the results that the gradebook does not have yet."""
    from grader.command.booked import book, fresh, seen

    new = fresh(gradebook, name, options.out, people.students)
    records = _records(People(people.assignment, tuple(new)), options.out)
    book(gradebook, name, records, author=who)
    seen(gradebook, name, options.out, new)


def _decorate(
    gradebook: Gradebook, name: str, people: People, changed: Collection[str], options: argparse.Namespace
) -> None:
    """Update the decisions shown on the pages of students whose points have changed."""
    from grader.command.booked import scores_in, seen
    from grader.command.pages import keep_pages
    from grader.command.terms import terms_of

    # What was just written to the records came from the gradebook.
    seen(gradebook, name, options.out, people.students)
    keep_pages(options.out, scores_in(gradebook, name, terms_of(options), changed).values())


def _told(rows: Sequence[Row], marks: Sequence[Mark], records: Sequence[Any], merged: Merge, who: str) -> Iterator[str]:
    """Yield how many rows were merged, what changed, and whose points were replaced."""
    every = sum(len(record.get("answers") or ()) for record in records)
    yield (
        f"Merged {len(rows):,} of {every:,} rows of the class, {len(marks):,} of them with points or a comment: "
        f"{len(merged.added):,} added, {len(merged.replaced):,} changed, {merged.same:,} unchanged."
    )
    names = {record["slug"]: record["student"] for record in records}
    for one in merged.replaced[:MOST_PROBLEMS]:
        row = f"{names[one.mark.slug]}, question {one.mark.question}"
        giver = "you" if one.author == who else one.author
        yield f"{row}: {_given(one.mark)} instead of {_given(one.former)}, which {giver} gave at {one.at[:16].replace('T', ' ')} UTC."
    if len(merged.replaced) > MOST_PROBLEMS:
        yield f"and {len(merged.replaced) - MOST_PROBLEMS:,} more"
    others = sorted({one.author for one in merged.replaced} - {who})
    if others:
        yield f"Several graders gave points in these rows: {', '.join(others)} and {who}. The points of {who} now count; history shows all."


def _given(mark: Mark) -> str:
    """Return what a mark gave, in words."""
    from grader.record.score import exact_sum
    from grader.report.wording import points

    if not mark.earned:
        return "only a comment"
    return f"{points(float(exact_sum(given for _, given in mark.earned)))} points"


def _write_page(record: dict[str, Any], out: Path) -> None:
    """Write the page of a student; if that fails, note it in the record and go on with the others."""
    from grader.report.write import write_student

    try:
        write_student(record, out)
    except GraderError:
        raise
    except Exception as error:
        write_record(record_path(out, record["slug"]), with_fault(record, fault_of("page", error)))


def _first(problems: list[str]) -> list[str]:
    """Return the first problems, shortened, and how many more there are."""
    more = len(problems) - MOST_PROBLEMS
    shown = [problem if len(problem) <= 400 else f"{problem[:399]}…" for problem in problems[:MOST_PROBLEMS]]
    return [*shown, f"and {more:,} more"] if more > 0 else shown


def _content(path: Path) -> bytes:
    try:
        if path.exists() and not path.is_dir() and not path.is_file():
            raise UsageError(f"The sheet {path} cannot be read: it is not an ordinary file.")
        with open(path, "rb") as file:
            content = file.read(MOST_BYTES + 1)
    except (OSError, ValueError) as error:
        raise UsageError(f"The sheet {path} cannot be read: {reason(error)}.") from error
    if len(content) > MOST_BYTES:
        raise UsageError(f"The sheet {path} cannot be merged: it is larger than {MOST_BYTES // 2**20} MiB.")
    return content


def _class(rows: list[Row], out: Path, sheet: Path) -> People:
    """Return the class that a sheet belongs to, with its points so far."""
    for row in rows:
        assignment = row.key.partition("/")[0]
        if re.fullmatch(r"[\w-]{1,100}", assignment) and people_path(out, assignment).is_file():
            return read_people(out, assignment)
    raise UsageError(f"No row of {sheet} belongs to the reports in {out}. Name the right folder of reports with --out.")


def _records(people: People, out: Path) -> Iterator[dict[str, Any]]:
    """Yield the records of the class, including those without written answers."""
    for slug in people.students:
        path = record_path(out, slug)
        if not path.exists():
            continue
        try:
            record = read_record(path)
        except (OSError, ValueError) as error:
            raise GraderError(f"{error}. Grade this submission again before merging.") from error
        if record["assignment"]["id"] == people.assignment:
            yield record
