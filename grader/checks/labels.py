"""The names of values and calls in messages to students."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from grader.wire.values import Generator, Handle

# Only this many times the shown length of a text is looked at.
MOST_BLANKS = 50


def cut(text: Any, length: int = 60) -> str:
    """Return the first ``length`` characters of a text on one line."""
    whole = str(text)
    line = " ".join(whole[: MOST_BLANKS * length].split())
    cut_off = len(line) > length or bool(whole[MOST_BLANKS * length :].strip())
    return f"{line[: length - 1]}…" if cut_off else line


def shown_shape(shape: Sequence[int]) -> str:
    """Return a shape as Python writes it: ``(3, 4)``, ``(3,)``.

    Examples
    --------
    >>> shown_shape((3, 4))
    '(3, 4)'
    """
    return str(tuple(int(length) for length in shape))


def shown_number(value: Any) -> str:
    """Return a number with eight significant digits."""
    if isinstance(value, (bool, np.bool_)):
        return str(bool(value))
    if isinstance(value, (complex, np.complexfloating)):
        return f"{value:.8g}"
    return f"{float(value):.8g}"


def described(value: Any) -> str:
    """Return a description of a value, in a few words for a sentence: ``an array of shape (3,)``, ``None``, ``the text 'a'``.

    Examples
    --------
    >>> described(np.ones((2, 3)))
    'an array of shape (2, 3)'
    """
    if value is None or isinstance(value, (bool, np.bool_)):
        return str(value)
    if isinstance(value, np.ndarray) and value.ndim:
        return f"an array of shape {shown_shape(value.shape)}"
    if isinstance(value, (int, float, complex, np.ndarray, np.number)):
        return _described_number(value[()] if isinstance(value, np.ndarray) else value)
    if isinstance(value, str):
        return f"the text {cut(value, 40)!r}"
    if isinstance(value, (list, tuple)):
        return f"a {type(value).__name__} of length {len(value)}"
    if isinstance(value, dict):
        return f"a dict with {len(value)} entries"
    if isinstance(value, Handle):
        return f"an object of type {cut(value.type_name)}"
    handle = getattr(type(value), "handle_of", None)
    if handle is not None:
        return described(handle(value))
    return f"a value of type {type(value).__name__}"


def _described_number(value: Any) -> str:
    if isinstance(value, int) and value.bit_length() > 1000:
        return "a whole number of more than 300 digits"
    return f"the number {shown_number(value)}" if np.isfinite(complex(value)) else "a number that is not finite"


def call_label(name: str, args: Sequence[Any], kwargs: Mapping[str, Any]) -> str:
    """Return a call as a student would write it: ``Linear(3, 4)``, ``forward(array (5, 3))``.

    Examples
    --------
    >>> call_label("Linear", (3, 4), {"rng": student.generator(1)})
    'Linear(3, 4, rng=rng)'
    """
    words = [_argument(value) for value in args]
    words += [f"{key}={_argument(value)}" for key, value in kwargs.items()]
    return f"{name}({', '.join(words)})"


def _argument(value: Any) -> str:
    if isinstance(value, np.ndarray):
        return f"array {shown_shape(value.shape)}"
    if isinstance(value, Generator):
        return "rng"
    if isinstance(value, (list, tuple)):
        brackets = "[]" if isinstance(value, list) else "()"
        words = ", ".join(_argument(item) for item in value[:6]) + (", …" if len(value) > 6 else "")
        return f"{brackets[0]}{words}{brackets[1]}"
    if isinstance(value, (str, int, float)) or value is None:
        return cut(repr(value), 40)
    if isinstance(value, (type, np.ufunc)):
        return value.__name__ if value.__module__ == "builtins" else f"np.{value.__name__}"
    if isinstance(value, np.dtype):
        return f"np.dtype({str(value)!r})"
    return cut(getattr(type(value), "label_of", lambda item: "…")(value), 60)
