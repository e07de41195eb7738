"""RECORDED: one versioned JSON document a submission, written atomically. May not import fence, checks, report or reference."""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from grader.score import CheckOutcome, Score

FORMAT = "neural network grader record"
VERSION = 1


def record_path(out: Path, slug: str) -> Path:
    """Return where the record of the student with this slug is kept below the output folder."""
    return out / "records" / f"{slug}.json"


def check_fields(outcome: CheckOutcome, bonus: bool) -> dict[str, Any]:
    """Return what the record keeps of a check's outcome."""
    fields = asdict(outcome)
    for part, own in zip(fields["parts"], outcome.parts, strict=True):
        part["earned"] = own.earned
    return fields | {
        "earned": outcome.earned,
        "bonus": bonus,
        "measured": [{"label": label, "value": value} for label, value in outcome.measured],
    }


def score_fields(score: Score) -> dict[str, Any]:
    """Return what the record keeps of a score; ``waiting`` are points that a person has still to give."""
    return {
        "points": score.points,
        "total": score.total,
        "bonus_points": score.bonus_points,
        "bonus_total": score.bonus_total,
        "sum": score.sum,
        "percent": score.percent,
        "waiting": score.waiting,
    }


def write_atomically(path: Path, content: bytes) -> None:
    """Write a file so that a reader, or a run after a kill, sees the old content or the new one, never a part."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}.tmp")
    try:
        with open(temporary, "xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)


def write_record(path: Path, record: Mapping[str, Any]) -> None:
    """Write a record as JSON: keys in the order given, two spaces deep, ASCII only, no NaN."""
    text = json.dumps({"format": FORMAT, "version": VERSION} | dict(record), indent=2, allow_nan=False)
    write_atomically(path, text.encode("ascii") + b"\n")


def read_record(path: Path) -> dict[str, Any]:
    """Return the record in a file.

    Raises
    ------
    ValueError
        When the file is not a record of this version.
    """
    record = json.loads(path.read_bytes())
    if not isinstance(record, dict) or record.get("format") != FORMAT or record.get("version") != VERSION:
        raise ValueError(f"{path.name} is not a record of version {VERSION}")
    return record


def read_records(out: Path, slugs: list[str]) -> Iterator[dict[str, Any]]:
    """Yield the records of the students with these slugs, one at a time."""
    for slug in slugs:
        yield read_record(record_path(out, slug))


def sweep_temporaries(out: Path) -> None:
    """Remove what a killed run left half-written below an output folder."""
    for path in out.glob("**/.*.tmp"):
        path.unlink(missing_ok=True)
