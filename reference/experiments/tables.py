"""Tables on the terminal and in CSV files."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any


def print_table(title: str, header: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Print a table with columns as wide as needed: words aligned left, numbers aligned right."""
    rows = list(rows)
    columns = [_column(title, [row[index] for row in rows]) for index, title in enumerate(header)]
    print(f"\n{title}")
    for cells in zip(*columns, strict=True):
        print("  ".join(cells).rstrip())


def write_csv(path: Path, header: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Write the same rows for a spreadsheet; create the folder if it is missing."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(header)
        writer.writerows(rows)


def _column(title: str, values: list[Any]) -> list[str]:
    """Return the title and the cells of a column, all of one width."""
    cells = [title, *map(_text, values)]
    width = max(map(len, cells))
    words = any(isinstance(value, str) and value for value in values)
    return [cell.ljust(width) if words else cell.rjust(width) for cell in cells]


def _text(value: Any) -> str:
    return f"{value:.5g}" if isinstance(value, float) else str(value)
