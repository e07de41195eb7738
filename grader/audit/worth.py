"""What mutants show about the points: those never lost, checks that always fail together, points lost elsewhere. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any


def never_lost(parts: Mapping[str, Sequence[str]], failed: Mapping[str, set[str]]) -> list[str]:
    """Return the checks, and parts of checks as ``check: part``, that no mutant fails.

    Parameters
    ----------
    parts : mapping
        The names of each check's parts, empty for a check without parts.
    failed : mapping
        By check, the parts that some mutant failed; ``""`` stands for the check itself.
    """
    found = []
    for check, names in parts.items():
        if not failed.get(check):
            found.append(check)
        else:
            found += [f"{check}: {name}" for name in names if name not in failed[check]]
    return found


def always_together(rejections: Mapping[str, Sequence[str]]) -> list[tuple[str, ...]]:
    """Return groups of checks that reject exactly the same mutants; one of each group may be enough."""
    by_check: defaultdict[str, set[str]] = defaultdict(set)
    for mutant, checks in rejections.items():
        for check in checks:
            by_check[check].add(mutant)
    groups: defaultdict[frozenset[str], list[str]] = defaultdict(list)
    for check, mutants in by_check.items():
        groups[frozenset(mutants)].append(check)
    return [tuple(checks) for checks in groups.values() if len(checks) > 1]


def lost_elsewhere(
    rejections: Mapping[str, Sequence[str]],
    named: Mapping[str, Sequence[str]],
    below: Mapping[str, Sequence[str]],
    tasks: Mapping[str, str],
) -> list[dict[str, Any]]:
    """Return the mutants that lose points in tasks unrelated to the checks they name.

    Parameters
    ----------
    rejections : mapping
        The checks that reject each mutant.
    named : mapping
        The checks named by each mutant.
    below : mapping
        For each check, the checks that it requires or builds on.
    tasks : mapping
        For each check, the number of its task.
    """
    found = []
    for mutant, checks in rejections.items():
        its_tasks = {tasks[check] for check in named[mutant] if check in tasks}
        goals = {check for check, task in tasks.items() if task in its_tasks}
        stray = [check for check in checks if not _reaches(check, goals, below)]
        if stray:
            found.append({"mutant": mutant, "checks": stray})
    return found


def _reaches(check: str, goals: set[str], below: Mapping[str, Sequence[str]]) -> bool:
    seen, waiting = set(), [check]
    while waiting:
        name = waiting.pop()
        if name in goals:
            return True
        if name not in seen:
            seen.add(name)
            waiting += below.get(name, ())
    return False
