"""What a child answers behind the fence, trusted code answers in this process: figures, prints, warnings, exceptions, names."""

from typing import Any

import numpy as np

from grader.outcomes import StudentFault
from grader.trusted import InProcess, executed
from grader.wire.limits import MEBIBYTE, SessionLimits

ROOMY = SessionLimits(memory_bytes=1024 * MEBIBYTE)

SOURCE = """
import warnings
import numpy as np
import matplotlib.pyplot as plt

def show():
    plt.plot([1.0, 2.0], "r--", label="loss")
    plt.scatter([0.0], [1.0], marker="x")
    plt.title("learning")
    plt.legend()
    plt.show()
    plt.imshow(np.eye(2))
    plt.savefig("one.png")
    plt.close("all")
    print("drawn", end="")

def warn():
    warnings.warn("old", DeprecationWarning)
    np.log(np.zeros(1))
    return np.float32(1), np.array(2.0), 3.0

def divide(by):
    return 1 / by

def later():
    raise NotImplementedError("Task 1.1: later")

class Layer:
    def __init__(self, rng=None):
        self.drawn = None if rng is None else rng.random()

layers = (Layer() for _ in range(2))

def predict(x):
    return x

predict = predict(3)
"""
REQUESTS: list[dict[str, Any]] = [
    {"op": "names", "on": 0},
    {"op": "call", "on": 0, "name": "show", "args": [], "kwargs": {}},
    {"op": "figures", "png": False},
    {"op": "figures", "png": False},
    {"op": "output"},
    {"op": "call", "on": 0, "name": "warn", "args": [], "kwargs": {}},
    {"op": "call", "on": 0, "name": "divide", "args": [0], "kwargs": {}},
    {"op": "call", "on": 0, "name": "later", "args": [], "kwargs": {}},
    {"op": "call", "on": 0, "name": "predict", "args": [np.float32(2)], "kwargs": {}},
    {"op": "list", "on": 0, "limit": 3},
    {"op": "rewind", "name": "show", "tag": None, "back": 0},
    {"op": "get", "on": 0, "name": "layer"},
    {"op": "get", "on": 0, "name": "Layer"},
    {"op": "nothing"},
    {"op": "apply", "name": "nothing", "args": []},
    {"op": "program", "steps": [{"op": "call", "on": 0, "name": "divide", "args": [2], "kwargs": {}}], "keep": [0]},
]


def told(ask: Any, request: dict[str, Any]) -> Any:
    """Return the reply to a request, or all that is told of the fault that it ends in."""
    try:
        return ask(request)
    except StudentFault as fault:
        return fault.as_fields(), fault.frames, fault.raised, fault.fatal


def test_trusted_code_answers_as_a_child_does(clean_parents, tmp_path, monkeypatch):
    """Every kind of request has the same reply, warnings, frames and figures included, in both places."""
    with clean_parents(None).open(ROOMY) as session:
        allowed = ("numpy", "matplotlib")
        session.read(
            [("s001.py", SOURCE.encode())], name="s001.py", form="file", allowed_imports=allowed, names=["predict"]
        )
        assert session.load("submission", cpu_seconds=20.0)["status"] == "loaded"
        with session.check(20.0) as official:
            came = [told(official, request) for request in REQUESTS]
    monkeypatch.chdir(tmp_path)  # its figure is saved here
    here = InProcess(executed(SOURCE, asked=("predict",)))
    for request, reply in zip(REQUESTS, came, strict=True):
        np.testing.assert_equal(told(here, request), reply)
    assert len(came[2]["value"]) == 2
