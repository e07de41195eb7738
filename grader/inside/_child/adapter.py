"""Three functions that tell a judge where the parameters of a program are: `forward(x)`, `parameters()` and `gradients(x, y)`.

The program runs to its end first. Then the functions are taken from its names, or from a few lines written by a person
that run after it. They are not trusted: their results are compared with one another, and `gradients` must run functions
that the training has run.
"""

from __future__ import annotations

import sys
from types import FrameType
from typing import Any

import numpy as np

from _child.rehearsal import write
from _child.replay import Replay
from _child.sealed import BUILTINS as __builtins__  # noqa: F401

NAMES = ("forward", "parameters", "gradients")
_FILE = "adapter"
_MOST_CALLS = 400_000
_ndarray, _array = np.ndarray, np.array
_setprofile = sys.setprofile


class Adapter:
    """A program that has run, and the three functions."""

    def __init__(self, replay: Replay, text: str) -> None:
        self._replay = replay
        self._calls = 0
        self._trained: set[tuple[str, int]] = set()
        self._seen: set[tuple[str, int]] = set()
        self._kept: dict[str, set[tuple[str, int]]] = {}
        _setprofile(self._note)
        try:
            replay.run(lambda name, text: compile(text, name, "exec", dont_inherit=True))
        except Exception:
            # The names defined until then may be enough.
            pass
        finally:
            _setprofile(None)
        self._names: dict[str, Any] = replay.names
        if text:
            exec(compile(text, _FILE, "exec", dont_inherit=True), self._names)

    def found(self) -> dict[str, Any]:
        """Return the shapes of the parameters, or nothing if one of the functions is missing."""
        if not all(callable(self._names.get(name)) for name in NAMES):
            return {"shapes": None}
        return {"shapes": [list(_array(value).shape) for value in self._parameters()]}

    def ask(self, plan: dict[str, Any]) -> dict[str, Any]:
        """Return gradients and answers at random parameters, and whether the training has run the functions that `gradients` runs besides `forward`."""
        x, rounds = plan["x"], []
        step = float(plan["step"])
        for values in plan["points"]:
            for label in plan["labels"]:
                self._set(values)
                y = np.full((len(x), 1), float(label))
                gradients = [_numbers(each) for each in self._watched("gradients", x, y)]
                self._set(values)
                base = _numbers(self._names["forward"](_array(x)))
                sides = []
                for at, directions in enumerate(plan["directions"]):
                    for direction in directions:
                        pair = []
                        for sign in (1.0, -1.0):
                            self._set([v + sign * step * direction if i == at else v for i, v in enumerate(values)])
                            pair.append([_numbers(self._names["forward"](_array(x)))])
                        sides.append(pair)
                rounds.append({"label": float(label), "gradients": gradients, "seen": [base], "sides": sides})
        self._watched("forward", _array(x))
        own = self._kept["gradients"] - self._kept["forward"]
        names = {self._names[name].__code__ for name in NAMES if hasattr(self._names[name], "__code__")}
        own -= {(code.co_filename, code.co_firstlineno) for code in names}
        return {"rounds": rounds, "trains": bool(own) and own <= self._trained}

    def _parameters(self) -> list[Any]:
        return [value for value in self._names["parameters"]() if isinstance(value, _ndarray | list)]

    def _set(self, values: list[Any]) -> None:
        for held, value in zip(self._parameters(), values, strict=True):
            write(held, value)

    def _watched(self, name: str, *arguments: Any) -> Any:
        self._seen = set()
        _setprofile(self._note_within)
        try:
            return self._names[name](*arguments)
        finally:
            _setprofile(None)
            self._kept[name] = self._seen

    def _note(self, frame: FrameType, event: str, value: Any) -> None:
        if event != "call":
            return
        self._calls += 1
        if self._calls > _MOST_CALLS:
            _setprofile(None)
        code = frame.f_code
        if self._replay.is_own(code.co_filename):
            self._trained.add((code.co_filename, code.co_firstlineno))

    def _note_within(self, frame: FrameType, event: str, value: Any) -> None:
        code = frame.f_code
        if event == "call" and self._replay.is_own(code.co_filename):
            self._seen.add((code.co_filename, code.co_firstlineno))


def _numbers(value: Any) -> Any:
    return _array(value, dtype=float)
