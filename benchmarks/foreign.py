"""Grades the class of ``benchmarks.peers`` in the other tools' own forms, unconverted: ``python -m benchmarks.foreign``; imports nothing of the grader.

nbgrader grades its course, Otter its autograder, and this grader the very same folders: ``source/ps1`` with ``submitted/``, and the
archive that Otter Assign wrote with the notebooks that were handed in. As there, this grader is run before and after each of the
others, and each is compared with those two runs alone.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from benchmarks.peer_tools import nbgrader_course, otter_autograder
from benchmarks.peer_tools.exercise import CLAIMS, epochs_for
from benchmarks.peer_tools.tools import MIB, Cost, Tool, measured, one_thread
from benchmarks.peers import COMMON, ROOT, mean

BARS = {"nbgrader": 8.0, "otter": 14.0}
HEAD = f"{'':36} {'wall s':>8} {'CPU s':>8} {'MiB':>6} {'our wall':>8} {'our CPU':>8} {'ratio':>6} {'CPU ratio':>9} {'bar':>5}  lowest"


@dataclass(frozen=True)
class Form:
    """The class in one tool's form: how the tool grades it, what its lowest score is, and what this grader is given."""

    name: str
    grade: Callable[[], tuple[Cost, float]]
    assignment: Path
    submissions: Path


def ours(form: Form, jobs: int, work: Path) -> tuple[Cost, float]:
    """Grade with this grader as it is typed, start-up included; return what it cost and the lowest score."""
    out = work / f"reports-{form.name}"
    shutil.rmtree(out, ignore_errors=True)
    words = [sys.executable, "-m", "grader", "grade", str(form.submissions), "--assignment", str(form.assignment)]
    cost = measured(
        [[*words, "--out", str(out), "--jobs", str(jobs), "--quiet", "--seed", "benchmark"]], ROOT, one_thread()
    )
    records = [json.loads(path.read_text(encoding="utf-8")) for path in (out / "records").glob("*.json")]
    return cost, min(record["score"]["points"] for record in records)


def nbgrader_form(environments: Path, count: int, epochs: int, work: Path) -> Form:
    """Return the class as a course of nbgrader."""
    students, course = [f"s{k + 1:03}" for k in range(count)], work / "course"
    tool = Tool.installed(environments / "nbgrader", f"nbgrader=={nbgrader_course.VERSION}", *COMMON)
    nbgrader_course.make_course(course, students, epochs)
    nbgrader_course.prepare(tool, course)

    def grade() -> tuple[Cost, float]:
        return measured([nbgrader_course.command()], course, tool.environment()), min(
            nbgrader_course.scores(tool, course)
        )

    return Form("nbgrader", grade, course / "source" / "ps1", course / "submitted")


def otter_form(environments: Path, count: int, epochs: int, work: Path) -> Form:
    """Return the class with the archive that Otter Assign makes of the master."""
    students = [f"s{k + 1:03}" for k in range(count)]
    tool = Tool.installed(environments / "otter-grader", f"otter-grader=={otter_autograder.VERSION}", *COMMON)
    otter_autograder.make_class(work / "class", students, epochs)
    otter_autograder.make_master(work / "master", epochs)
    autograder = otter_autograder.prepare(tool, work / "master")

    def grade() -> tuple[Cost, float]:
        out = work / "otter"
        shutil.rmtree(out, ignore_errors=True)
        cost = measured(otter_autograder.commands(autograder, work / "class", students, out), work, tool.environment())
        return cost, min(otter_autograder.scores(out))

    return Form("otter", grade, autograder, work / "class")


def line(form: Form, theirs: Cost, lowest: float, own: Cost, own_lowest: float) -> str:
    """Return a line of the table."""
    return (
        f"{form.name + ', in its own form':36} {theirs.wall_seconds:8.2f} {theirs.cpu_seconds:8.2f} {theirs.peak_bytes / MIB:6.0f} "
        f"{own.wall_seconds:8.2f} {own.cpu_seconds:8.2f} {theirs.wall_seconds / own.wall_seconds:6.2f} "
        f"{theirs.cpu_seconds / own.cpu_seconds:9.2f} {BARS[form.name]:5.0f}  {lowest:g}, ours {own_lowest:g} of {len(CLAIMS)}"
    )


def main() -> None:
    """Parse the options and run."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.foreign", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--count", type=int, default=18, help="submissions (default: 18)")
    parser.add_argument("--compute", type=float, default=0.32, help="CPU seconds of training in each (default: 0.32)")
    parser.add_argument("--epochs", type=int, help="epochs of the training, in place of --compute, to compare runs")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="submissions at a time, ours")
    parser.add_argument("--peers", nargs="*", choices=tuple(BARS), default=list(BARS), help="what to set beside")
    cache = Path(tempfile.gettempdir()) / "grader-peers"
    parser.add_argument("--environments", type=Path, default=cache, help=f"where their environments are kept ({cache})")
    options = parser.parse_args()
    epochs = options.epochs or epochs_for(options.compute)
    print(
        f"{options.count} notebooks, {epochs} epochs each; {os.cpu_count()} cores, Python {platform.python_version()}"
    )
    print(HEAD, flush=True)
    forms = {"nbgrader": nbgrader_form, "otter": otter_form}
    with tempfile.TemporaryDirectory() as name:
        work = Path(name)
        for peer in options.peers:
            form = forms[peer](options.environments, options.count, epochs, work)
            run = partial(ours, form, options.jobs, work)
            before, (theirs, lowest), after = run(), form.grade(), run()
            print(line(form, theirs, lowest, mean([before[0], after[0]]), min(before[1], after[1])), flush=True)


if __name__ == "__main__":
    main()
