"""Results in the form that Gradescope reads, one file a student: REPORTED. May not import fence, checks or reference."""

from __future__ import annotations

from typing import Any

from grader.report import wording
from grader.report.shape import Record, complete, faulted, find, troubles, waiting
from grader.report.text import visible

_MOST_OUTPUT = 20_000


def gradescope(record: Record, hidden: str = "after_published") -> dict[str, Any]:
    """Return the content of ``results.json``.

    Parameters
    ----------
    record : mapping
        A record, finished or not.
    hidden : str
        Visibility of hidden checks. The default shows them once the grades are published; ``"hidden"`` would
        hide the total from the student for good, since one hidden test does.

    Notes
    -----
    After a fault of the grader the whole result is hidden from the student, since Gradescope needs a score and the
    one that is there is not final. While points wait for a person it is shown after the grades are published.
    """
    whole = complete(record)
    return {
        "score": float((whole["score"] or {}).get("sum") or 0.0),
        "execution_time": round(whole["times"]["wall_seconds"] or 0.0),
        "output": _output(whole),
        "output_format": "text",
        "test_output_format": "text",
        "test_name_format": "text",
        "visibility": "hidden" if faulted(whole) else "after_published" if waiting(whole) else "visible",
        "stdout_visibility": "hidden",
        "tests": [_test(whole, check, hidden) for check in whole["checks"]]
        + [_answer(answer) for answer in whole["answers"] if (whole["written"] or {}).get("counts")],
    }


def _output(record: dict[str, Any]) -> str:
    """Return what stands above the tests."""
    lines = []
    if faulted(record):
        lines.append(
            "A fault of the grader left something ungraded: this score is not final. Run the autograder again."
        )
    if waiting(record):
        lines.append(f"Not final: {wording.score(record['score'])}.")
    elif record["score"]:
        lines.append(f"{wording.score(record['score'])}.")
    lines += [fault["message"] for _, fault in troubles(record)]
    if lead := find(record, record["lead"]):
        lines.append(f"Mend first: task {lead['task']}, {lead['title']}")
    lines += [f"Remark: {remark}" for remark in record["remarks"]]
    return visible("\n".join(lines))[:_MOST_OUTPUT]


def _test(record: dict[str, Any], check: dict[str, Any], hidden: str) -> dict[str, Any]:
    """Return one check as a test."""
    return {
        "name": visible(check["title"]),
        "number": check["task"],
        "score": float(check["earned"]),
        "max_score": float(check["points"]),
        "status": "passed" if check["result"] == "passed" else "failed",
        "output": visible("\n".join(_explained(record, check)))[:_MOST_OUTPUT],
        "tags": ["bonus"] if check["bonus"] else [],
        "visibility": hidden if check["visibility"] == "hidden" else "visible",
        "extra_data": {"id": check["id"], "result": check["result"], "why": check["why"]},
    }


def _answer(answer: dict[str, Any]) -> dict[str, Any]:
    """Return one question that a person grades as a test; it has no status, since no check has judged it."""
    lines = [wording.answer(answer)]
    for criterion in answer["criteria"] if answer["state"] == "graded" else ():
        lines.append(
            f"- {criterion['name']}: {wording.points(criterion['earned'])} / {wording.points(criterion['points'])}"
        )
    if answer["comment"]:
        lines.append(f"Comment: {answer['comment']}")
    return {
        "name": visible(answer["title"]),
        "number": visible(answer["id"]),
        "score": float(answer["earned"] or 0.0),
        "max_score": float(answer["points"]),
        "output": visible("\n".join(lines))[:_MOST_OUTPUT],
        "tags": ["bonus"] if answer["bonus"] else [],
        "visibility": "visible",
        "extra_data": {"id": visible(answer["id"]), "result": answer["state"]},
    }


def _explained(record: dict[str, Any], check: dict[str, Any]) -> list[str]:
    """Return the lines below a test: how it ended, why, and what to try."""
    if check["result"] == "grader_fault":
        return ["This check could not be carried out: a fault of the grader, not scored."]
    lines = [f"{wording.result(check)}: {check['message']}" if check["message"] else wording.result(check)]
    if first := find(record, check["mend_first"]):
        lines.append(f"Mend first: task {first['task']}, {first['title']}")
    for part in check["parts"]:
        earned = f"{wording.points(part['earned'])} / {wording.points(part['points'])}"
        lines.append(f"- {part['name']}: {wording.result(part)} ({earned})")
        if part["message"] and part["message"] != check["message"]:
            lines.append(f"  {part['message']}")
    cause = check.get("diagnosis")
    check = check | {"cause": f"{cause['title']} {cause['explanation']} {cause['hint']}" if cause else None}
    for name, label in (
        ("expected", "Expected"),
        ("actual", "Your code gave"),
        ("cause", "Likely cause"),
        ("hint", "Hint"),
    ):
        if check[name]:
            lines.append(f"{label}: {check[name]}")
    return lines + [f"Remark: {remark}" for remark in check["remarks"]]
