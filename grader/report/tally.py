"""Counts how a class did on each check, and which mistakes it made."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from grader.outcomes import Decided
from grader.record.fields import CheckFields, PartFields, Record
from grader.report.text import short

_FEWEST = 5
"""With fewer students, a correlation means nothing."""


@dataclass(slots=True)
class Tally:
    """How a class did on one check.

    ``passed`` to ``faults`` are numbers of students; ``lost`` is the points that they missed altogether. ``evidence`` counts what the
    verdicts rest on, where that differs.
    """

    id: str
    title: str
    task: str
    points: float
    bonus: bool
    passed: int = 0
    partly: int = 0
    failed: int = 0
    not_checked: int = 0
    faults: int = 0
    earned: float = 0.0
    evidence: Counter[str] = field(default_factory=Counter)
    _sums: list[float] = field(default_factory=lambda: [0.0] * 6)

    @property
    def judged(self) -> int:
        """Number of students for whom the check ran without a fault of the grader."""
        return self.passed + self.partly + self.failed + self.not_checked

    @property
    def pass_rate(self) -> float:
        """Percentage of the judged students who passed."""
        return 100.0 * self.passed / self.judged if self.judged else 0.0

    @property
    def share(self) -> float | None:
        """Average percentage of the points earned by the judged students: a measure of difficulty, 100 for the easiest."""
        return 100.0 * self.earned / (self.points * self.judged) if self.judged and self.points else None

    @property
    def weaker(self) -> str:
        """What the verdicts rest on where not all were compared by the judge, with their numbers; mostly empty."""
        if self.evidence.keys() <= {str(Decided.BY_JUDGE)}:
            return ""
        return ", ".join(f"{count} {word}" for word in map(str, Decided) if (count := self.evidence[word]))

    @property
    def lost(self) -> float:
        """Total points that the judged students did not earn."""
        return self.points * self.judged - self.earned

    @property
    def discrimination(self) -> float | None:
        """Correlation between the points of this check and those of all others, from -1 to 1.

        None if it would mean nothing: with few students, or if all of them earned the same.
        """
        count, x, y, xx, yy, xy = self._sums
        spread_x, spread_y = count * xx - x * x, count * yy - y * y
        if count < _FEWEST or spread_x <= 1e-9 * count * xx or spread_y <= 1e-9 * count * yy:
            return None
        return max(-1.0, min(1.0, (count * xy - x * y) / math.sqrt(spread_x * spread_y)))

    def count(self, check: Mapping[str, Any], others: float | None) -> None:
        """Add one student's check to the counts.

        Parameters
        ----------
        check : mapping
            The check of a record.
        others : float or None
            Points that the student earned elsewhere; None if there is no score to compare with.
        """
        partly = check["result"] == "failed" and check["earned"] > 0
        counter = "partly" if partly else {"grader_fault": "faults"}.get(check["result"], check["result"])
        setattr(self, counter, getattr(self, counter) + 1)
        if check["result"] == "grader_fault":
            return
        if check["evidence"]:
            self.evidence[check["evidence"]] += 1
        earned = float(check["earned"])
        self.earned += earned
        if others is not None:
            more = (1.0, earned, others, earned * earned, others * others, earned * others)
            self._sums = [total + term for total, term in zip(self._sums, more, strict=True)]


@dataclass(slots=True)
class Mistake:
    """A named mistake: how many students made it, in which tasks, and how many points it cost the class."""

    id: str
    title: str
    explanation: str
    tasks: dict[str, None] = field(default_factory=dict)
    students: int = 0
    lost: float = 0.0


def mistakes_of(record: Record) -> dict[str, Mistake]:
    """Return one student's named mistakes by id, with the points each cost; a part's points count only once."""
    found: dict[str, Mistake] = {}
    for check in record["checks"]:
        parts: list[PartFields | CheckFields] = [part for part in check["parts"] if part["diagnosis"]]
        for outcome in parts or [check]:
            known = outcome["diagnosis"]
            if known is None:
                continue
            name = str(known["id"])
            mistake = found.setdefault(
                name, Mistake(name, short(known.get("title") or name, 200), short(known.get("explanation") or "", 400))
            )
            mistake.students = 1
            mistake.tasks[check["task"]] = None
            mistake.lost += outcome["points"] - outcome["earned"]
    return found


def commonest(mistakes: Mapping[str, Mistake]) -> list[Mistake]:
    """Return the mistakes sorted by the number of students, then by points lost, highest first."""
    return sorted(mistakes.values(), key=lambda mistake: (-mistake.students, -mistake.lost, mistake.id))
