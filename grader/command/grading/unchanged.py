"""Finds submissions that an earlier run has graded and that would be graded the same again."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from grader.fence import IsolationLevel, acceptable
from grader.record.record import read_record, record_path, write_record
from grader.repeat import repeat_line
from grader.submissions import Submission, TooLarge, digest
from grader.wire.limits import LONG_SECONDS, LONG_TIMES


@dataclass(frozen=True)
class Grading:
    """How the class is graded and where its records are kept: what an earlier record must agree with.

    ``lowest`` is the lowest accepted level of isolation, ``repeat`` the beginning of the command that grades one student
    again.
    """

    out: Path
    provenance: str
    lowest: IsolationLevel
    repeat: str
    max_bytes: int


def unchanged(submissions: Sequence[Submission], grading: Grading) -> Iterator[Submission]:
    """Yield the submissions whose record from an earlier run is still valid."""
    for submission in submissions:
        record = former(grading.out, submission)
        if record is not None and _holds(record, submission, grading):
            # What does not affect the score is updated: the command, and the platform's data besides the files.
            told = {
                "repeat": repeat_line(grading.repeat, submission),
                "handed_in": submission.origin.fields() if submission.origin else None,
            }
            if any(record.get(key) != value for key, value in told.items()):
                write_record(record_path(grading.out, submission.slug), record | told)
            yield submission


def former(out: Path, submission: Submission) -> dict[str, Any] | None:
    """Return the record of an earlier run, or None if there is no readable one."""
    try:
        return read_record(record_path(out, submission.slug))
    except (OSError, ValueError):
        return None


@dataclass(frozen=True)
class Former:
    """What is remembered of the record of an earlier run while a new one is made.

    ``seconds`` is how long it took by the clock, ``points`` what it earned, and ``computing_seconds`` what the submission's own processes
    computed, each if it is known.
    """

    seconds: float | None
    points: float | None
    computing_seconds: float | None = None


def remembered(submissions: Sequence[Submission], out: Path, assignment: str) -> dict[str, Former]:
    """Return by slug what is remembered of each submission graded earlier for this assignment."""
    found = {}
    for submission in submissions:
        record = former(out, submission)
        about = record.get("assignment") if record else None
        if record and isinstance(about, dict) and about.get("id") == assignment:
            seconds = _number(record.get("times"), "wall_seconds")
            known = seconds is not None and 0 <= seconds < 1e9
            found[submission.slug] = Former(
                seconds if known else None,
                _number(record.get("score"), "sum"),
                _number(record.get("times"), "cpu_seconds"),
            )
    return found


def longest_first(submissions: Sequence[Submission], earlier: Mapping[str, Former]) -> list[Submission]:
    """Return the submissions ordered so that those slowest in an earlier run start first; new ones count as average."""
    known = {slug: one.seconds for slug, one in earlier.items() if one.seconds is not None}
    usual = sum(known.values()) / len(known) if known else 0.0
    return sorted(submissions, key=lambda submission: -known.get(submission.slug, usual))


def lasting(earlier: Mapping[str, Former]) -> set[str]:
    """Return the slugs of those that would keep others waiting: they have computed for long in a former run, and longer than most."""
    known = {slug: one.computing_seconds for slug, one in earlier.items() if one.computing_seconds is not None}
    usual = sorted(known.values())[len(known) // 2] if known else 0.0
    return {slug for slug, seconds in known.items() if seconds >= max(LONG_SECONDS, LONG_TIMES * usual)}


def _number(fields: Any, name: str) -> float | None:
    """Return a finite number from a record, which may have been changed by hand; None if it is not one."""
    value = fields.get(name) if isinstance(fields, dict) else None
    return float(value) if isinstance(value, int | float) and math.isfinite(value) else None


def _holds(record: Mapping[str, Any], submission: Submission, grading: Grading) -> bool:
    """Return whether nothing the record depends on has changed; faults of ours and incomplete records are graded again."""
    try:
        return _is_the_same(record, submission, grading)
    except (LookupError, TypeError, ValueError, AttributeError, OSError):
        return False


def _is_the_same(record: Mapping[str, Any], submission: Submission, grading: Grading) -> bool:
    handed_in = record["submission"]
    return bool(
        record["status"] == "graded"
        and record.get("provenance") == grading.provenance
        and record["student"] == submission.id
        and (handed_in["name"], handed_in["form"]) == (submission.name, submission.form)
        and handed_in.get("asked") == submission.entry
        and bool(handed_in.get("accepts_names")) == submission.accepts_names
        and (handed_in.get("adapter") or "") == submission.adapter
        and (handed_in.get("runs") or []) == [start.fields() for start in submission.runs]
        and acceptable(IsolationLevel(record["isolation"]["level"]), grading.lowest)
        and (record["notebook"] is None or (grading.out / record["notebook"]).exists())
        and handed_in["sha256"] == _digest(submission, grading.max_bytes)
    )


def _digest(submission: Submission, max_bytes: int) -> str | None:
    try:
        return digest(submission.read(max_bytes))
    except (TooLarge, OSError):
        return None
