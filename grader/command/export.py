"""Export scores, or the students' pages, to another system."""

from __future__ import annotations

import argparse
import hashlib
import math
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from grader.command.feedback import LAYOUTS, write_feedback
from grader.command.gradebooks import add_gradebook, author, course_of_command, open_gradebook, reports_folder
from grader.command.terms import add_terms, terms_of
from grader.errors import UsageError, reason
from grader.files import write_atomically
from grader.terminal import complain, say

if TYPE_CHECKING:
    from grader.course.export.formats import Format
    from grader.course.export.grades import Filled, Grade
    from grader.course.gradebook import Gradebook
    from grader.course.score import CourseScore
    from grader.course.terms import Terms

MOST_BYTES = 256 * 2**20
MOST_NAMED = 10


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of ``export``."""
    from grader.course.export.formats import FORMATS

    add = parser.add_argument
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--to", choices=tuple(FORMATS), help="the system or file format that the scores go to")
    what.add_argument("--feedback", choices=LAYOUTS, help="write the students' pages as a zip in this layout")
    add(
        "file",
        nargs="?",
        type=Path,
        metavar="FILE",
        help="the file downloaded from the system, which is changed in place; with --feedback, the worksheet or the downloaded "
        "submissions; with csv and xlsx, the file to write",
    )
    add("--assignment", metavar="NAME", help="id of the assignment (may be left out if there is only one)")
    add("--output", type=Path, metavar="PATH", help="write this file instead of changing the downloaded one")
    add("--column", metavar="NAME", help="the assignment's column in the file")
    add(
        "--comments",
        metavar="NAME",
        help="the column for comments in Moodle's worksheet, if it is not found automatically",
    )
    add(
        "--points", type=float, metavar="N", help="the assignment's full points in that system; scores are scaled to it"
    )
    add("--unfinished", action="store_true", help="also export scores that still wait for a person, as they are so far")
    add(
        "--out",
        type=Path,
        metavar="REPORTS",
        help="folder of the reports (default: reports next to grader.toml, or here)",
    )
    add("--roster", type=Path, metavar="FILE", help="CSV file of the students (default: the one in grader.toml)")
    add(
        "--key",
        type=Path,
        metavar="FILE",
        help="the key of anonymous students (default: the one next to grader.toml, or here)",
    )
    add("--anonymous", action="store_true", help="keep anonymous students anonymous even if the key is there")
    add_gradebook(parser, writes=True)
    add_terms(parser)


def run(options: argparse.Namespace) -> int:
    """Export and return 0; if anything is wrong, raise before anything is written."""
    if options.points is not None and not 0 < options.points < math.inf:
        raise UsageError(f"--points must be a number above 0, not {options.points:g}.")
    terms, who = terms_of(options), author(options)
    options.out = reports_folder(options)
    from grader.command.booked import catch_up, has_reports, reports_of
    from grader.course.export.formats import FORMATS

    course = course_of_command(options)
    with open_gradebook(options, must_exist=not has_reports(options.out)) as gradebook:
        catch_up(gradebook, options.out, who, course=course)
        assignment, scores = _scores(gradebook, options, terms)
        options.out = reports_of(options.out, assignment, course)
        _take_from_course(options, assignment)
        pages = scores
        scores, missing = _as_known(scores, assignment, options)
        grades = _grades(scores, terms, options)
        if options.feedback:
            return write_feedback(options, assignment, pages, grades)
        if FORMATS[options.to].table is not None:
            grades += missing
        filled, path = _filled(options, assignment, grades)
        filled.remarks += _late_without_time(scores)
        write_atomically(path, filled.content)
        _note(gradebook, assignment, options.to, path, filled, who)
    _tell(filled, path)
    return 0


def _take_from_course(options: argparse.Namespace, assignment: str) -> None:
    """Fill in options that were not given from what the course file says about the target and its file."""
    course = course_of_command(options)
    told = course.export.get(options.to, {})
    title = told.get(assignment) or (told.get("title") if len(course.assignments) < 2 else None)
    options.column = options.column or title
    options.comments = options.comments or told.get("comments")
    options.points = options.points if options.points is not None else told.get("points")
    options.unfinished = options.unfinished or told.get("unfinished", False)
    options.roster = options.roster or course.roster


def _as_known(
    scores: Sequence[CourseScore], assignment: str, options: argparse.Namespace
) -> tuple[list[CourseScore], list[Grade]]:
    """Return the scores with what the key and the roster know of the students, and an entry for each who handed in nothing."""
    from grader.command.anonymity import key_here
    from grader.course.export.grades import of_roster
    from grader.course.roster import read_roster

    found = list(scores)
    key = None if options.anonymous else key_here(options)
    if key is not None:
        from grader.course.anonymous import with_names

        found = with_names(found, key, assignment)
    if options.roster is None or options.anonymous:
        return found, []
    return of_roster(found, read_roster(options.roster))


def _late_without_time(scores: Sequence[CourseScore]) -> list[str]:
    """Return a sentence about hand-ins that the platform marks as late without a time."""
    marked = [
        score.name for score in scores if score.result and score.result.marked_late and not score.result.handed_in
    ]
    if not marked:
        return []
    more = f" and {len(marked) - MOST_NAMED:,} more" if len(marked) > MOST_NAMED else ""
    return [
        f"{len(marked):,} are marked late by the platform without a time, so they have no penalty: {', '.join(marked[:MOST_NAMED])}{more}"
    ]


def _scores(gradebook: Gradebook, options: argparse.Namespace, terms: Terms) -> tuple[str, list[CourseScore]]:
    """Return the assignment, and the scores of all students who have one for it, sorted by name."""
    from grader.command.booked import scores_in

    known = gradebook.assignments()
    if options.assignment is None and len(known) != 1:
        raise UsageError(
            f"There are several assignments; name one with --assignment: {', '.join(known)}."
            if known
            else f"The gradebook {gradebook.name} is empty; grade first."
        )
    assignment = options.assignment or known[0]
    if assignment not in known:
        raise UsageError(f"The gradebook has no assignment {assignment!r}; it has {', '.join(known)}.")
    return assignment, sorted(
        scores_in(gradebook, assignment, terms).values(), key=lambda score: (score.name.casefold(), score.student)
    )


def _grades(scores: Sequence[CourseScore], terms: Terms, options: argparse.Namespace) -> list[Grade]:
    """Return the grade of each student, including every member of a group."""
    from grader.course.export.grades import grades_of

    return [
        grade
        for score in scores
        for grade in grades_of(
            score, terms, points=options.points, unfinished=options.unfinished, comment=_comment(score)
        )
    ]


def _comment(score: CourseScore) -> str:
    """Return the comment on a score: how it adds up, if not from checks alone, and people's comments."""
    from grader.course.words import in_words
    from grader.report.wording import points as worded

    lines = [f"{in_words(score)} points" if score.state == "final" else in_words(score)]
    lines += [
        f"{line.label}: {worded(line.points)} ({line.source})"
        for line in score.lines
        if line.kind != "task" or line.decided
    ]
    return "\n".join([*lines, *(str(getattr(event.what, "text", "")) for event in score.comments)])


def _filled(options: argparse.Namespace, assignment: str, grades: Sequence[Grade]) -> tuple[Filled, Path]:
    """Return the filled-in file and its path."""
    from grader.course.export.columns import Asked
    from grader.course.export.formats import FORMATS
    from grader.course.export.grades import Filled

    form = FORMATS[options.to]
    path = options.output or options.file or options.out / f"{assignment}-{options.to}.{form.ending}"
    if form.table is not None:
        return _own(form, path, grades), path
    given = [grade for grade in grades if grade.points is not None or grade.excused]
    if options.file is None:
        if form.new is None:
            system = options.to.capitalize()
            raise UsageError(
                f"{system} accepts only its own worksheet; download it, and name it after --to {options.to}."
            )
        return Filled(form.new(given, options.column or assignment), len(given)), path
    assert form.fill is not None
    asked = Asked(_titles(options, assignment), options.column, options.comments)
    return form.fill(_content(options.file), str(options.file), grades if form.takes_all else given, asked), path


def _titles(options: argparse.Namespace, assignment: str) -> list[str]:
    """Return the names the assignment may have elsewhere: its id, and the title in its records."""
    from grader.record.record import read_record

    for path in sorted((options.out / "records").glob("*.json"))[:1]:
        try:
            found = read_record(path)["assignment"]
        except (OSError, ValueError, KeyError):
            break
        if found["id"] == assignment:
            return [assignment, str(found["title"])]
    return [assignment]


def _own(form: Format, path: Path, grades: Sequence[Grade]) -> Filled:
    """Return a table of our own, or refuse to overwrite a file that this command did not write."""
    from grader.course.export.grades import Filled

    assert form.table is not None
    if path.exists() and not _is_ours(path, form):
        raise UsageError(f"{path} was not written by this command and would be overwritten; name another file.")
    waiting = [grade.name for grade in grades if grade.points is None and grade.state not in ("excused", "missing")]
    written = sum(grade.points is not None or grade.excused for grade in grades)
    return Filled(form.table(grades), written, waiting=waiting)


def _is_ours(path: Path, form: Format) -> bool:
    try:
        with open(path, "rb") as file:
            head = file.read(16)
    except OSError:
        return False
    return not head or head.startswith(form.begins)


def _content(path: Path) -> bytes:
    try:
        if path.stat().st_size > MOST_BYTES:
            raise UsageError(f"{path} is larger than {MOST_BYTES // 2**20} MiB, too large for a file of grades.")
        return path.read_bytes()
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {reason(error)}.") from error


def _note(gradebook: Gradebook, assignment: str, target: str, path: Path, filled: Filled, who: str) -> None:
    from grader.course.events import Draft, Exported

    digest = hashlib.sha256(filled.content).hexdigest()
    what = Exported(target, str(path).encode("utf-8", "backslashreplace").decode(), digest, filled.written)
    gradebook.add(lambda _: [Draft(assignment, "", what)], author=who, assignment=assignment, student="")


def _tell(filled: Filled, path: Path) -> None:
    """Say which scores were written and which were not."""
    say(f"{filled.written:,} {'score' if filled.written == 1 else 'scores'} written to {path}")
    say(*filled.remarks)
    for names, sentence in (
        (filled.replaced, "held another score before"),
        (filled.waiting, "still wait for a person and were left out; --unfinished exports them as they are"),
        (filled.no_row, "have a score but no row in the file"),
        (filled.doubtful, "match several students, or a student who has another row, and were left unchanged"),
    ):
        if names:
            more = f" and {len(names) - MOST_NAMED:,} more" if len(names) > MOST_NAMED else ""
            complain(f"{len(names):,} {sentence}: {', '.join(names[:MOST_NAMED])}{more}")
