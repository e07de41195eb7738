"""Compares the cost of grading with the submissions' own code: ``python benchmarks/grading.py``; imports nothing of the grader.

A class of notebooks is made from one template: layers, losses, about ``--compute`` seconds of training on XOR, and a
figure of the learning curve. The baseline runs each as a plain script in a fork of an interpreter that has already
imported NumPy and Matplotlib. The grader runs from its command line, start-up included, with the CPU time of all processes.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import resource
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import CodeType
from typing import Any

import matplotlib
import matplotlib.pyplot as plt
import numpy as np

ROOT = Path(__file__).resolve().parents[1]
TEMPLATE = ROOT / "submissions" / "s002.ipynb"
DEFINITIONS_END = "def experiment("
TRAINING = """\
inputs, targets = generate_XOR_easy()
network, criterion = build_network(2, 8, 1, "tanh", np.random.default_rng({seed})), BCELoss()
losses = train(network, criterion, SGD(network.parameters(), 0.6), inputs, targets, {epochs})
output = network.forward(inputs)
for k in range(len(inputs)):
    print(f"Iter: {{k}} | Ground truth: {{targets[k, 0]:.0f}} | Predict: {{output[k, 0]:.5f}}")
print(f"loss={{criterion.forward(output, targets):.5f}} accuracy={{accuracy(network, inputs, targets):.2%}}")
"""
CURVE = "show_learning_curve(losses)\n"


@dataclass(frozen=True)
class Cost:
    """The cost of a run: wall-clock seconds, and CPU seconds over all its processes."""

    wall_seconds: float
    cpu_seconds: float


def measured(run: Callable[[], None]) -> Cost:
    """Run once, and measure the CPU time of all finished descendants."""
    wall, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
    run()
    after, wall = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter() - wall
    return Cost(wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)


def template_cells() -> list[str]:
    """Return the source of the template's code cells with definitions, without its experiments."""
    notebook = json.loads(TEMPLATE.read_text(encoding="utf-8"))
    sources = ["".join(cell["source"]) for cell in notebook["cells"] if cell["cell_type"] == "code"]
    return [
        source
        for source in sources
        if DEFINITIONS_END not in source and not source.lstrip().startswith(("np.", "exper"))
    ]


def epochs_for(seconds: float, definitions: Sequence[str]) -> int:
    """Return how many epochs of the training take about ``seconds`` of CPU time on this machine."""
    namespace: dict[str, Any] = {}
    exec("\n".join(definitions), namespace)
    probe = compile(TRAINING.format(seed=0, epochs=500).replace("print", "str"), "<probe>", "exec")
    exec(probe, namespace)
    before = time.process_time()
    exec(probe, namespace)
    return max(1, round(500 * seconds / (time.process_time() - before)))


def as_notebook(cells: Sequence[str]) -> str:
    """Return the text of a notebook with these code cells."""
    made: list[dict[str, Any]] = [
        {"cell_type": "code", "execution_count": None, "id": f"c{k}", "metadata": {}, "outputs": [], "source": source}
        for k, source in enumerate(cells)
    ]
    kernel = {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}}
    return json.dumps({"cells": made, "metadata": kernel, "nbformat": 4, "nbformat_minor": 5}, indent=1)


def forked(code: CodeType) -> int:
    """Start a child that runs the code as a script silently, and return its process id."""
    child = os.fork()
    if child:
        return child
    try:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        warnings.simplefilter("ignore")
        exec(code, {"__name__": "__main__"})
        sys.stdout.flush()
        os._exit(0)
    finally:
        os._exit(1)


def run_plainly(codes: Sequence[CodeType], jobs: int) -> None:
    """Run every script in a fork of this interpreter, ``jobs`` in parallel; raise ``RuntimeError`` if one fails."""
    running: set[int] = set()
    waiting = list(codes)
    while waiting or running:
        while waiting and len(running) < jobs:
            running.add(forked(waiting.pop()))
        child, status = os.wait()
        running.discard(child)
        if status:
            raise RuntimeError(f"a script of the benchmark ended with status {status}")


def grade(folder: Path, out: Path, jobs: int) -> None:
    """Grade with the command line; raise ``CalledProcessError`` if it fails."""
    command = [sys.executable, "-m", "grader", "grade", str(folder), "--assignment", "backprop"]
    subprocess.run(
        [*command, "--out", str(out), "--jobs", str(jobs), "--seed", "benchmark", "--quiet"], cwd=ROOT, check=True
    )


def lowest_score(out: Path) -> float:
    """Return the lowest percentage in the records, which reveals a broken run."""
    records = [json.loads(path.read_text(encoding="utf-8")) for path in sorted((out / "records").glob("*.json"))]
    return min((float(record["score"]["percent"]) for record in records), default=0.0)


def row(name: str, cost: Cost, count: int, floor: Cost) -> str:
    """Return one row of the table."""
    wall, cpu = cost.wall_seconds, cost.cpu_seconds
    ratios = f"{wall / floor.wall_seconds:10.2f} {cpu / floor.cpu_seconds:10.2f}"
    return f"{name:38} {wall:8.2f} {wall / count:8.3f} {cpu:8.2f} {cpu / count:8.3f} {ratios}"


def benchmark(count: int, compute_seconds: float, jobs: Sequence[int], work: Path) -> None:
    """Make the class, run it both ways and print the table."""
    definitions = template_cells()
    epochs = epochs_for(compute_seconds, definitions)
    everyone, one = work / "class", work / "one"
    everyone.mkdir()
    one.mkdir()
    codes = []
    for k in range(count):
        cells = [*definitions, TRAINING.format(seed=k, epochs=epochs), CURVE]
        (everyone / f"s{k + 1:03}.ipynb").write_text(as_notebook(cells), encoding="utf-8")
        codes.append(compile("\n".join(cells), f"s{k + 1:03}", "exec"))
    (one / "s001.ipynb").write_bytes((everyone / "s001.ipynb").read_bytes())

    print(f"{count} notebooks, {epochs} epochs of XOR each; {os.cpu_count()} cores, Python {platform.python_version()}")
    print(f"{'':38} {'wall s':>8} {'each':>8} {'CPU s':>8} {'each':>8} {'wall ratio':>10} {'CPU ratio':>10}")
    run_plainly(codes[:1], 1)
    for number in jobs:
        floor = measured(partial(run_plainly, codes, number))
        print(row(f"plain scripts, forked warm, {number} at a time", floor, count, floor))
        out = work / f"reports-{number}"
        cost = measured(partial(grade, everyone, out, number))
        print(row(f"grade --jobs {number}, with start-up", cost, count, floor))
        first = measured(partial(grade, one, out / "one", number))
        print(
            f"    of this, start-up and the first submission: {first.wall_seconds:.2f} s wall, {first.cpu_seconds:.2f} s CPU"
        )
        print(f"    lowest score: {lowest_score(out):.1f} %")


def main() -> None:
    """Parse the options and run."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--count", type=int, default=18, help="submissions (default: 18)")
    parser.add_argument("--compute", type=float, default=0.32, help="CPU seconds of training in each (default: 0.32)")
    parser.add_argument("--jobs", type=int, nargs="+", default=[1, 2], help="submissions at a time (default: 1 2)")
    options = parser.parse_args()
    matplotlib.use("agg")
    plt.figure()
    plt.close("all")
    np.ones((2, 2)) @ np.ones((2, 2))
    with tempfile.TemporaryDirectory() as work:
        benchmark(options.count, options.compute, options.jobs, Path(work))


if __name__ == "__main__":
    main()
