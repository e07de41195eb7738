"""Tests whether two answers give bit-identical outputs on thousands of random inputs, to prove that a mutant is equivalent.

Stands outside the flow; works in a fork, on trusted code.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from grader.audit.setup import AuditSetup, Check, judge_trusted, uses_run
from grader.material.equivalents import NEEDED_INPUTS
from grader.outcomes import StudentFault
from grader.trusted import InProcess, Loaded, pin_entropy
from grader.wire.values import Handle

MOST_SEEDS = 20_000
QUICK = 5.0


class Listening(InProcess):
    """Answers like ``InProcess``, and keeps a digest of all answers and a count of the input arrays."""

    def __init__(self, loaded: Loaded) -> None:
        super().__init__(loaded)
        self.heard = hashlib.blake2b(digest_size=16)
        self.inputs = 0

    def __call__(self, request: Mapping[str, Any], reply_bytes: int | None = None) -> dict[str, Any]:
        """Answer one request."""
        self.inputs += sum(_arrays(step) for step in request.get("steps", [request]))
        try:
            reply = super().__call__(request, reply_bytes)
        except StudentFault as fault:
            self.heard.update(f"{fault.why} {fault.message}".encode())
            raise
        _hear(self.heard, reply.get("value"))
        return reply


def identical_on(source: str, checks: Sequence[Check], setup: AuditSetup, needed: int = NEEDED_INPUTS) -> int | None:
    """Return on how many drawn inputs an answer's outputs equal the answer key's; None if any output differs.

    Runs the checks with one seed after another until at least ``needed`` arrays were used.
    """
    inputs = 0
    asked = _quick([check for check in checks if not uses_run(check)], setup)
    for number in range(MOST_SEEDS):
        for check in asked:
            ours, theirs = (_listen(code, check, setup, f"identical {number}") for code in (setup.key, source))
            if ours[0] != theirs[0]:
                return None
            inputs += ours[1]
            if inputs >= needed:
                return inputs
        if number == 0 and inputs == 0:
            return 0
    return inputs


def _quick(checks: Sequence[Check], setup: AuditSetup) -> list[Check]:
    """Return the checks that produce inputs quickly; those that train whole networks are too slow."""
    least = min((setup.seconds[check[1].id] for check in checks), default=0.0)
    return [check for check in checks if setup.seconds[check[1].id] <= QUICK * least]


def _listen(source: str, check: Check, setup: AuditSetup, seed: str) -> tuple[str, int]:
    pin_entropy()
    made: list[Listening] = []

    def answer(loaded: Loaded) -> Listening:
        made.append(Listening(loaded))
        return made[-1]

    judge_trusted(check, setup.load(source, check[1].task), setup.assignment, seed, answer=answer)
    return "".join(each.heard.hexdigest() for each in made), sum(each.inputs for each in made)


def _arrays(value: Any) -> int:
    if isinstance(value, np.ndarray):
        return 1
    if isinstance(value, Mapping):
        return sum(map(_arrays, value.values()))
    return sum(map(_arrays, value)) if isinstance(value, (list, tuple)) else 0


def _hear(heard: Any, value: Any) -> None:
    if isinstance(value, (np.ndarray, np.generic, float)):
        array = np.asarray(value)
        if array.dtype.kind in "fc":
            # Adding zero removes the sign of minus zero.
            array = np.asarray(array + 0.0)
        heard.update(f"{array.dtype}{array.shape}".encode() + np.ascontiguousarray(array).tobytes())
    elif isinstance(value, (list, tuple)):
        for item in value:
            _hear(heard, item)
    elif isinstance(value, Mapping):
        for key, item in value.items():
            heard.update(str(key).encode())
            _hear(heard, item)
    else:
        heard.update((value.type_name if isinstance(value, Handle) else repr(value)).encode())
