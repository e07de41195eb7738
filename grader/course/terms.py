"""The course's rules that affect scores, as plain values made from the course file. Imports only the late policy."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo

from grader.course.late import LatePolicy


@dataclass(frozen=True)
class AssignmentTerms:
    """The course's rules for one assignment.

    ``due`` has a UTC offset; ``points`` are its full points in the course, which replace its own; ``most_percent`` caps a
    score with bonus points; ``late`` overrides the course's late policy.
    """

    due: datetime | None = None
    points: float | None = None
    most_percent: float | None = None
    late: LatePolicy | None = None


@dataclass(frozen=True)
class Terms:
    """The rules of a course; by default there are no due dates and no penalties."""

    zone: tzinfo = UTC
    late: LatePolicy = field(default_factory=LatePolicy)
    assignments: Mapping[str, AssignmentTerms] = field(default_factory=dict)

    def of(self, assignment: str) -> AssignmentTerms:
        """Return the course's rules for an assignment, or empty rules if it has none."""
        return self.assignments.get(assignment, AssignmentTerms())
