"""How Otter shares a question's points out among its cases; serves READ. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any


class Unshared(Exception):
    """The points cannot be shared out; the message is the end of a sentence for the author."""


def shared_out(total: Any, given: Sequence[Any]) -> list[float]:
    """Return the points of each case.

    Parameters
    ----------
    total : object
        What the question says: a number, a list with one number for each case, ``{"each": number}``, or None.
    given : sequence
        What each case says: a number, or None.

    Raises
    ------
    Unshared
        When something is no number, or the cases have more than the question.

    Notes
    -----
    What the question has beyond the cases that say something is shared equally by the others. A question that says nothing
    has one point, unless some case has points; then the others have none.
    """
    cases = len(given)
    if isinstance(total, dict):
        total = _number(total.get("each", 1), "points each") * cases
    if isinstance(total, list):
        if len(total) != cases:
            raise Unshared(f"it lists {len(total)} points for {cases} cases; list one for each.")
        given, total = total, None
    said = [None if points is None else _number(points, "the points of a case") for points in given]
    fixed = sum(points for points in said if points is not None)
    silent = sum(points is None for points in said)
    if total is None:
        rest = 1.0 if fixed == 0 and not any(said) else fixed
    else:
        rest = _number(total, "its points")
        if fixed > rest:
            raise Unshared(f"its cases have {fixed:g} points, but the question has only {rest:g}.")
    share = (rest - fixed) / silent if silent else 0.0
    return [share if points is None else points for points in said]


def _number(value: Any, words: str) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 <= value < float("inf"):
        raise Unshared(f"{words} must be a number of at least 0, not {value!r}.")
    return float(value)
