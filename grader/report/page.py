"""The HTML page of one student, to be handed out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from grader.record.fields import AnswerFields, ExcerptFields, Record, filled
from grader.report import wording
from grader.report.causes import IMPORT, PLACES, Cause, causes, idle_troubles, offers
from grader.report.charts import Curve, Scatter, exhibit
from grader.report.html import environment
from grader.report.png import Picture, pictures
from grader.report.sentence import heading, message, remarks, sentence, stopped
from grader.report.shape import faulted, pdf_of, to_do, waiting
from grader.report.since import changes

_AFTER = {"loading": "Everything defined before that point was still checked."}
_REPEATED = ("message", "hint", "expected", "actual", "diagnosis")
MOST_CHANGES = 8


def render_page(record: Mapping[str, Any], decided: Mapping[str, Any] | None = None) -> str:
    """Return the page of one student as HTML.

    Parameters
    ----------
    record : mapping
        A record of a graded submission, finished or not.
    decided : mapping, optional
        What people decided about the score, as ``read_decided`` returns it.
    """
    return environment().get_template("page.html").render(**values_of(record, decided))


def values_of(record: Mapping[str, Any], decided: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Return the values for the template of a student's page."""
    whole = filled(record)
    todo = to_do(whole)
    found = [] if todo else causes(whole)
    drawings = list(pictures(whole["figures"]))
    drawn = [drawing for shown in whole["exhibits"] if (drawing := exhibit(shown))]
    return {
        "record": whole,
        "decided": decided,
        "todo": todo,
        "faulted": faulted(whole),
        "sentence": sentence(whole),
        "versions": wording.versions(whole["versions"]),
        "fixes": [_fix(whole, cause) for cause in found],
        "idle": [] if todo else [_idle(whole, where, fault) for where, fault in idle_troubles(whole)],
        "spoilt": [check for check in whole["checks"] if check["result"] == "grader_fault"],
        "offers": _tasks(whole, [check for check in whole["checks"] if check["bonus"]] if todo else offers(whole)),
        "passed": _tasks(whole, [check for check in whole["checks"] if check["result"] == "passed"]),
        "undone": _tasks(whole, [check for check in whole["checks"] if not check["bonus"]]) if todo else [],
        "changes": changes(whole),
        "most_changes": MOST_CHANGES,
        "remarks": remarks(whole, found),
        "answers": _answers(whole, drawings),
        "beside": _beside(whole),
        "waits": waiting(whole),
        "curves": [drawing for drawing in drawn if isinstance(drawing, Curve)],
        "scatters": [drawing for drawing in drawn if isinstance(drawing, Scatter)],
        "pictures": drawings,
    }


def _fix(record: Record, cause: Cause) -> dict[str, Any]:
    """Return one cause as the page shows it: its message, the code it concerns, and the checks that depend on it."""
    is_check = "id" in cause.told
    told = _row(cause.told) if is_check else dict(cause.told) | {"parts": (), "remarks": (), "measured": ()}
    if cause.kind == IMPORT:
        # The line of the import is the cause; which call reached it first does not matter.
        told |= {"frames": (), **dict.fromkeys(("expected", "actual"))}
    elif not is_check:
        told |= {"frames": cause.told["frames"]}
    return {
        "heading": heading(record, cause),
        "task": cause.told["task"] if is_check and cause.kind != IMPORT else None,
        "after": _AFTER.get(cause.kind),
        "told": told | {"message": message(cause)},
        "badge": is_check,
        "bonus": cause.bonus,
        "worth": wording.worth(cause.points, cause.bonus_points),
        "at_most": bool(cause.others),
        "excerpts": _excerpts(record, cause.place),
        "waiting": [_waiting(cause, check) for check in _others(cause)],
    }


def _others(cause: Cause) -> Sequence[Mapping[str, Any]]:
    """Return the checks that depend on a cause, including, for a forbidden import, the one that found it."""
    return (cause.told, *cause.others) if cause.kind == IMPORT else cause.others


def _waiting(cause: Cause, check: Mapping[str, Any]) -> dict[str, Any]:
    """Return a check that depends on a cause, with its own finding if that is different."""
    said = check["message"] if check["result"] == "failed" and cause.kind == "check" else None
    own = said if said != cause.told["message"] and "It raised" not in (said or "") else None
    return {"task": check["task"], "title": check["title"], "points": check["points"] - check["earned"], "own": own} | {
        "bonus": check["bonus"]
    }


def _idle(record: Record, where: str, fault: Mapping[str, Any]) -> dict[str, Any]:
    """Return what stopped the submission without costing points."""
    return {"heading": stopped(record, where), "fault": fault, "excerpts": _excerpts(record, PLACES[where])}


def _excerpts(record: Record, of: str) -> list[ExcerptFields]:
    """Return the code excerpts for one check, or for what stopped the submission."""
    return [excerpt for excerpt in record["excerpts"] if of in excerpt["of"]][:3]


def _tasks(record: Record, checks: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return checks grouped by task, in the record's order, with points earned and possible, and the task's number of checks."""
    titles = {task["number"]: task.get("title") for task in record["tasks"]}
    every = [check["task"] for check in record["checks"]]
    tasks: dict[str, dict[str, Any]] = {}
    for check in checks:
        row = tasks.setdefault(
            check["task"],
            {"number": check["task"], "title": titles.get(check["task"]) or check["title"], "bonus": check["bonus"]}
            | {"checks": [], "earned": 0.0, "points": 0.0, "of": every.count(check["task"])},
        )
        row["checks"].append(check)
        row["earned"] += check["earned"]
        row["points"] += check["points"]
    return list(tasks.values())


def _row(check: Mapping[str, Any]) -> dict[str, Any]:
    """Return one check as the page shows it: with its tone, and with parts that do not repeat the check's message."""
    parts = []
    for part in check["parts"]:
        own = {name: None if part[name] == check[name] else part[name] for name in _REPEATED}
        parts.append(part | own | {"tone": _tone(part), "told": part["result"] == "failed" and any(own.values())})
    return dict(check) | {"tone": _tone(check), "parts": parts}


def evidence(record: Mapping[str, Any], question: str) -> list[dict[str, Any]]:
    """Return the cells that the answer to a question belongs to, with their figures."""
    whole = filled(record)
    shown = _shown(list(pictures(whole["figures"])))
    return [cell for answer in whole["answers"] if answer["id"] == question for cell in _cells(answer, shown)]


def outcomes(record: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the outcomes of a record's checks, with their named mistakes, to be shown next to an answer."""
    return [_row(check) for check in filled(record)["checks"]]


def _shown(drawings: list[Picture]) -> dict[int, Picture]:
    return {place: picture for place, picture in enumerate(drawings) if picture.uri}


def _cells(answer: Mapping[str, Any], shown: Mapping[int, Picture]) -> list[dict[str, Any]]:
    return [
        dict(cell) | {"pictures": [(place + 1, shown[place]) for place in cell["figures"] if place in shown]}
        for cell in answer["belongs_to"]
    ]


def _answers(record: Record, drawings: list[Picture]) -> list[dict[str, Any]]:
    """Return the written answers as the page shows them, each with the figures of the cells it belongs to."""
    shown, pdf = _shown(drawings), pdf_of(record)
    return [
        answer
        | {
            "anchor": f"answer-{number}",
            "tone": "open" if answer["state"] != "graded" else _tone(_ended(answer)),
            "words": wording.answer(answer),
            "belongs_to": _cells(answer, shown),
            "document": f"../{pdf}" if pdf and answer["text"].endswith(pdf) else None,
        }
        for number, answer in enumerate(record["answers"], start=1)
    ]


def _ended(answer: AnswerFields) -> dict[str, Any]:
    """Return a graded answer as if it were a check."""
    return {
        "result": "passed" if (answer["earned"] or 0.0) >= answer["points"] else "failed",
        "earned": answer["earned"],
    }


def _beside(record: Record) -> str | None:
    """Return the points of the written answers in words, if they are separate from the score; None if they count."""
    written = record["written"]
    if not written or written["counts"]:
        return None
    text = f"{wording.points(written['points'])} of {wording.points(written['total'])} points"
    so_far = f" so far; {wording.waits(written['waiting'])}" if written["waiting"] else ""
    return f"{text}{so_far}. They are separate from the score."


def _tone(outcome: Mapping[str, Any]) -> str:
    """Return the tone of a result, one of the page's five."""
    if outcome["result"] == "failed":
        return "partly" if outcome["earned"] > 0 else "failed"
    return {"passed": "passed", "grader_fault": "fault"}.get(outcome["result"], "open")
