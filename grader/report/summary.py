"""The summary of a student that the reports of a class keep of each record."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from grader.outcomes import LEFT, NEAR_NAMES
from grader.record.fields import Record, filled
from grader.report import wording
from grader.report.causes import is_offer
from grader.report.shape import faulted, find, pdf_of, to_do, waiting
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
