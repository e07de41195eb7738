"""Tests of the axes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as some

from grader.report.axes import Axis, Tick, fitted, round_step


@pytest.mark.parametrize(("rough", "step"), [(0.13, 0.2), (1.0, 1), (2.1, 5), (7, 10), (300, 500)])
def test_round_step_is_one_two_or_five(rough, step):
    """Steps are round numbers, never smaller than asked."""
    assert round_step(rough) == pytest.approx(step)


def test_ticks_stand_where_their_values_are():
    """Labels have as many decimals as the step needs."""
    assert Axis(0, 1, 0, 100).ticks() == [
        Tick(0.0, "0.0"), Tick(20.0, "0.2"), Tick(40.0, "0.4"), Tick(60.0, "0.6"), Tick(80.0, "0.8"), Tick(100.0, "1.0"),
    ]  # fmt: skip
    assert [tick.label for tick in Axis(1, 2000, 0, 100).ticks()] == ["500", "1,000", "1,500", "2,000"]
    assert [tick.label for tick in Axis(0, 3e-7, 0, 100).ticks(2)] == ["0.0000000", "2.0e-7"]


@given(some.lists(some.floats(-1e90, 1e90), max_size=20))
def test_fitted_holds_every_value(values):
    """Whatever is drawn, it is inside of the axis, and the axis has ticks inside of it, too."""
    axis = fitted(values, 10, 110, margin=0.05)
    assert all(9.9 <= axis.at(value) <= 110.1 for value in values)
    assert all(9.9 <= tick.at <= 110.1 for tick in axis.ticks())
    assert axis.ticks()


def test_fitted_begins_at_zero_when_asked():
    """A loss that stays positive is drawn above zero."""
    assert fitted([2.0, 4.0], 0, 1, zero=True).low == 0.0
    assert fitted([-2.0, 4.0], 0, 1, zero=True).low == -2.0
