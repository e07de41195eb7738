"""What the reports of a class say of all its students, gathered from one record after another."""

from __future__ import annotations

import math
import statistics
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from grader.outcomes import Decided
from grader.record.fields import CheckFields, Record, filled
from grader.report import wording
from grader.report.summary import Summary, forbidden_imports, summarize
from grader.report.tally import Mistake, Tally, mistakes_of
from grader.report.text import short


@dataclass
class ClassSummary:
    """What the class reports need to know about all records together.

    Attributes
    ----------
    imports : Counter
        For each forbidden import, the number of students who use it.
    graded_with : Counter
        For each combination of grader version, isolation level and libraries, the number of students.
    sections, lost : Counter
        The number of students in each section of the course, and of those who lost points in each task.
    marks : dict
        By student's slug, the groups to which the student belongs, as ``mark`` names them: by checks not passed, tasks with
        lost points, section, mistakes, forbidden imports and versions.
    """

    assignment: dict[str, Any] = field(default_factory=dict)
    students: list[Summary] = field(default_factory=list)
    tallies: dict[str, Tally] = field(default_factory=dict)
    tasks: dict[str, dict[str, Any]] = field(default_factory=dict)
    mistakes: dict[str, Mistake] = field(default_factory=dict)
    imports: Counter[str] = field(default_factory=Counter)
    graded_with: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    sections: Counter[str] = field(default_factory=Counter)
    lost: Counter[str] = field(default_factory=Counter)
    marks: dict[str, tuple[str, ...]] = field(default_factory=dict)
    _known: dict[str, dict[Any, int]] = field(default_factory=dict)

    def add(self, record: Mapping[str, Any]) -> None:
        """Add one record to the counts."""
        whole = filled(record)
        student = summarize(whole)
        _check(student)
        if whole["assignment"]["id"]:
            self.assignment = self.assignment or dict(whole["assignment"])
        self.students.append(student)
        for task in whole["tasks"]:
            self.tasks.setdefault(task["number"], {name: task.get(name) for name in ("title", "total", "bonus")})
        # A class of thousands repeats the same few marks.
        self.marks[student.slug] = tuple(sys.intern(mark) for mark in self._count(whole, student))

    def verdicts(self) -> str:
        """Return how many verdicts rest on what, as a sentence; empty where it is not told."""
        total: Counter[str] = Counter()
        for tally in self.tallies.values():
            total.update(tally.evidence)
        if not total:
            return ""
        shares = (
            f"{total[word]:,} ({100 * total[word] / total.total():.3g} %) {word}"
            for word in map(str, Decided)
            if total[word]
        )
        return f"Verdicts of tests: {', '.join(shares)}."

    def mark(self, kind: str, name: Any) -> str:
        """Return the mark for a check (``c``), task (``t``), section (``s``), mistake (``m``), import (``i``) or versions (``v``)."""
        known = self._known.setdefault(kind, {})
        return f"{kind}{known.setdefault(name, len(known))}"

    def _count(self, record: Record, student: Summary) -> Iterator[str]:
        """Count checks, tasks, sections, mistakes, imports and versions, and yield the marks of the student."""
        for check in record["checks"]:
            tally = self._tally(check)
            tally.count(check, student.sum - check["earned"] if student.final and student.sum is not None else None)
            if check["result"] in ("failed", "not_checked"):
                yield self.mark("c", check["id"])
        for task in dict.fromkeys(check["task"] for check in record["checks"] if _lost(check)):
            self.lost[task] += 1
            yield self.mark("t", task)
        for section in _sections(record):
            self.sections[section] += 1
            yield self.mark("s", section)
        for mistake in mistakes_of(record).values():
            known = self.mistakes.setdefault(mistake.id, mistake)
            if known is not mistake:
                known.students += 1
                known.lost += mistake.lost
                known.tasks |= mistake.tasks
            yield self.mark("m", mistake.id)
        for name in forbidden_imports(record):
            self.imports[name] += 1
            yield self.mark("i", name)
        if record["versions"]:
            key = (record["grader_version"], student.level, wording.versions(record["versions"]))
            self.graded_with[key] += 1
            yield self.mark("v", key)

    def _tally(self, check: CheckFields) -> Tally:
        """Return the row of one check."""
        row = Tally(check["id"], check["title"], check["task"], check["points"], check["bonus"])
        return self.tallies.setdefault(check["id"], row)

    @property
    def percents(self) -> list[float]:
        """Percentages of all students who have a final score."""
        return [student.percent for student in self.students if student.percent is not None and student.final]

    @property
    def waiting(self) -> int:
        """Number of students whose scores wait for a person."""
        return sum(student.waiting > 0 for student in self.students)

    @property
    def needing_a_look(self) -> list[Summary]:
        """The students with flags, faults of ours first."""
        return sorted((s for s in self.students if s.flags), key=lambda s: (not s.faulted, s.percent or 0.0, s.student))

    def mean_and_median(self) -> tuple[float, float] | None:
        """Return the mean and median percentage of the final scores, or None if there are none."""
        percents = self.percents
        return (statistics.fmean(percents), statistics.median(percents)) if percents else None

    @property
    def middle(self) -> str:
        """The mean and median in words, with the number of final scores if some are not final; empty if none is."""
        middle = self.mean_and_median()
        if middle is None:
            return ""
        final, everybody = len(self.percents), len(self.students)
        of_these = "" if final == everybody else f" of the {wording.counted(final, 'final score')}"
        return f"mean {wording.percent(middle[0])}, median {wording.percent(middle[1])}{of_these}"


def gather(records: Iterable[Mapping[str, Any]]) -> ClassSummary:
    """Return the summary of a class, reading every record once and keeping none."""
    summary = ClassSummary()
    for record in records:
        summary.add(record)
    return summary


def by_score(students: Sequence[Summary]) -> list[Summary]:
    """Return ``students`` sorted by score, highest first, then by name; those without a score come last."""
    return sorted(students, key=lambda s: (s.percent is None, -(s.percent or 0.0), s.student))


def _check(student: Summary) -> None:
    """Raise ``ValueError`` if a number of the record is not finite, as the class cannot be sorted or summed with it."""
    numbers = (student.sum, student.percent, student.total, student.waiting, student.cpu_seconds, student.wall_seconds)
    if not all(number is None or math.isfinite(number) for number in numbers):
        raise ValueError("a score or a time is not a number")


def _lost(check: CheckFields) -> bool:
    """Return whether a check cost points; a bonus costs none, and neither does a fault of ours."""
    return not check["bonus"] and check["result"] != "grader_fault" and check["earned"] < check["points"]


def _sections(record: Record) -> list[str]:
    """Return the course sections of those who handed in, if the platform or the roster names them."""
    students = record["handed_in"]["students"] if record["handed_in"] else ()
    found = (short(str(student.get("section") or ""), 40) for student in students)
    return list(dict.fromkeys(section for section in found if section))
