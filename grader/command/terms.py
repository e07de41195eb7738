"""The course rules that apply to a command: those of the course file, overridden by options."""

from __future__ import annotations

import argparse
import re
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from grader.errors import UsageError

if TYPE_CHECKING:
    from grader.course.file import Course
    from grader.course.late import LatePolicy
    from grader.course.terms import Terms

_PENALTY = re.compile(r"\s*(\d+(?:\.\d+)?)\s*%?\s*(?:/|per|a|an)\s*(hour|day)\s*(of the total)?\s*")


def add_terms(parser: argparse.ArgumentParser) -> None:
    """Add the options for due dates and late penalties."""
    add = parser.add_argument
    add(
        "--due",
        action="append",
        default=[],
        metavar="ASSIGNMENT=TIME",
        help="when an assignment is due; may be repeated",
    )
    add(
        "--time-zone",
        metavar="ZONE",
        help="time zone of the dates, such as Asia/Taipei (default: that of the course, or UTC)",
    )
    add("--grace-minutes", type=float, metavar="N", help="a hand-in late by no more than this is on time")
    add("--penalty", metavar="RATE", help="penalty for each day or hour begun, such as 10%%/day")
    add("--penalty-cap", type=float, metavar="PERCENT", help="upper limit of the penalty, in percent")
    add("--late-days", type=int, metavar="N", help="free late days per student for the term, instead of a penalty")


def terms_of(options: argparse.Namespace) -> Terms:
    """Return the rules that apply to a command.

    Raises
    ------
    UsageError
        If one of them is not valid.
    """
    from grader.command.gradebooks import course_of_command
    from grader.course.clock import moment
    from grader.course.terms import AssignmentTerms

    terms = _of_course(course_of_command(options), getattr(options, "time_zone", None))
    late = terms.late
    if getattr(options, "grace_minutes", None) is not None:
        late = replace(late, grace_minutes=options.grace_minutes)
    if getattr(options, "penalty", None):
        late = _with_rate(late, options.penalty)
    if getattr(options, "penalty_cap", None) is not None:
        late = replace(late, cap_percent=options.penalty_cap)
    if getattr(options, "late_days", None) is not None:
        late = replace(late, late_days=options.late_days)
    assignments = dict(terms.assignments)
    for word in getattr(options, "due", None) or ():
        name, equals, when = word.partition("=")
        if not (name and equals and when):
            raise UsageError(f"--due needs an assignment and a time, not {word!r}; try --due week-1=2026-10-24")
        assignments[name] = replace(assignments.get(name, AssignmentTerms()), due=moment(when, terms.zone))
    return replace(terms, late=_checked(late), assignments=assignments)


def _of_course(course: Course, zone: str | None) -> Terms:
    """Return the rules of a course; ``zone`` overrides its time zone for times given here without an offset."""
    from grader.course.clock import zone_of
    from grader.course.terms import AssignmentTerms, Terms

    assignments = {
        planned.id: AssignmentTerms(
            planned.due, planned.points, late=_late(planned.late) if planned.late != course.late else None
        )
        for planned in course.assignments
    }
    return Terms(zone_of(zone) if zone else course.zone, _late(course.late), assignments)


def _with_rate(late: LatePolicy, text: str) -> LatePolicy:
    found = _PENALTY.fullmatch(text)
    if not found:
        raise UsageError(f"A penalty is a rate like 10%/day or 1%/hour, not {text!r}.")
    return replace(
        late, percent=float(found[1]), per="hour" if found[2] == "hour" else "day", of="total" if found[3] else "earned"
    )


def _checked(late: LatePolicy) -> LatePolicy:
    if late.late_days is not None and late.percent:
        raise UsageError("A course has either a late penalty or late days, not both; leave one of them out.")
    if late.grace_minutes < 0 or not 0 <= late.cap_percent <= 100 or (late.late_days or 0) < 0:
        raise UsageError(
            "The grace period, the cap and the late days must be at least zero, and the cap at most 100 percent."
        )
    return late


def _late(table: Mapping[str, Any]) -> LatePolicy:
    from grader.course.late import LatePolicy

    return _checked(LatePolicy(**table))
