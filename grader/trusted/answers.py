"""Answers the requests of checks in this process, for code that is trusted: an answer key, its mutants and variants.

CHECKED; serves the diagnosis, the audit and the tests, and never a submission. May not import fence, judge, report or reference.
"""

from __future__ import annotations

import difflib
import io
import operator
import warnings
from collections.abc import Callable, Mapping
from contextlib import redirect_stdout
from itertools import islice
from types import SimpleNamespace
from typing import Any

import numpy as np

from grader.outcomes import StudentFault, Why
from grader.trusted.figures import open_figures
from grader.trusted.notebook import KEY
from grader.trusted.sent import as_sent, type_name
from grader.wire.values import Generator, Handle, Ref

PLAIN = frozenset({str, int, float, bool, type(None)})


class _Interruption(Exception):
    """Raised inside a context to see whether it comes out again."""


def _interrupted(context: Any) -> bool:
    """Leave a context by an exception; return whether the exception came out of it."""
    came_out = False
    try:
        with context:
            raise _Interruption("an exception inside the with block")
    except _Interruption:
        came_out = True
    return came_out


APPLIED: dict[str, Callable[..., Any]] = {
    **{name: getattr(operator, name) for name in ("add", "sub", "mul", "truediv", "pow", "matmul", "neg")},
    "interrupted": _interrupted,
}


class Missing(Exception):
    """A name that is not there."""


class InProcess:
    """An ``ask`` for a namespace.

    Parameters
    ----------
    namespace : module or dict of names
        What handle 0 stands for.
    """

    def __init__(self, namespace: Any) -> None:
        self._moments = namespace.get(KEY) if isinstance(namespace, dict) else None
        if self._moments is not None:
            self._moments.reset()
            namespace = self._moments.live
        self.objects: list[Any] = [SimpleNamespace(**namespace) if isinstance(namespace, dict) else namespace]
        self.requests = 0
        self.printed = io.StringIO()

    def __call__(self, request: Mapping[str, Any], reply_bytes: int | None = None) -> dict[str, Any]:
        """Answer one request as the child does; what the code raises becomes a ``StudentFault``."""
        self.requests += 1
        with warnings.catch_warnings(record=True) as caught, redirect_stdout(self.printed):
            warnings.simplefilter("always")
            try:
                reply = self._program(request) if request["op"] == "program" else {"value": self._one(request)}
            except Missing as error:
                reply = {"missing": error.args[0], "near": error.args[1]}
            except BaseException as error:
                raise _fault(error) from error
        reply["warnings"] = [_warning(entry) for entry in caught]
        return reply

    def _program(self, request: Mapping[str, Any]) -> dict[str, Any]:
        results: list[Any] = []
        kept = {}
        for number, step in enumerate(request["steps"]):
            try:
                results.append(self._do(step, results))
            except Missing as error:
                return {"missing": error.args[0], "near": error.args[1], "step": number}
            if number in request["keep"]:
                kept[number] = self._sent(results[-1])
        return {"value": [kept[number] for number in request["keep"]]}

    def _one(self, request: Mapping[str, Any]) -> Any:
        result = self._do(request, [])
        return self._handle(result) if request["op"] == "hold" else self._sent(result)

    def _do(self, step: Mapping[str, Any], results: list[Any]) -> Any:
        request = {key: self._given(value, results) for key, value in step.items()}
        on = request.get("on", 0)
        subject = self.objects[on] if type(on) is int else on
        match request["op"]:
            case "get":
                return self._attribute(subject, request["name"])
            case "set":
                return setattr(subject, request["name"], request["value"])
            case "call":
                function = subject if request["name"] is None else self._attribute(subject, request["name"])
                return function(*request["args"], **request["kwargs"])
            case "apply":
                return APPLIED[request["name"]](*request["args"])
            case "hold":
                return request["value"]
            case "read":
                return subject
            case "list":
                return list(islice(iter(subject), request["limit"]))
            case "output":
                text, self.printed = self.printed.getvalue(), io.StringIO()
                return text
            case "figures":
                return open_figures()
            case "rewind":
                return self._rewound(request["name"], request["tag"], request["back"])
            case "names":
                return [name for name in dir(subject) if not name.startswith("_")]
        raise ValueError(f"there is no operation {request['op']!r}")

    def _rewound(self, name: str, tag: str | None, back: int) -> int:
        """Go back to a moment of a notebook; return how many there are, none for anything else."""
        if self._moments is None:
            return 0
        count = self._moments.go_back(name, tag, back)
        self.objects[0].__dict__.clear()
        self.objects[0].__dict__.update(self._moments.live)
        return int(count)

    def _attribute(self, subject: Any, name: str) -> Any:
        try:
            return getattr(subject, name)
        except AttributeError as error:
            if error.name not in (name, None):
                raise
            raise Missing(name, difflib.get_close_matches(name, dir(subject))) from None

    def _given(self, value: Any, results: list[Any]) -> Any:
        if type(value) in PLAIN:
            return value
        match value:
            case Handle():
                return self.objects[value.id]
            case Ref():
                return results[value.index]
            case Generator():
                return np.random.default_rng(value.seed)
            case np.ndarray():
                # Without axes it reaches a child as a number.
                return value.copy()[()]
            case list() | tuple():
                return type(value)(self._given(item, results) for item in value)
            case dict():
                return {key: self._given(item, results) for key, item in value.items()}
        return value

    def _sent(self, value: Any) -> Any:
        return as_sent(value, self._handle)

    def _handle(self, value: Any) -> Handle:
        self.objects.append(value)
        return Handle(len(self.objects) - 1, type_name(value))


def _fault(error: BaseException) -> StudentFault:
    name, message = type(error).__name__, str(error)
    missing = isinstance(error, NotImplementedError) and message.startswith("Task")
    said = f"It is not implemented yet ({message})." if missing else f"It raised {name}: {message}"
    return StudentFault(Why.MISSING if missing else Why.CRASHED, said, raised=name)


def _warning(entry: warnings.WarningMessage) -> dict[str, Any]:
    return {"category": entry.category.__name__, "message": str(entry.message), "file": "s001.py", "line": entry.lineno}
