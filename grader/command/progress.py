"""Shows progress on standard error: a bar on a terminal, which disappears at the end; elsewhere an occasional line."""

from __future__ import annotations

import json
import os
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from grader.executors.workers import UnderWay
from grader.terminal import remark

Item = TypeVar("Item")
Advance = Callable[[int], object]

EVERY_SECONDS = 30.0
"""Seconds between lines without a terminal, so that the log of a short run stays empty."""
FILE_SECONDS = 0.5
LONG_SECONDS, LONG_TIMES = 20.0, 4.0
"""A student who takes longer than this, and this many times longer than the others, may be in a loop."""
MOST_NAMED = 3


def progress(
    items: Iterable[Item], total: int, doing: str, *, quiet: bool, under_way: UnderWay | None = None
) -> Iterator[Item]:
    """Yield the items and show how many are done, unless ``quiet``.

    Parameters
    ----------
    items : iterable
    total : int
        How many there will be.
    doing : str
        What is done with them, such as ``grading``.
    quiet : bool
    under_way : UnderWay, optional
        The students being worked on; it changes while the items are produced.
    """
    if quiet:
        yield from items
        return
    from rich.console import Console

    console, pace = Console(stderr=True), Pace(under_way or UnderWay())
    told = os.environ.get("GRADER_PROGRESS")
    if told:
        shown: AbstractContextManager[Advance] = _file(Path(told), total, pace)
    elif console.is_terminal:
        from grader.command.bar import bar

        shown = bar(console, total, doing, pace.at_work)
    else:
        shown = _lines(total, doing, pace)
    with shown as advance:
        for item in items:
            yield item
            pace.done += 1
            advance(pace.done)


@dataclass
class Pace:
    """The progress of the work, and the students being worked on."""

    under_way: UnderWay
    begun: float = field(default_factory=time.monotonic)
    done: int = 0

    def since(self) -> list[tuple[str, float]]:
        """Return the students being worked on and for how many seconds, longest first."""
        now = time.monotonic()
        return sorted(
            ((name, now - begun) for name, begun in dict(self.under_way.since).items()), key=lambda item: -item[1]
        )

    def at_work(self) -> str:
        """Return the students being worked on and for how long, in words, longest first; empty if there are none."""
        from grader.report.text import short
        from grader.report.wording import duration

        since = self.since()
        # Until a first student is done, the usual time is unknown.
        long = max(LONG_SECONDS, LONG_TIMES * (self.under_way.usual_seconds or LONG_SECONDS))
        named = [
            f"{short(name, 24)} for {duration(taken)}{' (in a loop?)' if taken > long else ''}"
            for name, taken in since[:MOST_NAMED]
        ]
        more = [f"{len(since) - MOST_NAMED} more"] if len(since) > MOST_NAMED else []
        return ", ".join([*named, *more])


@contextmanager
def _file(path: Path, total: int, pace: Pace) -> Iterator[Advance]:
    """Keep a file with the progress for the desk to show; the file is complete at every moment."""
    ended = threading.Event()

    def tell() -> None:
        while True:
            found = {"at": time.time(), "done": pace.done, "total": total, "at_work": pace.since()}
            with suppress(OSError):
                beside = path.with_name(f".{path.name}")
                beside.write_text(json.dumps(found), encoding="ascii")
                os.replace(beside, path)
            if ended.wait(FILE_SECONDS):
                return

    teller = threading.Thread(target=tell, daemon=True)
    teller.start()
    try:
        yield lambda done: None
    finally:
        ended.set()
        teller.join()
        tell()


@contextmanager
def _lines(total: int, doing: str, pace: Pace) -> Iterator[Advance]:
    """Print a line every half minute, even while nothing finishes."""
    ended = threading.Event()

    def tell() -> None:
        from grader.report.wording import duration

        while not ended.wait(EVERY_SECONDS):
            who, taken = pace.at_work(), duration(time.monotonic() - pace.begun)
            remark(f"{doing}: {pace.done} of {total} done in {taken}{who and f'; {who}'}")

    teller = threading.Thread(target=tell, daemon=True)
    teller.start()
    try:
        yield lambda done: None
    finally:
        ended.set()
        teller.join()
