"""The names that a submission's own run uses, found in its text, and the checks that ask for names. Parses nothing."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from grader.judge.marks import CheckSpec
    from grader.material.assignment import Assignment

_NAME = re.compile(r"[A-Za-z_]\w*")


def used_in_run(reading: Mapping[str, Any], asked: Collection[str]) -> set[str]:
    """Return which of the assignment's names the run of a submission uses, directly or through its other functions.

    Parameters
    ----------
    reading : mapping
        The child's reading: ``texts`` and ``definitions`` are used.
    asked : collection of str

    Returns
    -------
    set of str
        The names of functions and classes that the code outside all definitions uses, and those that they use in turn.
    """
    lines = {text["file"]: text["text"].splitlines() for text in reading.get("texts", ())}
    bodies: dict[str, set[str]] = {}
    outside = {file: set(range(len(text))) for file, text in lines.items()}
    for each in reading.get("definitions", ()):
        name, dot, _ = each["name"].partition(".")
        if dot or each["file"] not in lines:
            continue
        place = range(each["first"] - 1, min(each["last"], len(lines[each["file"]])))
        outside[each["file"]] -= set(place)
        bodies.setdefault(name, set()).update(_names(lines[each["file"]][i] for i in place))
    waiting = _names(lines[file][i] for file, places in outside.items() for i in places) & set(bodies)
    used: set[str] = set()
    while waiting:
        name = waiting.pop()
        used.add(name)
        waiting |= (bodies[name] & set(bodies)) - used
    return used & set(asked)


def checks_of(
    names: Collection[str], assignment: Assignment, checks: Iterable[tuple[Any, CheckSpec]], *, but: str = ""
) -> list[str]:
    """Return the ids of the checks whose tasks ask for any of these functions and classes, without those of the task ``but``."""
    tasks = {
        task.number
        for task in assignment.tasks
        if task.number != but and not {name.partition(".")[0] for name in task.names}.isdisjoint(names)
    }
    return [spec.id for _, spec in checks if spec.task in tasks]


def _names(lines: Any) -> set[str]:
    """Return the words in lines, without their comments."""
    return {word for line in lines for word in _NAME.findall(line.partition("#")[0])}
