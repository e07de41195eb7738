"""Declared forms of the messages a fenced child sends, and the validator.

A shape takes a decoded value and returns the clean one: unknown keys are dropped, types checked, lengths
capped. A value of another type raises `ProtocolError`; a shape never repairs a type.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

import numpy as np

from grader.wire.agreed import ProtocolError

Shape: TypeAlias = Callable[[Any], Any]


def text(max_characters: int = 2000) -> Shape:
    """Accept a string and keep its first `max_characters`."""

    def validate(value: Any) -> str:
        _demand(isinstance(value, str), "a text", value)
        return str(value[:max_characters])

    return validate


def one_of(*words: str | None) -> Shape:
    """Accept one of `words`."""

    def validate(value: Any) -> str | None:
        _demand((value is None or isinstance(value, str)) and value in words, f"one of {words}", value)
        return value if value is None else str(value)

    return validate


def flag(value: Any) -> bool:
    """Accept a truth value."""
    _demand(isinstance(value, bool), "a truth value", value)
    return bool(value)


def integer(low: int = 0, high: int = 2**53) -> Shape:
    """Accept an integer in [low, high]."""

    def validate(value: Any) -> int:
        _demand(type(value) is int and low <= value <= high, f"an integer from {low} to {high}", value)
        return int(value)

    return validate


def number(value: Any) -> float:
    """Accept a finite real number."""
    _demand(type(value) in (int, float) and abs(value) < 1e300, "a finite number", value)
    return float(value)


def raw(max_bytes: int) -> Shape:
    """Accept at most `max_bytes` bytes."""

    def validate(value: Any) -> bytes:
        _demand(isinstance(value, bytes) and len(value) <= max_bytes, f"at most {max_bytes} bytes", value)
        return bytes(value)

    return validate


def array(ndim: int, max_entries: int = 1_000_000, columns: int | None = None) -> Shape:
    """Accept a real array of `ndim` dimensions, the last of them `columns` long."""

    def validate(value: Any) -> Any:
        fits = isinstance(value, np.ndarray) and value.ndim == ndim and value.dtype.kind in "biuf"
        fits = fits and value.size <= max_entries and columns in (None, value.shape[-1])
        _demand(fits, f"a real array of {ndim} dimensions", value)
        return value

    return validate


def maybe(shape: Shape) -> Shape:
    """Accept None or a value that `shape` accepts."""
    return lambda value: None if value is None else shape(value)


def items(shape: Shape, max_items: int = 1000) -> Shape:
    """Accept a list of values that `shape` accepts and keep the first `max_items`."""

    def validate(value: Any) -> list[Any]:
        _demand(isinstance(value, (list, tuple)), "a list", value)
        return [shape(item) for item in value[:max_items]]

    return validate


def fields(shapes: Mapping[str, Shape]) -> Shape:
    """Accept a map that has at least these keys; drop the others."""

    def validate(value: Any) -> dict[str, Any]:
        _demand(isinstance(value, dict), "a map", value)
        missing = sorted(shapes.keys() - value.keys())
        if missing:
            raise ProtocolError(f"a message lacks {', '.join(missing)}")
        return {key: shape(value[key]) for key, shape in shapes.items()}

    return validate


def known(shapes: Mapping[str, Shape]) -> Shape:
    """Accept a map and keep the values of these keys, all of them optional."""

    def validate(value: Any) -> dict[str, Any]:
        _demand(isinstance(value, dict), "a map", value)
        return {key: shape(value[key]) for key, shape in shapes.items() if key in value}

    return validate


def agreeing(shape: Shape, fits: Callable[[Any], bool], wanted: str) -> Shape:
    """Accept a value that `shape` accepts if its parts are consistent."""

    def validate(value: Any) -> Any:
        clean = shape(value)
        _demand(fits(clean), wanted, value)
        return clean

    return validate


def anything(value: Any) -> Any:
    """Accept every value: the check decides what it must be."""
    return value


def _demand(fits: bool, wanted: str, value: Any) -> None:
    if not fits:
        raise ProtocolError(f"a message holds a {type(value).__name__} where {wanted} must stand")
