"""Measures the cost of the fence for an honest submission: ``python benchmarks/fence.py``; imports only `grader.fence`.

For each isolation level, it measures the time until a session is confined, a whole check with one question, another
question in the same check, and closing. The clean parent has loaded the full scientific stack, which is the expensive
case, because page tables dominate a fork. Numbers are medians in milliseconds, followed by the 90th percentile.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from grader.fence import CleanParent, IsolationLevel, Session

STACK = ("numpy", "scipy.optimize", "scipy.stats", "matplotlib.pyplot")
SOURCE = b"def double(x):\n    return 2 * x\n"
BARS = {"start": 20.0, "check": 10.0}
ALLOWED = ("numpy", "scipy", "matplotlib")


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print; return 1 if a limit of the full fence is exceeded."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=200, help="measurements of each kind (default 200)")
    parser.add_argument("--level", action="append", choices=list(IsolationLevel), help="level to measure (default all)")
    parser.add_argument("--numpy-only", action="store_true", help="preload NumPy only")
    options = parser.parse_args(arguments)
    preload = ("numpy",) if options.numpy_only else STACK
    print(f"preloaded: {', '.join(preload)}{'' if options.numpy_only else ', the shell for notebooks'}")
    print(f"{'level':<15}{'self-test':>11}{'start':>15}{'read + load':>15}{'check':>15}{'question':>15}{'close':>15}")
    missed = False
    for level in options.level or list(IsolationLevel):
        with CleanParent(preload=preload, level=level, preload_shell=not options.numpy_only) as clean_parent:
            row = measure(clean_parent, options.rounds)
            print(f"{clean_parent.start().level:<15}" + "".join(row.values()), flush=True)
            if level is IsolationLevel.FULL or level == "full":
                missed = any(float(row[name].split()[0]) > bar for name, bar in BARS.items())
    print("limits of the full fence: " + ", ".join(f"{name} {bar:g} ms" for name, bar in BARS.items()))
    return int(missed)


def measure(clean_parent: CleanParent, rounds: int) -> dict[str, str]:
    """Return the formatted columns of one level."""
    from grader.fence.self_test import self_test

    before = time.perf_counter()
    self_test(clean_parent.open, clean_parent.start().level)
    tested = 1000 * (time.perf_counter() - before)
    starts, loads, closes = [], [], []
    for _ in range(rounds):
        before = time.perf_counter()
        session = clean_parent.open()
        session.await_ready()
        starts.append(time.perf_counter() - before)
        loads.append(timed(partial(load, session)))
        closes.append(timed(session.close))
    with clean_parent.open() as session:
        load(session)
        checks = [timed(lambda: check(session)) for _ in range(rounds)]
        with session.check(5.0) as ask:
            questions = [timed(lambda: ask(QUESTION)) for _ in range(rounds)]
    columns = {"start": starts, "load": loads, "check": checks, "question": questions, "close": closes}
    return {"self_test": f"{tested:>11.0f}", **{name: column(times) for name, times in columns.items()}}


QUESTION = {"op": "call", "on": 0, "name": "double", "args": [np.ones((20, 5))], "kwargs": {}}


def load(session: Session) -> None:
    """Read and load the small submission."""
    session.read([("s001.py", SOURCE)], name="s001.py", form="file", allowed_imports=ALLOWED)
    assert session.load("submission", cpu_seconds=5.0)["status"] == "loaded"


def check(session: Session) -> None:
    """Make one check with one question."""
    with session.check(5.0) as ask:
        ask(QUESTION)


def timed(work: Callable[[], object]) -> float:
    """Return the seconds that `work` takes."""
    before = time.perf_counter()
    work()
    return time.perf_counter() - before


def column(times: Sequence[float]) -> str:
    """Return median and 90th percentile in milliseconds."""
    tenths = statistics.quantiles(times, n=10)
    return f"{1000 * statistics.median(times):>8.2f} {1000 * tenths[-1]:>6.2f}"


if __name__ == "__main__":
    sys.exit(main())
