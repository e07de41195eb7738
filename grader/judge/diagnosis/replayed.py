"""Where a value that a check compares stands in the replies of the answer key, and what stands there when a slip is asked the same.

Most slips are contradicted by one value. To find it, the requests up to it are sent again, of a program only the steps up to it, and nothing is
compared: this takes a tenth of running the check.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from grader.judge.diagnosis.likeness import Faults, as_numbers, evidence_of, same
from grader.judge.diagnosis.tried import run_slip
from grader.judge.marks import CheckSpec
from grader.judge.trusted_code import run_on_trusted
from grader.material.assignment import Assignment
from grader.material.misconceptions import Misconception
from grader.outcomes import Evidence, StudentFault, Why
from grader.wire.session import Ask
from grader.wire.values import Handle

Noted = list[tuple[dict[str, Any], int | None, Any]]


@dataclass(frozen=True)
class Place:
    """Where a value stands: what is asked before, what is asked last, and the way to the value in the last reply."""

    before: tuple[tuple[dict[str, Any], int | None], ...]
    last: tuple[dict[str, Any], int | None]
    path: tuple[int | str, ...]


class Noting:
    """An ``ask`` that notes what is asked and replied."""

    def __init__(self, ask: Ask) -> None:
        self._ask = ask
        self.noted: Noted = []

    def __call__(self, request: Mapping[str, Any], reply_bytes: int | None = None) -> dict[str, Any]:
        """Return the reply to one request."""
        reply = self._ask(dict(request), reply_bytes)
        self.noted.append((dict(request), reply_bytes, reply.get("value")))
        return reply


def replies_of_key(key: str, item: pytest.Item, spec: CheckSpec, assignment: Assignment, seed: str) -> Noted:
    """Return what a check asks of the answer key, and what it gets."""
    from grader.trusted import InProcess, executed

    loaded = executed(key, task=spec.task, asked=assignment.names)
    noting = Noting(InProcess(loaded))
    run_on_trusted(item, spec, loaded, assignment, seed, answer=lambda _: noting)
    return noting.noted


def place_of(desired: Any, noted: Noted) -> Place | None:
    """Return the first place in the replies where the right value stands, or None."""
    wanted = as_numbers(desired)
    if wanted is None:
        return None
    for at, (request, limit, value) in enumerate(noted):
        path = next(_paths(value, wanted), None)
        if path is None:
            continue
        if request["op"] == "program" and path:
            step = request["keep"][path[0]]
            request = {**request, "steps": request["steps"][: step + 1], "keep": [step]}
            path = (0, *path[1:])
        before = tuple((each, bytes_) for each, bytes_, _ in noted[:at]) if _has_handle(request) else ()
        return Place(before, (request, limit), path)
    return None


def value_at(place: Place, mistake: Misconception, spec: CheckSpec, assignment: Assignment) -> Faults:
    """Return what stands at a place when a mistake is asked, as evidence; nothing where it raises, or where nothing stands there."""
    from grader.trusted import InProcess

    loaded = run_slip(mistake, spec, assignment)
    if loaded is None:
        return {}
    try:
        ask = InProcess(loaded)
        for request, limit in place.before:
            ask(dict(request), limit)
        request, limit = place.last
        value = ask(dict(request), limit)["value"]
        for step in place.path:
            value = value[step]
    except Exception:  # whatever a mistake raises, or does not have
        return {}
    return {"": StudentFault(Why.WRONG, "", evidence=Evidence("", value))}


def begins(found: Faults, evidence: Evidence) -> bool:
    """Return whether what stands at a place is what the submission gave there."""
    seen = evidence_of(found[""]) if found else None
    return seen is not None and same(seen.actual, evidence.actual)


def digest(desired: Any) -> str:
    """Return a name for a right value; it is the same for all submissions."""
    array: NDArray[Any] = np.asarray(desired, dtype=float)
    return hashlib.blake2b(f"{array.shape}".encode() + array.tobytes(), digest_size=8).hexdigest()


def _paths(value: Any, wanted: NDArray[Any]) -> Iterator[tuple[int | str, ...]]:
    """Yield the ways to what equals the right value inside a reply."""
    if isinstance(value, (np.ndarray, np.generic, int, float)):
        if np.shape(value) == wanted.shape and same(value, wanted):
            yield ()
        return
    if isinstance(value, (list, tuple)) and len(value) == len(wanted) if wanted.ndim else False:
        array = None if any(isinstance(each, (dict, Handle, str)) for each in value) else as_numbers(value)
        if array is not None and array.shape == wanted.shape and same(array, wanted):
            yield ()
            return
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, (list, tuple)) else ()
    for step, each in inner:
        for path in _paths(each, wanted):
            yield (step, *path)


def _has_handle(value: Any) -> bool:
    """Return whether a request needs an object that an earlier one has made."""
    if isinstance(value, Handle):
        return True
    if isinstance(value, dict):
        return any(map(_has_handle, value.values())) or (type(value.get("on")) is int and value["on"] != 0)
    return isinstance(value, (list, tuple)) and any(map(_has_handle, value))
