"""What a student's code may do with an object of a test that it was handed: its public attributes, its operators, and nothing else."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

_OPERATORS: dict[str, Callable[..., Any]] = {
    **{
        name: getattr(operator, name)
        for name in (
            *("getitem", "setitem", "delitem", "contains", "abs", "neg", "eq", "ne", "lt", "le", "gt", "ge"),
            *("add", "sub", "mul", "truediv", "floordiv", "mod", "pow", "matmul"),
        )
    },
    **{kind.__name__: kind for kind in (len, iter, next, bool, str, repr, int, float)},
    "radd": lambda value, other: other + value,
    "rsub": lambda value, other: other - value,
    "rmul": lambda value, other: other * value,
    "rtruediv": lambda value, other: other / value,
    "enter": lambda value: type(value).__enter__(value),
    "exit": lambda value, *exception: type(value).__exit__(value, None, None, None),
}


def is_of_the_test(value: Any) -> bool:
    """Return whether a test has defined the class of an object, and those that it is derived from."""
    return all(kind is object or kind.__module__ == "__main__" for kind in type(value).__mro__)


def served(value: Any) -> Callable[..., Any]:
    """Return what does to an object what a student's code asks for."""

    def serve(name: Any, *args: Any, **kwargs: Any) -> Any:
        if name == "call":
            return value(*args, **kwargs)
        if name in ("getattr", "setattr"):
            if not isinstance(args[0], str) or args[0].startswith("_"):
                raise AttributeError("there is no such attribute")
            return getattr(value, args[0]) if name == "getattr" else setattr(value, args[0], args[1])
        if not isinstance(name, str) or name not in _OPERATORS:
            raise TypeError("there is no such operator")
        return _OPERATORS[name](value, *args)

    return serve
