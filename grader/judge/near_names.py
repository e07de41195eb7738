"""Names that a submission uses in place of those that the assignment asks for: `MSE` in place of `MSELoss`."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterable, Mapping

# How similar two names must be, and how long their common beginning must be.
ALIKE, BEGINNING = 0.8, 3
MOST_NAMES, LONGEST = 400, 80


def near_names(
    asked: Iterable[str], defined: Collection[str], aliases: Mapping[str, Collection[str]]
) -> dict[str, str]:
    """Return, for each required name that is not defined, the similar name that is defined in its place, if any.

    Parameters
    ----------
    asked : iterable of str
    defined : collection of str
        The names that the submission defines; no name replaces two.
    aliases : mapping
        Other accepted names for a name; a submission that defines one of them has the name.
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
    """Return how similar two names are, from 0 to 1, ignoring case and underscores."""
    one, two = (each.replace("_", "").lower() for each in (name, other))
    if one == two:
        return 1.0
    short, long = sorted((one, two), key=len)
    if len(short) >= BEGINNING and long.startswith(short):
        return 0.9
    return difflib.SequenceMatcher(None, one, two).ratio()
