"""Tests of how a class did on each check."""

from __future__ import annotations

import statistics

import pytest

from grader.report.class_summary import gather
from tests.report import factory

ID = factory.check_id("1.1")


def answered(student, first, second):
    """Return the record of a student who earned so much of the 4 points of the first and the 9 of another task."""
    checks = [
        factory.check("1.1", result="passed" if first == 4 else "failed", why="wrong", earned=first),
        factory.check("2.2", result="failed", why="wrong", earned=second),
    ]
    return factory.record(student, checks=checks)


def tally(*earned):
    """Return how a class did on the first check; each pair is one student."""
    return gather(answered(f"s{k}", *pair) for k, pair in enumerate(earned)).tallies[ID]


def test_share_and_lost_are_of_what_was_earned():
    """Points of parts count: who got 3 of 4 lost one point, not four."""
    row = tally((4.0, 0.0), (3.0, 0.0), (0.0, 0.0))
    assert (row.passed, row.partly, row.failed, row.lost) == (1, 1, 1, 5.0)
    assert row.share == pytest.approx(100 * 7 / 12)


@pytest.mark.parametrize(
    ("earned", "value"),
    [
        ([(0.0, 1.0), (1.0, 2.0), (2.0, 3.0), (3.0, 4.0), (4.0, 5.0)], 1.0),
        ([(0.0, 5.0), (1.0, 4.0), (2.0, 3.0), (3.0, 2.0), (4.0, 1.0)], -1.0),
        ([(4.0, 1.0), (0.0, 1.0), (4.0, 5.0), (0.0, 5.0)] * 2, 0.0),
        ([(4.0, 5.0), (4.0, 3.0), (4.0, 8.0), (0.0, 4.0), (0.0, 0.0)], 0.6262),
    ],
)
def test_discrimination_is_the_correlation_with_all_other_points(earned, value):
    """The check's own points are not among those it is compared with; the library's own correlation agrees."""
    assert tally(*earned).discrimination == pytest.approx(value, abs=5e-5)
    assert tally(*earned).discrimination == pytest.approx(statistics.correlation(*zip(*earned, strict=True)))


@pytest.mark.parametrize(
    "earned", [[(4.0, 1.0), (0.0, 0.0)], [(4.0, float(k)) for k in range(9)], [(float(k % 2), 3.0) for k in range(9)]]
)
def test_discrimination_is_nothing_where_it_says_nothing(earned):
    """Few students, a check that all did alike, and a class in which all others are alike have none."""
    assert tally(*earned).discrimination is None


def test_discrimination_leaves_out_what_is_not_final():
    """A score that waits for a person, or that a fault of ours spoilt, is compared with nothing."""
    records = [answered(f"s{k}", float(k), float(k)) for k in range(5)]
    records[0]["score"]["waiting"] = 3.0
    row = gather(iter(records)).tallies[ID]
    assert (row.judged, row.discrimination) == (5, None)
