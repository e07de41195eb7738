"""Runs the checks of an assignment in this process on trusted code, without pytest and without a child. Never used to grade."""

from __future__ import annotations

import importlib
import importlib.util
import inspect
import tomllib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from grader.audit import Case, merged
from grader.checks.notes import Notes
from grader.checks.parts import Parts
from grader.checks.proxy import Student
from grader.material.assignment import load_assignment
from grader.material.percent import is_percent
from grader.outcomes import StudentFault
from grader.seed import check_rng
from grader.trusted import InProcess, executed, run_of
from grader.trusted.notebook import needed_cells

ROOT = Path(__file__).parents[2]
ASSIGNMENTS = ROOT / "grader" / "assignments"
BACKPROP = ASSIGNMENTS / "backprop"


def in_part(cases: Iterable[Case], every: int = 3) -> list[Any]:
    """Return cases as test parameters: those with stated points and an evenly spaced subset run always, the rest in the soak."""
    kept = lambda number, case: case.points is not None or number % every == 0  # noqa: E731
    return [
        pytest.param(case, id=case.id, marks=[] if kept(number, case) else [pytest.mark.soak])
        for number, case in enumerate(cases)
    ]


@dataclass
class Graded:
    """What a submission earned: points by check, the faults, the measurements."""

    earned: dict[str, float] = field(default_factory=dict)
    faults: dict[str, StudentFault | str] = field(default_factory=dict)
    remarks: dict[str, list[str]] = field(default_factory=dict)
    notes: dict[str, Notes] = field(default_factory=dict)
    requests: dict[str, int] = field(default_factory=dict)
    folder: Path = BACKPROP

    def total(self, bonus: bool) -> float:
        """Return the points of the tasks that are, or are not, a bonus."""
        return sum(points for name, points in self.earned.items() if is_bonus(name, self.folder) is bonus)


@cache
def checks(folder: Path = BACKPROP) -> dict[str, Callable[..., None]]:
    """Return the checks of an assignment by name, each after those it requires."""
    found: dict[str, Callable[..., None]] = {}
    for path in sorted(folder.glob("check_*.py")):
        spec = importlib.util.spec_from_file_location(path.stem, path)
        assert spec is not None and spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        found |= {name: function for name, function in vars(module).items() if name.startswith("check_")}
    ordered: dict[str, Callable[..., None]] = {}

    def place(name: str) -> None:
        for required in mark(found[name], "requires") or ():
            place(required)
        ordered.setdefault(name, found[name])

    for name in found:
        place(name)
    return ordered


@cache
def assignment(folder: Path = BACKPROP) -> Any:
    """Return the assignment."""
    return load_assignment(folder)


def mark(check: Callable[..., None], name: str) -> Any:
    """Return the arguments of one mark of a check, or None."""
    return next((each.args for each in getattr(check, "pytestmark", []) if each.name == name), None)


def is_bonus(name: str, folder: Path = BACKPROP) -> bool:
    """Return whether a check belongs to a bonus task."""
    return bool(assignment(folder).task(mark(checks(folder)[name], "task")[0]).bonus)


@cache
def answer_key_script(folder: Path = BACKPROP) -> str:
    """Return the answer key as one script."""
    table = tomllib.loads((folder / "assignment.toml").read_text(encoding="utf-8"))["template"]
    return merged(ROOT.joinpath(*assignment(folder).reference.split(".")), table["modules"])


def grade(
    source: str,
    seed: str = "tests",
    only: set[str] | None = None,
    run: Any = None,
    extra: dict[str, Any] | None = None,
    folder: Path = BACKPROP,
) -> Graded:
    """Grade a script with the checks of an assignment.

    Parameters
    ----------
    only : set of str, optional
        The checks to run, besides those they require.
    run : Run or StudentFault, optional
        The result of a run as a script; without it, the script is run when a check asks.
    extra : dict, optional
        Names defined in advance for the script.
    folder : Path
        The assignment.
    """
    reference = importlib.import_module(assignment(folder).reference)
    graded, codes = Graded(folder=folder), {}
    failed: set[str] = set()
    for name in wanted(only, folder):
        check = checks(folder)[name]
        required = [each for each in mark(check, "requires") or () if each in failed]
        points = mark(check, "points")[0]
        if required:
            failed.add(name)
            graded.earned[name], graded.faults[name] = 0.0, f"not checked: needs {required[0]}"
            continue
        # A script is run once for all checks; of a notebook, tasks need different cells.
        task = mark(check, "task")[0] if is_percent(source) else None
        needed = tuple(needed_cells(source, "", task)) if task else ()
        if needed not in codes:
            codes[needed] = executed(source, extra=extra, task=task, asked=assignment(folder).names)
        (own,) = codes[needed].namespace.dictionaries()
        before = dict(own)
        notes, parts, ask = Notes(), Parts(), InProcess(codes[needed])
        names = inspect.signature(check).parameters
        if "script" in names and run is None:
            run = run_of(source)
        if "script" in names and isinstance(run, StudentFault):
            failed.add(name)
            graded.earned[name], graded.faults[name] = 0.0, run
            continue
        values = {
            "student": Student(ask, notes.remark),
            "reference": reference,
            "rng": check_rng(seed, assignment(folder).id, name),
            "settings": assignment(folder).settings,
            "notes": notes,
            "parts": parts,
            "script": run,
        }
        fault: StudentFault | str | None = None
        try:
            check(**{key: values[key] for key in names})
        except StudentFault as error:
            fault = error
        except AssertionError as error:
            fault = str(error)
        # A child serves one check: the next one finds the names as they were.
        own.clear()
        own.update(before)
        graded.notes[name], graded.remarks[name], graded.requests[name] = notes, notes.remarks, ask.requests
        fault = fault or parts.first_fault
        earned = sum(part.earned for part in parts.outcomes)
        if fault is None:
            assert not parts.outcomes or abs(earned - points) < 1e-9, f"the parts of {name} add up to {earned}"
            graded.earned[name] = points
        else:
            failed.add(name)
            graded.earned[name], graded.faults[name] = earned, fault
    return graded


def wanted(only: set[str] | None, folder: Path = BACKPROP) -> list[str]:
    """Return the checks to run: the wanted ones after what they require."""
    if only is None:
        return list(checks(folder))
    needed = set(only)
    for name in reversed(checks(folder)):
        if name in needed:
            needed |= set(mark(checks(folder)[name], "requires") or ())
    return [name for name in checks(folder) if name in needed]
