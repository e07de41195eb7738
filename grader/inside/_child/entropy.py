"""Pinned randomness, so that an unseeded submission repeats.

This covers `random`, `os.urandom` and everything built on it (`secrets`, `uuid4`, `SystemRandom`), NumPy's
global state and everything that NumPy seeds itself if it is given no seed. The clean parent pins the hash seed.
"""

from __future__ import annotations

import _random
import os
import random
import secrets
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.random import bit_generator

from _child.sealed import BUILTINS as __builtins__  # noqa: F401

_stream = random.Random(0)
_seed_stream, _getrandbits = _stream.seed, _stream.getrandbits
_seed_instance = random.Random.seed
_instance: Any = random._inst
# In C, below what a student may replace.
_numpy_state, _put_numpy_state = np.random.get_state, np.random.set_state
_getstate, _setstate = _random.Random.getstate, _random.Random.setstate


def pin(seed: int) -> None:
    """Make every source of randomness of this process start from `seed`.

    Parameters
    ----------
    seed : int
        In [0, 2**32).
    """
    _seed_stream(seed)
    os.urandom = _urandom
    random._urandom = _urandom  # type: ignore[attr-defined]
    random.Random.seed = _seed_or_pinned  # type: ignore[method-assign]
    random.seed = _instance.seed
    secrets.token_bytes = _token_bytes
    if hasattr(bit_generator, "randbits"):
        bit_generator.randbits = _getrandbits
    random.seed(seed)
    np.random.seed(seed)  # noqa: NPY002


def seed_again(seed: int) -> None:
    """Seed the two global generators, as tools do before each cell of a notebook."""
    random.seed(seed)
    np.random.seed(seed % 2**32)  # noqa: NPY002


def remember() -> Callable[[], None]:
    """Return a function that restores the current state, for use after a fork.

    `random` draws a new seed in every forked child; the other sources keep their state.
    """
    state, gauss_next = _getstate(_instance), _instance.gauss_next

    def restate() -> None:
        _setstate(_instance, state)
        _instance.gauss_next = gauss_next

    return restate


def state() -> list[Any]:
    """Return where the global generators of NumPy and of `random` stand, as plain data."""
    _, key, place, has_gauss, gauss = _numpy_state()
    words = _getstate(_instance)
    return [key, place, has_gauss, gauss, np.array(words, np.uint32), _instance.gauss_next]


def put(state: list[Any]) -> None:
    """Bring the global generators to where `state` says."""
    key, place, has_gauss, gauss, words, gauss_next = state
    _put_numpy_state(("MT19937", key, place, has_gauss, gauss))
    _setstate(_instance, tuple(words.tolist()))
    _instance.gauss_next = gauss_next


def _urandom(size: int, /) -> bytes:
    return _getrandbits(8 * size).to_bytes(size, "little") if size else b""


def _token_bytes(nbytes: int | None = None) -> bytes:
    return _urandom(secrets.DEFAULT_ENTROPY if nbytes is None else nbytes)


def _seed_or_pinned(self: random.Random, a: Any = None, version: int = 2) -> None:
    _seed_instance(self, _getrandbits(64) if a is None else a, version)
