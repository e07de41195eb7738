"""Summaries that the class reports keep of each record."""

from __future__ import annotations

import math
import re
import statistics
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from grader.outcomes import LEFT, NEAR_NAMES, Decided
from grader.record.fields import CheckFields, Record, filled
from grader.report import wording
from grader.report.causes import is_offer
from grader.report.shape import faulted, find, pdf_of, to_do, waiting
from grader.report.tally import Mistake, Tally, mistakes_of
from grader.report.text import short

# `is not added` reads `not added` in a headline, and `is averaged` reads `averaged`.
_VERB = re.compile(r" (?:is|are) (?=not |kept |\w+ed\b)")
_SENTENCE = re.compile(r"(?<=[.!?])\s")
# Of a reason why a person decides, beside the points that wait.
MOST_LEFT = 130
_NEEDS_A_LOOK = ("timed_out", "out_of_memory", "forbidden", "blocked")


@dataclass(frozen=True, slots=True)
class Summary:
    """One student in a few short fields, so that ten thousand fit into memory.

    Attributes
    ----------
    student, slug : str
        The student's id, made harmless and short, and the name of the student's files.
    sum, percent : float or None
        Points with bonus, and their percentage; None if a fault of the grader left no score.
    waiting : float
        Points that still wait for a person.
    flags : tuple of str
        Why an instructor should look at this submission; empty for most.
    notes : tuple of str
        Harmless events, such as a cell that raised an exception.
    lead : str
        What the student should fix first, in a few words, and the points it costs.
    faults : tuple of str
        Faults of the grader, each with its place.
    cpu_seconds : float
        CPU time of the student's own code.
    failed, not_checked : int
        Numbers of checks; a bonus that was not attempted does not count as failed.
    pdf : str or None
        Where the PDF lies that came with the code.
    near : bool
        Whether some names are near those asked for, and do not count.
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
    notes: tuple[str, ...]
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
    near: bool = False

    @property
    def final(self) -> bool:
        """Whether there is a score, and neither a person nor a fault of the grader can still change it."""
        return self.sum is not None and not self.faulted and not self.waiting

    @property
    def look(self) -> str:
        """What to look at: the flags, or else what to fix first, or else harmless events."""
        return "; ".join(self.flags) or self.lead or "; ".join(self.notes)


def summarize(record: Mapping[str, Any]) -> Summary:
    """Return the summary of one record."""
    whole = filled(record)
    score: Mapping[str, Any] = whole["score"] or {}
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
        notes=("a cell raised" if whole["submission"]["kind"] == "notebook" else "stopped at its end",)
        if _did_no_harm(whole)
        else (),
        lead=_lead(whole) or _left(whole),
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
        pdf=pdf_of(whole),
        near=any(remark.startswith(NEAR_NAMES.partition("{")[0]) for remark in whole["remarks"]),
    )


def _check(student: Summary) -> None:
    """Raise ``ValueError`` if a number of the record is not finite, as the class cannot be sorted or summed with it."""
    numbers = (student.sum, student.percent, student.total, student.waiting, student.cpu_seconds, student.wall_seconds)
    if not all(number is None or math.isfinite(number) for number in numbers):
        raise ValueError("a score or a time is not a number")


def _flags(record: Record) -> list[str]:
    """Return why an instructor should look at this submission, most serious reason first."""
    flags = ["fault of the grader"] if faulted(record) else []
    fault = wording.loading_fault(record["loading"])
    if fault and not _did_no_harm(record) and not _is_a_cell(record):
        flags.append(fault)
    for why in _NEEDS_A_LOOK:
        tasks = [check["task"] for check in record["checks"] if check["why"] == why]
        if tasks:
            flags.append(f"{wording.WHY_WORDS[why]} in {wording.listed(list(dict.fromkeys(tasks)))}")
    if roots := forbidden_imports(record):
        flags.append(f"imports {wording.listed(list(dict.fromkeys(roots)))}, not allowed")
    conflicts = [short(each["name"], 30) for each in (record["loading"]["conflicts"] if record["loading"] else ())]
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


def forbidden_imports(record: Record) -> list[str]:
    """Return the forbidden libraries that a submission imports, each once."""
    modules = record["submission"]["forbidden"]
    return list(dict.fromkeys(short(str(module).partition(".")[0], 30) for module in modules))


def _lost(check: CheckFields) -> bool:
    """Return whether a check cost points; a bonus costs none, and neither does a fault of ours."""
    return not check["bonus"] and check["result"] != "grader_fault" and check["earned"] < check["points"]


def _sections(record: Record) -> list[str]:
    """Return the course sections of those who handed in, if the platform or the roster names them."""
    students = record["handed_in"]["students"] if record["handed_in"] else ()
    found = (short(str(student.get("section") or ""), 40) for student in students)
    return list(dict.fromkeys(section for section in found if section))


def _did_no_harm(record: Record) -> bool:
    """Return whether code raised an exception while it was loaded, but nothing that the checks need is missing or broken.

    A notebook continues with its next cell, so a missing bonus was simply not attempted.
    """
    loading = record["loading"]
    if not loading or not loading["fault"] or loading["fault"]["why"] != "crashed" or not record["checks"]:
        return False
    if loading["status"] == "unreadable":
        return False
    goes_on = record["submission"]["kind"] == "notebook"
    asked = [check for check in record["checks"] if not (goes_on and check["bonus"])]
    return not any(check["why"] in ("missing", "crashed") or check["result"] == "grader_fault" for check in asked)


def _is_a_cell(record: Record) -> bool:
    """Return whether a cell of a notebook crashed: only its own definitions are lost, as later cells were run."""
    loading, is_notebook = record["loading"], record["submission"]["kind"] == "notebook"
    if loading is None or loading["fault"] is None:
        return False
    return is_notebook and loading["status"] == "raised" and loading["fault"]["why"] == "crashed"


def _lead(record: Record) -> str:
    """Return what the student should fix first: the task, the likely cause or the check's finding, and the points lost."""
    check = find(record, record["lead"])
    if not check:
        return ""
    parts = [part for part in check["parts"] if part["result"] == "failed"]
    known = check["diagnosis"] or next((part["diagnosis"] for part in parts if part["diagnosis"]), None)
    said = check["message"] or next((part["message"] for part in parts if part["message"]), None)
    text = _headline(str(known["title"] if known else "")) or _first_sentence(str(said or "")) or wording.result(check)
    return f"{check['task']} {short(text.replace('`', ''), 100)} (-{wording.points(check['points'] - check['earned'])})"


def _left(record: Record) -> str:
    """Return why a check was left to a person, of those that still wait the reason that most points wait for; empty where none does."""
    asked = {answer["check"] for answer in record["answers"] if answer["state"] == "waiting"}
    points: dict[str, float] = {}
    for check in record["checks"]:
        if check["for_person"] and check["message"] and check["id"] in asked:
            points[check["message"]] = points.get(check["message"], 0.0) + check["points"]
    reason = max(points, key=lambda message: points[message], default="")
    return short(reason.removeprefix(LEFT).strip().rstrip("."), MOST_LEFT)


def _headline(title: str) -> str:
    """Return the title of a mistake as a headline: ``bias gradient averaged over the batch``."""
    return _VERB.sub(" ", title.removeprefix("The ").rstrip(". "), count=1)


def _first_sentence(message: str) -> str:
    """Return the first sentence of a message without its full stop."""
    return _SENTENCE.split(message[:1000].strip(), maxsplit=1)[0].rstrip(".")


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
