"""What the class reports keep of a record once it is closed: REPORTED. May not import fence, checks or reference."""

from __future__ import annotations

import math
import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from grader.report import wording
from grader.report.causes import is_offer
from grader.report.shape import Record, complete, faulted, find, to_do, waiting
from grader.report.text import short

_NEEDS_A_LOOK = ("timed_out", "out_of_memory", "forbidden", "blocked")


@dataclass(frozen=True, slots=True)
class Summary:
    """One student in a few short fields, so that ten thousand of them fit into memory.

    Attributes
    ----------
    student, slug : str
        The student's id, made harmless and short, and what files are named by.
    sum, percent : float or None
        Points with bonus, and their percentage; None when a fault of the grader left no score.
    waiting : float
        Points that a person still has to give.
    flags : tuple of str
        Why an instructor should look at this submission; empty for most.
    lead : str
        What the student should mend first, in a few words.
    faults : tuple of str
        Faults of the grader, each with where it happened.
    cpu_seconds : float
        CPU time of the student's own code.
    failed, not_checked : int
        Numbers of checks; a bonus that was not attempted has not failed.
    pdf : str or None
        Where the PDF lies that came with the code.
    """

    student: str
    slug: str
    sum: float | None
    total: float
    bonus_total: float
    percent: float | None
    waiting: float
    faulted: bool
    flags: tuple[str, ...]
    lead: str
    faults: tuple[str, ...]
    cpu_seconds: float
    wall_seconds: float
    checks: int
    passed: int
    failed: int
    broken: int
    not_checked: int
    answers: int
    ungraded: int
    level: str
    notebook: str | None
    pdf: str | None

    @property
    def final(self) -> bool:
        """Whether there is a score, and neither a person nor a fault of the grader can still change it."""
        return self.sum is not None and not self.faulted and not self.waiting

    @property
    def look(self) -> str:
        """What to look at: the flags, else what to mend first, else nothing."""
        return "; ".join(self.flags) or self.lead


def summarize(record: Record) -> Summary:
    """Return the summary of one record."""
    whole = complete(record)
    score = whole["score"] or {}
    times = whole["times"]
    offered = [is_offer(whole, check) for check in whole["checks"]]
    results = [
        "not_checked" if offer else check["result"] for check, offer in zip(whole["checks"], offered, strict=True)
    ]
    return Summary(
        student=short(whole["student"], 60),
        slug=whole["slug"],
        sum=score.get("sum"),
        total=score.get("total", whole["assignment"]["total"]),
        bonus_total=score.get("bonus_total", whole["assignment"]["bonus"]),
        percent=score.get("percent"),
        waiting=score.get("waiting") or 0.0,
        faulted=faulted(whole),
        flags=tuple(_flags(whole)),
        lead=_lead(whole),
        faults=tuple(short(f"{fault.get('where')}: {fault.get('message')}", 200) for fault in whole["faults"][:3]),
        cpu_seconds=times["cpu_seconds"] or 0.0,
        wall_seconds=times["wall_seconds"] or 0.0,
        checks=len(results),
        passed=results.count("passed"),
        failed=results.count("failed"),
        broken=results.count("grader_fault"),
        not_checked=results.count("not_checked"),
        answers=len(whole["answers"]),
        ungraded=sum(answer["state"] != "graded" for answer in whole["answers"]),
        level=whole["isolation"]["level"],
        notebook=whole["notebook"],
        pdf=_pdf(whole),
    )


def _check(student: Summary) -> None:
    """Raise ``ValueError`` where a record holds no numbers, so that the class can neither be sorted nor added up with it."""
    numbers = (student.sum, student.percent, student.total, student.waiting, student.cpu_seconds, student.wall_seconds)
    if not all(number is None or math.isfinite(number) for number in numbers):
        raise ValueError("a score or a time is not a number")


def _pdf(record: Record) -> str | None:
    """Return where the PDF lies that was handed in beside the code, for the person who grades; None when there is none."""
    paths = [file.get("path") for file in record["submission"]["files"] if isinstance(file, dict)]
    has_pdf = record["submission"]["form"] == "folder" and any(str(path).lower().endswith(".pdf") for path in paths)
    return f"handed-in/{record['slug']}.pdf" if has_pdf else None


def _flags(record: Record) -> list[str]:
    """Return why an instructor should look at this submission, the gravest first."""
    flags = ["fault of the grader"] if faulted(record) else []
    if fault := wording.loading_fault(record["loading"]):
        flags.append(fault)
    for why in _NEEDS_A_LOOK:
        tasks = [check["task"] for check in record["checks"] if check["why"] == why]
        if tasks:
            flags.append(f"{wording.WHY_WORDS[why]} in {wording.listed(list(dict.fromkeys(tasks)))}")
    roots = [short(str(module).partition(".")[0], 30) for module in record["submission"]["forbidden"]]
    if roots:
        flags.append(f"imports {wording.listed(list(dict.fromkeys(roots)))}, not allowed")
    conflicts = [short(conflict["name"], 30) for conflict in (record["loading"] or {}).get("conflicts") or ()]
    if conflicts:
        flags.append(f"two files define {wording.listed(conflicts)}")
    unfound = [answer["id"] for answer in record["answers"] if answer["place"] is None]
    if unfound and record["submission"]["kind"]:
        flags.append(f"no place found for the answer to {wording.listed(unfound)}")
    if record["score"] and not record["score"]["sum"] and not waiting(record) and not faulted(record):
        if record["submission"]["other_names"]:
            flags.append("none of the names asked for")
        else:
            flags.append("nothing written yet" if to_do(record) else "no points")
    return flags


def _lead(record: Record) -> str:
    """Return what the student should mend first, in a few words."""
    check = find(record, record["lead"])
    return f"{check['task']} {wording.result(check)}: {short(check['title'].replace('`', ''), 70)}" if check else ""


@dataclass(slots=True)
class Tally:
    """How a class did on one check."""

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

    @property
    def judged(self) -> int:
        """Number of students whose check was not spoilt by a fault of the grader."""
        return self.passed + self.partly + self.failed + self.not_checked

    @property
    def pass_rate(self) -> float:
        """Percentage of the judged students who passed."""
        return 100.0 * self.passed / self.judged if self.judged else 0.0


@dataclass
class ClassSummary:
    """Everything that the class reports need beyond one record at a time."""

    assignment: dict[str, Any] = field(default_factory=dict)
    students: list[Summary] = field(default_factory=list)
    tallies: dict[str, Tally] = field(default_factory=dict)
    tasks: dict[str, dict[str, Any]] = field(default_factory=dict)
    version: str = ""
    versions: dict[str, str] = field(default_factory=dict)

    def add(self, record: Record) -> None:
        """Count one record in."""
        whole = complete(record)
        student = summarize(whole)
        _check(student)
        if whole["assignment"]["id"]:
            self.assignment = self.assignment or whole["assignment"]
        self.version = self.version or whole["grader_version"]
        self.versions = self.versions or dict(whole["versions"])
        self.students.append(student)
        for task in whole["tasks"]:
            self.tasks.setdefault(task["number"], {name: task.get(name) for name in ("title", "total", "bonus")})
        for check in whole["checks"]:
            self._tally(check)

    def _tally(self, check: dict[str, Any]) -> None:
        """Count one check in."""
        row = self.tallies.get(check["id"])
        if row is None:
            names = ("id", "title", "task", "points", "bonus")
            row = self.tallies[check["id"]] = Tally(**{name: check[name] for name in names})
        partly = check["result"] == "failed" and check["earned"] > 0
        counter = "partly" if partly else {"grader_fault": "faults"}.get(check["result"], check["result"])
        setattr(row, counter, getattr(row, counter) + 1)

    @property
    def percents(self) -> list[float]:
        """Percentages of all students who have a final score."""
        return [student.percent for student in self.students if student.percent is not None and student.final]

    @property
    def waiting(self) -> int:
        """Number of students whose score waits for a person."""
        return sum(student.waiting > 0 for student in self.students)

    @property
    def needing_a_look(self) -> list[Summary]:
        """The students with flags, faults of ours first."""
        return sorted((s for s in self.students if s.flags), key=lambda s: (not s.faulted, s.percent or 0.0, s.student))

    def mean_and_median(self) -> tuple[float, float] | None:
        """Return mean and median percentage of the final scores, or None when nobody has one."""
        percents = self.percents
        return (statistics.fmean(percents), statistics.median(percents)) if percents else None

    @property
    def middle(self) -> str:
        """Mean and median in words, and of which scores they are when not all are final; empty when none is."""
        middle = self.mean_and_median()
        if middle is None:
            return ""
        final, everybody = len(self.percents), len(self.students)
        of_these = "" if final == everybody else f" of the {wording.counted(final, 'final score')}"
        return f"mean {wording.percent(middle[0])}, median {wording.percent(middle[1])}{of_these}"


def gather(records: Iterable[Record]) -> ClassSummary:
    """Return the summary of a class, reading every record once and keeping none."""
    summary = ClassSummary()
    for record in records:
        summary.add(record)
    return summary


def by_score(students: Sequence[Summary]) -> list[Summary]:
    """Return ``students`` by score, the highest first; those without one last, equals by name."""
    return sorted(students, key=lambda s: (s.percent is None, -(s.percent or 0.0), s.student))
