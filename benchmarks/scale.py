"""Measures whether a large class costs more for each submission than a small one: ``python -m benchmarks.scale``; imports nothing of the grader.

Tiny scripts are graded with the small assignment of the tests, so that what is seen is the grader's own cost: CPU seconds for
each, start-up aside; the memory of all its processes together at its highest; and a second run, in which nothing has changed.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from pathlib import Path

from benchmarks.peer_tools.tools import MIB, Cost, measured

ROOT = Path(__file__).resolve().parents[1]
TINY = ROOT / "tests" / "tiny"
SCRIPT = (
    "import numpy as np\ndef double(x): return 2.0 * x\ndef total(x, axis): return np.sum(x, axis=axis)\nprint(42)\n"
)


def grade(folder: Path, out: Path, jobs: int) -> Cost:
    """Grade a class with the command line."""
    words = [sys.executable, "-m", "grader", "grade", str(folder), "--assignment", str(TINY), "--out", str(out)]
    return measured([[*words, "--jobs", str(jobs), "--seed", "benchmark", "--quiet"]], ROOT, dict(os.environ))


def a_class(folder: Path, count: int) -> Path:
    """Write so many tiny scripts, no two of them alike."""
    folder.mkdir()
    for k in range(count):
        (folder / f"s{k:05}.py").write_text(f"{SCRIPT}# {k}\n", encoding="utf-8")
    return folder


def main() -> None:
    """Parse the options and run."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.scale", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--counts", type=int, nargs="+", default=[20, 200, 1000], help="class sizes (20 200 1000)")
    parser.add_argument("--jobs", type=int, default=2, help="submissions at a time (default: 2)")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as work:
        one = grade(a_class(Path(work) / "one", 1), Path(work) / "out-one", options.jobs)
        print(f"start-up and the first one: {one.wall_seconds:.2f} s wall, {one.cpu_seconds:.2f} s CPU")
        print(f"{'class':>6} {'wall s':>8} {'CPU s':>8} {'CPU ms each':>12} {'MiB':>6} {'unchanged, wall s':>18}")
        for count in options.counts:
            folder, out = a_class(Path(work) / str(count), count), Path(work) / f"out-{count}"
            cost, again = grade(folder, out, options.jobs), grade(folder, out, options.jobs)
            each = 1000 * (cost.cpu_seconds - one.cpu_seconds) / max(1, count - 1)
            print(
                f"{count:6} {cost.wall_seconds:8.2f} {cost.cpu_seconds:8.2f} {each:12.1f} {cost.peak_bytes / MIB:6.0f} "
                f"{again.wall_seconds:18.2f}",
                flush=True,
            )


if __name__ == "__main__":
    main()
