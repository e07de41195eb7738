"""The shape that the reports rely on, whatever an unfinished record lacks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

Record = Mapping[str, Any]

_CHECK: dict[str, Any] = {
    "id": "", "title": "", "task": "", "points": 0.0, "earned": 0.0, "bonus": False, "visibility": "public",
    "result": "not_checked", "why": None, "message": None, "hint": None, "expected": None, "actual": None,
    "diagnosis": None, "mend_first": None, "parts": (), "measured": (), "remarks": (), "frames": (),
}  # fmt: skip
_PART: dict[str, Any] = {
    "name": "", "points": 0.0, "earned": 0.0, "result": "not_checked", "why": None,
    "message": None, "hint": None, "expected": None, "actual": None, "diagnosis": None,
}  # fmt: skip
_FRAMES: dict[str, Any] = {"frames": ()}
_RECORD: dict[str, Any] = {
    "student": "", "slug": "", "status": "graded", "score": None, "tasks": (), "checks": (), "lead": None,
    "answers": (), "written": None, "remarks": (), "loading": None, "running": None, "figures": (), "exhibits": (), "notebook": None, "faults": (),
    "repeat": "", "grader_version": "", "versions": {}, "excerpts": (), "earlier": None,
}  # fmt: skip
_ANSWER: dict[str, Any] = {
    "id": "", "title": "", "asks": "", "task": "", "points": 0.0, "bonus": False, "state": "waiting", "earned": None, "text": "",
    "truncated": False, "place": None, "criteria": (), "comment": None, "belongs_to": (), "adjusted": None,
}  # fmt: skip
_NESTED: dict[str, dict[str, Any]] = {
    "assignment": {"id": "", "title": "", "total": 0, "bonus": 0},
    "submission": {
        "name": "",
        "form": "",
        "kind": None,
        "entry": None,
        "asked": None,
        "other_names": (),
        "forbidden": (),
        "files": (),
    },
    "isolation": {"level": "", "not_held": ()},
    "output": {"stdout": "", "stderr": "", "truncated": False},
    "times": {"cpu_seconds": None, "wall_seconds": None, "checks": {}, "remarks": ()},
}


def complete(record: Record) -> dict[str, Any]:
    """Return a copy of ``record`` in which every field that the reports read exists.

    A fault of the grader may leave a record without score, checks or times; no report may fail over that.
    """
    whole = _RECORD | _given(record)
    for name, defaults in _NESTED.items():
        whole[name] = defaults | _given(record.get(name) or {})
    whole["answers"] = [_ANSWER | _given(answer) for answer in whole["answers"]]
    whole["checks"] = [_CHECK | _given(check) for check in whole["checks"]]
    for check in whole["checks"]:
        check["parts"] = [_PART | _given(part) for part in check["parts"]]
    return whole


def _given(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields that hold something."""
    return {name: value for name, value in fields.items() if value is not None}


def faulted(record: Record) -> bool:
    """Return whether a fault of the grader left something of ``record`` ungraded."""
    return record["status"] == "grader_fault" or any(c["result"] == "grader_fault" for c in record["checks"])


def waiting(record: Record) -> float:
    """Return the points of the score that a person still has to give; the score is final when there are none."""
    return float((record["score"] or {}).get("waiting") or 0.0)


def to_do(record: Record) -> bool:
    """Return whether ``record`` is that of an untouched template: it loads, and nothing in it is written yet."""
    failed = [check for check in record["checks"] if check["result"] == "failed"]
    idle = all(check["result"] in ("failed", "not_checked") for check in record["checks"])
    loads = ((record["loading"] or {}).get("fault") or {"why": "missing"})["why"] == "missing"
    # What has other names is written; and of what cannot be read nobody can say what is in it.
    handed_in = record["submission"] or {}
    other = bool(handed_in.get("other_names")) or not handed_in.get("kind")
    written = other or any(answer["state"] in ("waiting", "graded") for answer in record.get("answers") or ())
    return loads and idle and not written and bool(failed) and all(check["why"] == "missing" for check in failed)


def find(record: Record, check_id: str | None) -> dict[str, Any] | None:
    """Return the check with this id, or None."""
    return next((check for check in record["checks"] if check["id"] == check_id), None) if check_id else None


def troubles(record: Record) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield where (``loading`` or ``running``) and why the submission did not come to its end; each fault once."""
    said = set()
    for where in ("loading", "running"):
        fault = (record[where] or {}).get("fault")
        if fault and fault["message"] not in said:
            said.add(fault["message"])
            yield "reading" if record[where]["status"] == "unreadable" else where, _PART | _FRAMES | _given(fault)
