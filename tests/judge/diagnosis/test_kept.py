"""Tests of what the judges of one run share about known mistakes."""

import os

import numpy as np
import pytest

from grader.judge.diagnosis import kept
from grader.judge.diagnosis.kept import Kept
from grader.judge.diagnosis.likeness import alike_throughout
from grader.outcomes import Evidence, StudentFault, Why

SHOWN = {
    "half": {
        "": StudentFault(
            Why.WRONG, "It differs.", evidence=Evidence("a", np.array([[0.1, np.nan]]), whole=np.arange(3.0))
        )
    },
    "none": {"p": StudentFault(Why.WRONG, "It is None.", evidence=Evidence("a", None))},
    "raised": {"p": StudentFault(Why.CRASHED, "It raised ValueError: \u00e4")},
    "nothing": {},
}


def test_kept_gives_back_what_another_process_has_found():
    """What one judge adds, another one reads, in every digit, and only for the check that it is of."""
    shared = Kept()
    if (child := os.fork()) == 0:
        shared.add("check_a", SHOWN)
        shared.add("check_ab", {"other": {}})
        os._exit(0)
    assert os.waitpid(child, 0)[1] == 0
    came = shared.read("check_a")
    assert set(came) == set(SHOWN)
    assert all(alike_throughout(SHOWN[id_], faults) for id_, faults in came.items())
    assert came["half"][""].evidence.actual.tobytes() == SHOWN["half"][""].evidence.actual.tobytes()


def test_kept_is_bounded(monkeypatch: pytest.MonkeyPatch):
    """What does not fit is left out, and what is there stays."""
    shared = Kept()
    shared.add("check_a", {"one": {}})
    monkeypatch.setattr(kept, "MOST_BYTES", 100)
    shared.add("check_a", SHOWN)
    assert set(shared.read("check_a")) == {"one"}
