"""Functions and objects of a test that stay with the judge: what a student's code does with them is asked for there.

Of an object there are its public attributes and what Python's operators do with it, and nothing else.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from _child.sealed import BUILTINS as __builtins__  # noqa: F401

Call = Callable[[int, tuple[Any, ...], dict[str, Any]], Any]
OPERATORS = (
    *(
        "len",
        "iter",
        "next",
        "getitem",
        "setitem",
        "delitem",
        "contains",
        "bool",
        "str",
        "repr",
        "int",
        "float",
        "abs",
        "neg",
    ),
    *("eq", "ne", "lt", "le", "gt", "ge", "add", "sub", "mul", "truediv", "floordiv", "mod", "pow", "matmul"),
    *("radd", "rsub", "rmul", "rtruediv", "enter", "exit"),
)


class Borrowed:
    """A function of a test's."""

    def __init__(self, call: Call, number: int) -> None:
        self._call, self._number = call, number
        self.__doc__ = None
        self.name("function")

    def name(self, name: str) -> None:
        """Be called as the function is where it stays."""
        self.__name__ = self.__qualname__ = name

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self._call(self._number, args, kwargs)


class Lent:
    """An object of a class that a test has defined."""

    def __init__(self, call: Call, number: int) -> None:
        object.__setattr__(self, "_call", call)
        object.__setattr__(self, "_number", number)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        return self._call(self._number, ("getattr", name), {})

    def __setattr__(self, name: str, value: Any) -> None:
        self._call(self._number, ("setattr", name, value), {})

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self._call(self._number, ("call", *args), kwargs)

    def __hash__(self) -> int:
        return hash(("an object of a test", self._number))


def _asking(name: str) -> Callable[..., Any]:
    return lambda self, *args: self._call(self._number, (name, *args), {})


for _name in OPERATORS:
    setattr(Lent, f"__{_name}__", _asking(_name))
