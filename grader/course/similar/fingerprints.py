"""Fingerprints of tokens by winnowing (Schleimer, Wilkerson, Aiken: Winnowing, SIGMOD 2003)."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from functools import lru_cache
from hashlib import blake2b

# Two hand-ins that share TOKENS + WINDOW - 1 tokens in a row share at least one fingerprint of them.
TOKENS = 12
WINDOW = 4


def fingerprints(words: Sequence[str]) -> dict[int, int]:
    """Return the fingerprints of tokens, each with the first position at which it was chosen."""
    hashes = _rolling([_code(word) for word in words])
    chosen: dict[int, int] = {}
    smallest: deque[int] = deque()  # positions of hashes that may become the smallest, in ascending order of hashes
    for place, value in enumerate(hashes):
        while smallest and hashes[smallest[-1]] >= value:
            smallest.pop()
        smallest.append(place)
        if smallest[0] <= place - WINDOW:
            smallest.popleft()
        if place >= WINDOW - 1 or place == len(hashes) - 1:
            chosen.setdefault(hashes[smallest[0]], smallest[0])
    return chosen


@lru_cache(maxsize=10_000)
def _code(word: str) -> int:
    """Return a number for a token that is the same in every run."""
    return int.from_bytes(blake2b(word.encode("utf-8", "surrogatepass"), digest_size=8).digest())


def _rolling(codes: Sequence[int]) -> list[int]:
    """Return a rolling hash of each run of TOKENS tokens."""
    base, modulus = 1_000_003, (1 << 61) - 1
    highest = pow(base, TOKENS, modulus)
    value, hashes = 0, []
    for place, code in enumerate(codes):
        value = (value * base + code) % modulus
        if place >= TOKENS:
            value = (value - codes[place - TOKENS] * highest) % modulus
        if place >= TOKENS - 1:
            hashes.append(value)
    return hashes
