"""Grades a class as it is: ``python -m benchmarks.real_class``; the same class as notebooks goes to nbgrader and Otter.

Half of the class is right, in the styles of the variants; three in ten have one or two mistakes; the others crash while loading, loop for
ever, train for half a minute, or take all memory. Who does what is drawn with a seed. This grader runs all checks of the
assignment, and then the twelve claims alone that the other tools are given as cells of tests. They have the time-outs that their users set: nbgrader
120 seconds for a cell, Otter, which has none, 300 seconds for a submission.

A result is there when a student's page is written, or the file with the scores.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import fmean

from benchmarks.mixed.claims import CLAIMS
from benchmarks.mixed.drawing import SHARES, Student, draw_class
from benchmarks.mixed.watch import Watched, watched
from benchmarks.peer_tools import nbgrader_course, otter_autograder
from benchmarks.peer_tools.notebooks import as_notebook, code_cell
from benchmarks.peer_tools.tools import Tool, one_thread

ROOT = Path(__file__).resolve().parents[1]
ASSIGNMENTS = ROOT / "grader" / "assignments"
TWELVE = Path(__file__).parent / "mixed" / "assignment"
COMMON = ("numpy", "matplotlib", "ipykernel")
OTTER_SECONDS = 300.0
HEAD = f"{'':36} {'wall s':>8} {'CPU s':>8} {'half':>7} {'95 %':>7} {'results':>8} {'times ours':>10}"


def hand_in(folder: Path, students: Sequence[Student], *, notebooks: bool) -> Path:
    """Write what everybody hands in: notebooks all, or every second one a script."""
    folder.mkdir(parents=True)
    for number, student in enumerate(students):
        if notebooks or number % 2:
            made = [code_cell(source, f"answer{k}") for k, source in enumerate(student.cells)]
            (folder / f"{student.name}.ipynb").write_text(as_notebook(made), encoding="utf-8")
        else:
            (folder / f"{student.name}.py").write_text(student.script, encoding="utf-8")
    return folder


def ours(folder: Path, assignment: Path, out: Path, jobs: int) -> Watched:
    """Grade with this grader as it is typed, start-up included."""
    words = [sys.executable, "-m", "grader", "grade", str(folder), "--assignment", str(assignment), "--out", str(out)]
    command = [*words, "--jobs", str(jobs), "--seed", "benchmark", "--quiet", "--anyway"]
    return watched([command], ROOT, one_thread(), lambda: (out / "students").glob("*.html"))


def nbgrader(tool: Tool, students: Sequence[Student], work: Path) -> Watched:
    """Grade with nbgrader, which goes on past a cell that was interrupted or failed."""
    course = work / "course"
    nbgrader_course.make_course_of(course, {student.name: student.cells for student in students}, CLAIMS)
    nbgrader_course.prepare(tool, course)
    found = course / "autograded"
    return watched([nbgrader_course.command()], course, tool.environment(), lambda: found.glob("*/ps1/ps1.ipynb"))


def otter(tool: Tool, folder: Path, students: Sequence[Student], work: Path) -> Watched:
    """Grade with ``otter run``, one command a student."""
    otter_autograder.make_master_of(work / "master", students[0].cells, CLAIMS)
    autograder, out = otter_autograder.prepare(tool, work / "master"), work / "otter"
    names = [student.name for student in students]
    commands = otter_autograder.commands(autograder, folder, names, out)
    return watched(commands, work, tool.environment(), lambda: out.glob("*/results.json"), OTTER_SECONDS)


def line(name: str, run: Watched, count: int, own: Watched | None) -> str:
    """Return a line of the table."""
    times = f"{run.wall_seconds / own.wall_seconds:10.1f}" if own is not None else ""
    return (
        f"{name:36} {run.wall_seconds:8.1f} {run.cpu_seconds:8.1f} {run.until(0.5, count):7.1f} {run.until(0.95, count):7.1f} "
        f"{len(run.results):8} {times}"
    )


def stages(run: Watched, out: Path, students: Sequence[Student]) -> Iterator[str]:
    """Yield where the computing time goes, by process, and by what students handed in."""
    records = {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in (out / "records").glob("*.json")}
    child = sum(record["times"]["cpu_seconds"] for record in records.values())
    yield f"    of {run.cpu_seconds:.1f} CPU seconds, as far as could be seen while it ran:"
    for name, seconds in (
        ("the submissions' own processes", child),
        ("the judges", run.stages.get("below the judges' parent", 0.0)),
        *((name, run.stages.get(name, 0.0)) for name in ("the command", "the judges' parent", "the clean parent")),
    ):
        yield f"    {seconds:10.1f}  {name}"
    yield f"    {'kind':10} {'number':>6} {'CPU s of the child':>18} {'wall s':>8} {'run':>8} {'checks':>8} {'explaining':>10}  each"
    for kind in SHARES:
        times = [
            records[student.name]["times"] for student in students if student.kind == kind and student.name in records
        ]
        if times:
            yield _of_kind(kind, times)


def _of_kind(kind: str, times: Sequence[dict[str, float]]) -> str:
    """Return the means of one kind of student; what is neither run nor checks is mostly the search for causes."""
    run = [sum(each.get(name) or 0.0 for name in ("open_seconds", "load_seconds", "run_seconds")) for each in times]
    checks = [sum(dict(each["checks"]).values()) for each in times]  # type: ignore[call-overload]
    wall = [each["wall_seconds"] for each in times]
    rest = fmean(wall) - fmean(run) - fmean(checks)
    cpu = fmean(each["cpu_seconds"] for each in times)
    return f"    {kind:10} {len(times):6} {cpu:18.2f} {fmean(wall):8.2f} {fmean(run):8.2f} {fmean(checks):8.2f} {rest:10.2f}"


def benchmark(options: argparse.Namespace, work: Path) -> None:
    """Draw the class, grade it every way, and print the table."""
    assignment = ASSIGNMENTS / options.assignment
    students = draw_class(assignment, options.students, options.seed)
    scripts = hand_in(work / "class", students, notebooks=options.assignment != "backprop")
    number = ", ".join(f"{sum(student.kind == kind for student in students)} {kind}" for kind in SHARES)
    print(
        f"{len(students)} of {options.assignment}: {number}; {os.cpu_count()} cores, Python {platform.python_version()}"
    )
    print(HEAD, flush=True)
    count = len(students)
    run = ours(scripts, assignment, work / "reports", options.jobs)
    print(line("this grader, all checks", run, count, None), flush=True)
    for each in stages(run, work / "reports", students):
        print(each, flush=True)
    if options.keep:
        shutil.copytree(work / "reports", options.keep, dirs_exist_ok=True)
    if options.assignment != "backprop" or not options.peers:
        return
    notebooks, twelve = hand_in(work / "notebooks", students, notebooks=True), work / "twelve"
    shutil.copytree(TWELVE, twelve)
    own = ours(notebooks, twelve, work / "reports-twelve", options.jobs)
    print(line("this grader, the twelve claims", own, count, None), flush=True)
    if "nbgrader" in options.peers:
        tool = Tool.installed(options.environments / "nbgrader", f"nbgrader=={nbgrader_course.VERSION}", *COMMON)
        print(line(f"nbgrader {nbgrader_course.VERSION}", nbgrader(tool, students, work), count, own), flush=True)
    if "otter" in options.peers:
        tool = Tool.installed(options.environments / "otter", f"otter-grader=={otter_autograder.VERSION}", *COMMON)
        print(line(f"Otter {otter_autograder.VERSION}", otter(tool, notebooks, students, work), count, own), flush=True)


def main() -> None:
    """Parse the options and run."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.real_class", description=(__doc__ or "").splitlines()[0]
    )
    parser.add_argument("--students", type=int, default=120, help="in the class (default: 120)")
    parser.add_argument("--assignment", default="backprop", help="such as components (default: backprop)")
    parser.add_argument(
        "--jobs", type=int, default=os.cpu_count() or 1, help="submissions at a time (default: one a core)"
    )
    parser.add_argument("--seed", type=int, default=1, help="of who hands in what (default: 1)")
    parser.add_argument(
        "--peers", nargs="*", choices=("nbgrader", "otter"), default=["nbgrader", "otter"], help="what to set beside"
    )
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="where to leave our reports")
    cache = Path(tempfile.gettempdir()) / "grader-peers"
    parser.add_argument("--environments", type=Path, default=cache, help=f"where their environments are kept ({cache})")
    with tempfile.TemporaryDirectory() as work:
        benchmark(parser.parse_args(), Path(work))


if __name__ == "__main__":
    main()
