"""What a reports folder tells of the run that filled it: its command, its hand-ins, who was absent."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from grader.course.file import Course


def options_and_paths(
    name: str, folder: Path, submissions: Sequence[Path], course: Course
) -> tuple[list[str], list[Path]]:
    """Return the options and paths for grading an assignment's class: those given, the course's, or the last run's."""
    planned = course.planned(name)
    if planned is not None and (planned.submissions or submissions):
        return ["--assignment", planned.id], [*(submissions or planned.submissions)]
    words = last_run(folder)
    if submissions and words:
        return _options(words)[0], list(submissions)
    return _options(words) if words else ([], [])


def last_run(folder: Path) -> list[str]:
    """Return the arguments after ``--`` in the command that grades a student of this folder again."""
    import shlex

    from grader.record.record import read_record

    for path in sorted((folder / "records").glob("*.json"))[:3]:
        try:
            words = shlex.split(str(read_record(path).get("repeat") or ""))
        except (OSError, ValueError):
            continue
        if "--" in words and "--only" in words:
            return words[words.index("--") + 1 : len(words) - 1 - words[::-1].index("--only")]
    return []


def values_of(words: Sequence[str], option: str) -> list[str]:
    """Return the words that follow an option."""
    return [after for word, after in itertools.pairwise(words) if word == option]


def _options(words: Sequence[str]) -> tuple[list[str], list[Path]]:
    first = next((place for place, word in enumerate(words) if word.startswith("--")), len(words))
    return list(words[first:]), [Path(word) for word in words[:first]]


def command_again(name: str, folder: Path, submissions: Sequence[Path], course: Course) -> Sequence[str]:
    """Return the command that grades an assignment again; empty if it is unknown which hand-ins."""
    from grader.desk.running import grade_command

    options, paths = options_and_paths(name, folder, submissions, course)
    if not paths:
        return ()
    return grade_command([*map(str, paths), *options, *(() if "--out" in options else ("--out", str(folder)))])


def absent_in(folder: Path) -> list[tuple[str, str]]:
    """Return the students who handed in nothing, according to the last run."""
    import csv

    from grader.command.grading.understood import ROSTER

    try:
        with open(folder / ROSTER, encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file))
    except (OSError, UnicodeDecodeError, csv.Error):
        return []
    return [(row.get("student") or "", row.get("name") or "") for row in rows if row.get("state") == "did not hand in"]
