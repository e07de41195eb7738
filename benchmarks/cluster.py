"""Measures the gain from a second Dask worker on a long run: ``python -m benchmarks.cluster``; imports nothing of the grader.

A scheduler with one worker, then with two, grades the notebooks of ``benchmarks.peers``. Each worker has one thread and one
core, as in a cluster job (Slurm's ``--cpus-per-task 1``); the scheduler and the command that writes the reports use the
remaining time. Workers are started before the clock, but setting up their fences at the first submission is counted.
"""

from __future__ import annotations

import argparse
import contextlib
import itertools
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from benchmarks.peer_tools.exercise import epochs_for
from benchmarks.peer_tools.otter_autograder import make_class
from benchmarks.peer_tools.tools import one_thread

ROOT = Path(__file__).resolve().parents[1]
ASSIGNMENT = Path(__file__).parent / "peer_tools" / "assignment"


@contextlib.contextmanager
def cluster(workers: int, folder: Path) -> Iterator[str]:
    """Start a scheduler and workers on this machine, each worker on its own core; yield the scheduler's address."""
    file, processes = folder / f"scheduler-{workers}.json", []
    cores = os.sched_getaffinity(0)

    def start(module: str, *words: str, on: set[int] = cores) -> None:
        command = [sys.executable, "-m", f"distributed.cli.{module}", *words, "--no-dashboard", "--host", "127.0.0.1"]
        os.sched_setaffinity(0, on)  # a new process inherits it
        try:
            processes.append(
                subprocess.Popen(
                    command, cwd=ROOT, env=one_thread(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
                )
            )
        finally:
            os.sched_setaffinity(0, cores)

    try:
        start("dask_scheduler", "--scheduler-file", str(file), "--port", "0")
        while not file.exists():
            time.sleep(0.05)
        for _, core in zip(range(workers), itertools.cycle(sorted(cores, reverse=True)), strict=False):
            start("dask_worker", "--scheduler-file", str(file), "--nthreads", "1", on={core})
        address = json.loads(file.read_text(encoding="utf-8"))["address"]
        _await_workers(address, workers)
        yield address
    finally:
        for process in reversed(processes):
            process.terminate()
        for process in processes:
            process.wait()


def _await_workers(address: str, workers: int) -> None:
    """Wait, in a separate process, until all workers are ready."""
    words = f"from distributed import Client; Client({address!r}).wait_for_workers({workers}, 60)"
    subprocess.run([sys.executable, "-c", words], check=True, stderr=subprocess.DEVNULL)


def grade(folder: Path, out: Path, address: str) -> float:
    """Grade a class on a cluster, and return the wall-clock seconds."""
    words = [sys.executable, "-m", "grader", "grade", str(folder), "--assignment", str(ASSIGNMENT), "--out", str(out)]
    before = time.perf_counter()
    subprocess.run(
        [*words, "--seed", "benchmark", "--quiet", "--executor", "dask", "--scheduler", address],
        cwd=ROOT,
        env=one_thread(),
        check=True,
    )
    return time.perf_counter() - before


def main() -> None:
    """Parse the options and run."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.cluster", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--count", type=int, default=200, help="submissions (default: 200)")
    parser.add_argument(
        "--compute", type=float, default=0.32, help="CPU seconds of training in each submission (default: 0.32)"
    )
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        work = Path(name)
        make_class(work / "class", [f"s{k + 1:03}" for k in range(options.count)], epochs_for(options.compute))
        subprocess.run(
            [sys.executable, "-m", "grader", "cluster", str(work / "keys")],
            cwd=ROOT,
            check=True,
            stdout=subprocess.DEVNULL,
        )
        os.environ["DASK_CONFIG"] = str(work / "keys")
        seconds = []
        for workers in (1, 2):
            with cluster(workers, work) as address:
                seconds.append(grade(work / "class", work / f"out-{workers}", address))
            print(f"{workers} Dask worker{'s' * (workers > 1)}: {seconds[-1]:7.2f} s for {options.count}", flush=True)
        print(f"two workers are {seconds[0] / seconds[1]:.2f} times as fast as one on {os.cpu_count()} cores")


if __name__ == "__main__":
    main()
