"""What ``grade`` and ``merge`` do with the gradebook: take over earlier points, write results, list changed scores."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from grader.command.grading.plan import relative
from grader.course.booking import (
    Moved,
    marked_of,
    marks_from,
    merge_of,
    new_results,
    result_of,
    why_moved,
)
from grader.course.events import OF_MARKS, Draft, Event, Result
from grader.course.score import CourseScore, scores_of
from grader.course.terms import Terms
from grader.files import write_atomically
from grader.record.record import read_record, record_path
from grader.report.wording import points as worded
from grader.submissions.slug import slug_of
from grader.written.people import People

if TYPE_CHECKING:
    from grader.course.file import Course
    from grader.course.gradebook import Gradebook

BEFORE = "merged before the gradebook"
SEEN = Path("decided") / ".booked.json"
MOST_MOVED = 50


def name_of(out: Path, assignment: str) -> str:
    """Return the gradebook's name for the assignment of a reports folder: the course's own id for it, if it has one."""
    try:
        mark = json.loads((out / "assignment.json").read_bytes())
        return str(mark["course_id"] or assignment)
    except (OSError, ValueError, LookupError, TypeError, RecursionError):
        return assignment


def with_gradebook(people: People, gradebook: Gradebook, name: str) -> People:
    """Return people's points from the gradebook, after taking over, once, the points merged before it existed.

    A copy made from the gradebook is marked as such, and nothing is taken over from it.
    """

    def decide(events: list[Event]) -> list[Draft]:
        new = () if people.booked else merge_of(events, people.marks).added
        return [Draft(name, mark.slug, marked_of(mark)) for mark in new]

    if not people.booked and people.marks:
        gradebook.add(decide, author=BEFORE, assignment=name, kinds=OF_MARKS)
    events = gradebook.events(assignment=name, kinds=OF_MARKS)
    return replace(people, marks=marks_from(events), booked=True)


def term_of(
    gradebook: Gradebook, assignment: str, terms: Terms, students: Collection[str] | None = None
) -> list[Event]:
    """Return the events behind the scores of all or some students; late days involve all assignments."""
    one = None if terms.late.late_days is not None else assignment
    return gradebook.events(assignment=one, students=students, detail=assignment)


def scores_in(
    gradebook: Gradebook, assignment: str, terms: Terms, students: Collection[str] | None = None
) -> dict[str, CourseScore]:
    """Return the scores of an assignment by slug, for all or some students."""
    found = scores_of(term_of(gradebook, assignment, terms, students), terms, only=assignment)
    return {slug: score for (_, slug), score in found.items()}


def book(
    gradebook: Gradebook, assignment: str, records: Iterable[Mapping[str, Any]], *, author: str, digest: str = ""
) -> dict[str, Result]:
    """Write the results that the gradebook does not have yet, and return the results of all records by slug.

    Parameters
    ----------
    gradebook : Gradebook
    assignment : str
    records : iterable of records
    author : str
    digest : str
        The digest of the assignment's folder, if it is available.
    """
    results = {record["slug"]: found for record in records if (found := result_of(record, digest)) is not None}
    if results:
        gradebook.add(
            lambda events: new_results(events, assignment, results),
            author=author,
            assignment=assignment,
            kinds=(Result.KIND,),
        )
    return results


def catch_up(
    gradebook: Gradebook, out: Path, author: str, student: str | None = None, *, course: Course | None = None
) -> None:
    """Write results graded without a gradebook into it; records that cannot be read are skipped.

    ``student`` names the only student asked for; if no record has this name, all are read.
    """
    elsewhere = [planned.reports for planned in course.assignments] if course is not None else []
    for folder in dict.fromkeys((*report_folders(out), *map(relative, elsewhere))):
        slugs = sorted(path.stem for path in (folder / "records").glob("*.json"))
        if student is not None:
            slugs = [slug for slug in slugs if slug in (student, slug_of(student))] or slugs
        first = next(_records(folder, slugs), None)
        if first is not None:
            assignment = first["assignment"]["id"]
            name = name_of(folder, assignment)
            if course is not None and course.assignments and course.planned(name) is None:
                continue  # graded in the course's folder, but not one of its assignments
            new = fresh(gradebook, name, folder, slugs)
            own = (record for record in _records(folder, new) if record["assignment"]["id"] == assignment)
            book(gradebook, name, own, author=author)
            seen(gradebook, name, folder, new)


def _records(folder: Path, slugs: Iterable[str]) -> Iterator[dict[str, Any]]:
    for slug in slugs:
        try:
            record = read_record(record_path(folder, slug))
        except (OSError, ValueError):
            continue
        if isinstance(record.get("assignment"), dict) and record.get("slug") == slug:
            yield record


def report_folders(out: Path) -> list[Path]:
    """Return the folders with reports at a path: the path itself, or one for each assignment in it."""
    if (out / "records").is_dir() or not out.is_dir():
        return [out]
    return sorted(folder.parent for folder in out.glob("*/records") if folder.is_dir())


def has_reports(out: Path) -> bool:
    """Return whether a folder, or one in it, has reports."""
    return any((folder / "records").is_dir() for folder in report_folders(out))


def reports_of(out: Path, assignment: str, course: Course) -> Path:
    """Return an assignment's reports folder: the one named, the assignment's own folder in it, or the course's."""
    own = out / assignment
    planned = course.planned(assignment)
    if planned is not None and not (own / "records").is_dir() and (planned.reports / "records").is_dir():
        own = relative(planned.reports)
    return own if not (out / "records").is_dir() and (own / "records").is_dir() else out


def moved_of(
    before: Mapping[str, CourseScore], after: Mapping[str, CourseScore], results: Mapping[str, Result]
) -> list[Moved]:
    """Return the students whose scores have changed since these results were written."""
    moved = []
    for slug, result in results.items():
        was, now = before.get(slug), after[slug]
        if was is not None and was.result is not None and was.points != now.points:
            moved.append(Moved(slug, result.name, was.points, now.points, why_moved(was.result, now.result or result)))
    return moved


def moved_lines(moved: Sequence[Moved]) -> list[str]:
    """Return a line for each of the first fifty changed scores, and one with how many more there are."""
    if not moved:
        return []
    lines = [f"{len(moved):,} {'score' if len(moved) == 1 else 'scores'} changed since the gradebook last saw them:"]
    lines += [f"  {one.name}: {worded(one.before)} -> {worded(one.after)} ({one.why})" for one in moved[:MOST_MOVED]]
    return lines + ([f"  and {len(moved) - MOST_MOVED:,} more"] if len(moved) > MOST_MOVED else [])


def fresh(gradebook: Gradebook, assignment: str, out: Path, slugs: Iterable[str]) -> list[str]:
    """Return the students whose record differs from the one noted by ``seen``."""
    newest, noted = gradebook.newest_results(assignment), _noted(out)
    return [slug for slug in slugs if slug not in newest or noted.get(slug) != [*_stamp(out, slug), newest[slug]]]


def seen(gradebook: Gradebook, assignment: str, out: Path, slugs: Sequence[str]) -> None:
    """Note which records the gradebook has seen, so that the next command need not read them again.

    The version of the result there is noted too, so that a gradebook restored from a copy is brought up to date.
    """
    if slugs:
        newest, noted = gradebook.newest_results(assignment), _noted(out)
        noted |= {slug: [*_stamp(out, slug), newest[slug]] for slug in slugs if slug in newest}
        write_atomically(out / SEEN, json.dumps(noted).encode())


def _noted(out: Path) -> dict[str, list[int]]:
    try:
        found = json.loads((out / SEEN).read_bytes())
    except (OSError, ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _stamp(out: Path, slug: str) -> tuple[int, int]:
    try:
        status = record_path(out, slug).stat()
    except OSError:
        return 0, 0
    return status.st_mtime_ns, status.st_size
