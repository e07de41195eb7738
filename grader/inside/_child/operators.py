"""The operators that a request may apply to values.

The table is closed, and made before a submission runs, so that its changes to the module `operator` have no effect
here.
"""

from __future__ import annotations

import copy
import math
import operator
import os
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


def _given(value: Any, *names: str) -> Any:
    """Look up attributes one after the other."""
    for name in names:
        value = getattr(value, name)
    return value


# What is asked of things by the tests of another tool, in which anything may stand that Python has.
ALL: dict[str, Callable[..., Any]] = {
    **{
        name: getattr(operator, name)
        for name in (
            *(
                "add",
                "sub",
                "mul",
                "truediv",
                "floordiv",
                "mod",
                "pow",
                "matmul",
                "lshift",
                "rshift",
                "and_",
                "or_",
                "xor",
            ),
            *("iadd", "isub", "imul", "itruediv", "ifloordiv", "imod", "ipow", "imatmul", "ilshift", "irshift"),
            *("iand", "ior", "ixor", "neg", "pos", "abs", "invert", "eq", "ne", "lt", "le", "gt", "ge", "contains"),
            *("getitem", "setitem", "delitem", "index"),
        )
    },
    **{
        kind.__name__: kind
        for kind in (
            bool,
            bytes,
            complex,
            float,
            int,
            str,
            divmod,
            format,
            hash,
            iter,
            len,
            next,
            repr,
            reversed,
            round,
            dir,
        )
    },
    "trunc": math.trunc,
    "floor": math.floor,
    "ceil": math.ceil,
    "pow": pow,
    "fspath": os.fspath,
    "type": type,
    "copy": copy.copy,
    "deepcopy": copy.deepcopy,
    "getattr": _given,
    "setattr": setattr,
    "delattr": delattr,
}

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
