"""What known mistakes give in a check is the same for every submission of a run: computed once, it is shared by all its judges.

It lies in memory that the judges' parent has made, as lines of JSON; what submissions give never does.
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Mapping
from typing import Any

import numpy as np

from grader.judge.diagnosis.likeness import Faults, as_numbers
from grader.outcomes import Evidence, StudentFault, Why

# Of all runs together; beyond it every judge computes for itself.
MOST_BYTES = 16 << 20


class Kept:
    """The faults of known mistakes by check and mistake, in memory that all judges of a run share."""

    def __init__(self) -> None:
        self._memory = os.memfd_create("known-mistakes")

    def read(self, check: str) -> dict[str, Faults]:
        """Return what is known of a check: the faults of each mistake that was run."""
        size = os.fstat(self._memory).st_size
        begin = json.dumps([check])[:-1] + ","
        lines = os.pread(self._memory, size, 0).decode("ascii").splitlines()
        found = (json.loads(line) for line in lines if line.startswith(begin))
        return {mistake: {part: _fault(note) for part, note in notes.items()} for _, mistake, notes in found}

    def add(self, check: str, shown: Mapping[str, Faults]) -> None:
        """Add what mistakes have shown in a check."""
        entries = ([check, id_, {part: _note(fault) for part, fault in each.items()}] for id_, each in shown.items())
        text = "".join(json.dumps(entry) + "\n" for entry in entries).encode("ascii")
        fcntl.lockf(self._memory, fcntl.LOCK_EX)
        try:
            size = os.fstat(self._memory).st_size
            if size + len(text) <= MOST_BYTES:
                os.pwrite(self._memory, text, size)
        finally:
            fcntl.lockf(self._memory, fcntl.LOCK_UN)


def _note(fault: StudentFault) -> dict[str, Any]:
    """Return what is compared of a fault."""
    if fault.evidence is None:
        return {"message": fault.message}
    seen = fault.evidence
    return {"what": seen.what, "came": _array(seen.actual), "whole": _array(seen.whole)}


def _fault(note: Mapping[str, Any]) -> StudentFault:
    evidence = None
    if "what" in note:
        evidence = Evidence(note["what"], _value(note["came"]), whole=_value(note["whole"]))
    return StudentFault(Why.WRONG, note.get("message", ""), evidence=evidence)


def _array(value: Any) -> Any:
    """Return numbers as plain data; None stays None, and anything else is like nothing."""
    numbers = None if value is None else as_numbers(value)
    if numbers is None or numbers.dtype.kind == "c":
        return None if value is None else False
    return [list(numbers.shape), numbers.astype(np.float64).ravel().tolist()]


def _value(note: Any) -> Any:
    return np.array(note[1]).reshape(note[0]) if isinstance(note, list) else None if note is None else ""
