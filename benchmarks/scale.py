"""Measures whether a submission costs more in a large class: ``python -m benchmarks.scale``; imports nothing of the grader.

Tiny scripts are graded with the tests' small assignment, so that the grader's own cost shows: CPU seconds per submission
without start-up, the peak memory of all processes together, and the time of a second run with nothing changed.

The speed of a shared machine varies by a third within minutes. So small classes are graded just before and after each
large one, also with start-up alone, and the ratio to those is printed.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from pathlib import Path
from statistics import fmean

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
    """Write ``count`` tiny scripts, all different."""
    folder.mkdir()
    for k in range(count):
        (folder / f"s{k:05}.py").write_text(f"{SCRIPT}# {k}\n", encoding="utf-8")
    return folder


class Small:
    """Classes of one and of twenty, graded repeatedly around the large ones."""

    COUNT, TIMES = 20, 4

    def __init__(self, work: Path, jobs: int) -> None:
        self._work, self._jobs, self._runs = work, jobs, 0
        self._classes = [a_class(work / f"small-{count}", count) for count in (1, self.COUNT)]

    def grade(self) -> tuple[list[Cost], list[Cost]]:
        """Return the costs of start-up with one submission, and of twenty submissions, measured several times in turn."""
        costs: tuple[list[Cost], list[Cost]] = ([], [])
        for _ in range(self.TIMES):
            for folder, into in zip(self._classes, costs, strict=True):
                self._runs += 1
                into.append(grade(folder, self._work / f"out-small-{self._runs}", self._jobs))
        return costs


def compare(count: int, small: Small, work: Path, jobs: int) -> str:
    """Grade a class between small ones, and return its row of the table."""
    folder, out = a_class(work / str(count), count), work / f"out-{count}"
    starts, twenties = small.grade()
    cost, again = grade(folder, out, jobs), grade(folder, out, jobs)
    for costs, more in zip((starts, twenties), small.grade(), strict=True):
        costs += more
    start = fmean(one.cpu_seconds for one in starts)
    each = 1000 * (cost.cpu_seconds - start) / (count - 1)
    of_twenty = 1000 * (fmean(twenty.cpu_seconds for twenty in twenties) - start) / (small.COUNT - 1)
    return (
        f"{count:6} {fmean(one.wall_seconds for one in starts):11.2f} {cost.wall_seconds:8.2f} {each:12.1f} {of_twenty:12.1f} "
        f"{each / of_twenty:6.2f} {cost.peak_bytes / MIB:6.0f} {again.wall_seconds:18.2f}"
    )


def main() -> None:
    """Parse the options and run."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.scale", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--counts", type=int, nargs="+", default=[200, 1000], help="class sizes (200 1000)")
    parser.add_argument("--jobs", type=int, default=2, help="submissions at a time (default: 2)")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as work:
        small = Small(Path(work), options.jobs)
        print(
            f"{'':6} {'start and 1':>11} {'':8} {'CPU ms each,':>12} {'of 20 around':>12} {'':6} {'':6} {'unchanged':>18}"
        )
        print(
            f"{'class':>6} {'wall s':>11} {'wall s':>8} {'start aside':>12} {'it':>12} {'ratio':>6} {'MiB':>6} {'wall s':>18}"
        )
        for count in options.counts:
            print(compare(count, small, Path(work), options.jobs), flush=True)


if __name__ == "__main__":
    main()
