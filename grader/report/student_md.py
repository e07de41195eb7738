"""One student's page in Markdown, for the summary of a CI step and for Gradescope."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from grader.record.fields import Record, filled
from grader.report import wording
from grader.report.causes import IMPORT, PLACES, Cause, causes, idle_troubles, offers
from grader.report.plain_md import fenced, prose, span
from grader.report.sentence import heading, message, remarks, sentence, stopped
from grader.report.shape import faulted, to_do, waiting

MOST_WAITING = 60


def student_markdown(record: Mapping[str, Any]) -> str:
    """Return the page of one student: the score, what to fix first, the other checks that did not pass, then those that did."""
    whole = filled(record)
    blocks = [f"# {span(whole['student'], 120) or 'Your submission'}", *head(whole)]
    if to_do(whole):
        blocks += ["## What to do", *_tasks(whole, [check for check in whole["checks"] if not check["bonus"]])]
    else:
        blocks += fixes(whole)
    passed = [check for check in whole["checks"] if check["result"] == "passed"]
    blocks += ["## Passed", *_tasks(whole, passed)] if passed else []
    blocks += bonus(whole)
    blocks += asides(whole)
    return "\n\n".join(blocks) + "\n"


def head(record: Record) -> Iterator[str]:
    """Yield the score and how the checks ended."""
    if faulted(record):
        yield "**This score is not final, because a fault of the grader left something ungraded.** It is not your fault; your instructor can grade it again."
    if record["score"]:
        not_final = "Not final: " if waiting(record) else ""
        percent = "" if waiting(record) else f" = {wording.percent(record['score']['percent'])}"
        yield f"**{not_final}{_score(record['score'])}**{percent}"
    yield prose(sentence(record))


def _score(scored: Mapping[str, Any]) -> str:
    """Return the points in words, leaving out a bonus of which nothing was earned."""
    return wording.score(scored if scored.get("bonus_points") else {**scored, "bonus_total": 0.0})


def fixes(record: Record) -> Iterator[str]:
    """Yield every cause, those worth most first, and what stopped the submission without costing points."""
    for number, cause in enumerate(causes(record)):
        if number < 2:
            yield "## Then fix" if number else "## Fix this first"
        yield from cause_blocks(record, cause)
    for where, fault in idle_troubles(record):
        yield f"## {stopped(record, where)}"
        yield prose(fault["message"])
        yield from code(record, PLACES[where])
        yield "This cost no points."
    for check in record["checks"]:
        if check["result"] == "grader_fault":
            yield f"**{span(check['task'])} not scored:** this check could not be run because of a fault of the grader."


def cause_blocks(record: Record, cause: Cause) -> Iterator[str]:
    """Yield one cause: what it is, the points it can earn, the explanation, the code, and the checks that depend on it."""
    is_check = "id" in cause.told and cause.kind != IMPORT
    number = f"{span(cause.told['task'])} " if is_check else ""
    worth = wording.worth(cause.points, cause.bonus_points)
    up_to = "up to " if cause.others else ""
    yield f"### {number}{prose(heading(record, cause).rstrip('.'))}" + (f" ({up_to}{worth})" if worth else "")
    if said := message(cause):
        yield f"**{wording.result(cause.told)}:** {prose(said)}" if is_check else prose(said)
    yield from explained(record, cause.told, cause.place)
    yield from waits(cause)


def explained(record: Record, told: Mapping[str, Any], place: str) -> Iterator[str]:
    """Yield what is known about a check or fault: the likely cause, both values, the code, the parts, the hint, remarks."""
    if diagnosis := told.get("diagnosis"):
        yield f"**Likely cause:** {prose(' '.join((diagnosis['title'], diagnosis['explanation'])))}"
    if place != PLACES[IMPORT]:
        for name, label in (("expected", "Expected"), ("actual", "Your code gave")):
            if told[name]:
                yield f"{label}:\n\n{fenced(told[name])}"
    yield from code(record, place)
    if told.get("parts"):
        yield "\n".join(_part(part, told) for part in told["parts"])
    hints = [diagnosis["hint"]] if diagnosis else []
    for hint in [*hints, *([told["hint"]] if told["hint"] else [])]:
        yield f"Hint: {prose(hint)}"
    for remark in told.get("remarks") or ():
        yield f"Remark: {prose(remark)}"


def code(record: Record, of: str) -> Iterator[str]:
    """Yield the student's lines for a check, or for what stopped the submission; marked ones begin with ``>``."""
    for excerpt in [excerpt for excerpt in record["excerpts"] if of in excerpt["of"]][:2]:
        lines = [
            f"{'>' if number in excerpt['marked'] else ' '}{number:5d} {line}"
            for number, line in enumerate(excerpt["lines"], start=excerpt["first"])
        ]
        yield f"Your code, {span(excerpt['file'], 80)}:\n\n{fenced(chr(10).join(lines), 3_000, 0)}"


def _part(part: Mapping[str, Any], told: Mapping[str, Any]) -> str:
    earned = f"{wording.points(part['earned'])} / {wording.points(part['points'])}"
    own = f": {prose(part['message'])}" if part["message"] and part["message"] != told["message"] else ""
    return f"* {span(part['name'], 120)} {wording.result(part)} ({earned}){own}"


def waits(cause: Cause) -> Iterator[str]:
    """Yield the checks that depend on a cause, as one list."""
    rows = [cause.told, *cause.others] if cause.kind == IMPORT else list(cause.others)
    if rows:
        verb = "waits" if len(rows) == 1 else "wait"
        named = [f"{wording.counted(len(rows), 'check')} {verb} for this: "]
        tasks = list(dict.fromkeys(check["task"] for check in rows))
        yield named[0] + wording.listed([span(task, 20) for task in tasks], MOST_WAITING) + "."


def bonus(record: Record) -> Iterator[str]:
    """Yield the bonuses that were not attempted, as points to earn."""
    found = [check for check in record["checks"] if check["bonus"]] if to_do(record) else offers(record)
    if found:
        total = sum(check["points"] for check in found)
        yield f"## Bonus: you can earn {wording.worth(0.0, total)} more"
        yield from _tasks(record, found)


def asides(record: Record) -> Iterator[str]:
    """Yield the remarks on the submission as a whole."""
    if said := remarks(record, causes(record)):
        yield "## Remarks"
        yield "\n".join(f"* {prose(remark)}" for remark in said)


def _tasks(record: Record, checks: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """Yield one line for each task of these checks."""
    titles = {task["number"]: task.get("title") for task in record["tasks"]}
    worth: dict[str, float] = {}
    for check in checks:
        worth[check["task"]] = worth.get(check["task"], 0.0) + check["points"]
    named = {check["task"]: titles.get(check["task"]) or check["title"] for check in reversed(checks)}
    yield "\n".join(
        f"* {span(task)} {prose(str(named[task]))} ({wording.worth(points)})" for task, points in worth.items()
    )
