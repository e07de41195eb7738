"""Records the values with which known mistakes fail the public checks.

A mistake is recorded as its text and its values at each comparison, never as code; this is enough to tell whether a
submission gave the same values.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from grader.judge.diagnosis.likeness import as_numbers
from grader.material.misconceptions import Misconception
from grader.outcomes import Diagnosis, Evidence, StudentFault, Why
from grader.precheck.recording.answers import NUMERIC, Pool, array_at

Shows = Mapping[str, Mapping[str, StudentFault]]


def note_mistake(mistake: Misconception, shows: Shows, pool: Pool) -> dict[str, Any]:
    """Return a mistake as plain data, adding its arrays to the pool."""
    words = mistake.diagnosis
    return {
        "id": mistake.id,
        "checks": list(mistake.checks),
        "title": mistake.title,
        "words": None if words is None else [words.title, words.explanation, words.hint],
        "shows": {
            check: {part: _note_fault(fault, pool) for part, fault in faults.items()} for check, faults in shows.items()
        },
    }


def read_mistakes(notes: Sequence[Mapping[str, Any]], rows: dict[str, np.ndarray]) -> tuple[Misconception, ...]:
    """Return mistakes from plain data."""
    return tuple(
        Misconception(
            note["id"],
            "",
            tuple(note["checks"]),
            None if note["words"] is None else Diagnosis(note["id"], *note["words"]),
            title=note["title"],
            shows={
                check: {part: _read_fault(fault, rows) for part, fault in faults.items()}
                for check, faults in note["shows"].items()
            },
        )
        for note in notes
    )


def _note_fault(fault: StudentFault, pool: Pool) -> dict[str, Any]:
    note: dict[str, Any] = {} if fault.evidence is not None else {"message": fault.message}
    if fault.evidence is not None:
        note["what"] = fault.evidence.what
        note["came"] = _note_value(fault.evidence.actual, pool)
        if fault.evidence.whole is not None:
            note["whole"] = _note_value(fault.evidence.whole, pool)
    return note


def _note_value(value: Any, pool: Pool) -> Any:
    numbers = as_numbers(value)
    plain = numbers is not None and numbers.dtype.kind in NUMERIC
    return pool.add(numbers) if numbers is not None and plain else value is None


def _read_fault(note: Mapping[str, Any], rows: dict[str, np.ndarray]) -> StudentFault:
    evidence = None
    if "what" in note:
        came, whole = (_read_value(note.get(name, True), rows) for name in ("came", "whole"))
        evidence = Evidence(note["what"], came, whole=whole)
    return StudentFault(Why.WRONG, note.get("message", ""), evidence=evidence)


def _read_value(came: Any, rows: dict[str, np.ndarray]) -> Any:
    # A text equals nothing, so any text can stand for a value that is not numeric.
    return array_at(rows, came) if isinstance(came, list) else None if came else ""
