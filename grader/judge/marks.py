"""The marks of the collected checks, validated once."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from grader.checks.examination import CheckLimits
from grader.errors import AssignmentError
from grader.judge.mistakes import of_check, refuse_doubles, refuse_unknown_arguments
from grader.material.assignment import Assignment
from grader.material.document import Document, mistake, near
from grader.record.score import exact_sum

# Many times the memory that answering itself needs.
LEAST_MEMORY_BYTES = 16 << 20


@dataclass(frozen=True)
class CheckSpec:
    """One check as its marks describe it; ``id`` is the function's name."""

    id: str
    title: str
    task: str
    points: float
    requires: tuple[str, ...]
    visibility: str
    limits: CheckLimits
    builds_on: tuple[str, ...] = ()


def check_spec(item: pytest.Item, assignment: Assignment) -> CheckSpec:
    """Read the marks of one collected check.

    Raises
    ------
    AssignmentError
        If a mark is missing or its value is not usable.
    """
    refuse_unknown_arguments(item)
    points = _mark(item, "points", None)
    task = _mark(item, "task", None)
    if points is None:
        raise _error(item, "has no points; write @pytest.mark.points(2) above it")
    if not _is_number(points) or not 0 <= points < math.inf:
        raise _error(item, f"has points({points!r}); its points must be a number of at least 0, such as points(2)")
    if not isinstance(task, str):
        raise _error(item, f'needs @pytest.mark.task("1.1") with the number of a task as a string, not {task!r}')
    known = [each.number for each in assignment.tasks]
    if task not in known:
        raise _error(item, f"names task {task!r}, but assignment.toml has none{near(task, known)}")
    visibility = _mark(item, "visibility", "public")
    if visibility not in ("public", "hidden"):
        raise _error(item, f"has visibility {visibility!r}; it must be 'public' or 'hidden'")
    document = (getattr(getattr(item, "function", None), "__doc__", None) or "").strip()
    if not document:
        raise _error(item, "needs a docstring: its first line is the title in the report")
    requires, builds_on = item.get_closest_marker("requires"), item.get_closest_marker("builds_on")
    return CheckSpec(
        id=item.name,
        title=" ".join(document.split("\n\n")[0].split()).rstrip("."),
        task=task,
        points=float(points),
        requires=tuple(requires.args) if requires else (),
        visibility=visibility,
        limits=_limits(item, assignment),
        builds_on=tuple(builds_on.args) if builds_on else (),
    )


def _limits(item: pytest.Item, assignment: Assignment) -> CheckLimits:
    """Return the limits of a check: those of its marks, or else those of the assignment."""
    cpu_seconds = _mark(item, "cpu_seconds", assignment.limits.check_cpu_seconds)
    memory_bytes, most = _mark(item, "memory_bytes", None), int(assignment.limits.memory_bytes)
    if not _is_number(cpu_seconds) or not 0 < cpu_seconds < math.inf:
        raise _error(item, f"has cpu_seconds {cpu_seconds!r}; it must be a number above 0")
    if memory_bytes is None:
        return CheckLimits(float(cpu_seconds))
    if not _is_number(memory_bytes) or not LEAST_MEMORY_BYTES <= memory_bytes <= most:
        raise _error(
            item,
            f"has memory_bytes {memory_bytes!r}; it must be a number from {LEAST_MEMORY_BYTES} "
            f"to the assignment's own memory_bytes, which is {most}",
        )
    return CheckLimits(float(cpu_seconds), int(memory_bytes))


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def catalogue(
    items: Sequence[pytest.Item], assignment: Assignment, *, whole: bool = True
) -> list[tuple[pytest.Item, CheckSpec]]:
    """Return the checks with their specs, in the order of the tasks, each after those it requires.

    Parameters
    ----------
    items : sequence of pytest.Item
    assignment : Assignment
    whole : bool
        Whether these are all of the assignment's checks, so that their points must add up to its total.

    Raises
    ------
    AssignmentError
        If two checks share a name, a required check does not exist or requires its own dependent, or the points do not
        add up to the assignment's total and bonus.
    """
    numbers = [task.number for task in assignment.tasks]
    pairs = [(item, check_spec(item, assignment)) for item in items]
    pairs.sort(key=lambda pair: numbers.index(pair[1].task))
    by_id = {spec.id: (item, spec) for item, spec in pairs}
    if len(by_id) < len(pairs):
        item = next(item for item, spec in pairs if by_id[spec.id][0] is not item)
        raise _error(item, f"has the name of a check in {by_id[item.name][0].path.name}; each needs a name of its own")
    ordered: dict[str, tuple[pytest.Item, CheckSpec]] = {}
    for _, spec in pairs:
        _place(spec.id, by_id, ordered, ())
    for item, spec in pairs:
        for name in sorted(set(spec.builds_on) - set(by_id)) if whole else ():
            raise _error(item, f"builds on {name!r}, and there is no such check{near(name, by_id)}")
    if whole:
        if not pairs:
            raise _no_checks(assignment.folder)
        _validate_points(list(ordered.values()), assignment)
    return list(ordered.values())


def _no_checks(folder: Path) -> AssignmentError:
    files = sorted(folder.glob("check_*.py"))
    if files:
        return mistake(files[0], None, "there is no function check_... in it; the name of a check begins with check_.")
    return AssignmentError(
        f"{folder} has no file of checks; write one whose name begins with check_, such as check_softmax.py."
    )


def _place(
    name: str,
    by_id: dict[str, tuple[pytest.Item, CheckSpec]],
    ordered: dict[str, tuple[pytest.Item, CheckSpec]],
    above: tuple[str, ...],
) -> None:
    if name in ordered:
        return
    if name in above:
        raise _error(by_id[name][0], f"and {above[-1]} require each other; one of them must come first")
    if name not in by_id:
        others = [known for known in by_id if known != above[-1]]
        raise _error(by_id[above[-1]][0], f"requires {name!r}, and there is no such check{near(name, others)}")
    for required in by_id[name][1].requires:
        _place(required, by_id, ordered, (*above, name))
    ordered[name] = by_id[name]


def _validate_points(pairs: Sequence[tuple[pytest.Item, CheckSpec]], assignment: Assignment) -> None:
    specs = [spec for _, spec in pairs]
    for words, desired, bonus in (("total", assignment.total, False), ("bonus", assignment.bonus, True)):
        checks = float(exact_sum(spec.points for spec in specs if assignment.task(spec.task).bonus is bonus))
        people = assignment.written_points(bonus=bonus)
        found = float(exact_sum((checks, people)))
        if found != desired:
            refuse_doubles(dict.fromkeys(item.path for item, _ in pairs))
            sums = f"the points of its checks add up to {checks:g}"
            if people:
                sums += f" and those of its rubric to {people:g}, which makes {found:g}"
            listed = ", ".join(
                f"{spec.id} {spec.points:g}" for spec in specs if assignment.task(spec.task).bonus is bonus
            )
            document = Document.read(assignment.folder / "assignment.toml")
            raise document.fail(
                ("assignment", words), f"{words} is {desired:g}, but {sums}{f' ({listed})' if listed else ''}."
            )


def _mark(item: pytest.Item, name: str, default: Any) -> Any:
    mark = item.get_closest_marker(name)
    return mark.args[0] if mark and mark.args else default


def _error(item: pytest.Item, sentence: str) -> AssignmentError:
    return of_check(item, sentence)
