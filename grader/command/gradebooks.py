"""Where the gradebook of a command is, who writes into it, and what it knows of a student. Imports SQLAlchemy only when one is opened."""

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
    """Add the options that name the gradebook, and the person who writes into it."""
    parser.add_argument(
        "--gradebook",
        metavar="PLACE",
        help=f"file or postgresql:// URL (default: {NAME} beside grader.toml, or in the folder of the reports)",
    )
    parser.add_argument(
        "--course", type=Path, metavar="FILE", help="the course file (default: grader.toml here or in a folder above)"
    )
    if writes:
        parser.add_argument("--by", metavar="NAME", help="who decides this (default: your name on this machine)")


def author(options: argparse.Namespace) -> str:
    """Return who runs the command, as the gradebook names them."""
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
    """Return the course that a command names, or that of the folder one stands in or of the nearest above it; an empty one without any."""
    from grader.course.file import course_of

    return course_of(getattr(options, "course", None), Path.cwd())[0]


def reports_folder(options: argparse.Namespace) -> Path:
    """Return the folder with the reports of all assignments: named, or that of the course, wherever in it one stands."""
    from grader.command.plan import relative

    if options.out is not None:
        return Path(options.out)
    return relative(course_of_command(options).folder / "reports")


def place(given: str | None, out: Path, course: Course) -> str:
    """Return where the gradebook of a command is, whether it exists or not: named, beside the course file, or with the reports."""
    named = given or default("gradebook")
    if named:
        return named
    if course.path is None:
        # The reports of an assignment lie in a folder of their own below that of all reports.
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
    """Return the gradebook that a run of ``grade`` writes to: one that was named, that of a course, or one that exists; else None.

    What is no assignment of a course that lists its assignments is graded without its gradebook.
    """
    of_course = course.path is not None and (planned is not None or not course.assignments)
    if of_course or default("gradebook"):
        return place(None, out, course)
    return next((str(folder / NAME) for folder in (out, out.parent) if (folder / NAME).exists()), None)


def open_gradebook(options: argparse.Namespace, *, must_exist: bool = False) -> Gradebook:
    """Return the gradebook of a command, open.

    Raises
    ------
    UsageError
        When it must exist and does not, or a package is missing.
    GraderError
        When it cannot be opened.
    """
    where = place(getattr(options, "gradebook", None), options.out, course_of_command(options))
    return open_at(where, must_exist=must_exist)


def open_at(where: str, *, must_exist: bool = False) -> Gradebook:
    """Return the gradebook at a place, open; raises as ``open_gradebook`` does."""
    if must_exist and "://" not in where and not Path(where).exists():
        raise UsageError(
            f"There is no gradebook {where}. `grade` in a course's folder makes one, and so does `merge`; name another with "
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
    """Return the slug that a person means by a word, and whether the gradebook knows it.

    Parameters
    ----------
    word : str
        A slug, or the name of a student.
    known : mapping
        The names by slug.

    Raises
    ------
    UsageError
        When several students are called so.
    """
    if word in known:
        return word, True
    called = [slug for slug, name in known.items() if name == word]
    called = called or [slug for slug, name in known.items() if one_line(name).casefold() == one_line(word).casefold()]
    if len(called) > 1:
        raise UsageError(f"{len(called)} students are called {word!r}; name one of {', '.join(called[:10])}.")
    return (called[0], True) if called else (slug_of(word), False)


def near_students(word: str, known: Mapping[str, str]) -> str:
    """Return the end of a sentence that offers the nearest names."""
    close = difflib.get_close_matches(word, list(dict.fromkeys([*known, *known.values()])), n=3, cutoff=0.6)
    return f"; did you mean {' or '.join(sorted(close))}?" if close else "."
