"""Answers the requests of checks inside a live notebook and leaves it as it was."""

from __future__ import annotations

import linecache
import random
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import CodeType, FunctionType
from typing import Any

import numpy as np
from _child import drawing, wire
from _child.answering import Answers
from _child.faults import Sources
from _child.history import History
from _child.namespaces import Namespace
from _child.sealed import BUILTINS as __builtins__  # noqa: F401

from _home.preserving import preserved
from _home.watch import TimedOut, limited

MAX_CODE = 20_000


def live_names(names: dict[str, Any], given: dict[str, Any]) -> Namespace:
    """Return the names of a running notebook; `given` are those that it had from the start."""
    namespace = Namespace(names)
    namespace._given = dict(given)
    return namespace


class CellSources(Sources):
    """The cells of a notebook's code, each under the number shown beside it."""

    def __init__(self, names: dict[str, Any], numbers: dict[str, int]) -> None:
        super().__init__("")
        for filename in _filenames(names):
            lines = [line.rstrip("\n") for line in linecache.getlines(filename)]
            number = numbers.get(filename)
            if lines:
                self._lines[filename] = (filename if number is None else f"cell [{number}]", lines)


@contextmanager
def answering(
    names: dict[str, Any], given: dict[str, Any], numbers: dict[str, int], cpu_seconds: float, wall_seconds: float
) -> Iterator[tuple[Callable[[bytes], bytes], Callable[[], bool]]]:
    """Yield a function that answers one encoded request, and one that tells whether the time is used up; restore everything afterwards."""
    sources = CellSources(names, numbers)
    with preserved([names]):
        random.seed(0)
        np.random.seed(0)  # noqa: NPY002
        _draw_apart()
        answers = Answers(live_names(names, given), sources, History())
        until = time.process_time() + cpu_seconds, time.monotonic() + wall_seconds
        ended: list[bool] = []

        def answer(body: bytes) -> bytes:
            streams, reply = (sys.stdout, sys.stderr), b""
            answers.begin()
            left = until[0] - time.process_time(), until[1] - time.monotonic()
            try:
                with limited(*left) as used_up:
                    reply = wire.encode(answers.answer(wire.decode(body)))
            except TimedOut:
                ended.append(True)
            finally:
                sys.stdout, sys.stderr = streams
            ended.extend([True] if used_up() else [])
            return reply

        yield answer, lambda: bool(ended)


def _draw_apart() -> None:
    """Draw figures in memory, regardless of the notebook's backend."""
    pyplot: Any = sys.modules.get("matplotlib.pyplot")
    if pyplot is not None:
        from matplotlib.backend_bases import _Backend

        pyplot._backend_mod = type("backend_mod", (_Backend,), dict(vars(drawing._backend())))


def _filenames(names: dict[str, Any]) -> set[str]:
    """Return the names of the files of the notebook's own functions and classes."""
    found: set[str] = set()
    waiting: list[Any] = [
        value for value in names.values() if getattr(value, "__module__", None) == names.get("__name__")
    ]
    for _ in range(MAX_CODE):
        if not waiting:
            break
        value = waiting.pop()
        if isinstance(value, CodeType):
            found.add(value.co_filename)
        elif isinstance(value, FunctionType):
            waiting.append(value.__code__)
        elif isinstance(value, (staticmethod, classmethod)):
            waiting.append(value.__func__)
        elif isinstance(value, property):
            waiting += [value.fget, value.fset]
        elif isinstance(value, type) and value.__module__ == names.get("__name__"):
            waiting += list(vars(value).values())
    return found
