"""Values that cross the wire and are not plain data."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Handle:
    """An object that stays in the child; the judge knows a number and the name of its type."""

    id: int
    type_name: str


@dataclass(frozen=True)
class Generator:
    """Becomes ``numpy.random.default_rng(seed)`` in the child; ``seed`` is in [0, 2**64)."""

    seed: int


@dataclass(frozen=True)
class Ref:
    """Inside a program of several steps: the result of the step with this index."""

    index: int


@dataclass(frozen=True)
class Callback:
    """A function of the judge's that the child may call, or an object that it may ask: it knows a number."""

    id: int
    is_object: bool = False
