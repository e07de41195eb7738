"""The course's rules that a score depends on, as plain values: whoever reads the course file makes these. Imports the late policy only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo

from grader.course.late import LatePolicy


@dataclass(frozen=True)
class AssignmentTerms:
    """What the course says of one assignment.

    ``due`` knows its offset; ``points`` is what all of it is worth in the course, in place of its own points; ``most_percent``
    caps a score with bonus points; ``late`` goes before the course's own late policy.
    """

    due: datetime | None = None
    points: float | None = None
    most_percent: float | None = None
    late: LatePolicy | None = None


@dataclass(frozen=True)
class Terms:
    """The rules of a course; without any, every date is open and nothing is taken off."""

    zone: tzinfo = UTC
    late: LatePolicy = field(default_factory=LatePolicy)
    assignments: Mapping[str, AssignmentTerms] = field(default_factory=dict)

    def of(self, assignment: str) -> AssignmentTerms:
        """Return what the course says of an assignment; nothing, when it does not name it."""
        return self.assignments.get(assignment, AssignmentTerms())
