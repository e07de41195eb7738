"""Replaces the names of a class with the help of a key, and restores them for those who have the key."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from grader.submissions import Submission

if TYPE_CHECKING:
    from grader.course.anonymous import Key


def nameless(submissions: Sequence[Submission], path: Path, assignment: str) -> list[Submission]:
    """Return the hand-ins under anonymous names; the key is written before anything is graded under them.

    Raises
    ------
    UsageError
        If the file is not a key.
    NotWritten
        If the key cannot be written.
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
    """Return the key given to a command, or the one beside the course file or in this folder; None if there is none."""
    from grader.command.gradebooks import course_of_command
    from grader.command.grading.plan import KEY
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
    """Return a student's anonymous name, or the word itself if it has none."""
    return key.stand_ins.get(student, student) if key is not None else student


def through_key(options: argparse.Namespace) -> None:
    """Let users who have the key name an anonymous student by the real name."""
    options.student = stand_in_of(options.student, key_here(options))
