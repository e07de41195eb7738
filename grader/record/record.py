"""One versioned JSON document per submission, written atomically."""

from __future__ import annotations

import json
import traceback
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any, cast

from grader import __version__
from grader.files import write_atomically
from grader.material.assignment import Assignment
from grader.record.fields import CheckFields, GraderFaultFields, Record, ScoreFields, TaskFields, filled
from grader.record.score import CheckOutcome, Score, TaskScore
from grader.submissions import Submission

FORMAT = "neural network grader record"
VERSION = 1


def record_path(out: Path, slug: str) -> Path:
    """Return the path of the record of the student with this slug."""
    return out / "records" / f"{slug}.json"


def check_fields(outcome: CheckOutcome, bonus: bool) -> CheckFields:
    """Return the record's fields for a check's outcome."""
    fields = asdict(outcome)
    for part, own in zip(fields["parts"], outcome.parts, strict=True):
        part["earned"] = own.earned
    measured = [{"label": label, "value": value} for label, value in outcome.measured]
    return cast(CheckFields, fields | {"earned": outcome.earned, "bonus": bonus, "measured": measured})


def score_fields(score: Score) -> ScoreFields:
    """Return the record's fields for a score; ``waiting`` are points that still wait for a person."""
    return {
        "points": score.points,
        "total": score.total,
        "bonus_points": score.bonus_points,
        "bonus_total": score.bonus_total,
        "sum": score.sum,
        "percent": score.percent,
        "waiting": score.waiting,
    }


def task_fields(task: TaskScore) -> TaskFields:
    """Return the record's fields for the points of a task."""
    return cast(TaskFields, asdict(task))


def write_record(path: Path, record: Mapping[str, Any]) -> None:
    """Write a record as JSON: keys in the given order, indented by two spaces, ASCII only, no NaN."""
    text = json.dumps({"format": FORMAT, "version": VERSION} | dict(record), indent=2, allow_nan=False)
    write_atomically(path, text.encode("ascii") + b"\n")


def read_record(path: Path) -> dict[str, Any]:
    """Return the record in a file.

    Raises
    ------
    ValueError
        If the file is not a record of this version.
    """
    try:
        record = json.loads(path.read_bytes())
    except RecursionError as error:
        raise ValueError(f"{path.name} is nested too deep") from error
    if not isinstance(record, dict) or record.get("format") != FORMAT or record.get("version") != VERSION:
        raise ValueError(f"{path.name} is not a record of version {VERSION}")
    return record


def fault_of(where: str, error: BaseException | str) -> GraderFaultFields:
    """Return the record's fields for a fault of ours: the place, the message, and the traceback if there is one."""
    if isinstance(error, str):
        return {"where": where, "message": error, "traceback": ""}
    text = "".join(traceback.format_exception(error))
    return {"where": where, "message": f"{type(error).__name__}: {error}", "traceback": text}


def fault_record(submission: Submission, assignment: Assignment, fault: GraderFaultFields) -> Record:
    """Return a record with nothing but a fault of ours: it is not scored, and the next run tries again."""
    known = {
        "format": FORMAT,
        "version": VERSION,
        "grader_version": __version__,
        "assignment": {name: getattr(assignment, name) for name in ("id", "title", "total", "bonus")},
        "student": submission.id,
        "slug": submission.slug,
        "submission": {
            "name": submission.name,
            "form": submission.form,
        },
        "handed_in": submission.origin.fields() if submission.origin else None,
        "status": "grader_fault",
        "faults": [fault],
    }
    return filled(known)


def with_fault(record: Mapping[str, Any], fault: GraderFaultFields) -> dict[str, Any]:
    """Return a record with a fault of ours added; its points stay, and the next run tries again."""
    return {**record, "status": "grader_fault", "faults": [*(record.get("faults") or ()), dict(fault)]}


def sweep_temporaries(out: Path) -> None:
    """Remove half-written files that a killed run left in an output folder."""
    for path in out.glob("**/.*.tmp"):
        path.unlink(missing_ok=True)
