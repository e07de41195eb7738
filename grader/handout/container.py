"""Grades one hand-in inside Gradescope's container and writes ``results.json`` in every case.

The container has ``submission/``, ``submission_metadata.json`` and ``results/`` in one folder. The time of the hand-in and
the number of earlier ones are read from the metadata and added to the text for the student and to ``extra_data``.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from datetime import datetime, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any

from grader.terminal import complain, open_streams

SOURCE = Path(__file__).resolve().parents[2]
ISOLATION = "no-namespaces"
# Gradescope stops the container after ten minutes, and the student then sees nothing at all.
WALL_SECONDS = 540.0
LATE = (
    "The autograder was stopped after {minutes:g} minutes, before Gradescope's own limit. Nothing is scored. Look for an endless loop, "
    'and for slow code outside of `if __name__ == "__main__":`; then hand in again.'
)
FAILED = "The autograder could not grade this hand-in, which is not your fault. It is not scored; your instructor can run it again."
DAY = timedelta(days=1)


def main(words: list[str] | None = None) -> int:
    """Grade the hand-in in the container; return 0 even if grading failed, since ``results.json`` says so."""
    parser = argparse.ArgumentParser(prog="run_autograder")
    parser.add_argument("assignment")
    parser.add_argument("--at", type=Path, default=Path("/autograder"))
    parser.add_argument("--isolation", default=ISOLATION)
    parser.add_argument("--wall-seconds", type=float, default=WALL_SECONDS)
    options = parser.parse_args(words)
    metadata = _metadata(options.at / "submission_metadata.json")
    try:
        results = graded(options.at / "submission", options.assignment, options.isolation, options.wall_seconds)
    except subprocess.TimeoutExpired:
        complain(f"stopped after {options.wall_seconds:g} seconds")
        results = nothing(LATE.format(minutes=round(options.wall_seconds / 60, 1)))
    except Exception as error:
        complain(str(error))
        results = nothing(FAILED)
    folder = options.at / "results"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "results.json").write_text(json.dumps(with_history(results, metadata), indent=2), encoding="utf-8")
    return 0


def nothing(why: str) -> dict[str, Any]:
    """Return the results of a hand-in that was not graded."""
    return {
        "score": 0.0,
        "output": why,
        "output_format": "md",
        "visibility": "visible",
        "stdout_visibility": "hidden",
    }


def graded(submission: Path, assignment: str, isolation: str, wall_seconds: float = WALL_SECONDS) -> dict[str, Any]:
    """Return the results of official grading in Gradescope's format.

    Raises
    ------
    subprocess.TimeoutExpired
        If it does not finish in time; everything it started is then killed.
    """
    with tempfile.TemporaryDirectory() as place:
        out = Path(place, "reports")
        seed = (SOURCE / "seed").read_text(encoding="ascii").strip()
        command = [
            sys.executable,
            "-m",
            "grader",
            "grade",
            str(submission.absolute()),
            "--student=submission",
            "--assignment",
            assignment,
            "--out",
            str(out),
        ]
        status = _run(
            [*command, "--isolation", isolation, "--jobs", "1", "--rehearsed", "--quiet"],
            os.environ | {"GRADER_SEED": seed},
            wall_seconds,
        )
        found = sorted((out / "gradescope").glob("*.json"))
        if not found:
            raise RuntimeError(f"nothing was graded; the grader ended with status {status}")
        results: dict[str, Any] = json.loads(found[0].read_text(encoding="utf-8"))
        return results


def _run(command: list[str], environment: Mapping[str, str], wall_seconds: float) -> int:
    """Run a command, copy its output for the staff, and return its exit status; kill it and its children on timeout."""
    with subprocess.Popen(
        command,
        cwd=SOURCE,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="backslashreplace",
        start_new_session=True,
    ) as running:
        try:
            said, _ = running.communicate(timeout=wall_seconds)
        except subprocess.TimeoutExpired:
            # Its worker and the confined processes die with it.
            os.killpg(running.pid, signal.SIGKILL)
            running.communicate()
            raise
    sys.stderr.write(said)
    return running.returncode


def with_history(results: Mapping[str, Any], metadata: Mapping[str, Any]) -> dict[str, Any]:
    """Return the results with lateness and earlier hand-ins from the metadata added."""
    history = history_of(metadata)
    sentences = [*_sentences(history), *_changes(results, metadata)]
    output = "\n\n".join([str(results.get("output", "")), *sentences]).strip("\n")
    return {**results, "output": output, "extra_data": {**results.get("extra_data", {}), **history}}


def _changes(results: Mapping[str, Any], metadata: Mapping[str, Any]) -> list[str]:
    """Return a sentence on changes by task since the last hand-in, among the tests visible now; none for the first."""
    last = max(_earlier(metadata), key=lambda each: str(each.get("submission_time")), default={})
    before, now = _visible_points(last.get("results")), _visible_points(results)
    if not before or not now:
        return []
    changed = {task: points - before.get(task, Fraction(0)) for task, points in now.items()}
    told = [f"`{task}` {_signed(points)}" for task, points in changed.items() if points]
    total = f"{_signed(sum(changed.values(), Fraction(0)))} points in the tests shown now"
    return [
        f"Since your last hand-in: {total} ({', '.join(told)})."
        if told
        else "Since your last hand-in: the points of all tasks are unchanged."
    ]


def _signed(points: Fraction) -> str:
    """Return a change of points with its sign; defined here so that no missing module can prevent writing the results."""
    return "0" if not points else f"{float(points):+.2f}".rstrip("0").rstrip(".")


def _visible_points(results: Any) -> dict[str, Fraction]:
    """Return the points of each task in the tests visible at once; empty if the results have another form."""
    points: dict[str, Fraction] = {}
    try:
        for test in results["tests"]:
            if test.get("visibility") == "visible" and re.fullmatch(r"[\w.-]{1,20}", test["number"]):
                points[test["number"]] = points.get(test["number"], Fraction(0)) + Fraction(str(test["score"]))
    except (LookupError, TypeError, ValueError, AttributeError, ZeroDivisionError):
        return {}
    return points


def _earlier(metadata: Mapping[str, Any]) -> list[dict[str, Any]]:
    earlier = metadata.get("previous_submissions")
    return [each for each in earlier if isinstance(each, dict)] if isinstance(earlier, list) else []


def history_of(metadata: Mapping[str, Any]) -> dict[str, Any]:
    """Return ``late_seconds``, ``earlier`` and ``in_last_day`` (hand-ins in the 24 hours before); unknown ones are left out."""
    history: dict[str, Any] = {}
    created = _time(metadata.get("created_at"))
    assignment = metadata.get("assignment")
    due = _time(assignment.get("due_date")) if isinstance(assignment, dict) else None
    if created is not None and due is not None:
        history["late_seconds"] = max(0, round((created - due).total_seconds()))
    earlier = metadata.get("previous_submissions")
    if isinstance(earlier, list):
        times = [_time(each.get("submission_time")) for each in _earlier(metadata)]
        history["earlier"] = len(earlier)
        if created is not None:
            history["in_last_day"] = sum(time is not None and created - DAY <= time <= created for time in times)
    return history


def _sentences(history: Mapping[str, Any]) -> list[str]:
    sentences = []
    if late := history.get("late_seconds"):
        days, rest = divmod(late, 86_400)
        hours, rest = divmod(rest, 3600)
        parts = [
            f"{number} {word}{'s' if number != 1 else ''}"
            for number, word in ((days, "day"), (hours, "hour"), (rest // 60, "minute"))
            if number
        ]
        sentences.append(f"Handed in {' '.join(parts) or 'less than a minute'} late.")
    if "earlier" in history:
        number, recent = history["earlier"] + 1, history.get("in_last_day")
        sentences.append(
            f"This is hand-in number {number}"
            + (f", {recent + 1} of them in the last 24 hours." if recent is not None else ".")
        )
    return sentences


def _metadata(path: Path) -> dict[str, Any]:
    """Return Gradescope's metadata on the hand-in; empty if it cannot be read."""
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return document if isinstance(document, dict) else {}


def _time(text: Any) -> datetime | None:
    """Return a time with its zone, dropping fractions of a second."""
    try:
        time = datetime.fromisoformat(re.sub(r"\.\d+", "", text))
    except (TypeError, ValueError):
        return None
    return time if time.tzinfo is not None else None


if __name__ == "__main__":
    open_streams()
    sys.exit(main())
