"""Grades one class with nbgrader, Otter and this grader: ``python -m benchmarks.peers``; imports nothing of the grader.

All three get the same notebooks (layers, about ``--compute`` seconds of training on XOR, a learning curve) and the same
twelve claims in their own formats; each runs in its own virtual environment, one tool after another. The first baseline is
only the notebooks' code, as scripts, each in a fork of an interpreter that has already imported its libraries. The second
also draws the learning curve and tests the twelve claims in the same process, which is everything a submission must cost.

The speed of a shared machine varies by a third within minutes. So this grader is run before and after each of the others,
and each is compared only with those two runs; ``--rounds`` repeats everything.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from statistics import fmean
from typing import Any

from benchmarks.peer_tools import nbgrader_course, otter_autograder
from benchmarks.peer_tools.exercise import CLAIMS, cells, epochs_for
from benchmarks.peer_tools.tools import MIB, Cost, Tool, measured, one_thread

ROOT = Path(__file__).resolve().parents[1]
ASSIGNMENT = Path(__file__).parent / "peer_tools" / "assignment"
COMMON = ("numpy", "matplotlib", "ipykernel")
OWN = "code, drawing and claims"
HEAD = f"{'':40} {'wall s':>8} {'each':>7} {'CPU s':>8} {'each':>7} {'MiB':>6} {'our wall':>8} {'ratio':>6} {'CPU ratio':>9}  lowest"
FLOOR = """\
import io, json, os, sys
import numpy, matplotlib
matplotlib.use("agg")
import matplotlib.pyplot as plt
jobs, claims, running = int(sys.argv[1]), sys.argv[2:], set()
def draw():
    plt.savefig(io.BytesIO(), format="png")
    plt.close("all")
if claims:
    plt.plot([0, 1])
    draw()  # fonts are read once, before the forks
def reap():
    child, status = os.wait()
    running.discard(child)
    if status: raise SystemExit("a script failed")
for source in json.load(sys.stdin):
    if len(running) == jobs: reap()
    child = os.fork()
    if not child:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        names = {"__name__": "__main__"}
        exec(compile(source, "<notebook>", "exec"), names)
        if claims: draw()
        for claim in claims:
            try: exec(compile(claim, "<claim>", "exec"), names)
            except AssertionError: pass  # it costs the same when it does not hold
        os._exit(0)
    running.add(child)
while running: reap()
"""


@dataclass(frozen=True)
class Row:
    """One line of the table: a way of grading, its cost, the lowest points, and the cost of ours before and after it."""

    name: str
    cost: Cost
    lowest: float | None
    ours: Cost | None = None


def mean(costs: Sequence[Cost]) -> Cost:
    """Return the mean of costs, with the highest of their memory."""
    return Cost(
        fmean(cost.wall_seconds for cost in costs),
        fmean(cost.cpu_seconds for cost in costs),
        max(cost.peak_bytes for cost in costs),
    )


def floor(students: Sequence[str], epochs: int, jobs: int, work: Path, claims: Sequence[str] = ()) -> Row:
    """Run only the notebooks' code, or also the drawing and these claims."""
    sources = work / "sources.json"
    sources.write_text(json.dumps(["\n".join(cells(seed, epochs)) for seed in range(len(students))]), encoding="utf-8")
    script = 'exec "$0" -W ignore -c "$@" < sources.json'
    words = ["sh", "-c", script, sys.executable, FLOOR, str(jobs), *claims]
    name = f"{OWN if claims else 'the code alone'}, {jobs} at a time"
    return Row(name, measured([words], work, one_thread()), None)


def ours(folder: Path, jobs: int, work: Path) -> Row:
    """Grade with this grader's command line, start-up included."""
    out, assignment = work / f"reports-{jobs}", work / "assignment"
    shutil.rmtree(out, ignore_errors=True)
    # A separate folder, as an instructor has, rather than one inside a package.
    shutil.copytree(ASSIGNMENT, assignment, dirs_exist_ok=True)
    words = [sys.executable, "-m", "grader", "grade", str(folder), "--assignment", str(assignment), "--quiet"]
    cost = measured([[*words, "--out", str(out), "--jobs", str(jobs), "--seed", "benchmark"]], ROOT, one_thread())
    records = [json.loads(path.read_text(encoding="utf-8")) for path in (out / "records").glob("*.json")]
    levels = {record["isolation"]["level"] for record in records}
    return Row(
        f"this grader, {jobs} at a time, {'/'.join(sorted(levels))}",
        cost,
        min(record["score"]["points"] for record in records),
    )


def stages(out: Path) -> Iterator[str]:
    """Yield how the wall-clock time of one submission is spent, on average over a run with one judge at a time."""
    records = [json.loads(path.read_text(encoding="utf-8")) for path in (out / "records").glob("*.json")]
    times = [record["times"] for record in records]

    def mean(*names: str) -> float:
        return 1000 * sum((each.get(name) or 0.0) for each in times for name in names) / len(times)

    checks = 1000 * sum(sum(each["checks"].values()) for each in times) / len(times)
    begun, run, whole = mean("open_seconds"), mean("load_seconds", "run_seconds"), mean("wall_seconds")
    number = len(times[0]["checks"])
    yield f"of one submission's {whole:.0f} ms with one judge at a time:"
    yield f"    {begun:7.1f}  a child is asked for (it forks and confines itself while the judge goes on)"
    yield f"    {run:7.1f}  the notebook is read and run, its figure drawn and sent"
    yield f"    {checks:7.1f}  {number} checks, each in a fork of its own: {checks / number:.1f} each"
    yield f"    {whole - begun - run - checks:7.1f}  the rest of the judge: reading files, scoring, taking the child down"


def nbgrader(tool: Tool, students: Sequence[str], epochs: int, work: Path) -> Row:
    """Grade with nbgrader."""
    course = _emptied(work / "course")
    nbgrader_course.make_course(course, students, epochs)
    nbgrader_course.prepare(tool, course)
    cost = measured([nbgrader_course.command()], course, tool.environment())
    return Row(f"nbgrader {nbgrader_course.VERSION}", cost, min(nbgrader_course.scores(tool, course)))


def otter(tool: Tool, students: Sequence[str], epochs: int, folder: Path, work: Path) -> Row:
    """Grade with ``otter run``, one command per student."""
    otter_autograder.make_master(_emptied(work / "master"), epochs)
    autograder, out = otter_autograder.prepare(tool, work / "master"), _emptied(work / "otter")
    cost = measured(otter_autograder.commands(autograder, folder, students, out), work, tool.environment())
    found = otter_autograder.scores(out)
    return Row(f"Otter {otter_autograder.VERSION}, otter run", cost, min(found) if len(found) == len(students) else 0.0)


def _emptied(folder: Path) -> Path:
    """Return the folder, emptied of an earlier round's files."""
    shutil.rmtree(folder, ignore_errors=True)
    return folder


def averaged(runs: Sequence[Row]) -> Row:
    """Return the mean of several runs of one way of grading."""
    ours = [row.ours for row in runs if row.ours is not None]
    return replace(runs[-1], cost=mean([row.cost for row in runs]), ours=mean(ours))


def line(row: Row, count: int) -> str:
    """Return a line of the table; the ratios compare it with ours, run before and after it."""
    wall, cpu, ours = row.cost.wall_seconds, row.cost.cpu_seconds, row.ours or row.cost
    points = "" if row.lowest is None else f"{row.lowest:g}/{len(CLAIMS)}"
    return (
        f"{row.name:40} {wall:8.2f} {wall / count:7.3f} {cpu:8.2f} {cpu / count:7.3f} {row.cost.peak_bytes / MIB:6.0f} "
        f"{ours.wall_seconds:8.2f} {wall / ours.wall_seconds:6.2f} {cpu / ours.cpu_seconds:9.2f}  {points}"
    )


def above_own(row: Row, count: int) -> str:
    """Return how much CPU time ours takes beyond 1.5 times the submissions' own."""
    assert row.ours is not None
    above = 1000 * (row.ours.cpu_seconds - 1.5 * row.cost.cpu_seconds) / count
    return f"    our CPU above 1.5 times this: {above:.0f} ms each"


def rows(options: argparse.Namespace, work: Path) -> Iterator[Row]:
    """Run everything requested, one after another, and ours with the most jobs before and after each."""
    students = [f"s{k + 1:03}" for k in range(options.count)]
    epochs = options.epochs or epochs_for(options.compute)
    print(
        f"{options.count} notebooks, {epochs} epochs each; {os.cpu_count()} cores, Python {platform.python_version()}"
    )
    print(HEAD, flush=True)
    otter_autograder.make_class(work / "class", students, epochs)

    def installed(package: str, version: str) -> Tool:
        return Tool.installed(options.environments / package, f"{package}=={version}", *COMMON)

    peers: dict[str, Callable[[], Row]] = {
        "nbgrader": lambda: nbgrader(installed("nbgrader", nbgrader_course.VERSION), students, epochs, work),
        "otter": lambda: otter(
            installed("otter-grader", otter_autograder.VERSION), students, epochs, work / "class", work
        ),
    }
    others = [peers[name] for name in options.peers]
    for claims in ((), tuple(CLAIMS.values())):
        others += [partial(floor, students, epochs, jobs, work, claims) for jobs in options.jobs]
    *fewer, most = sorted(options.jobs)
    others += [partial(ours, work / "class", jobs, work) for jobs in fewer]
    runs = [ours(work / "class", most, work)]
    found: list[list[Row]] = [[] for _ in others]
    for number in range(options.rounds):
        for other, kept in zip(others, found, strict=True):
            row = other()
            runs.append(ours(work / "class", most, work))
            kept.append(replace(row, ours=mean([run.cost for run in runs[-2:]])))
            if number == options.rounds - 1:
                yield averaged(kept)
    yield replace(runs[-1], cost=mean([run.cost for run in runs]))


def main() -> None:
    """Parse the options and run."""
    parser: Any = argparse.ArgumentParser(
        prog="python -m benchmarks.peers", description=(__doc__ or "").splitlines()[0]
    )
    parser.add_argument("--count", type=int, default=18, help="submissions (default: 18)")
    parser.add_argument("--compute", type=float, default=0.32, help="CPU seconds of training in each (default: 0.32)")
    parser.add_argument("--jobs", type=int, nargs="+", default=[1, 2], help="submissions at a time (default: 1 2)")
    parser.add_argument("--epochs", type=int, help="epochs of training, instead of --compute, to compare runs")
    parser.add_argument("--rounds", type=int, default=1, help="runs of each, to print the mean (default: 1)")
    parser.add_argument(
        "--peers", nargs="*", choices=("nbgrader", "otter"), default=["nbgrader", "otter"], help="tools to compare with"
    )
    cache = Path(tempfile.gettempdir()) / "grader-peers"
    parser.add_argument("--environments", type=Path, default=cache, help=f"where their environments are kept ({cache})")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as work:
        for row in rows(options, Path(work)):
            print(line(row, options.count), flush=True)
            if row.name.startswith(OWN):
                print(above_own(row, options.count), flush=True)
        for stage in stages(Path(work) / f"reports-{min(options.jobs)}"):
            print(stage)


if __name__ == "__main__":
    main()
