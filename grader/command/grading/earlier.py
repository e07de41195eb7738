"""Keeps what each task earned in an earlier run, so that the new record can say what changed."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast

from grader.command.grading.unchanged import former
from grader.record.fields import Record
from grader.record.record import read_record, record_path, write_record
from grader.submissions import Submission


def earlier_of(out: Path, submission: Submission) -> dict[str, Any] | None:
    """Return what to keep of an earlier record: what was handed in, what it earned, and what it kept itself.

    A run spoilt by a fault of ours is ignored.
    """
    from grader.report.since import earned_by_task  # imported while the workers start

    record = former(out, submission)
    try:
        if record is None or record["student"] != submission.id:
            return None
        kept = {"assignment": record["assignment"]["id"], "before": record.get("earlier")}
        if record["status"] == "graded":
            kept["now"] = {"sha256": record["submission"]["sha256"], "tasks": earned_by_task(cast(Record, record))}
        return kept
    except (LookupError, TypeError, ValueError, AttributeError):
        return None


def with_earlier(out: Path, submission: Submission, kept: Mapping[str, Any] | None) -> dict[str, Any]:
    """Return the new record with what the student's last hand-in earned, saved if that is known."""
    path = record_path(out, submission.slug)
    record = read_record(path)
    if kept is None or kept["assignment"] != record["assignment"]["id"]:
        return record
    now = kept.get("now")
    # Grading the same hand-in again does not count as a new one: it is still compared with the one before.
    earlier = now if now and now["sha256"] != record["submission"]["sha256"] else kept["before"]
    if earlier is not None:
        record = record | {"earlier": earlier}
        write_record(path, record)
    return record
