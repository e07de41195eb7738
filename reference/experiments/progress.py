"""A progress bar on standard error, so that the tables stay clean."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from typing import TypeVar

Item = TypeVar("Item")
_WIDTH = 40


def progress(items: Iterable[Item], total: int, label: str) -> Iterator[Item]:
    """Yield the items, and show on a terminal how many of ``total`` are done."""
    show = _show if sys.stderr.isatty() else _be_silent
    show(0, total, label)
    for done, item in enumerate(items, 1):
        yield item
        show(done, total, label)


def _show(done: int, total: int, label: str) -> None:
    end = "\n" if done >= total else ""
    bar = ("#" * (_WIDTH * done // max(total, 1))).ljust(_WIDTH, ".")
    print(f"\r{label} [{bar}] {done}/{total}", end=end, file=sys.stderr, flush=True)


def _be_silent(done: int, total: int, label: str) -> None:
    """Show nothing: the output goes to a file."""
