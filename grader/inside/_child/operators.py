"""The operators that a request may apply to values.

The table is closed, and made before a submission runs, so that its changes to the module `operator` have no effect
here.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

from _child.sealed import BUILTINS as __builtins__  # noqa: F401


class _Interruption(Exception):
    """Raised inside a context to see whether it is passed on."""


def _interrupted(context: Any) -> bool:
    """Leave a context by an exception; return whether the exception was passed on."""
    came_out = False
    try:
        with context:
            raise _Interruption("an exception inside the with block")
    except _Interruption:
        came_out = True
    return came_out


def _refused(function: Callable[..., Any], *arguments: Any) -> bool:
    """Call something; return whether it raised a `ValueError` or a subclass of it. Other exceptions are passed on."""
    try:
        function(*arguments)
    except ValueError:
        return True
    return False


OPERATORS: dict[str, Callable[..., Any]] = {
    "add": operator.add,
    "sub": operator.sub,
    "mul": operator.mul,
    "truediv": operator.truediv,
    "pow": operator.pow,
    "matmul": operator.matmul,
    "neg": operator.neg,
    "getitem": operator.getitem,
    "setitem": operator.setitem,
    "interrupted": _interrupted,
    "refused": _refused,
}
