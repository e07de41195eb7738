"""Where a value that a check compares stands in the replies of the answer key, and what stands there when a slip is asked the same.

Most slips are contradicted by one value. To find it, the requests up to it are sent again, of a program only the steps up to it, and nothing is
compared: this takes a tenth of running the check.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
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

# A right value may be asked for again, such as by a second, equal call.
MOST_PLACES = 8
# A request, the most bytes of its reply, and its reply; or the ways to a value inside that.
Path = tuple[int | str, ...]
Noted = list[tuple[dict[str, Any], int | None, Any]]
Asked = tuple[dict[str, Any], int | None, tuple[Path, ...]]


@dataclass(frozen=True)
class Places:
    """Where a value stands: what is asked, in order, each with the ways to the value in its reply.

    Attributes
    ----------
    asked : tuple
        Requests, each with the most bytes of its reply, and the ways.
    alone : bool
        Whether none of the requests needs what an earlier one has made, so that all others are left out.
    """

    asked: tuple[Asked, ...]
    alone: bool


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


def places_of(desired: Any, noted: Noted) -> Places | None:
    """Return where in the replies the right value stands, or None."""
    wanted = as_numbers(desired)
    if wanted is None:
        return None
    found: list[Asked] = [
        (request, limit, tuple(islice(_paths(value, wanted), MOST_PLACES))) for request, limit, value in noted
    ]
    matched = [each for each in found if each[2]]
    if not matched:
        return None
    if not any(_has_handle(request) for request, _, _ in matched):
        return Places(tuple(map(_cut, matched)), alone=True)
    last = max(at for at, each in enumerate(found) if each[2])
    return Places(tuple(found[: last + 1]), alone=False)


def values_at(places: Places, mistake: Misconception, spec: CheckSpec, assignment: Assignment) -> Faults:
    """Return what stands at the places when a mistake is asked, as evidence; nothing where it raises, or where nothing stands there."""
    from grader.trusted import InProcess

    loaded = run_slip(mistake, spec, assignment)
    if loaded is None:
        return {}
    ask = InProcess(loaded)
    found: list[Any] = []
    for request, limit, paths in places.asked:
        try:
            value = ask(dict(request), limit)["value"]
            found += [_at(value, path) for path in paths]
        except Exception:  # whatever a mistake raises, or does not have
            if not places.alone:
                break
    return {str(n): StudentFault(Why.WRONG, "", evidence=Evidence("", each)) for n, each in enumerate(found)}


def begins(found: Faults, evidence: Evidence) -> bool:
    """Return whether at one of the places stands what the submission gave."""
    seen = filter(None, map(evidence_of, found.values()))
    return any(same(each.actual, evidence.actual) for each in seen)


def digest(desired: Any) -> str:
    """Return a name for a right value; it is the same for all submissions."""
    array: NDArray[Any] = np.asarray(desired, dtype=float)
    return hashlib.blake2b(f"{array.shape}".encode() + array.tobytes(), digest_size=8).hexdigest()


def _cut(asked: Asked) -> Asked:
    """Return a request with only the steps of its program that are needed."""
    request, limit, paths = asked
    if request["op"] != "program" or not all(paths):
        return asked
    steps = [request["keep"][path[0]] for path in paths]
    shorter = {**request, "steps": request["steps"][: max(steps) + 1], "keep": steps}
    return shorter, limit, tuple((at, *path[1:]) for at, path in enumerate(paths))


def _at(value: Any, path: Path) -> Any:
    for step in path:
        value = value[step]
    return value


def _paths(value: Any, wanted: NDArray[Any]) -> Iterator[Path]:
    """Yield the ways to what equals the right value inside a reply."""
    if isinstance(value, (np.ndarray, np.generic, int, float)):
        if np.shape(value) == wanted.shape and same(value, wanted):
            yield ()
        return
    if isinstance(value, (list, tuple)) and wanted.ndim and len(value) == len(wanted):
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
