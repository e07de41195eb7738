"""Runs the checks of an assignment in this process on trusted code, without pytest and without a child. Never used to grade."""

from __future__ import annotations

import contextlib
import importlib.util
import inspect
import io
import sys
import tomllib
import warnings
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from types import ModuleType
from typing import Any

from grader.assignment import load_assignment
from grader.audit import merged
from grader.checks.examination import Run
from grader.checks.notes import Notes
from grader.checks.parts import Parts
from grader.checks.proxy import Student
from grader.outcomes import StudentFault
from grader.seed import check_rng
from tests.checks.inprocess import InProcess, open_figures

ROOT = Path(__file__).parents[2]
BACKPROP = ROOT / "grader" / "assignments" / "backprop"


@dataclass
class Graded:
    """What a submission earned: points by check, the faults, the measurements."""

    earned: dict[str, float] = field(default_factory=dict)
    faults: dict[str, StudentFault | str] = field(default_factory=dict)
    remarks: dict[str, list[str]] = field(default_factory=dict)
    notes: dict[str, Notes] = field(default_factory=dict)
    requests: dict[str, int] = field(default_factory=dict)

    def total(self, bonus: bool) -> float:
        """Return the points of the tasks that are, or are not, a bonus."""
        return sum(points for name, points in self.earned.items() if is_bonus(name) is bonus)


@lru_cache(maxsize=1)
def checks() -> dict[str, Callable[..., None]]:
    """Return the checks of ``backprop`` by name, each after those it requires."""
    found: dict[str, Callable[..., None]] = {}
    for path in sorted(BACKPROP.glob("check_*.py")):
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


@lru_cache(maxsize=1)
def assignment() -> Any:
    """Return the assignment."""
    return load_assignment(BACKPROP)


def mark(check: Callable[..., None], name: str) -> Any:
    """Return the arguments of one mark of a check, or None."""
    return next((each.args for each in getattr(check, "pytestmark", []) if each.name == name), None)


def is_bonus(name: str) -> bool:
    """Tell whether a check belongs to a bonus task."""
    return bool(assignment().task(mark(checks()[name], "task")[0]).bonus)


@lru_cache(maxsize=1)
def answer_key_script() -> str:
    """Return the answer key as one script."""
    table = tomllib.loads((BACKPROP / "assignment.toml").read_text(encoding="utf-8"))["template"]
    return merged(ROOT / "reference", table["modules"])


def executed(source: str, run_name: str = "submission", extra: dict[str, Any] | None = None) -> dict[str, Any]:
    """Return the names that a script defines; ``run_name`` is its ``__name__``, ``extra`` holds names it finds defined."""
    module = ModuleType(run_name)
    module.__dict__.update({"__file__": "s001.py", **(extra or {})})
    known = sys.modules.get(run_name)
    sys.modules[run_name] = module
    try:
        exec(compile(source, "s001.py", "exec"), module.__dict__)
    finally:
        if known is not None:
            sys.modules[run_name] = known
    return module.__dict__


def run_of(source: str) -> Run | StudentFault:
    """Return what a script prints and draws."""
    import matplotlib

    matplotlib.use("Agg")
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        executed(source, "__main__")
    return Run(printed.getvalue(), tuple(open_figures()))


def grade(
    source: str, seed: str = "tests", only: set[str] | None = None, run: Any = None, extra: dict[str, Any] | None = None
) -> Graded:
    """Grade a script with the checks of ``backprop``.

    Parameters
    ----------
    only : set of str, optional
        The checks that are wanted, apart from what they require.
    run : Run or StudentFault, optional
        What the run as a script has shown; without it the script is run when a check asks.
    extra : dict, optional
        Names that the script finds defined.
    """
    import reference

    graded, namespace = Graded(), executed(source, extra=extra)
    failed: set[str] = set()
    for name in wanted(only):
        check = checks()[name]
        required = [each for each in mark(check, "requires") or () if each in failed]
        points = mark(check, "points")[0]
        if required:
            failed.add(name)
            graded.earned[name], graded.faults[name] = 0.0, f"not checked: needs {required[0]}"
            continue
        notes, parts, ask = Notes(), Parts(), InProcess(namespace)
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
            "rng": check_rng(seed, "backprop", name),
            "settings": assignment().settings,
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


def wanted(only: set[str] | None) -> list[str]:
    """Return the checks to run: the wanted ones after what they require."""
    if only is None:
        return list(checks())
    needed = set(only)
    for name in reversed(checks()):
        if name in needed:
            needed |= set(mark(checks()[name], "requires") or ())
    return [name for name in checks() if name in needed]
