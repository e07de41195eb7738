"""``export --feedback``: writes the students' pages as a zip in the layout of another system."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import TYPE_CHECKING

from grader.errors import UsageError
from grader.terminal import complain, say

if TYPE_CHECKING:
    from grader.course.export.grades import Grade
    from grader.course.score import CourseScore

LAYOUTS = ("moodle", "canvas", "folder")
MOST_NAMED = 10


def write_feedback(
    options: argparse.Namespace, assignment: str, scores: Sequence[CourseScore], grades: Sequence[Grade]
) -> int:
    """Write the students' pages as a zip."""
    from grader.command.pages import keep_pages
    from grader.course.feedback import canvas_places, folder_places, moodle_places, write_zip
    from grader.report.write import student_page

    given = [grade for grade in grades if grade.points is not None or grade.excused]
    if options.feedback == "folder":
        places, doubtful = folder_places(given), list[str]()
    elif options.file is None:
        what = (
            "the grading worksheet or the downloaded submissions"
            if options.feedback == "moodle"
            else "the downloaded submissions"
        )
        raise UsageError(
            f"{options.feedback.capitalize()} has its own numbers for students; name {what} after --feedback {options.feedback}."
        )
    else:
        places, doubtful = (moodle_places if options.feedback == "moodle" else canvas_places)(options.file, given)
    keep_pages(options.out, scores)
    pages, missing = [], []
    for grade in given:
        page = student_page(options.out, grade.slug)
        if page.exists() and places.get(grade.key):
            pages += [(name, page) for name in places[grade.key]]
        else:
            missing.append(grade.name)
    path = options.output or options.out / f"{assignment}-feedback-{options.feedback}.zip"
    count = write_zip(path, pages)
    say(f"{count:,} {'page' if count == 1 else 'pages'} written to {path}")
    if missing:
        more = f" and {len(missing) - MOST_NAMED:,} more" if len(missing) > MOST_NAMED else ""
        complain(
            f"{len(missing):,} have no page in {options.out}, or no place in the zip: {', '.join(missing[:MOST_NAMED])}{more}"
        )
    if doubtful:
        complain(f"These could not be matched to one student: {', '.join(doubtful[:MOST_NAMED])}")
    return 0
