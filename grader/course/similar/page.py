"""Writes the page with the passages of similar hand-ins side by side, as a stream."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from grader.course.similar.kept import anchor
from grader.course.similar.pairs import STANDS_OUT, Pair, Passage, Region
from grader.course.similar.tokens import Work
from grader.report.code import MOST_LINES
from grader.report.html import environment, page_policy, part

MOST_PASSAGES = 12


def page_of(pairs: Sequence[Pair], *, title: str, compared: int, earlier: int = 0) -> Iterator[str]:
    """Yield the pieces of ``similar.html``.

    Parameters
    ----------
    pairs : sequence of Pair
        The pairs, ranked.
    title : str
        The title of the assignment.
    compared, earlier : int
        The numbers of hand-ins compared, of this class and of earlier ones.
    """
    own = part("similar.css")
    return (
        environment()
        .get_template("similar.html")
        .generate(
            policy=page_policy(part("style.css"), own),
            own_style=own,
            title=title,
            compared=compared,
            earlier=earlier,
            alarm=STANDS_OUT,
            pairs=[_shown(pair, number) for number, pair in enumerate(pairs, 1)],
        )
    )


def _shown(pair: Pair, number: int) -> dict[str, Any]:
    return {
        "anchor": anchor(number),
        "one": pair.one,
        "other": pair.other,
        "percent": 100 * pair.shared,
        "stands_out": pair.stands_out,
        "values": pair.values,
        "passages": [_side_by_side(pair, passage) for passage in pair.passages[:MOST_PASSAGES]],
        "more": max(len(pair.passages) - MOST_PASSAGES, 0),
    }


def _side_by_side(pair: Pair, passage: Passage) -> list[dict[str, Any]]:
    return [_excerpt(pair.one, passage.one), _excerpt(pair.other, passage.other)]


def _excerpt(work: Work, region: Region) -> dict[str, Any]:
    """Return the first lines of a region as an excerpt for the page, and how many more there are."""
    lines = (
        work.texts[region.place][1]
        .replace("\r\n", "\n")
        .replace("\r", "\n")
        .split("\n")[region.first - 1 : region.last]
    )
    return {
        "name": work.name,
        "file": region.text,
        "first": region.first,
        "last": region.last,
        "lines": lines[:MOST_LINES],
        "marked": (),
        "more": max(len(lines) - MOST_LINES, 0),
    }
