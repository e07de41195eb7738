"""Values of the standard library that cross the wire as what they are made of; the child has a table of its own, with the same names."""

from __future__ import annotations

import datetime
import pathlib
import re
from collections import Counter, OrderedDict, defaultdict, deque
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from typing import Any

from grader.wire import pandas_values

_FACTORIES = frozenset({None, list, dict, set, int, float, str, bool, tuple})
_DECIMAL = re.compile(r"[+-]?(?:[0-9]{1,1000}(?:\.[0-9]{0,1000})?(?:E[+-]?[0-9]{1,6})?|Infinity|NaN)")
# Those of pandas are added where it is used.
TAKEN_APART: dict[type, tuple[str, Callable[[Any], tuple[Any, ...] | None]]] = {
    Fraction: ("Fraction", lambda value: (value.numerator, value.denominator)),
    Decimal: ("Decimal", lambda value: (str(value),)),
    datetime.date: ("date", lambda value: (value.year, value.month, value.day)),
    datetime.datetime: (
        "datetime",
        lambda value: (*value.timetuple()[:6], value.microsecond) if value.tzinfo is None else None,
    ),
    datetime.timedelta: ("timedelta", lambda value: (value.days, value.seconds, value.microseconds)),
    deque: ("deque", lambda value: (list(value), value.maxlen)),
    # Only sent: a path of the submission's would be one of the judge's here.
    pathlib.PosixPath: ("PosixPath", lambda value: (str(value),)),
    Counter: ("Counter", lambda value: (list(value.items()),)),
    OrderedDict: ("OrderedDict", lambda value: (list(value.items()),)),
    defaultdict: (
        "defaultdict",
        lambda value: (value.default_factory, list(value.items())) if value.default_factory in _FACTORIES else None,
    ),
}


def know_libraries() -> None:
    """Take up the classes of libraries that are imported by now."""
    TAKEN_APART.update(pandas_values.take_apart())


def made(name: str, args: Any) -> Any:
    """Return the value that a child has taken apart.

    Raises
    ------
    ValueError
        When the name is none of ours, or what came cannot be put together.
    """
    try:
        if name.startswith("pandas."):
            return pandas_values.made(name, args)
        if name in _OF_INTEGERS and all(type(each) is int for each in args):
            return _OF_INTEGERS[name](*args)
        if name == "Decimal" and type(args[0]) is str and _DECIMAL.fullmatch(args[0]):
            return Decimal(args[0])
        if name == "deque" and (args[1] is None or type(args[1]) is int):
            return deque(args[0], args[1])
        if name == "Counter":
            return Counter(dict(args[0]))
        if name == "OrderedDict":
            return OrderedDict(args[0])
        if name == "defaultdict" and args[0] in _FACTORIES:
            return defaultdict(args[0], args[1])
    except Exception as error:
        raise ValueError(str(error)) from None
    raise ValueError(f"nothing is made as {name[:40]!r}")


_OF_INTEGERS: dict[str, Callable[..., Any]] = {
    "Fraction": Fraction,
    "date": datetime.date,
    "datetime": datetime.datetime,
    "timedelta": datetime.timedelta,
}
