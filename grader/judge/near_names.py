"""Names that a submission has in place of those that the assignment asks for: `MSE` where `MSELoss` is meant."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterable, Mapping

# How alike two names must be, and how long the beginning that they share.
ALIKE, BEGINNING = 0.8, 3
MOST_NAMES, LONGEST = 400, 80


def near_names(
    asked: Iterable[str], defined: Collection[str], aliases: Mapping[str, Collection[str]]
) -> dict[str, str]:
    """Return, for each name that is asked for and not defined, the one that is defined in its place, where there is one like it.

    Parameters
    ----------
    asked : iterable of str
    defined : collection of str
        What the submission defines; no name stands for two.
    aliases : mapping
        What else may stand for a name; who has written that has written the name.
    """
    wanted = sorted(asked)
    free = [name for name in sorted(defined)[:MOST_NAMES] if name not in wanted and len(name) <= LONGEST]
    lacking = [name for name in wanted if not {name, *aliases.get(name, ())} & set(defined)]
    pairs = sorted(
        (-_likeness(name, other), name, other) for name in lacking for other in free if _likeness(name, other) >= ALIKE
    )
    found: dict[str, str] = {}
    for _, name, other in pairs:
        if name not in found and other not in found.values():
            found[name] = other
    return dict(sorted(found.items()))


def _likeness(name: str, other: str) -> float:
    """Return how alike two names are, from 0 to 1, however they are written."""
    one, two = (each.replace("_", "").lower() for each in (name, other))
    if one == two:
        return 1.0
    short, long = sorted((one, two), key=len)
    if len(short) >= BEGINNING and long.startswith(short):
        return 0.9
    return difflib.SequenceMatcher(None, one, two).ratio()
