"""Passes the checks' questions to the answer key and records the answers: CHECKED, when a bundle is made."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from grader.errors import AssignmentError
from grader.precheck.recording.answers import NUMERIC, Pool
from grader.precheck.recording.digest import digest
from grader.precheck.recording.questions import Question, Thing, fingerprint, parts_of

APPLY: dict[str, Callable[..., Any]] = {
    "call": lambda thing, *args, **kwargs: thing(*args, **kwargs),
    "iter": lambda thing: list(thing),
    "len": len,
    "bool": bool,
    "float": float,
    "array": np.asarray,
    "contains": lambda thing, item: item in thing,
    "getitem": operator.getitem,
    "setitem": operator.setitem,
}
for _name in ("add", "sub", "mul", "truediv", "pow", "matmul"):
    APPLY[_name] = getattr(operator, _name)
    APPLY[f"r{_name}"] = lambda thing, other, apply=APPLY[_name]: apply(other, thing)
for _name in ("neg", "pos", "abs", "lt", "le", "gt", "ge"):
    APPLY[_name] = getattr(operator, _name)


_PLAIN = (bool, int, float, complex, str, slice, np.ndarray, np.generic)


class Ambiguous(AssignmentError):
    """A question had two different answers, so it cannot be recorded."""


class Recorder:
    """A book that asks the real answer key.

    Parameters
    ----------
    key : module
        The answer key.
    """

    def __init__(self, key: Any) -> None:
        self._key = key
        self.pool = Pool()
        self.answers: dict[str, list[Any]] = {}
        self.context = b""
        self._outside: list[bytes] = []
        self._real: dict[int, tuple[Thing, Any]] = {}

    def begin(self) -> Thing:
        """Return a fresh stand-in for the answer key."""
        self._real.clear()
        self.context = b""
        return self._thing(self._key, Thing(self, None, "", "reference"))

    def answer(self, question: Question) -> Any:
        """Ask the answer key, record the answer, and return it as the replay will."""
        group, arguments = question.group, question.arguments
        subject = self._really(question.thing)
        args, kwargs = self._really(list(arguments.args)), self._really(dict(arguments.kwargs))
        objects = [part for part in _objects([subject, args, kwargs]) if part is not self._key]
        group.members += [part for part in objects if not any(part is other for other in group.members)]
        before, random_before = fingerprint(group.members), [_state(each) for each in arguments.generators]
        try:
            result = self._done(question, subject, args, kwargs)
        except Exception as error:
            note: Any = {"raised": [type(error).__name__, str(error)]}
            self._keep(question, [note, False, []])
            raise
        found: list[Any] = []
        note = self._note(result, found)
        changes = bool(question.thing is not None and fingerprint(group.members) != before)
        states = [_state(each) for each in arguments.generators]
        self._keep(question, [note, changes, states if states != random_before else []])
        if changes:
            group.state = digest(group.state, question.key)
        group.members += [part for part in found if not any(part is other for other in group.members)]
        return self._given(result, question, iter(range(len(found))))

    def enter(self, thing: Thing) -> Any:
        """Enter a ``with`` block of the answer key."""
        self._outside.append(self.context)
        self.context = digest(self.context, parts_of(thing).name.encode())
        self._really(thing).__enter__()
        return thing

    def leave(self, thing: Thing) -> None:
        """Leave a ``with`` block of the answer key."""
        self.context = self._outside.pop()
        self._really(thing).__exit__(None, None, None)

    def _done(self, question: Question, subject: Any, args: list[Any], kwargs: dict[str, Any]) -> Any:
        if question.act == "get":
            return getattr(subject, question.name)
        if question.act == "set":
            return setattr(subject, question.name, args[0])
        return APPLY[question.act](subject, *args, **kwargs)

    def _keep(self, question: Question, entry: list[Any]) -> None:
        key = question.key.hex()
        if self.answers.setdefault(key, entry) != entry:
            raise Ambiguous(f"it asks {question.words()} twice in the same way and gets two different answers")

    def _note(self, value: Any, found: list[Any]) -> Any:
        """Return a value as a tree, adding its objects to ``found``."""
        if isinstance(value, (np.ndarray, np.generic)) and value.dtype.kind in NUMERIC:
            return {"array" if isinstance(value, np.ndarray) else "number": self.pool.add(np.asarray(value))}
        if value is None or type(value) in (bool, int, str):
            return value
        if type(value) is float:
            return value if math.isfinite(value) else {"float": repr(value)}
        if type(value) is complex:
            return {"complex": [value.real, value.imag]}
        if type(value) in (list, tuple):
            notes = [self._note(item, found) for item in value]
            return notes if type(value) is list else {"tuple": notes}
        if type(value) is dict and all(type(key) is str for key in value):
            return {"map": [[key, self._note(item, found)] for key, item in value.items()]}
        found.append(value)
        return {"thing": len(found) - 1}

    def _given(self, value: Any, question: Question, numbers: Iterator[int]) -> Any:
        """Return a value with objects replaced by things and arrays copied, as in the replay."""
        from grader.precheck.recording.replay import name_thing

        if isinstance(value, np.ndarray) and value.dtype.kind in NUMERIC:
            return value.copy()
        if isinstance(value, np.generic) or value is None or type(value) in (bool, int, str, float, complex):
            return value
        if type(value) in (list, tuple):
            return type(value)(self._given(item, question, numbers) for item in value)
        if type(value) is dict and all(type(key) is str for key in value):
            return {key: self._given(item, question, numbers) for key, item in value.items()}
        return self._thing(value, name_thing(next(numbers), question, self))

    def _thing(self, value: Any, thing: Thing) -> Thing:
        self._real[id(thing)] = (thing, value)
        return thing

    def _really(self, value: Any) -> Any:
        """Return a value with things replaced by their objects and arrays copied."""
        if isinstance(value, Thing):
            return self._real[id(value)][1]
        if isinstance(value, np.ndarray):
            return value.copy()
        if type(value) in (list, tuple):
            return type(value)(self._really(item) for item in value)
        if type(value) is dict:
            return {key: self._really(item) for key, item in value.items()}
        return value


def _objects(value: Any) -> Iterator[Any]:
    """Yield the arguments that are not plain data."""
    if isinstance(value, (list, tuple)):
        for item in value:
            yield from _objects(item)
    elif isinstance(value, dict):
        yield from _objects(list(value.values()))
    elif value is not None and not isinstance(value, (*_PLAIN, type, np.random.Generator)):
        yield value


def _state(generator: np.random.Generator) -> Any:
    return generator.bit_generator.state
