"""What a run has changed: scores before and after, and new students."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from grader.report import wording
from grader.report.summary import Summary
from grader.report.text import short

MOST_NAMED = 10


@dataclass(frozen=True)
class Run:
    """What a run did, besides the records themselves.

    Attributes
    ----------
    graded : collection of str
        The slugs of the students graded in this run.
    earlier : mapping of str to (float or None)
        By slug, the points from an earlier run; None if it left no score.
    first : bool
        Whether this is the first run for the class.
    gone : sequence of str
        Students of an earlier run who are no longer there.
    seconds : float or None
        How long the run took; None if it was not measured.
    """

    graded: Collection[str] = ()
    earlier: Mapping[str, float | None] = field(default_factory=dict)
    first: bool = True
    gone: Sequence[str] = ()
    seconds: float | None = None


def changes(students: Sequence[Summary], run: Run) -> Iterator[str]:
    """Yield sentences on what the run changed, then on how long it took."""
    again = [student for student in students if student.slug in run.earlier]
    moved = [student for student in again if student.sum != run.earlier[student.slug]]
    moved.sort(key=lambda student: (-abs((student.sum or 0.0) - (run.earlier[student.slug] or 0.0)), student.student))
    if moved:
        said = [f"{short(s.student, 24)} from {_points(run.earlier[s.slug])} to {_points(s.sum)}" for s in moved]
        yield f"Changed since the last run: {wording.listed(said, MOST_NAMED)}"
    elif again:
        yield f"Graded again with the same score: {wording.counted(len(again), 'student')}"
    new = [student for student in students if student.slug in run.graded and student.slug not in run.earlier]
    if new and not run.first:
        yield f"New since the last run: {wording.listed([short(s.student, 24) for s in new], MOST_NAMED)}"
    if run.gone:
        named = wording.listed([short(slug, 24) for slug in run.gone], MOST_NAMED)
        yield f"No longer in the class, and removed from the reports: {named}"
    if run.seconds is not None:
        number = wording.counted(len(run.graded), "submission") if run.graded else "Nothing"
        yield f"{number} graded in {wording.duration(run.seconds)}"


def _points(value: float | None) -> str:
    return "no score" if value is None else wording.points(value)
