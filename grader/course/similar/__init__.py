"""Finds similar hand-ins of one assignment for a person to look at: pairs, passages, and shared wrong values."""

from grader.course.similar.kept import KeptPair, keep_pairs, kept_pairs
from grader.course.similar.page import page_of
from grader.course.similar.pairs import Pair, Passage, Region, pairs_of
from grader.course.similar.tokens import Work
from grader.course.similar.values import SharedValue, shared_values

__all__ = [
    "KeptPair",
    "Pair",
    "Passage",
    "Region",
    "SharedValue",
    "Work",
    "keep_pairs",
    "kept_pairs",
    "page_of",
    "pairs_of",
    "shared_values",
]
