"""What the marks of the collected checks say, validated once."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pytest

from grader.checks.examination import CheckLimits
from grader.errors import AssignmentError
from grader.material.assignment import Assignment
from grader.record.score import exact_sum

MARKERS = {
    "points(number)": "what the check earns when it passes; parts must add up to it",
    "task(number)": "the task of assignment.toml that the check belongs to",
    "requires(name, ...)": "checks that must have passed before this one is worth running",
    "builds_on(name, ...)": "checks of what this one is made of: when one of them failed, this failure follows from it",
    "visibility(word)": "'public' (the default) or 'hidden' from the students' pre-check",
    "cpu_seconds(number)": "CPU time this check may use in the child, in place of the assignment's limit",
    "memory_bytes(number)": "memory this check may take in the child beside what the loaded submission holds",
}


# What answering takes by itself, many times over.
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
        When a mark is missing or its value is not usable.
    """
    points = _mark(item, "points", None)
    task = _mark(item, "task", None)
    if not _is_number(points) or points < 0:
        raise _error(item, f"needs @pytest.mark.points(number), not {points!r}")
    if not isinstance(task, str):
        raise _error(item, f'needs @pytest.mark.task("number"), not {task!r}')
    visibility = _mark(item, "visibility", "public")
    if visibility not in ("public", "hidden"):
        raise _error(item, f"has visibility {visibility!r}; it must be 'public' or 'hidden'")
    assignment.task(task)
    document = (getattr(getattr(item, "function", None), "__doc__", None) or "").strip()
    if not document:
        raise _error(item, "needs a docstring: its first sentence is the title in the report")
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
    """Return what a check may use: what its marks say, and else what the assignment says."""
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
        Whether these are all of the assignment's checks, so that their points must add up to its own.

    Raises
    ------
    AssignmentError
        When two checks share a name, a required check does not exist or requires its own dependent, or the points do not
        add up to the assignment's total and bonus.
    """
    numbers = [task.number for task in assignment.tasks]
    pairs = [(item, check_spec(item, assignment)) for item in items]
    pairs.sort(key=lambda pair: numbers.index(pair[1].task))
    by_id = {spec.id: (item, spec) for item, spec in pairs}
    if len(by_id) < len(pairs):
        double = next(spec.id for _, spec in pairs if sum(spec.id == other.id for _, other in pairs) > 1)
        raise AssignmentError(f"Two checks of {assignment.folder} are called {double}; each needs a name of its own.")
    ordered: dict[str, tuple[pytest.Item, CheckSpec]] = {}
    for _, spec in pairs:
        _place(spec.id, by_id, ordered, (), assignment)
    for _, spec in pairs:
        for name in sorted(set(spec.builds_on) - set(by_id)) if whole else ():
            raise AssignmentError(
                f"The check {spec.id} of {assignment.folder} builds on {name!r}, and there is no such check."
            )
    if whole:
        _validate_points([spec for _, spec in ordered.values()], assignment)
    return list(ordered.values())


def _place(
    name: str,
    by_id: dict[str, tuple[pytest.Item, CheckSpec]],
    ordered: dict[str, tuple[pytest.Item, CheckSpec]],
    above: tuple[str, ...],
    assignment: Assignment,
) -> None:
    if name in ordered:
        return
    if name in above:
        raise AssignmentError(
            f"The checks {' and '.join(sorted({name, above[-1]}))} of {assignment.folder} require each other."
        )
    if name not in by_id:
        raise AssignmentError(
            f"The check {above[-1]} of {assignment.folder} requires {name!r}, and there is no such check."
        )
    for required in by_id[name][1].requires:
        _place(required, by_id, ordered, (*above, name), assignment)
    ordered[name] = by_id[name]


def _validate_points(specs: Sequence[CheckSpec], assignment: Assignment) -> None:
    for words, desired, bonus in (("total", assignment.total, False), ("bonus", assignment.bonus, True)):
        checks = float(exact_sum(spec.points for spec in specs if assignment.task(spec.task).bonus is bonus))
        people = assignment.written_points(bonus=bonus)
        found = float(exact_sum((checks, people)))
        if found != desired:
            sums = f"the points of its checks add up to {checks:g}"
            if people:
                sums += f" and those of its rubric to {people:g}, which makes {found:g}"
            raise AssignmentError(f"{assignment.folder}/assignment.toml says {words} = {desired:g}, but {sums}.")


def _mark(item: pytest.Item, name: str, default: Any) -> Any:
    mark = item.get_closest_marker(name)
    return mark.args[0] if mark and mark.args else default


def _error(item: pytest.Item, sentence: str) -> AssignmentError:
    return AssignmentError(f"The check {item.name} in {item.path} {sentence}.")
