"""The late penalty: a pure function of two times, an extension and the course's rules, in a named time zone.

A day is a day by the local clock, so it ends at the same time of day even if daylight saving time begins or ends; an
hour is sixty minutes.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from fractions import Fraction
from typing import Literal


@dataclass(frozen=True)
class LatePolicy:
    """The course's penalty for late hand-ins; none by default.

    Attributes
    ----------
    grace_minutes : float
        A hand-in late by no more than this is on time; beyond it, lateness counts from the due date.
    percent : float
        The penalty for each hour or day begun.
    per : "hour" or "day"
    of : "earned" or "total"
        Whether it is a percentage of the points earned, or of all points without bonus.
    cap_percent : float
        The upper limit of the penalty.
    late_days : int or None
        Instead of a penalty: days that each student can use over the term. A hand-in that needs more days than are left
        is not counted and uses none.
    """

    grace_minutes: float = 0.0
    percent: float = 0.0
    per: Literal["hour", "day"] = "day"
    of: Literal["earned", "total"] = "earned"
    cap_percent: float = 100.0
    late_days: int | None = None


@dataclass(frozen=True)
class Deadline:
    """The due date of an assignment, and the extension of one student; both have a UTC offset."""

    due: datetime | None
    extended: datetime | None = None

    @property
    def last(self) -> datetime | None:
        """The later of the two, as an extension never shortens the time."""
        if self.due is None or self.extended is None:
            return self.due
        return max(self.due, self.extended)


@dataclass(frozen=True)
class Lateness:
    """How late a hand-in is, and the consequences.

    Attributes
    ----------
    seconds : int
        Seconds after the deadline; 0 for a hand-in on time.
    units : int
        Hours or days begun.
    percent : Fraction
        The penalty, as a percentage of ``of``.
    charged : int
        Late days used.
    counted : bool
        False if it needs more late days than are left.
    """

    last: datetime
    seconds: int = 0
    units: int = 0
    per: str = "day"
    percent: Fraction = Fraction(0)
    of: str = "earned"
    charged: int = 0
    left: int | None = None
    counted: bool = True


def at_wall(local: datetime, zone: tzinfo) -> datetime:
    """Return the time when the clocks of a zone show ``local``; the later one if there are two."""
    return max((local.replace(tzinfo=zone, fold=fold) for fold in (0, 1)), key=lambda found: found.timestamp())


def days_late(last: datetime, handed_in: datetime, zone: tzinfo) -> int:
    """Return how many local days have begun between two times; 0 if the second is not later."""
    if handed_in <= last:
        return 0
    wall = last.astimezone(zone).replace(tzinfo=None)
    days = max(1, (handed_in - last) // timedelta(days=1))
    while days > 1 and at_wall(wall + timedelta(days=days - 1), zone) >= handed_in:
        days -= 1
    while at_wall(wall + timedelta(days=days), zone) < handed_in:
        days += 1
    return days


def lateness(
    deadline: Deadline, handed_in: datetime | None, policy: LatePolicy, zone: tzinfo, *, left: int | None = None
) -> Lateness | None:
    """Return how late a hand-in is; None if the due date or the time of the hand-in is unknown.

    Parameters
    ----------
    deadline : Deadline
    handed_in : datetime or None
        With a UTC offset.
    policy : LatePolicy
    zone : tzinfo
    left : int or None
        The late days that the student has left, if the course has late days.
    """
    last = deadline.last
    if last is None or handed_in is None:
        return None
    last, handed_in = last.astimezone(UTC), handed_in.astimezone(UTC)
    behind = handed_in - last
    if behind <= timedelta(minutes=policy.grace_minutes):
        return Lateness(last, per=policy.per, of=policy.of, left=left)
    seconds = math.ceil(behind.total_seconds())
    days = days_late(last, handed_in, zone)
    if left is not None:
        counted = days <= left
        charged = days if counted else 0
        return Lateness(last, seconds, days, charged=charged, left=left - charged, counted=counted)
    units = days if policy.per == "day" else -(-behind // timedelta(hours=1))
    percent = min(Fraction(str(policy.percent)) * units, Fraction(str(policy.cap_percent)), Fraction(100))
    return Lateness(last, seconds, units, policy.per, percent, policy.of)


def spend(
    chances: Sequence[tuple[Deadline, Sequence[datetime | None]]], policy: LatePolicy, zone: tzinfo
) -> list[tuple[int | None, Lateness | None]]:
    """Return for each assignment of one student which attempt counts, and how late it is.

    Late days are used in the given order; for each assignment, the newest attempt for which enough days are left counts.

    Parameters
    ----------
    chances : sequence of (Deadline, attempts)
        In the order of the due dates; the attempts are their times, oldest first.
    policy : LatePolicy
    zone : tzinfo

    Returns
    -------
    list of (int or None, Lateness or None)
        The index of the attempt that counts, or None if none does; the lateness is then that of the newest.
    """
    left = policy.late_days
    found: list[tuple[int | None, Lateness | None]] = []
    for deadline, attempts in chances:
        chosen: tuple[int | None, Lateness | None] = (None, None)
        for place in reversed(range(len(attempts))):
            late = lateness(deadline, attempts[place], policy, zone, left=left)
            if late is None or late.counted:
                chosen = (place, late)
                break
            chosen = (None, chosen[1] or late)
        found.append(chosen)
        if left is not None and chosen[0] is not None and chosen[1] is not None:
            left -= chosen[1].charged
    return found
