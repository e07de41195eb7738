"""One HTML page a student, to be handed out: REPORTED. May not import fence, checks or reference."""

from __future__ import annotations

from collections import Counter
from itertools import groupby
from typing import Any

from grader.report import wording
from grader.report.charts import Curve, Scatter, exhibit
from grader.report.html import environment
from grader.report.png import Picture, pictures
from grader.report.shape import Record, complete, faulted, find, to_do, troubles, waiting
from grader.report.text import short

_TROUBLE = {
    "reading": "Your submission could not be read",
    "loading": "Your submission did not load to its end",
    "running": "Your submission did not run to its end",
}
_AFTER = {"loading": "What was defined before that point was still checked."}
_REPEATED = ("message", "hint", "expected", "actual", "diagnosis")


def render_page(record: Record) -> str:
    """Return the page of one student as HTML.

    Parameters
    ----------
    record : mapping
        A record of a graded submission, finished or not.
    """
    whole = complete(record)
    todo = to_do(whole)
    drawings = list(pictures(whole["figures"]))
    drawn = [drawing for shown in whole["exhibits"] if (drawing := exhibit(shown))]
    return (
        environment()
        .get_template("page.html")
        .render(
            record=whole,
            todo=todo,
            faulted=faulted(whole),
            sentence=_sentence(whole, todo),
            versions=wording.versions(whole["versions"]),
            lead=_lead(whole),
            troubles=[] if todo else _troubles(whole),
            chapters=_chapters(whole),
            answers=_answers(whole, drawings),
            beside=_beside(whole),
            waits=waiting(whole),
            curves=[drawing for drawing in drawn if isinstance(drawing, Curve)],
            scatters=[drawing for drawing in drawn if isinstance(drawing, Scatter)],
            pictures=drawings,
        )
    )


def _sentence(record: dict[str, Any], todo: bool) -> str:
    """Return how the checks ended, in one sentence."""
    if not record["checks"]:
        return "No check was carried out."
    if todo:
        return "Nothing is written yet, so this page is your list of what to do, in the order in which to do it."
    others = [f"`{short(name, 40)}`" for name in record["submission"]["other_names"]]
    if others:
        return (
            "None of the names that the assignment asks for was found at the top level of your code. "
            f"What was found: {wording.listed(others, 12)}. Names must be exactly as asked for."
        )
    count = Counter(check["result"] for check in record["checks"])
    total = wording.counted(len(record["checks"]), "check")
    if count["passed"] == len(record["checks"]):
        return f"All {total} passed."
    text = f"{count['passed']} of {total} passed"
    if count["failed"]:
        text += f", {count['failed']} failed"
    if count["not_checked"]:
        text += f", {count['not_checked']} could not be checked before others are mended"
    if count["grader_fault"]:
        text += f", {count['grader_fault']} could not be carried out by a fault of ours"
    return text + "."


def _lead(record: dict[str, Any]) -> dict[str, Any] | None:
    """Return the check to mend first, with the number of checks that wait for it."""
    check = find(record, record["lead"])
    if check is None:
        return None
    waiting = sum(other["mend_first"] == check["id"] for other in record["checks"])
    anchor = f"check-{record['checks'].index(check) + 1}"
    return check | {"anchor": anchor, "waiting": waiting, "lost": check["points"] - check["earned"]}


def _troubles(record: dict[str, Any]) -> list[dict[str, Any]]:
    """Return what stopped the submission from being read, loaded or run."""
    return [
        {"heading": _TROUBLE[where], "after": _AFTER.get(where), "fault": fault} for where, fault in troubles(record)
    ]


def _chapters(record: dict[str, Any]) -> list[list[dict[str, Any]]]:
    """Return the rows of all checks in the record's order, in groups by the first number of their task."""
    rows = [_row(record, number, check) for number, check in enumerate(record["checks"], start=1)]
    return [list(group) for _, group in groupby(rows, key=lambda row: str(row["task"]).split(".")[0])]


def _row(record: dict[str, Any], number: int, check: dict[str, Any]) -> dict[str, Any]:
    """Return one check as the page shows it: with its anchor and tone, and nothing that one of its parts repeats."""
    row = check | {
        "anchor": f"check-{number}",
        "tone": _tone(check),
        "parts": [part | {"tone": _tone(part)} for part in check["parts"]],
        "first": find(record, check["mend_first"]),
    }
    return row | {name: None for name in _REPEATED if check[name] in [part[name] for part in check["parts"]]}


def _answers(record: dict[str, Any], drawings: list[Picture]) -> list[dict[str, Any]]:
    """Return the written answers as the page shows them, each with the figures of the cells it belongs to."""
    shown = {place: picture for place, picture in enumerate(drawings) if picture.uri}
    return [
        answer
        | {
            "anchor": f"answer-{number}",
            "tone": "open" if answer["state"] != "graded" else _tone(_ended(answer)),
            "words": wording.answer(answer),
            "belongs_to": [
                cell | {"pictures": [(place + 1, shown[place]) for place in cell["figures"] if place in shown]}
                for cell in answer["belongs_to"]
            ],
        }
        for number, answer in enumerate(record["answers"], start=1)
    ]


def _ended(answer: dict[str, Any]) -> dict[str, Any]:
    """Return a graded answer as if it were a check."""
    return {"result": "passed" if answer["earned"] >= answer["points"] else "failed", "earned": answer["earned"]}


def _beside(record: dict[str, Any]) -> str | None:
    """Return what the written answers came to, where their points stand beside the score; None where they count."""
    written = record["written"]
    if not written or written["counts"]:
        return None
    text = f"{wording.points(written['points'])} of {wording.points(written['total'])} points"
    so_far = f" so far; {wording.waits(written['waiting'])}" if written["waiting"] else ""
    return f"{text}{so_far}. They stand beside the score and are not part of it."


def _tone(outcome: dict[str, Any]) -> str:
    """Return which of the page's five tones the result has."""
    if outcome["result"] == "failed":
        return "partly" if outcome["earned"] > 0 else "failed"
    return {"passed": "passed", "grader_fault": "fault"}.get(outcome["result"], "open")
