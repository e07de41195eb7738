"""The progress bar of a long command, with a line below it that names the students being graded."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from rich.console import Console, RenderableType
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.text import Text


class _Bar(Progress):
    """A bar with a line below it, which ``below`` returns each time the bar is drawn."""

    def __init__(self, *columns: ProgressColumn, below: Callable[[], str], **options: Any) -> None:
        self._below = below
        super().__init__(*columns, **options)

    def get_renderables(self) -> Iterable[RenderableType]:
        """Yield the bar, then the line as plain text without markup, never wider than the terminal."""
        yield from super().get_renderables()
        if below := self._below():
            yield Text(below, style="dim", no_wrap=True, overflow="ellipsis")


@contextmanager
def bar(console: Console, total: int, doing: str, below: Callable[[], str]) -> Iterator[Callable[[int], object]]:
    """Show a bar while the block runs; the yielded function sets the number of finished items."""
    columns = (
        TextColumn(doing),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("left"),
        TimeRemainingColumn(),
    )
    with _Bar(*columns, console=console, transient=True, below=below) as shown:
        task = shown.add_task(doing, total=total)
        yield lambda done: shown.update(task, completed=done)
