"""Keeps the similar pairs with the reports, so that a student's pages can name them and link to their page."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from grader.course.similar.pairs import Pair
from grader.files import write_atomically

FORMAT, VERSION = "neural network grader pairs", 1
FILE, PAGE = "similar.json", "similar.html"


@dataclass(frozen=True)
class KeptPair:
    """A pair that was found.

    Attributes
    ----------
    one, other : str
        The slugs of the two; empty for a hand-in of an earlier class.
    one_name, other_name : str
    shared : float
        From 0 to 1.
    stands_out : float
    values : int
        The number of wrong values that are equal bit for bit.
    page : str
        The link to the passages side by side, relative to the folder of the reports.
    """

    one: str
    other: str
    one_name: str
    other_name: str
    shared: float
    stands_out: float
    values: int
    page: str


def keep_pairs(out: Path, pairs: Sequence[Pair]) -> None:
    """Write the pairs to the folder of the reports.

    Raises
    ------
    NotWritten
        If they cannot be written.
    """
    rows = [asdict(_kept(pair, number)) for number, pair in enumerate(pairs, 1)]
    text = json.dumps({"format": FORMAT, "version": VERSION, "pairs": rows}, indent=1)
    write_atomically(out / FILE, text.encode("ascii") + b"\n")


def kept_pairs(out: Path, slug: str | None = None) -> list[KeptPair]:
    """Return the pairs found last, or those with one student; none if there is no file, or it is not ours."""
    try:
        found = json.loads((out / FILE).read_bytes())
        if (found["format"], found["version"]) != (FORMAT, VERSION):
            return []
        pairs = [_read(row) for row in found["pairs"]]
    except (OSError, ValueError, LookupError, TypeError, RecursionError):
        return []
    return [pair for pair in pairs if slug is None or slug in (pair.one, pair.other)]


def anchor(number: int) -> str:
    """Return the anchor of the pair with this number on the page."""
    return f"pair-{number}"


def _kept(pair: Pair, number: int) -> KeptPair:
    one, other = (("" if work.earlier else work.key) for work in (pair.one, pair.other))
    return KeptPair(
        one,
        other,
        pair.one.name,
        pair.other.name,
        round(pair.shared, 4),
        round(pair.stands_out, 2),
        len(pair.values),
        f"{PAGE}#{anchor(number)}",
    )


def _read(row: dict[str, Any]) -> KeptPair:
    return KeptPair(
        str(row["one"]),
        str(row["other"]),
        str(row["one_name"]),
        str(row["other_name"]),
        float(row["shared"]),
        float(row["stands_out"]),
        int(row["values"]),
        str(row["page"]),
    )
