"""Measures how long students wait for the pre-check: ``python -m benchmarks.precheck``.

Each assignment is bundled as for students, unzipped, and run in an environment with exactly its requirements. For
comparison, the bare imports are timed, which every run needs: those of the pre-check, and those of the work itself.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Sequence
from pathlib import Path
from statistics import median

from benchmarks.peer_tools.tools import Tool
from grader.material.assignment import SHIPPED

ROOT = Path(__file__).resolve().parents[1]
ENVIRONMENTS = Path(tempfile.gettempdir()) / "grader-precheck"
# Run instead of the pre-check, for comparison.
BARE = "import numpy, matplotlib.pyplot, pytest"
TASKS = {"backprop": "2.2", "components": "1.2a", "autograd": "1.1"}


def unzipped(name: str, place: Path) -> Path:
    """Bundle an assignment for students and unzip it; return its folder."""
    archive = place / f"{name}.zip"
    command = [sys.executable, "-m", "grader", "bundle", name, "--for", "students", "--out", str(archive)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    with zipfile.ZipFile(archive) as opened:
        opened.extractall(place)
    return place / name


def seconds(python: Path, words: Sequence[str], folder: Path) -> float:
    """Return the wall-clock seconds of one run."""
    before = time.perf_counter()
    subprocess.run([str(python), *words], cwd=folder, check=True, capture_output=True)
    return time.perf_counter() - before


def main() -> None:
    """Parse the options, run and print a table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.precheck", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("names", nargs="*", default=list(TASKS), help=f"assignments (default: {' '.join(TASKS)})")
    parser.add_argument("--runs", type=int, default=9, help="runs of each, to take the median (default: 9)")
    parser.add_argument("--here", action="store_true", help="use this environment instead of a fresh one")
    options = parser.parse_args()
    print(f"{'':<12} {'what':<18} {'median s':>9} {'best s':>7} {'bare imports':>13}")
    for name in options.names:
        if not (SHIPPED / name).is_dir():
            parser.error(f"there is no assignment {name!r}")
        with tempfile.TemporaryDirectory() as work:
            _measure(name, unzipped(name, Path(work)), options.runs, here=options.here)


def _measure(name: str, folder: Path, runs: int, *, here: bool) -> None:
    """Print the rows of one assignment; the commands alternate, so that load affects all of them alike."""
    packages = (folder / "requirements.txt").read_text(encoding="utf-8").split()
    python = Path(sys.executable) if here else Tool.installed(ENVIRONMENTS / name, *packages).folder / "bin" / "python"
    imports = "import numpy, scipy.optimize, matplotlib.pyplot" if any("scipy" in each for each in packages) else BARE
    commands = {
        "the bare imports": ["-c", BARE],
        "the work's imports": ["-c", imports],
        "the list": ["precheck.py"],
        f"task {TASKS[name]}": ["precheck.py", "--task", TASKS[name]],
    }
    taken: dict[str, list[float]] = {what: [] for what in commands}
    for run in range(runs + 1):
        for what, words in commands.items():
            spent = seconds(python, words, folder)
            # The first run of each writes bytecode and warms the file cache.
            taken[what] += [spent] if run else []
    bare = median(taken["the bare imports"])
    for what, times in taken.items():
        print(f"{name:<12} {what:<18} {median(times):9.2f} {min(times):7.2f} {median(times) / bare:12.1f}x", flush=True)


if __name__ == "__main__":
    main()
