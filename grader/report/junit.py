"""The results as JUnit XML (xunit2), one suite per student."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any

from grader.record.fields import AnswerFields, CheckFields, Record, filled
from grader.report import wording
from grader.report.causes import is_offer
from grader.report.class_summary import ClassSummary
from grader.report.shape import faulted, find, waiting
from grader.report.text import one_line, visible


def head(summary: ClassSummary) -> str:
    """Return the declaration and the opening tag, with the totals of the class."""
    students = summary.students
    totals = _attributes(
        name=summary.assignment.get("title", ""),
        tests=sum(student.checks + student.answers or 1 for student in students),
        failures=sum(student.failed for student in students),
        errors=sum(student.broken or (0 if student.checks else 1) for student in students),
        skipped=sum(student.not_checked + student.ungraded for student in students),
        time=_time(sum(student.wall_seconds for student in students)),
    )
    return f'<?xml version="1.0" encoding="utf-8"?>\n<testsuites{totals}>\n'


def tail() -> str:
    """Return the closing tag."""
    return "</testsuites>\n"


def suite(record: Mapping[str, Any]) -> str:
    """Return the suite of one student: a failure is a check that failed, an error is a fault of the grader."""
    whole = filled(record)
    results = ["offer" if is_offer(whole, check) else check["result"] for check in whole["checks"]]
    opening = _attributes(
        name=whole["student"],
        tests=len(results) + len(whole["answers"]) or 1,
        failures=results.count("failed"),
        errors=results.count("grader_fault") if results else 1,
        skipped=results.count("not_checked")
        + results.count("offer")
        + sum(answer["state"] != "graded" for answer in whole["answers"]),
        time=_time(whole["times"]["wall_seconds"]),
    )
    cases = "".join(_case(whole, check) for check in whole["checks"]) or _nothing(whole)
    cases += "".join(_answer(whole, answer) for answer in whole["answers"])
    return f"<testsuite{opening}>\n{_properties(_score(whole))}{cases}</testsuite>\n"


def _score(record: Record) -> dict[str, Any]:
    """Return the properties of a suite."""
    score: Mapping[str, Any] = record["score"] or {}
    names = ["points", "total", "bonus_points", "bonus_total", "waiting"]
    names[:0] = [] if waiting(record) else ["sum", "percent"]
    final = "false" if waiting(record) or faulted(record) else "true"
    numbers = {name: wording.points(score[name]) for name in names if name in score}
    return {"status": record["status"], "final": final} | numbers


def _case(record: Record, check: CheckFields) -> str:
    """Return one check as a test case."""
    attributes = _attributes(
        classname=f"{record['assignment']['id']}.{check['task']}",
        name=check["id"],
        time=_time((record["times"]["checks"] or {}).get(check["id"])),
    )
    properties = {"title": check["title"], "points": wording.points(check["points"])}
    if check["result"] != "grader_fault":
        properties["earned"] = wording.points(check["earned"])
    return f"<testcase{attributes}>\n{_properties(properties)}{_outcome(record, check)}</testcase>\n"


def _outcome(record: Record, check: CheckFields) -> str:
    """Return the outcome of a check as an element, or nothing if it passed."""
    message = check["message"] or ""
    if is_offer(record, check):
        worth = wording.worth(0.0, check["points"])
        return _element("skipped", "", message=f"Bonus, not attempted; it can earn {worth}.")
    if check["result"] == "failed":
        details = "\n".join(f"{name}: {check[name]}" for name in ("expected", "actual", "hint") if check[name])
        return _element("failure", details, message=message, type=check["why"] or "wrong")
    if check["result"] == "not_checked":
        first = find(record, check["mend_first"])
        return _element("skipped", "", message=message or (f"Fix first: {first['title']}" if first else "not checked"))
    if check["result"] == "grader_fault":
        return _element("error", "", message="Not scored because of a fault of the grader.", type="grader_fault")
    return ""


def _answer(record: Record, answer: AnswerFields) -> str:
    """Return one question graded by a person as a test case, skipped until it is graded."""
    attributes = _attributes(
        classname=f"{record['assignment']['id']}.{answer['task']}", name=f"question {answer['id']}"
    )
    properties = {"title": answer["title"], "points": wording.points(answer["points"])}
    if answer["earned"] is not None:
        properties["earned"] = wording.points(answer["earned"])
    skipped = "" if answer["state"] == "graded" else _element("skipped", "", message=wording.answer(answer))
    return f"<testcase{attributes}>\n{_properties(properties)}{skipped}</testcase>\n"


def _nothing(record: Record) -> str:
    """Return the only test case of a submission without checks, which is always a fault of ours."""
    message = "; ".join(f"{fault.get('where')}: {fault.get('message')}" for fault in record["faults"])
    attributes = _attributes(classname=record["assignment"]["id"], name="grading")
    error = _element("error", "", message=message or "No check was run.", type="grader_fault")
    return f"<testcase{attributes}>\n{error}</testcase>\n"


def _properties(values: dict[str, Any]) -> str:
    """Return properties as an element."""
    return (
        "<properties>"
        + "".join(f"<property{_attributes(name=k, value=v)}/>" for k, v in values.items())
        + "</properties>\n"
    )


def _element(name: str, text: str, **attributes: Any) -> str:
    """Return an element with attributes and text."""
    return f"<{name}{_attributes(**attributes)}>{escape(visible(text), quote=False)}</{name}>\n"


def _attributes(**values: Any) -> str:
    """Return attributes without characters forbidden in XML; those that are None are left out."""
    return "".join(f' {name}="{escape(one_line(str(value)))}"' for name, value in values.items() if value is not None)


def _time(value: float | None) -> str | None:
    """Return a duration in seconds, to a millisecond."""
    return None if value is None else f"{value:.3f}"
