"""No check asks the same questions under two seeds, so answers recorded at home earn nothing in official grading."""

from __future__ import annotations

from collections import defaultdict
from contextlib import contextmanager
from typing import Any

import numpy as np
import pytest

from grader.checks.parts import Parts
from grader.material.script import answer_key
from grader.trusted import InProcess
from tests.assignments import grading

# Where a recorded answer is no fake.
SAME = {
    "check_tuned_walk": "it is hidden, and judges every step of a walk that the notebook has taken",
}
NAMES = ("backprop", "autograd", "components", "layers")


def asked(name: str, seed: str, monkeypatch: pytest.MonkeyPatch) -> dict[tuple[str, str], list[str]]:
    """Return what each check with points, or each of its parts, asks the answer key under a seed."""
    found: dict[tuple[str, str], list[str]] = defaultdict(list)
    now = ["", ""]

    class Listening(InProcess):
        def __call__(self, request: Any, reply_bytes: int | None = None) -> dict[str, Any]:
            found[now[0], now[1]].append(repr(request))
            return super().__call__(request, reply_bytes)

    class Named(Parts):
        @contextmanager
        def __call__(self, name: str, *, points: float) -> Any:
            now[1] = name
            with super().__call__(name, points=points):
                yield
            now[1] = ""

    drawn = grading.check_rng

    def begin(seed: str, assignment: str, check: str) -> np.random.Generator:
        now[:] = check, ""
        found[check, ""] = []
        return drawn(seed, assignment, check)

    folder = grading.ASSIGNMENTS / name
    with monkeypatch.context() as patched, np.printoptions(threshold=10**9, precision=17):
        for key, value in (("InProcess", Listening), ("Parts", Named), ("check_rng", begin)):
            patched.setattr(grading, key, value)
        graded = grading.grade(answer_key(folder), seed, folder=folder)
    assert not graded.faults
    return found


@pytest.mark.parametrize("name", NAMES)
def test_every_check_asks_other_questions_under_another_seed(name: str, monkeypatch: pytest.MonkeyPatch):
    """All questions of a check, and all of each of its parts, differ between two seeds, but for those that are named."""
    one, other = (asked(name, seed, monkeypatch) for seed in ("one", "other"))
    whole: dict[str, list[bool]] = defaultdict(list)
    for key in one:
        whole[key[0]].append(one[key] == other[key])
    same = {check for check, equal in whole.items() if all(equal)}
    assert same == {check for check in SAME if check in whole}
    parts = {key for key in one if key[1] and one[key] and one[key] == other[key]}
    assert parts == set()
