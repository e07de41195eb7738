"""No check asks the same questions under two seeds, so answers recorded at home earn nothing in official grading."""

from __future__ import annotations

from collections import defaultdict
from contextlib import contextmanager
from typing import Any

import numpy as np
import pytest

from grader.audit.setup import uses_run
from grader.checks.parts import Parts
from grader.judge import plugin
from grader.judge.trusted_code import NO_RUN, run_on_trusted
from grader.material.percent import is_percent
from grader.trusted import InProcess, executed, run_of
from grader.trusted.notebook import needed_cells
from tests.assignments.grading import ASSIGNMENTS, answer_key_script, assignment, collected

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

    folder = ASSIGNMENTS / name
    key, codes = answer_key_script(folder), {}
    run = run_of(key) if any(map(uses_run, collected(folder))) else NO_RUN
    with monkeypatch.context() as patched, np.printoptions(threshold=10**9, precision=17):
        patched.setattr(plugin, "Parts", Named)
        for item, spec in collected(folder):
            now[:] = spec.id, ""
            found[spec.id, ""] = []
            # Of a notebook, tasks need different cells, some of which take seconds.
            needed = tuple(needed_cells(key, "", spec.task)) if is_percent(key) else ()
            if needed not in codes:
                codes[needed] = executed(key, task=spec.task, asked=assignment(folder).names)
            judged = run_on_trusted(item, spec, codes[needed], assignment(folder), seed, run, Listening)
            assert not judged.failed
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
