"""Values of the standard library that are sent as what they are made of: numbers with fractions, dates, and the classes of `collections`.

The judge has a table of its own, with the same names.
"""

from __future__ import annotations

import datetime
import pathlib
from collections import Counter, OrderedDict, defaultdict, deque
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from typing import Any

from _child.sealed import BUILTINS as __builtins__  # noqa: F401

_FACTORIES = frozenset({list, dict, set, int, float, str, bool, tuple})
# What each is made of, as arguments; None for one that cannot be sent.
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
    Counter: ("Counter", lambda value: (list(dict.items(value)),)),
    OrderedDict: ("OrderedDict", lambda value: (list(dict.items(value)),)),
    defaultdict: (
        "defaultdict",
        lambda value: (
            (value.default_factory, list(dict.items(value)))
            if value.default_factory is None or value.default_factory in _FACTORIES
            else None
        ),
    ),
}
MADE: dict[str, Callable[..., Any]] = {
    **{name: kind for kind, (name, _) in list(TAKEN_APART.items())},
    "Counter": lambda pairs: Counter(dict(pairs)),
    # Comes, and never goes: what a submission does with a path, it does here.
    "PosixPath": pathlib.PosixPath,
}
