"""Times every course command on a gradebook of 10,000 results: ``python -m benchmarks.gradebook``.

The course has 1,000 students and ten assignments, with late days and marks for every written answer, and the reports of
one assignment. Each command is run as a separate process. CPU seconds count, because on a shared machine wall-clock time
depends on other users.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

from benchmarks.peer_tools.tools import measured
from grader.course.booking import result_of
from grader.course.events import Draft, Marked
from grader.course.gradebook import Gradebook
from tests.course.klass import a_record, write_reports, write_sheet

ROOT = Path(__file__).resolve().parents[1]
LIMIT_SECONDS = 2.0


def a_course(folder: Path, students: int, assignments: int) -> list[str]:
    """Write a course file, a gradebook with results and marks for all, and the reports of the first assignment."""
    names = [f"hw{k:02}" for k in range(1, assignments + 1)]
    due = {name: datetime(2026, 9, 1, tzinfo=UTC) + timedelta(days=7 * k) for k, name in enumerate(names)}
    rules = "".join(f'[[assignment]]\nid = "{name}"\ndue = "{due[name].isoformat()}"\n' for name in names)
    (folder / "grader.toml").write_text(f"[course]\n[late]\nlate_days = 5\n{rules}", encoding="utf-8")
    slugs = [f"s{n:05}" for n in range(students)]
    first = []
    with Gradebook(str(folder / "gradebook.db")) as book:
        for name in names:
            drafts = []
            for n, slug in enumerate(slugs):
                record = a_record(slug, assignment=name, answer=f"Because of {slug}.", earned=(n % 11, n % 7))
                at = due[name] + timedelta(hours=n % 40 - 30)
                record["handed_in"] = {"students": [], "attempt": 1, "submitted_at": at.isoformat(), "late": None}
                result = result_of(record)
                assert result is not None
                mark = Marked("1a", record["answers"][0]["sha256"], (("the step", 2.0), ("the sign", 1.0)))
                drafts += [Draft(name, slug, result), Draft(name, slug, mark)]
                first += [record] if name == names[0] else []
            book.add(lambda _, drafts=drafts: drafts, author="kim")  # type: ignore[misc]
    write_reports(folder / "reports" / names[0], first)
    rows = "".join(f'"Last, First",{n},{slug},NN,\r\n' for n, slug in enumerate(slugs))
    (folder / "canvas.csv").write_text(
        f"Student,ID,SIS Login ID,Section,hw01 (7)\r\n{rows}", encoding="utf-8", newline=""
    )
    write_sheet(folder / "part.csv", first, dict.fromkeys(slugs[:20], ("3", "1", "")), only=slugs[:20])
    return names


def commands(folder: Path) -> dict[str, list[str]]:
    """Return the arguments of each timed command."""
    why = ["--why", "a benchmark", "--by", "kim"]
    return {
        "show": ["course", "show", "s00500"],
        "history": ["course", "history", "s00500"],
        "override": ["course", "override", "s00500", "9", "--assignment", "hw01", *why],
        "extend": ["course", "extend", "s00501", "2027-01-01", "--assignment", "hw01", *why],
        "excuse": ["course", "excuse", "s00502", "--assignment", "hw02", *why],
        "comment": ["course", "comment", "s00503", "Well done.", "--assignment", "hw01", *why],
        "export canvas": ["export", "--to", "canvas", "canvas.csv", "--assignment", "hw01"],
        "export csv": ["export", "--to", "csv", "--assignment", "hw01"],
        "export xlsx": ["export", "--to", "xlsx", "--assignment", "hw01"],
        "feedback": ["export", "--feedback", "folder", "--assignment", "hw01"],
        "merge": ["merge", "part.csv", "--out", "reports/hw01", "--by", "lee", "--quiet"],
    }


def main() -> None:
    """Parse the options and run."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.gradebook", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--students", type=int, default=1000)
    parser.add_argument("--assignments", type=int, default=10)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        a_course(folder, options.students, options.assignments)
        print(f"{options.students * options.assignments:,} results; the goal is below {LIMIT_SECONDS:g} s")
        print(f"{'command':14} {'CPU s':>6} {'wall s':>7}")
        for title, words in commands(folder).items():
            environment = dict(os.environ) | {"PYTHONPATH": str(ROOT)}
            cost = measured([[sys.executable, "-m", "grader", *words]], folder, environment)
            print(f"{title:14} {cost.cpu_seconds:6.2f} {cost.wall_seconds:7.2f}", flush=True)


if __name__ == "__main__":
    main()
