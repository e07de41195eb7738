"""The stand-in for the answer key on a student's machine, which answers from the recording."""

from __future__ import annotations

import builtins
from typing import Any

import numpy as np

from grader.precheck.recording.answers import array_at
from grader.precheck.recording.digest import digest
from grader.precheck.recording.questions import Question, Thing, parts_of


class Unrecorded(Exception):
    """A check asks something that was not recorded, which is a fault of ours."""


class Replay:
    """Answers questions from a recording.

    Parameters
    ----------
    answers : dict
        The recorded answers, by the keys of their questions in hexadecimal.
    rows : dict
        The arrays.
    """

    def __init__(self, answers: dict[str, list[Any]], rows: dict[str, np.ndarray]) -> None:
        self._answers, self._rows = answers, rows
        self.context = b""
        self._outside: list[bytes] = []

    def begin(self) -> Thing:
        """Return a fresh stand-in for the answer key."""
        self.context = b""
        self._outside.clear()
        return Thing(self, None, "", "reference")

    def answer(self, question: Question) -> Any:
        """Return the recorded answer; raise ``Unrecorded`` if there is none."""
        found = self._answers.get(question.key.hex())
        if found is None:
            raise Unrecorded(f"nothing was recorded for {question.words()}")
        value, changes, generators = found
        if changes:
            question.group.state = digest(question.group.state, question.key)
        for generator, state in zip(question.arguments.generators, generators, strict=False):
            generator.bit_generator.state = state
        return rebuild(value, question, self, self._rows)

    def enter(self, thing: Thing) -> Any:
        """Enter a ``with`` block; questions inside it differ from those outside."""
        self._outside.append(self.context)
        self.context = digest(self.context, parts_of(thing).name.encode())
        return thing

    def leave(self, thing: Thing) -> None:
        """Leave a ``with`` block."""
        self.context = self._outside.pop()


def rebuild(value: Any, question: Question, book: Any, rows: dict[str, np.ndarray]) -> Any:
    """Return the value of an answer's tree."""
    if isinstance(value, list):
        return [rebuild(item, question, book, rows) for item in value]
    if not isinstance(value, dict):
        return value
    ((kind, content),) = value.items()
    if kind == "array":
        return array_at(rows, content)
    if kind == "number":
        return array_at(rows, content)[()]
    if kind == "tuple":
        return tuple(rebuild(item, question, book, rows) for item in content)
    if kind == "iterator":
        return iter([rebuild(item, question, book, rows) for item in content])
    if kind == "map":
        return {key: rebuild(item, question, book, rows) for key, item in content}
    if kind == "thing":
        return name_thing(content, question, book)
    if kind == "raised":
        raised = getattr(builtins, content[0], None)
        known = isinstance(raised, type) and issubclass(raised, Exception)
        raise (raised if known else RuntimeError)(content[1])  # type: ignore[misc]
    return float(content) if kind == "float" else complex(*content)


def name_thing(number: int, question: Question, book: Any) -> Thing:
    """Return the thing at a place of an answer; names of the answer key have no history."""
    parts = parts_of(question.thing)
    if parts.group is None and question.act == "get":
        name = f"{parts.name}.{question.name}".lstrip(".")
        return Thing(book, None, name, name)
    shown = f"{parts.shown}.{question.name}" if question.name else parts.shown
    return Thing(book, question.group, digest(question.key, str(number).encode()).hex(), shown)
