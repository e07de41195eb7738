"""Grades one hand-in inside Gradescope's container and writes ``results.json``, whatever happens. Stands outside the flow.

The container lays out ``submission/``, ``submission_metadata.json`` and ``results/`` in one folder. When it was handed in, and how
often before, is read from the metadata and carried on: into the words that the student reads and into ``extra_data``.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from grader.terminal import complain, open_streams

SOURCE = Path(__file__).resolve().parents[2]
ISOLATION = "no-namespaces"
FAILED = "The autograder could not grade this hand-in, which is not your fault. It is not scored; your instructor can run it again."
DAY = timedelta(days=1)


def main(words: list[str] | None = None) -> int:
    """Grade what the container holds; return 0 also when grading failed, since ``results.json`` says so."""
    parser = argparse.ArgumentParser(prog="run_autograder")
    parser.add_argument("assignment")
    parser.add_argument("--at", type=Path, default=Path("/autograder"))
    parser.add_argument("--isolation", default=ISOLATION)
    options = parser.parse_args(words)
    metadata = _metadata(options.at / "submission_metadata.json")
    try:
        results = graded(options.at / "submission", options.assignment, options.isolation)
    except Exception as error:
        complain(str(error))
        results = {
            "score": 0.0,
            "output": FAILED,
            "output_format": "text",
            "visibility": "visible",
            "stdout_visibility": "hidden",
        }
    folder = options.at / "results"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "results.json").write_text(json.dumps(with_history(results, metadata), indent=2), encoding="utf-8")
    return 0


def graded(submission: Path, assignment: str, isolation: str) -> dict[str, Any]:
    """Return the results of official grading, in Gradescope's form."""
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
        done = subprocess.run(
            [*command, "--isolation", isolation, "--jobs", "1", "--quiet"],
            cwd=SOURCE,
            env=os.environ | {"GRADER_SEED": seed},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="backslashreplace",
            check=False,
        )
        sys.stderr.write(done.stdout + done.stderr)
        found = sorted((out / "gradescope").glob("*.json"))
        if not found:
            raise RuntimeError(f"nothing was graded; the grader ended with status {done.returncode}")
        results: dict[str, Any] = json.loads(found[0].read_text(encoding="utf-8"))
        return results


def with_history(results: Mapping[str, Any], metadata: Mapping[str, Any]) -> dict[str, Any]:
    """Return the results with what the metadata tells of lateness and of earlier hand-ins."""
    history = history_of(metadata)
    sentences = _sentences(history)
    output = "\n".join([str(results.get("output", "")), *sentences]).strip("\n")
    return {**results, "output": output, "extra_data": {**results.get("extra_data", {}), **history}}


def history_of(metadata: Mapping[str, Any]) -> dict[str, Any]:
    """Return ``late_seconds``, ``earlier`` and ``in_last_day`` (hand-ins of the day before this one); what is not told is left out."""
    history: dict[str, Any] = {}
    created = _time(metadata.get("created_at"))
    assignment = metadata.get("assignment")
    due = _time(assignment.get("due_date")) if isinstance(assignment, dict) else None
    if created is not None and due is not None:
        history["late_seconds"] = max(0, round((created - due).total_seconds()))
    earlier = metadata.get("previous_submissions")
    if isinstance(earlier, list):
        times = [_time(each.get("submission_time")) for each in earlier if isinstance(each, dict)]
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
    """Return what Gradescope says of the hand-in; nothing when it says nothing that can be read."""
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return document if isinstance(document, dict) else {}


def _time(text: Any) -> datetime | None:
    """Return a time with its zone; fractions of any length are cut."""
    try:
        time = datetime.fromisoformat(re.sub(r"\.\d+", "", text))
    except (TypeError, ValueError):
        return None
    return time if time.tzinfo is not None else None


if __name__ == "__main__":
    open_streams()
    sys.exit(main())
