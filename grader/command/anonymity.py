"""Takes names out of a class with the key, and brings them back for whoever has it."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from grader.submissions import Submission

if TYPE_CHECKING:
    from grader.course.anonymous import Key


def nameless(submissions: Sequence[Submission], path: Path, assignment: str) -> list[Submission]:
    """Return hand-ins without names; the key is on the disk before anything is graded under the new ones.

    Raises
    ------
    UsageError
        When the file is no key.
    NotWritten
        When it cannot be written.
    """
    from grader.command.lock import only_one_run
    from grader.course.anonymous import read_key, without_names, write_key

    folder = path.resolve().parent
    with only_one_run(folder, wait_seconds=60.0):
        key = read_key(path)
        found = without_names(submissions, key, assignment)
        write_key(path, key)
    return found


def key_here(options: argparse.Namespace) -> Key | None:
    """Return the key that a command has been given, or the one beside the course file or where one stands; None without one."""
    from grader.command.gradebooks import course_of_command
    from grader.command.plan import KEY
    from grader.course.anonymous import read_key
    from grader.errors import UsageError

    given = getattr(options, "key", None)
    path = given or course_of_command(options).folder / KEY
    if not path.exists():
        if given is not None:
            raise UsageError(f"There is no key {given}; `grade --anonymous` makes one.")
        return None
    return read_key(path)


def stand_in_of(student: str, key: Key | None) -> str:
    """Return the name that stands for a student, or the word itself where there is none."""
    return key.stand_ins.get(student, student) if key is not None else student


def through_key(options: argparse.Namespace) -> None:
    """Let a command that names a student be told the real name of an anonymous one, by whoever has the key."""
    options.student = stand_in_of(options.student, key_here(options))
