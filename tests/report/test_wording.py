"""Tests of how numbers and results are worded."""

from __future__ import annotations

import pytest

from grader.report import wording
from tests.report.factory import fault


@pytest.mark.parametrize(
    ("value", "text"),
    [(7.0, "7"), (7.5, "7.5"), (20 / 3, "6.67"), (0.0, "0"), (-0.0, "0"), (100, "100"), (0.001, "0"), (10.0, "10")],
)
def test_points_have_no_trailing_zeros(value, text):
    """Points read as a person writes them."""
    assert wording.points(value) == text


@pytest.mark.parametrize(
    ("value", "text"), [(86.0, "86 %"), (85.54, "85.5 %"), (99.96, "99.9 %"), (100.0, "100 %"), (116.66, "116.7 %")]
)
def test_percent_below_100_never_reads_as_100(value, text):
    """Percentages are rounded to a decimal, but not up to all points."""
    assert wording.percent(value) == text


def test_seconds_have_a_unit():
    """Short durations have decimals, long ones have none."""
    assert [wording.seconds(value) for value in (0.354, 9.999, 75.2)] == ["0.35 s", "10.00 s", "75 s"]


def test_counted_agrees_in_number():
    """A noun stands in the singular after one only."""
    assert [wording.counted(n, "check") for n in (0, 1, 1200)] == ["0 checks", "1 check", "1,200 checks"]
    assert wording.counted(2, "child", "children") == "2 children"


def test_listed_counts_what_is_left_out():
    """Beyond three, words become a number."""
    assert wording.listed(["a", "b", "c"]) == "a, b, c"
    assert wording.listed(["a", "b", "c", "d", "e"]) == "a, b, c and 2 more"


@pytest.mark.parametrize(
    ("result", "why", "earned", "words"),
    [
        ("passed", None, 9.0, "passed"),
        ("failed", "wrong", 0.0, "wrong"),
        ("failed", "wrong", 3.0, "partly wrong"),
        ("failed", "missing", 0.0, "missing"),
        ("failed", "crashed", 0.0, "crashed"),
        ("failed", "timed_out", 0.0, "timed out"),
        ("failed", "out_of_memory", 0.0, "out of memory"),
        ("failed", "forbidden", 0.0, "forbidden import"),
        ("failed", "blocked", 0.0, "blocked by the fence"),
        ("failed", None, 0.0, "failed"),
        ("not_checked", None, 0.0, "not checked"),
        ("grader_fault", None, 0.0, "fault of the grader"),
    ],
)
def test_result_is_in_words(result, why, earned, words):
    """Every result and reason has words of its own."""
    assert wording.result({"result": result, "why": why, "earned": earned}) == words


def test_score_names_the_bonus_only_where_there_is_one():
    """An assignment without bonus does not mention it."""
    scored = {"points": 86.0, "total": 100.0, "bonus_points": 14.5, "bonus_total": 20.0}
    assert wording.score(scored) == "86 of 100 points and 14.5 of 20 bonus points"
    assert wording.score(scored | {"bonus_total": 0.0}) == "86 of 100 points"


def test_loading_fault_is_none_after_a_good_loading():
    """Only a fault is worded."""
    assert wording.loading_fault(None) is None
    assert wording.loading_fault({"status": "loaded", "fault": None}) is None
    assert wording.loading_fault({"status": "unreadable", "fault": fault("x")}) == "could not be read"
    assert wording.loading_fault({"status": "timed_out", "fault": fault("x", why="timed_out")}) == (
        "timed out while loading"
    )
