"""Ranks pairs of hand-ins by how much they stand out from the class, and finds the passages they share."""

from __future__ import annotations

import itertools
import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from grader.course.similar.fingerprints import TOKENS, fingerprints
from grader.course.similar.tokens import Token, Work, tokens_of
from grader.course.similar.values import SharedValue

MOST_PASSAGES, MOST_PAIRS = 40, 200
# Independent answers rarely stand out this much; see docs/similar.md.
STANDS_OUT = 8.0
# The minimum spread, for a class in which all answers are alike; smaller differences mean nothing.
LEAST_SPREAD = 0.02
# A share of the class that may have the same code by accident, from a lecture, or from a book.
COMMON_SHARE = 0.5
LEAST_COMMON, MOST_COMMON = 3, 100
# Anyone may write a few equal lines; there is one fingerprint for about three tokens.
LEAST_SHARED = 8


@dataclass(frozen=True)
class Region:
    """A range of lines in a text of a hand-in, counted from 1; ``place`` is the index of the text, from 0."""

    text: str
    place: int
    first: int
    last: int


@dataclass(frozen=True)
class Passage:
    """A passage shared by two hand-ins; ``tokens`` is its length."""

    one: Region
    other: Region
    tokens: int


@dataclass(frozen=True)
class Pair:
    """Two similar hand-ins.

    Attributes
    ----------
    one, other : Work
    shared : float
        The fraction of the smaller one that is in the other, from 0 to 1; code that is rare in the class weighs more, and
        code that half of the class has does not count.
    stands_out : float
        How much more the two share than each shares with all others, in units of the spread.
    passages : tuple of Passage
        The longest first.
    values : tuple of SharedValue
        The wrong values that both gave, equal bit for bit.
    """

    one: Work
    other: Work
    shared: float
    stands_out: float
    passages: tuple[Passage, ...] = ()
    values: tuple[SharedValue, ...] = ()


@dataclass(frozen=True)
class _Read:
    """A hand-in with its tokens and its remaining fingerprints."""

    work: Work
    tokens: list[Token]
    prints: dict[int, int]


def pairs_of(
    works: Sequence[Work],
    template: Sequence[tuple[str, str]] = (),
    asked: Iterable[str] = (),
    values: Mapping[tuple[str, str], tuple[SharedValue, ...]] | None = None,
    *,
    most: int | None = None,
) -> list[Pair]:
    """Return the pairs that share wrong values, and those that stand out most, ranked by how much they do.

    Parameters
    ----------
    works : sequence of Work
        The hand-ins of this class and of earlier ones.
    template : sequence of (str, str)
        The texts given to all students.
    asked : iterable of str
        The names required by the assignment.
    values : mapping, optional
        The result of ``shared_values``, by the sorted keys of two works.
    most : int, optional
        The number of pairs to return besides those that share wrong values; by default, those that stand out at least half
        as much as independent answers rarely do.
    """
    names = frozenset(asked)
    given = fingerprints([token.word for token in tokens_of(template, names)])
    read = [_read(work, given, names) for work in works]
    holders = _holders(read)
    weights = {mark: _weight(len(owners), len(read)) for mark, owners in holders.items()}
    totals = [sum(weights[mark] for mark in one.prints) for one in read]
    common = _common(holders, weights)
    shares = {pair: _share(common[pair], totals[pair[0]], totals[pair[1]]) for pair in common}
    known = {work.key: number for number, work in enumerate(works) if not work.earlier}
    alike = {
        tuple(sorted((known[one], known[other]))): found
        for (one, other), found in (values or {}).items()
        if one in known and other in known
    }
    shares |= {pair: 0.0 for pair in alike if pair not in shares}  # type: ignore[misc]
    likely, others = _ranked(shares, read)
    standing = _standing(likely, shares, len(read))
    ranked = [*sorted(likely, key=lambda pair: (-standing[pair], -shares[pair], pair)), *others]
    if most is None:
        most = min(sum(2 * standing[pair] >= STANDS_OUT for pair in likely), MOST_PAIRS)
    chosen = [pair for number, pair in enumerate(ranked) if number < most or pair in alike]
    standing |= _standing([pair for pair in chosen if pair not in standing], shares, len(read))
    return [
        Pair(
            read[a].work,
            read[b].work,
            shares[a, b],
            standing[a, b],
            _passages(read[a], read[b], weights),
            alike.get((a, b), ()),
        )
        for a, b in chosen
    ]


def _read(work: Work, given: Mapping[int, int], names: frozenset[str]) -> _Read:
    tokens = tokens_of(work.texts, names)
    prints = fingerprints([token.word for token in tokens])
    return _Read(work, tokens, {mark: place for mark, place in prints.items() if mark not in given})


def _asked(pair: tuple[int, int], read: Sequence[_Read]) -> bool:
    return not (read[pair[0]].work.earlier and read[pair[1]].work.earlier)


def _holders(read: Sequence[_Read]) -> dict[int, list[int]]:
    holders: dict[int, list[int]] = {}
    for number, one in enumerate(read):
        for mark in one.prints:
            holders.setdefault(mark, []).append(number)
    return holders


def _weight(owners: int, everybody: int) -> float:
    """Return the weight of a fingerprint that ``owners`` hand-ins have; zero if half of the class has it."""
    if owners > min(max(LEAST_COMMON, everybody * COMMON_SHARE), MOST_COMMON):
        return 0.0
    return math.log((everybody + 1) / owners)


def _common(holders: Mapping[int, Sequence[int]], weights: Mapping[int, float]) -> dict[tuple[int, int], float]:
    """Return the weight that each pair shares; pairs that share only a few lines are left out."""
    common: dict[tuple[int, int], float] = {}
    shared: Counter[tuple[int, int]] = Counter()
    for mark, owners in holders.items():
        weight = weights[mark]
        if weight and len(owners) > 1:
            for pair in itertools.combinations(owners, 2):
                common[pair] = common.get(pair, 0.0) + weight
                shared[pair] += 1
    return {pair: weight for pair, weight in common.items() if shared[pair] >= LEAST_SHARED}


def _share(common: float, one: float, other: float) -> float:
    return common / min(one, other) if min(one, other) else 0.0


def _ranked(
    shares: Mapping[tuple[int, int], float], read: Sequence[_Read]
) -> tuple[list[tuple[int, int]], list[tuple[int, int]]]:
    """Return the pairs that may stand out, and the others, which share too little to stand out in any class."""
    asked = sorted((pair for pair in shares if _asked(pair, read)), key=lambda pair: (-shares[pair], pair))
    likely = [pair for pair in asked if 2 * shares[pair] >= STANDS_OUT * LEAST_SPREAD]
    return likely, asked[len(likely) :]


def _standing(
    pairs: Iterable[tuple[int, int]], shares: Mapping[tuple[int, int], float], count: int
) -> dict[tuple[int, int], float]:
    """Return how much more each of these pairs shares than the two share with all others."""
    import numpy as np

    table = np.zeros((count, count))
    for (a, b), share in shares.items():
        table[a, b] = table[b, a] = share
    everybody = np.arange(count)
    found = {}
    for a, b in pairs:
        others = table[[a, b]][:, (everybody != a) & (everybody != b)].ravel()
        middle = float(np.median(others)) if others.size else 0.0
        spread = 1.4826 * float(np.median(np.abs(others - middle))) if others.size else 0.0
        found[a, b] = (shares[a, b] - middle) / max(spread, LEAST_SPREAD)
    return found


def _passages(one: _Read, other: _Read, weights: Mapping[int, float]) -> tuple[Passage, ...]:
    """Return the runs of tokens that two hand-ins share; each token is in at most one run."""
    starts = sorted(
        (one.prints[mark], other.prints[mark]) for mark in one.prints.keys() & other.prints.keys() if weights[mark]
    )
    here, there = ([token.word for token in each.tokens] for each in (one, other))
    runs, used = [], set[tuple[int, int]]()
    for a, b in starts:
        if (a, b) in used:
            continue
        first = 0
        while a - first and b - first and here[a - first - 1] == there[b - first - 1]:
            first += 1
        last = TOKENS
        while a + last < len(here) and b + last < len(there) and here[a + last] == there[b + last]:
            last += 1
        used.update((a + step, b + step) for step in range(-first, last))
        runs.append((first + last, a - first, b - first))
    return tuple(_chosen(sorted(runs, key=lambda run: (-run[0], run[1], run[2])), one, other))


def _chosen(runs: Iterable[tuple[int, int, int]], one: _Read, other: _Read) -> list[Passage]:
    """Return the longest runs that are not inside longer ones."""
    taken_here: set[int] = set()
    taken_there: set[int] = set()
    found: list[Passage] = []
    for length, a, b in runs:
        here, there = range(a, a + length), range(b, b + length)
        if len(found) == MOST_PASSAGES:
            break
        if 2 * len(taken_here.intersection(here)) > length or 2 * len(taken_there.intersection(there)) > length:
            continue
        taken_here.update(here)
        taken_there.update(there)
        found.append(Passage(_region(one, here), _region(other, there), length))
    return found


def _region(read: _Read, places: range) -> Region:
    """Return the lines of a run of tokens; if it spans several texts, those in the text with most of it."""
    texts = Counter(read.tokens[place].text for place in places)
    text = texts.most_common(1)[0][0]
    lines = [read.tokens[place].line for place in places if read.tokens[place].text == text]
    return Region(read.work.texts[text][0], text, min(lines), max(lines))
