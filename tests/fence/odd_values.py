"""Odd values of every kind that the wire can carry, and all places in a reply for them."""

import math
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from grader.wire.agreed import DTYPE_CODES
from grader.wire.values import Handle

HUGE = 1.7e308
NUMBERS: tuple[Any, ...] = (
    True, False, 0, 1, -1, 7, 2**31, 2**63, -(2**63) - 1, 2**64, 10**40, -(10**150),
    0.0, -0.0, 0.5, 1.5, math.nan, math.inf, -math.inf, HUGE, -HUGE, 5e-324,
    1j, 2 + 0j, complex(HUGE, HUGE), complex(math.nan, -math.inf),
)  # fmt: skip
WORDS: tuple[Any, ...] = (
    "",
    "x",
    "7",
    "1.5",
    "nan",
    "9" * 5000,
    " " * 2000,
    "\x1b[31mred\n\r\x00",
    "\u202eßü",
    b"",
    b"\x00\xff" * 9,
)
SCALARS: tuple[Any, ...] = (
    *(np.ones((), dtype=code)[()] for code in DTYPE_CODES),
    np.float16(np.inf), np.float32(np.nan), np.uint64(2**64 - 1), np.int8(-128), np.complex64(complex(np.inf, 0)), np.complex128(complex(HUGE, HUGE)),
)  # fmt: skip
ARRAYS: tuple[Any, ...] = (
    *(np.ones(3, dtype=code) for code in DTYPE_CODES),
    np.zeros(0), np.zeros((0, 3)), np.zeros((3, 0)), np.zeros((1, 0, 2), dtype=bool), np.zeros(1), np.zeros((1, 1)), np.ones((2, 2)),
    np.arange(24.0).reshape(2, 3, 4), np.zeros((1,) * 8), np.full(3, np.nan), np.full((2, 2), np.inf), np.full(4, HUGE), np.full((3, 1), -HUGE),
)  # fmt: skip
DEEP = {"deep": [[[[[[[[1.0]]]]]]]]}
CONTAINERS: tuple[Any, ...] = (
    [], (), {}, [None], (None,), [[]], [[], []], [1.0], [True, 2], (1, 2), [1.0, [2.0, 3.0]], [3.0, np.array([2.9])], [np.zeros(2), np.zeros(3)],
    [1, "x"], ["x"], ("x", "y", "z"), [10**40, 1], [1j, complex(HUGE, HUGE)], [math.nan], [b"x"], [{}], {"": None}, {"value": 1.0, "grad": np.ones(2)},
    {"axes": 7}, {"axes": [None]}, [0.0] * 10_001, DEEP, [DEEP],
)  # fmt: skip
HANDLES: tuple[Any, ...] = (
    Handle(999, "Thing"), Handle(2**32 - 1, ""), Handle(998, "int of 16610 bits"), Handle(997, "numpy.ndarray of text"), Handle(996, "é" * 200),
    [Handle(995, "list")], (Handle(994, "generator"), 1.0), {"x": Handle(993, "matrix")},
)  # fmt: skip
ODD: tuple[Any, ...] = (None, *NUMBERS, *WORDS, *SCALARS, *ARRAYS, *CONTAINERS, *HANDLES)

Path = tuple[Any, ...]


# Of a long row of things of one kind, such as losses, so many at each end are as good as all.
ENDS = 3


def ends(kinds: Sequence[Any]) -> Iterator[int]:
    """Yield the indices of the first and the last few of each kind."""
    before, after = Counter[Any](), Counter[Any](kinds)
    for index, kind in enumerate(kinds):
        if before[kind] < ENDS or after[kind] <= ENDS:
            yield index
        before[kind] += 1
        after[kind] -= 1


def places(value: Any, path: Path = ()) -> Iterator[Path]:
    """Yield the place of the value itself and of everything inside its containers; in long rows, only those at both ends."""
    yield path
    if isinstance(value, (list, tuple)):
        kinds = [(type(item), np.shape(item) if isinstance(item, np.ndarray) else None) for item in value]
        for index in ends(kinds):
            yield from places(value[index], (*path, index))
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from places(item, (*path, key))


def at(value: Any, path: Path) -> Any:
    """Return the value at a place."""
    for step in path:
        value = value[step]
    return value


def replaced(value: Any, path: Path, odd: Any) -> Any:
    """Return a value with the part at a place replaced by an odd one."""
    if not path:
        return odd
    step, rest = path[0], path[1:]
    if isinstance(value, dict):
        return value | {step: replaced(value[step], rest, odd)}
    items = list(value)
    items[step] = replaced(items[step], rest, odd)
    return type(value)(items)


def twisted(value: Any) -> list[Any]:
    """Return a right value in other forms: some equal, most of another shape, type or length."""
    if isinstance(value, (np.ndarray, np.generic)):
        return _twisted_array(np.asarray(value))
    if isinstance(value, (bool, int, float)):
        return [
            np.float32(value),
            np.array([value]),
            [value],
            (value, value),
            str(value),
            complex(value),
            -value,
            float(value),
        ]
    if isinstance(value, (list, tuple)):
        other = tuple if isinstance(value, list) else list
        return [
            other(value),
            value[:-1],
            [*value, None],
            [*value, *value],
            list(value)[::-1],
            dict(zip("abcdefgh", value, strict=False)),
        ]
    if isinstance(value, dict):
        return [list(value), list(value.values()), dict.fromkeys(value)]
    if isinstance(value, str):
        return [value.encode(), list(value[:50]), value[: len(value) // 2], value * 2]
    return []


def _twisted_array(value: np.ndarray) -> list[Any]:
    """Return an array in other dtypes, shapes and containers, with non-finite entries, and with entries missing."""
    with np.errstate(all="ignore"):
        typed = [value.astype(code) for code in DTYPE_CODES]
    spoilt = []
    for entry in (np.nan, np.inf, HUGE):
        if value.size and value.dtype.kind == "f":
            spoilt.append(value.copy())
            spoilt[-1].flat[-1] = entry
    shapes = [value.T, value[None], value[..., None], value.ravel(), value.reshape(-1, 1), value[None, None, ..., None]]
    fewer = [value[:0], value[:-1], value[::-1], value[0], np.concatenate([value, value])] if value.ndim else []
    ragged = [[*value.tolist()[:-1], []], [value[:1], value]] if value.ndim and len(value) > 1 else []
    return [
        *typed,
        *spoilt,
        *shapes,
        *fewer,
        *ragged,
        value.tolist(),
        tuple(value.ravel().tolist()),
        list(np.atleast_1d(value)),
        {"value": value},
    ]
