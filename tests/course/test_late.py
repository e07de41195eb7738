"""What a late hand-in costs, in time zones with and without daylight saving time."""

from datetime import UTC, datetime, timedelta
from fractions import Fraction
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.course.clock import moment, zone_of
from grader.course.late import Deadline, LatePolicy, at_wall, days_late, lateness, spend
from grader.errors import UsageError

BERLIN, TAIPEI = ZoneInfo("Europe/Berlin"), ZoneInfo("Asia/Taipei")
DAILY = LatePolicy(grace_minutes=15, percent=10, cap_percent=50)


def late(due, handed_in, policy=DAILY, zone=BERLIN, extended=None, left=None):
    """Return the lateness, given times as one writes them in the zone."""
    deadline = Deadline(moment(due, zone), moment(extended, zone) if extended else None)
    return lateness(deadline, moment(handed_in, zone), policy, zone, left=left)


@pytest.mark.parametrize(
    ("due", "handed_in", "units", "percent"),
    [
        ("2026-06-01 12:00", "2026-06-01 12:00", 0, 0),
        ("2026-06-01 12:00", "2026-06-01 12:15", 0, 0),
        ("2026-06-01 12:00", "2026-06-01 12:15:01", 1, 10),
        ("2026-06-01 12:00", "2026-06-02 12:00", 1, 10),
        ("2026-06-01 12:00", "2026-06-02 12:00:01", 2, 20),
        ("2026-06-01 12:00", "2026-06-30 12:00", 29, 50),
        # The clocks go back in the night to 25 October: that day of the wall has 25 hours.
        ("2026-10-24 23:59", "2026-10-25 23:59", 1, 10),
        ("2026-10-24 23:59", "2026-10-26 00:00", 2, 20),
        # They go forward in the night to 29 March: that day has 23.
        ("2026-03-28 23:59", "2026-03-29 23:59", 1, 10),
        ("2026-03-28 23:59", "2026-03-30 00:00", 2, 20),
        # A day ends at a time that the clock skips, or shows twice: then the later moment.
        ("2026-03-28 02:30", "2026-03-29 03:30", 1, 10),
        ("2026-03-28 02:30", "2026-03-29 03:31", 2, 20),
        ("2026-10-24 02:30", "2026-10-25 02:30", 1, 10),
    ],
)
def test_days_are_days_of_the_clock_on_the_wall(due, handed_in, units, percent):
    """Each begun day costs once, nothing within the grace, and no more than the cap."""
    found = late(due, handed_in)
    assert (found.units, found.percent) == (units, percent)


@pytest.mark.parametrize(
    ("handed_in", "units"),
    [("2026-10-25 01:59", 3), ("2026-10-25T02:30+02:00", 4), ("2026-10-25T02:30+01:00", 5), ("2026-10-25 03:00", 5)],
)
def test_hours_are_hours(handed_in, units):
    """The hour that the clock shows twice counts twice."""
    found = late("2026-10-24 23:00", handed_in, LatePolicy(percent=1, per="hour"))
    assert (found.units, found.percent) == (units, units)


def test_an_extension_moves_the_date_and_never_takes_time_away():
    """Late is who is behind the later of the two."""
    assert late("2026-06-01", "2026-06-03 12:00", extended="2026-06-02").units == 1
    assert late("2026-06-05", "2026-06-03 12:00", extended="2026-06-02").units == 0


def test_nothing_is_late_where_no_date_or_no_time_is_known():
    """A plain folder knows no times, a course without dates no lateness."""
    assert lateness(Deadline(None), datetime.now(UTC), DAILY, BERLIN) is None
    assert lateness(Deadline(datetime.now(UTC)), None, DAILY, BERLIN) is None


def test_a_date_means_its_end_and_a_doubtful_time_the_later_moment():
    """What a person writes, in the zone of the course."""
    assert moment("2026-10-24", TAIPEI).astimezone(UTC) == datetime(2026, 10, 24, 15, 59, 59, tzinfo=UTC)
    assert moment("2026-10-25 02:30", BERLIN).astimezone(UTC) == datetime(2026, 10, 25, 1, 30, tzinfo=UTC)
    assert moment("2026-03-29 02:30", BERLIN).astimezone(UTC) == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)
    assert moment("2026-10-24T23:59+08:00", BERLIN).astimezone(UTC) == datetime(2026, 10, 24, 15, 59, tzinfo=UTC)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: moment("tomorrow", BERLIN), "'tomorrow' is not a date; write one like 2026-10-24 or '2026-10-24 23:59'."),
        (lambda: moment("2026-13-01", BERLIN), "'2026-13-01' is not a date; write one like 2026-10-24 or '2026-10-24 23:59'."),
        (lambda: zone_of("Mars/Olympus"), "There is no time zone 'Mars/Olympus'; write one like Asia/Taipei, Europe/Berlin or UTC."),
        (lambda: zone_of("../etc/passwd"), "There is no time zone '../etc/passwd'; write one like Asia/Taipei, Europe/Berlin or UTC."),
        (lambda: zone_of("Europe"), "There is no time zone 'Europe'; write one like Asia/Taipei, Europe/Berlin or UTC."),
    ],
)  # fmt: skip
def test_what_is_no_time_is_refused_in_a_sentence(call, message):
    """What was written, and what would do."""
    with pytest.raises(UsageError) as caught:
        call()
    assert str(caught.value) == message


def days(*hours):
    """Return a deadline at the beginning of June and hand-ins so many hours behind it."""
    due = datetime(2026, 6, 1, tzinfo=UTC)
    return Deadline(due), [None if each is None else due + timedelta(hours=each) for each in hours]


def test_late_days_are_spent_in_order_until_none_are_left():
    """Begun days count as whole; what needs more than are left is not counted and costs nothing."""
    found = spend([days(25), days(30), days(1), days(-5)], LatePolicy(late_days=3), ZoneInfo("UTC"))
    assert [(place, one.charged, one.left, one.counted) for place, one in found] == [
        (0, 2, 1, True),
        (None, 0, 1, False),
        (0, 1, 0, True),
        (0, 0, 0, True),
    ]


def test_the_newest_attempt_that_can_be_paid_counts():
    """A resubmission that is too late does not take an earlier one away."""
    found = spend([days(-1, 5, 90), days(20)], LatePolicy(late_days=2), ZoneInfo("UTC"))
    assert [(place, one.charged, one.left) for place, one in found] == [(1, 1, 1), (0, 1, 0)]


def test_an_extension_saves_late_days():
    """Days are counted from the extended date on."""
    due = datetime(2026, 6, 1, tzinfo=UTC)
    extended = Deadline(due, due + timedelta(days=2))
    (found,) = spend([(extended, [due + timedelta(days=2, hours=3)])], LatePolicy(late_days=1), ZoneInfo("UTC"))
    assert (found[0], found[1].charged) == (0, 1)


def brute_days(last, handed_in, zone):
    """Return the days one after the other, as a person counts them on a calendar."""
    count, wall = 0, last.astimezone(zone).replace(tzinfo=None)
    while at_wall(wall + timedelta(days=count), zone) < handed_in if count else last < handed_in:
        count += 1
    return count


@given(
    st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 31)),
    st.integers(-3600 * 30, 3600 * 24 * 200),
    st.sampled_from(["Europe/Berlin", "Asia/Taipei", "Australia/Lord_Howe", "America/St_Johns", "Pacific/Apia"]),
)
def test_days_late_are_those_of_a_calendar(wall, seconds, name):
    """Counted at once or one after the other, over every change of the clocks of a year."""
    zone = ZoneInfo(name)
    last = at_wall(wall, zone).astimezone(UTC)
    handed_in = last + timedelta(seconds=seconds)
    assert days_late(last, handed_in, zone) == brute_days(last, handed_in, zone)


@given(st.fractions(0, 100), st.integers(0, 400), st.integers(0, 100))
def test_a_penalty_never_falls_with_time_and_stays_below_its_cap(percent, hours, cap):
    """Later is never cheaper."""
    policy = LatePolicy(percent=float(round(percent, 2)), per="hour", cap_percent=float(cap))
    deadline, (first, second) = days(hours, hours + 1)
    found = [lateness(deadline, each, policy, ZoneInfo("UTC")).percent for each in (first, second)]
    assert found[0] <= found[1] <= Fraction(cap)
