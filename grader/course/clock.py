"""Parses times as people write them, in a named time zone."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, tzinfo
from zoneinfo import ZoneInfo

from grader.errors import UsageError


def zone_of(name: str) -> tzinfo:
    """Return the time zone with this name, such as ``Asia/Taipei``; raise ``UsageError`` if there is none."""
    if name.upper() == "UTC":
        return UTC  # even if the machine has no list of time zones
    try:
        return ZoneInfo(name)
    except (KeyError, OSError, ValueError) as error:
        raise UsageError(
            f"There is no time zone {name!r}; write one like Asia/Taipei, Europe/Berlin or UTC."
        ) from error


def moment(value: str | date | datetime, zone: tzinfo) -> datetime:
    """Return the time that a person wrote: ``2026-10-24`` (the end of that day), ``2026-10-24 23:59``, or with an offset.

    A time that occurs twice is the later one, and one that is skipped is the one after the gap, in the student's favour.

    Raises
    ------
    UsageError
        If it is not a date or time.
    """
    if isinstance(value, str):
        words = value.strip()
        try:
            value = date.fromisoformat(words) if len(words) == 10 else datetime.fromisoformat(words)
        except ValueError as error:
            raise UsageError(f"{words!r} is not a date; write one like 2026-10-24 or '2026-10-24 23:59'.") from error
    if not isinstance(value, datetime):
        value = datetime.combine(value, time(23, 59, 59))
    if value.tzinfo is not None:
        return value
    return max((value.replace(tzinfo=zone, fold=fold) for fold in (0, 1)), key=lambda found: found.timestamp())
