"""Measures whether timing decides: grades the same submissions on an idle and on a busy machine, by the real command."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from grader.material.assignment import Assignment

PROJECT = Path(__file__).resolve().parents[2]
BUSY = "while True:\n    pass\n"


def compare_clock(assignment: Assignment, submissions: Mapping[str, str], seed: str) -> dict[str, Any]:
    """Grade submissions twice: alone, and with every core kept busy.

    Parameters
    ----------
    submissions : mapping of str to str
        Scripts, or notebooks as JSON, by their file names.

    Returns
    -------
    dict
        ``same``: whether the records are equal apart from their times; ``differ``: those that are not; ``scores`` by student;
        ``limits``: for each limit, the most that was used of it, alone and on the busy machine, in seconds.
    """
    with tempfile.TemporaryDirectory(prefix="audit-") as folder:
        given = Path(folder) / "submissions"
        given.mkdir()
        for name, text in submissions.items():
            (given / name).write_text(text, encoding="utf-8")
        alone = _grade(assignment, given, Path(folder) / "alone", seed)
        with _keep_every_core_busy():
            busy = _grade(assignment, given, Path(folder) / "busy", seed)
    differ = [name for name in alone if _without_times(alone[name]) != _without_times(busy.get(name, {}))]
    return {
        "same": not differ and alone.keys() == busy.keys() and bool(alone),
        "differ": differ,
        "scores": {name: record["score"]["sum"] for name, record in alone.items() if record.get("score")},
        "limits": _limits(assignment, alone, busy),
    }


def _grade(assignment: Assignment, given: Path, out: Path, seed: str) -> dict[str, dict[str, Any]]:
    command = [
        sys.executable,
        "-m",
        "grader",
        "grade",
        str(given),
        "--assignment",
        str(assignment.folder),
        "--out",
        str(out),
    ]
    subprocess.run([*command, "--seed", seed, "--jobs", "1", "--quiet"], cwd=PROJECT, check=False)
    return {
        path.stem: json.loads(path.read_text(encoding="ascii")) for path in sorted((out / "records").glob("*.json"))
    }


def _without_times(record: Mapping[str, Any]) -> dict[str, Any]:
    """Return a record without what may differ between runs: its times, and the command that contains the folder."""
    return {name: value for name, value in record.items() if name not in ("times", "repeat")}


def _limits(assignment: Assignment, alone: Mapping[str, Any], busy: Mapping[str, Any]) -> list[dict[str, Any]]:
    limits = assignment.limits
    rows = (
        ("loading", "load_seconds", limits.load_cpu_seconds),
        ("running", "run_seconds", limits.run_cpu_seconds),
        ("the slowest check", None, limits.check_cpu_seconds),
        ("everything", "cpu_seconds", limits.total_cpu_seconds),
    )
    return [
        {"what": what, "limit": limit, "alone": _most(alone, field), "busy": _most(busy, field)}
        for what, field, limit in rows
    ]


def _most(records: Mapping[str, Any], field: str | None) -> float:
    times = [record.get("times", {}) for record in records.values()]
    if field is None:
        return max((seconds for each in times for seconds in each.get("checks", {}).values()), default=0.0)
    return max((each.get(field, 0.0) or 0.0 for each in times), default=0.0)


@contextmanager
def _keep_every_core_busy() -> Iterator[None]:
    """Keep one process busy per core while the block runs."""
    busy = [subprocess.Popen([sys.executable, "-c", BUSY]) for _ in range(len(os.sched_getaffinity(0)))]
    try:
        yield
    finally:
        for process in busy:
            process.kill()
            process.wait()
