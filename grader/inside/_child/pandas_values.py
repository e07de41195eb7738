"""Tables, columns and moments of pandas as what they are made of. The judge has a module of its own that does the same."""

from __future__ import annotations

import sys
from collections.abc import Callable
from importlib import import_module
from typing import Any

import numpy as np

from _child.sealed import BUILTINS as __builtins__  # noqa: F401

_PLAIN = frozenset({str, int, float, bool, complex, bytes, type(None)})


def take_apart() -> dict[type, tuple[str, Callable[[Any], Any]]]:
    """Return how the values of pandas are taken apart, as far as it is imported."""
    pandas: Any = sys.modules.get("pandas")
    if pandas is None or not hasattr(pandas, "DataFrame"):
        return {}
    indexes = ("Index", "RangeIndex", "MultiIndex", "DatetimeIndex", "TimedeltaIndex", "CategoricalIndex")
    return {
        pandas.DataFrame: ("pandas.DataFrame", _frame),
        pandas.Series: ("pandas.Series", _series),
        pandas.Timestamp: ("pandas.Timestamp", _moment),
        pandas.Timedelta: ("pandas.Timedelta", lambda value: (value.to_timedelta64(),)),
        type(pandas.NaT): ("pandas.NaT", lambda value: ()),
        type(pandas.NA): ("pandas.NA", lambda value: ()),
        **{getattr(pandas, name): ("pandas.Index", lambda value: _whole(_index(value))) for name in indexes},
    }


def _whole(*parts: Any) -> tuple[Any, ...] | None:
    """Return the parts of a value, None when one of them cannot be sent."""
    return None if any(part is None for part in parts) else parts


def _frame(value: Any) -> Any:
    columns = [_column(value.iloc[:, number]) for number in range(value.shape[1])]
    return _whole(
        None if any(each is None for each in columns) else columns, _index(value.index), _index(value.columns)
    )


def _series(value: Any) -> Any:
    parts = _whole(_column(value), _index(value.index))
    return None if parts is None or not _is_plain(value.name) else (*parts, value.name)


def _moment(value: Any) -> Any:
    zone = None if value.tzinfo is None else str(value.tzinfo)
    return value.to_datetime64(), zone


def _index(value: Any) -> Any:
    """Return what an index is made of: how, and of what."""
    kind = type(value).__name__
    if not all(map(_is_plain, value.names)):
        return None
    if kind == "RangeIndex":
        return "range", [value.start, value.stop, value.step], list(value.names)
    if kind == "MultiIndex":
        levels = [_column(value.get_level_values(number)) for number in range(value.nlevels)]
        return None if any(each is None for each in levels) else ("levels", levels, list(value.names))
    column = _column(value)
    return None if column is None else ("values", [column, getattr(value, "freqstr", None)], list(value.names))


def _column(value: Any) -> Any:
    """Return what a column is made of: how, and of what."""
    dtype = value.dtype
    if isinstance(dtype, np.dtype):
        if dtype.kind in "biufcMm":
            return "array", np.asarray(value.to_numpy())
        items = list(value)
        return ("objects", items) if dtype.kind == "O" and all(map(_is_plain, items)) else None
    if dtype.name == "category":
        data = getattr(value, "cat", value)
        categories = _index(data.categories)
        return None if categories is None else ("category", [np.asarray(data.codes), categories, bool(data.ordered)])
    if getattr(dtype, "tz", None) is not None:
        series = value if hasattr(value, "dt") else value.to_series()
        naive = series.dt.tz_convert("UTC").dt.tz_localize(None)
        return "zoned", [np.asarray(naive.to_numpy()), str(dtype.tz)]
    items = [None if missing else item for item, missing in zip(list(value), list(value.isna()), strict=True)]
    return ("typed", [items, str(dtype)]) if all(map(_is_plain, items)) else None


def _is_plain(value: Any) -> bool:
    kind = type(value)
    if kind is tuple:
        return all(map(_is_plain, value))
    return kind in _PLAIN or (isinstance(value, np.generic) and kind.__module__ == "numpy")


def made(name: str, args: Any) -> Any:
    """Return the value of pandas that was taken apart; raises what pandas raises where it does not fit."""
    pandas: Any = import_module("pandas")

    if name == "pandas.DataFrame":
        columns, index, names = args
        own = _made_index(index)
        frame = pandas.DataFrame(
            {number: _made_column(column, own) for number, column in enumerate(columns)}, index=own
        )
        frame.columns = _made_index(names)
        return frame
    if name == "pandas.Series":
        column, index, label = args
        series = _made_column(column, _made_index(index))
        series.name = label
        return series
    if name == "pandas.Timestamp":
        moment = pandas.Timestamp(args[0])
        return moment if args[1] is None else moment.tz_localize("UTC").tz_convert(args[1])
    if name == "pandas.Timedelta":
        return pandas.Timedelta(args[0])
    return {
        "pandas.NaT": lambda: pandas.NaT,
        "pandas.NA": lambda: pandas.NA,
        "pandas.Index": lambda: _made_index(args[0]),
    }[name]()


def _made_index(parts: Any) -> Any:
    pandas: Any = import_module("pandas")

    kind, value, names = parts
    if kind == "range":
        return pandas.RangeIndex(*value, name=names[0])
    if kind == "levels":
        return pandas.MultiIndex.from_arrays([_made_column(level).array for level in value], names=names)
    index = pandas.Index(_made_column(value[0]), name=names[0])
    if value[1] is not None and hasattr(index, "freq"):
        index.freq = value[1]
    return index


def _made_column(parts: Any, index: Any = None) -> Any:
    pandas: Any = import_module("pandas")

    kind, value = parts
    if kind == "array":
        return pandas.Series(value, index=index)
    if kind == "objects":
        return pandas.Series(value, index=index, dtype=object)
    if kind == "category":
        codes, categories, ordered = value
        return pandas.Series(
            pandas.Categorical.from_codes(codes, _made_index(categories), ordered=ordered), index=index
        )
    if kind == "zoned":
        return pandas.Series(pandas.DatetimeIndex(value[0]).tz_localize("UTC").tz_convert(value[1]), index=index)
    return pandas.Series(pandas.array(value[0], dtype=value[1]), index=index)
