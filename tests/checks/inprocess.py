"""A test double of the child: serves the requests of checks in this process, for trusted code. Never used to grade."""

from __future__ import annotations

import difflib
import io
import warnings
from collections.abc import Mapping
from contextlib import redirect_stdout
from itertools import islice
from types import SimpleNamespace
from typing import Any

import numpy as np

from grader.outcomes import StudentFault, Why
from grader.values import Generator, Handle, Ref


class Missing(Exception):
    """A name that is not there."""


class InProcess:
    """An ``ask`` for a namespace: a module, or a dict of names."""

    def __init__(self, namespace: Any) -> None:
        self.objects: list[Any] = [SimpleNamespace(**namespace) if isinstance(namespace, dict) else namespace]
        self.requests = 0
        self.printed = io.StringIO()

    def __call__(self, request: Mapping[str, Any], *, reply_bytes: int | None = None) -> dict[str, Any]:
        """Answer one request as the child does."""
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
        raise ValueError(f"the double does not know {request['op']!r}")

    def _attribute(self, subject: Any, name: str) -> Any:
        try:
            return getattr(subject, name)
        except AttributeError as error:
            if error.name not in (name, None):
                raise
            raise Missing(name, difflib.get_close_matches(name, dir(subject))) from None

    def _given(self, value: Any, results: list[Any]) -> Any:
        match value:
            case Handle():
                return self.objects[value.id]
            case Ref():
                return results[value.index]
            case Generator():
                return np.random.default_rng(value.seed)
            case np.ndarray():
                return value.copy()
            case list() | tuple():
                return type(value)(self._given(item, results) for item in value)
            case dict():
                return {key: self._given(item, results) for key, item in value.items()}
        return value

    def _sent(self, value: Any) -> Any:
        if value is None or type(value) in (bool, int, float, complex, str, bytes):
            return value
        if isinstance(value, np.generic) or type(value) is np.ndarray:
            array = np.asarray(value)
            return array.copy() if array.dtype.kind in "biufc" else self._handle(value)
        if type(value) in (list, tuple):
            return type(value)(self._sent(item) for item in value)
        if type(value) is dict and all(type(key) is str for key in value):
            return {key: self._sent(item) for key, item in value.items()}
        return self._handle(value)

    def _handle(self, value: Any) -> Handle:
        self.objects.append(value)
        return Handle(len(self.objects) - 1, type(value).__name__)


def _fault(error: BaseException) -> StudentFault:
    name, message = type(error).__name__, str(error)
    missing = isinstance(error, NotImplementedError) and message.startswith("Task")
    said = f"It is not implemented yet ({message})." if missing else f"It raised {name}: {message}"
    return StudentFault(Why.MISSING if missing else Why.CRASHED, said, raised=name)


def _warning(entry: warnings.WarningMessage) -> dict[str, Any]:
    return {"category": entry.category.__name__, "message": str(entry.message), "file": "s001.py", "line": entry.lineno}


def open_figures() -> list[dict[str, Any]]:
    """Return the open figures as the child describes them, and close them."""
    import matplotlib.pyplot as plt

    figures = []
    for number in plt.get_fignums():
        axes = [_axes(axis) for axis in plt.figure(number).axes]
        figures.append({"png": None, "width": 0, "height": 0, "axes": axes})
    plt.close("all")
    return figures


def _axes(axis: Any) -> dict[str, Any]:
    lines = [
        {"label": "", "x": np.asarray(line.get_xdata(), float), "y": np.asarray(line.get_ydata(), float)}
        for line in axis.lines
    ]
    for item in axis.collections:
        item.update_scalarmappable()
    points = [
        {"label": "", "xy": np.asarray(item.get_offsets(), float), "colors": np.asarray(item.get_facecolors(), float)}
        for item in axis.collections
    ]
    return {
        "title": axis.get_title(),
        "xlabel": "",
        "ylabel": "",
        "lines": lines,
        "points": points,
        "images": 0,
        "bars": 0,
        "texts": [],
    }
