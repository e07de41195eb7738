"""Finds the gradebook of a command, its author and its students; imports SQLAlchemy only when a gradebook is opened."""

from __future__ import annotations

import argparse
import difflib
import getpass
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from grader.command.defaults import default
from grader.errors import UsageError
from grader.report.text import one_line
from grader.submissions.slug import slug_of

if TYPE_CHECKING:
    from grader.course.file import Course, Planned
    from grader.course.gradebook import Gradebook

NAME = "gradebook.db"


def add_gradebook(parser: argparse.ArgumentParser, *, writes: bool) -> None:
    """Add the options that name the gradebook and the person who writes to it."""
    parser.add_argument(
        "--gradebook",
        metavar="PLACE",
        help=f"file or postgresql:// URL (default: {NAME} next to grader.toml, or in the folder of the reports)",
    )
    parser.add_argument(
        "--course", type=Path, metavar="FILE", help="the course file (default: grader.toml here or in a parent folder)"
    )
    if writes:
        parser.add_argument(
            "--by", metavar="NAME", help="your name in the gradebook's history (default: your user name)"
        )


def author(options: argparse.Namespace) -> str:
    """Return the gradebook's name for the person who runs the command."""
    given = getattr(options, "by", None) or default("by")
    if given is None:
        try:
            given = getpass.getuser()
        except (OSError, KeyError, ImportError):  # a uid without a name
            given = "unknown"
    name = one_line(given)[:100]
    if not name:
        raise UsageError("--by needs a name; try --by kim")
    return name


def course_of_command(options: argparse.Namespace) -> Course:
    """Return the course named by a command, or that of this folder or the nearest parent; an empty one if there is none."""
    from grader.course.file import course_of

    return course_of(getattr(options, "course", None), Path.cwd())[0]


def reports_folder(options: argparse.Namespace) -> Path:
    """Return the folder with the reports of all assignments: the one named, or the course's."""
    from grader.command.grading.plan import relative

    if options.out is not None:
        return Path(options.out)
    return relative(course_of_command(options).folder / "reports")


def place(given: str | None, out: Path, course: Course) -> str:
    """Return where a command's gradebook is or would be: as named, next to the course file, or with the reports."""
    named = given or default("gradebook")
    if named:
        return named
    if course.path is None:
        # Each assignment has its own folder below the one for all reports.
        if (out / NAME).exists():
            return str(out / NAME)
        others = sorted(out.glob(f"*/{NAME}"))
        above = out.parent / NAME
        return str(others[0] if len(others) == 1 else above if above.exists() else out / NAME)
    if not course.gradebook:
        return str(course.path.with_name(NAME))
    is_file = "://" not in course.gradebook or course.gradebook.startswith("sqlite:///")
    return str(course.folder / course.gradebook.removeprefix("sqlite:///")) if is_file else course.gradebook


def place_of_run(out: Path, course: Course, planned: Planned | None) -> str | None:
    """Return the gradebook that ``grade`` writes to: the one named, the course's, or an existing one; else None.

    If a course lists its assignments, others are graded without its gradebook.
    """
    of_course = course.path is not None and (planned is not None or not course.assignments)
    if of_course or default("gradebook"):
        return place(None, out, course)
    return next((str(folder / NAME) for folder in (out, out.parent) if (folder / NAME).exists()), None)


def open_gradebook(options: argparse.Namespace, *, must_exist: bool = False) -> Gradebook:
    """Open and return the gradebook of a command.

    Raises
    ------
    UsageError
        If it must exist and does not, or a package is missing.
    GraderError
        If it cannot be opened.
    """
    where = place(getattr(options, "gradebook", None), options.out, course_of_command(options))
    return open_at(where, must_exist=must_exist)


def open_at(where: str, *, must_exist: bool = False) -> Gradebook:
    """Open and return the gradebook at a place; raises as ``open_gradebook`` does."""
    if must_exist and "://" not in where and not Path(where).exists():
        raise UsageError(
            f"There is no gradebook {where}. `grade` in a course's folder creates one, and so does `merge`; name another with "
            "--gradebook."
        )
    try:
        from grader.course.gradebook import Gradebook
    except ModuleNotFoundError as error:
        raise UsageError(
            f"The gradebook needs the package {error.name}; install it with: pip install --group course"
        ) from error
    return Gradebook(where)


def student_of(word: str, known: Mapping[str, str]) -> tuple[str, bool]:
    """Return the slug meant by a word, and whether the gradebook knows it.

    Parameters
    ----------
    word : str
        A slug, or the name of a student.
    known : mapping
        The names by slug.

    Raises
    ------
    UsageError
        If several students have this name.
    """
    if word in known:
        return word, True
    called = [slug for slug, name in known.items() if name == word]
    called = called or [slug for slug, name in known.items() if one_line(name).casefold() == one_line(word).casefold()]
    if len(called) > 1:
        raise UsageError(
            f"{len(called)} students are called {word!r}; give one of these ids: {', '.join(called[:10])}."
        )
    return (called[0], True) if called else (slug_of(word), False)


def near_students(word: str, known: Mapping[str, str]) -> str:
    """Return the end of a sentence, with the closest names as suggestions."""
    close = difflib.get_close_matches(word, list(dict.fromkeys([*known, *known.values()])), n=3, cutoff=0.6)
    return f"; did you mean {' or '.join(sorted(close))}?" if close else "."
