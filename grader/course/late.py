"""What a late hand-in costs: a pure function of two moments, an extension and the course's rules, in a named time zone.

A day is a day of the clock on the wall, so that one which loses an hour to daylight saving time is over at the same time
of the day; an hour is an hour.
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
    """What the course takes off for a late hand-in; as it stands, nothing.

    Attributes
    ----------
    grace_minutes : float
        A hand-in that is late by no more is on time; one that is late by more is late from the due date on.
    percent : float
        Taken off for each hour or day that has begun.
    per : "hour" or "day"
    of : "earned" or "total"
        Whether these are percent of what the student earned, or of all points without bonus.
    cap_percent : float
        At most so much is taken off.
    late_days : int or None
        In place of a penalty: days that each student can spend over the term. A hand-in that would need more than are left
        is not counted, and costs no day.
    """

    grace_minutes: float = 0.0
    percent: float = 0.0
    per: Literal["hour", "day"] = "day"
    of: Literal["earned", "total"] = "earned"
    cap_percent: float = 100.0
    late_days: int | None = None


@dataclass(frozen=True)
class Deadline:
    """When an assignment is due, and until when for one student; both know their offset."""

    due: datetime | None
    extended: datetime | None = None

    @property
    def last(self) -> datetime | None:
        """The later of the two: an extension never takes time away."""
        if self.due is None or self.extended is None:
            return self.due
        return max(self.due, self.extended)


@dataclass(frozen=True)
class Lateness:
    """How late a hand-in is, and what follows.

    Attributes
    ----------
    seconds : int
        Behind the last moment; 0 for a hand-in on time.
    units : int
        Hours or days that have begun.
    percent : Fraction
        What is taken off, of ``of``.
    charged : int
        Late days that it costs.
    counted : bool
        False when it needs more late days than are left.
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
    """Return when the clocks of a zone show ``local``, the later moment where there are two."""
    return max((local.replace(tzinfo=zone, fold=fold) for fold in (0, 1)), key=lambda found: found.timestamp())


def days_late(last: datetime, handed_in: datetime, zone: tzinfo) -> int:
    """Return how many days of the clock on the wall have begun between two moments; 0 when the second is not later."""
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
    """Return how late a hand-in is; None where no date, or no time of the hand-in, is known.

    Parameters
    ----------
    deadline : Deadline
    handed_in : datetime or None
        With its offset.
    policy : LatePolicy
    zone : tzinfo
    left : int or None
        The late days that the student has left, where the course has such.
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

    Late days are spent in the order given; of the attempts of one assignment the newest that can be paid counts.

    Parameters
    ----------
    chances : sequence of (Deadline, attempts)
        In the order of the due dates; of each attempt when it was handed in, the oldest first.
    policy : LatePolicy
    zone : tzinfo

    Returns
    -------
    list of (int or None, Lateness or None)
        The place of the attempt that counts, or None when none does; then the lateness is that of the newest.
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
