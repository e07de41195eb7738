"""Add the points that people entered into a grading sheet, and write all reports anew."""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from grader.command.lock import only_one_run
from grader.command.reports_folder import reports_of_sheet
from grader.errors import GraderError, UsageError
from grader.record.record import fault_of, read_record, record_path, with_fault, write_record
from grader.terminal import complain
from grader.written.entries import NotASheet, Row, read_rows
from grader.written.merging import marks_of
from grader.written.people import People, people_path, read_people, write_people
from grader.written.points import answers_of, with_marks

# What a class of thousands needs is far below.
MOST_BYTES = 512 * 2**20
MOST_PROBLEMS, MOST_NAMED = 50, 10


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of ``merge``."""
    parser.add_argument("sheet", type=Path, metavar="SHEET", help="the filled grading sheet, as CSV")
    parser.add_argument(
        "--out", type=Path, metavar="REPORTS", help="folder of the reports (default: the one that the sheet belongs to)"
    )
    parser.add_argument("--quiet", action="store_true", help="print nothing but errors")


def run(options: argparse.Namespace) -> int:
    """Merge the sheet; return 0, or raise what is wrong with it before anything is changed."""
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
        raise UsageError(f"There is no folder {options.out}. Name the one that grade wrote to with --out.")
    with only_one_run(options.out):
        people = _class(rows, options.out, options.sheet)
        records = [answers_of(record) for record in _records(people, options.out)]
        marks, problems = marks_of(rows, records, content.count(b"\n") + 1)
        if problems:
            raise UsageError(f"Nothing was merged from {options.sheet}:", *_first(problems))
        people = people.given(marks)
        write_people(options.out, people)
        for record in _records(people, options.out):
            changed = with_marks(record, people.marks)
            if changed != record:
                write_record(record_path(options.out, record["slug"]), changed)
            _write_page(changed, options.out)
        class_records = StandIns(lambda: _records(people, options.out))
        write_class(class_records, options.out)
        if not options.quiet:
            print_table(class_records, options.out)
        faulty = [record["student"] for record in class_records() if record["status"] == "grader_fault"]
        if faulty and options.quiet:
            complain(f"a fault of the grader met {', '.join(faulty[:MOST_NAMED])}; see index.html.")
    return 3 if faulty else 0


def _write_page(record: dict[str, Any], out: Path) -> None:
    """Write the page of a student; where that fails, the record says so and the others are merged."""
    from grader.report.write import write_student

    try:
        write_student(record, out)
    except GraderError:
        raise
    except Exception as error:
        write_record(record_path(out, record["slug"]), with_fault(record, fault_of("page", error)))


def _first(problems: list[str]) -> list[str]:
    """Return the first problems, each at a length that can be read, and how many more there are."""
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
        raise UsageError(f"The sheet {path} cannot be read: {error}.") from error
    if len(content) > MOST_BYTES:
        raise UsageError(f"The sheet {path} cannot be merged: it is larger than {MOST_BYTES // 2**20} MiB.")
    return content


def _class(rows: list[Row], out: Path, sheet: Path) -> People:
    """Return the class that a sheet belongs to, with the points it has so far."""
    for row in rows:
        assignment = row.key.partition("/")[0]
        if re.fullmatch(r"[\w-]{1,100}", assignment) and people_path(out, assignment).is_file():
            return read_people(out, assignment)
    raise UsageError(
        f"No row of {sheet} belongs to what was graded into {out}. Name the folder of the reports with --out."
    )


def _records(people: People, out: Path) -> Iterator[dict[str, Any]]:
    """Yield the records of the class, those without written answers among them."""
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
