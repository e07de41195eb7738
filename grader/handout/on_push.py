"""Grades the checkout of a GitHub job, with step summary, annotations, JUnit, and the result for GitHub Classroom."""

from __future__ import annotations

import argparse
import base64
import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from grader.terminal import closed_streams, complain, open_streams
from grader.unforeseen import unforeseen

SOURCE = Path(__file__).resolve().parents[2]


def main(words: list[str] | None = None) -> int:
    """Grade, and return the exit status of ``grade``, or 3 for a fault of ours."""
    try:
        return _main(words)
    except KeyboardInterrupt:
        complain("interrupted.")
        return 130
    except Exception as error:
        complain(unforeseen(error))
        return 3


def _main(words: list[str] | None) -> int:
    parser = argparse.ArgumentParser(prog="python -m grader.handout.on_push")
    parser.add_argument("assignment")
    parser.add_argument("--submission", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--isolation", default="no-namespaces")
    options = parser.parse_args(words)
    student = os.environ.get("GITHUB_REPOSITORY", "submission").rpartition("/")[2]
    command = [
        sys.executable,
        "-m",
        "grader",
        "grade",
        str(options.submission.absolute()),
        f"--student={student}",
        "--assignment",
        options.assignment,
    ]
    out = str(options.out.resolve())
    status = subprocess.run(
        [*command, "--out", out, "--isolation", options.isolation, "--rehearsed"], cwd=SOURCE, check=False
    ).returncode
    records = sorted((options.out / "records").glob("*.json"))
    if records and (target := os.environ.get("GITHUB_OUTPUT")):
        result = classroom(json.loads(records[0].read_text(encoding="utf-8")))
        line = base64.b64encode(json.dumps(result).encode()).decode("ascii")
        with open(target, "a", encoding="utf-8") as file:
            file.write(f"result={line}\n")
    # A process ended by a signal has a negative status.
    return status if status >= 0 else 3


def classroom(record: Mapping[str, Any]) -> dict[str, Any]:
    """Return a record in the format of GitHub Classroom's reporter; a bonus that was not attempted is left out."""
    from grader.record.fields import filled
    from grader.report.causes import is_offer

    whole = filled(record)
    fault = record["status"] != "graded"
    everything = all(check["result"] == "passed" for check in record["checks"] if not check["bonus"])
    return {
        "version": 1,
        "status": "error" if fault else "pass" if everything else "fail",
        "max_score": (record["score"] or record["assignment"])["total"],
        "tests": [_test(check) for check in whole["checks"] if not is_offer(whole, check)],
    }


def _test(check: Mapping[str, Any]) -> dict[str, Any]:
    frames = check.get("frames") or [{}]
    status = {"passed": "pass", "grader_fault": "error"}.get(check["result"], "fail")
    return {
        "name": f"{check['task']} {check['title']}",
        "status": status,
        "score": check["earned"],
        "message": check["message"] or "",
        "test_code": check["id"],
        "filename": frames[-1].get("file", ""),
        "line_no": frames[-1].get("line", 0),
        "execution_time": "",
    }


if __name__ == "__main__":
    open_streams()
    sys.exit(closed_streams(main()))
