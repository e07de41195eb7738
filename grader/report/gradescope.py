"""Results in Gradescope's format, one file per student."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from grader.record.fields import AnswerFields, CheckFields, Record, filled
from grader.report import wording
from grader.report.causes import CHECK, Cause, causes, idle_troubles, is_offer
from grader.report.plain_md import fenced, prose, span
from grader.report.sentence import heading, stopped
from grader.report.shape import faulted, waiting
from grader.report.student_md import asides, bonus, cause_blocks, explained, head
from grader.report.text import visible

_MOST_OUTPUT = 20_000
_OURS = "This check could not be run because of a fault of the grader. It is not scored."


def gradescope(record: Mapping[str, Any], hidden: str = "after_published") -> dict[str, Any]:
    """Return the content of ``results.json``.

    Parameters
    ----------
    record : mapping
        A record, finished or not.
    hidden : str
        Visibility of hidden checks. The default shows them once the grades are published; ``"hidden"`` would
        hide the total from the student for ever, because a single hidden test does so.

    Notes
    -----
    After a fault of the grader the whole result is hidden from the student, because Gradescope needs a score and this
    one is not final. While points wait for a person, the result is shown after the grades are published.
    """
    whole = filled(record)
    return {
        "score": whole["score"]["sum"] if whole["score"] else 0.0,
        "execution_time": round(whole["times"]["wall_seconds"] or 0.0),
        "output": _output(whole),
        "output_format": "md",
        "test_output_format": "md",
        "test_name_format": "text",
        "visibility": "hidden" if faulted(whole) else "after_published" if waiting(whole) else "visible",
        "stdout_visibility": "hidden",
        "tests": _tests(whole, hidden)
        + [_answer(answer) for answer in whole["answers"] if whole["written"] and whole["written"]["counts"]],
    }


def _output(record: Record) -> str:
    """Return the text above the tests: the score, what stopped the submission, what to fix first, and bonus points to earn.

    It is shown before the grades are published, so it contains nothing about hidden checks.
    """
    blocks = list(head(record))
    told = [cause for cause in causes(record) if cause.kind != CHECK or cause.told["visibility"] != "hidden"]
    for number, cause in enumerate(told):
        if cause.kind != CHECK:
            blocks += cause_blocks(record, cause)
        elif number == 0:
            blocks.append(f"**Fix this first:** {span(cause.told['task'])} {prose(heading(record, cause))}")
    for where, fault in idle_troubles(record):
        blocks += [f"### {stopped(record, where)}", prose(fault["message"]), "This cost no points."]
    return _within(_MOST_OUTPUT, [*blocks, *bonus(record), *asides(record)])


def _within(most: int, blocks: Iterable[str]) -> str:
    """Return as many complete blocks as fit, and a note if some are left out."""
    kept: list[str] = []
    for block in blocks:
        most -= len(block) + 2
        if most < 0:
            return "\n\n".join([*kept, "*The rest is left out.*"])
        kept.append(block)
    return "\n\n".join(kept)


def _tests(record: Record, hidden: str) -> list[dict[str, Any]]:
    """Return a test for each check, bonuses last; a bonus that was not attempted gets none."""
    cause_of = {id(check): cause for cause in causes(record) for check in (cause.told, *cause.others)}
    checks = sorted(
        (check for check in record["checks"] if not is_offer(record, check)), key=lambda check: check["bonus"]
    )
    return [_test(record, check, cause_of.get(id(check)), hidden) for check in checks]


def _test(record: Record, check: CheckFields, cause: Cause | None, hidden: str) -> dict[str, Any]:
    """Return one check as a test."""
    return {
        "name": ("Bonus: " if check["bonus"] else "") + visible(check["title"]),
        "number": check["task"],
        "score": float(check["earned"]),
        "max_score": float(check["points"]),
        "status": "passed" if check["result"] == "passed" else "failed",
        "output": _within(_MOST_OUTPUT, _explained(record, check, cause)),
        "tags": ["bonus"] if check["bonus"] else [],
        "visibility": hidden if check["visibility"] == "hidden" else "visible",
        "extra_data": {"id": check["id"], "result": check["result"], "why": check["why"]},
    }


def _answer(answer: AnswerFields) -> dict[str, Any]:
    """Return one question graded by a person as a test; it has no status, as no check has judged it."""
    blocks = [wording.answer(answer)]
    if answer["state"] == "graded" and answer["criteria"]:
        lines = [
            f"* {prose(one['name'])}: {wording.points(one.get('brought', one['earned'] or 0.0))} / "
            f"{wording.points(one.get('weight', one['points']))}"
            for one in answer["criteria"]
        ]
        if adjusted := answer.get("adjusted"):
            lines.append(f"* adjusted: {wording.signed(adjusted['points'])} ({prose(adjusted['why'])})")
        blocks.append("\n".join(lines))
    if answer["comment"]:
        blocks.append(f"Comment:\n\n{fenced(answer['comment'], 10_000, 0)}")
    return {
        "name": visible(answer["title"]),
        "number": visible(answer["id"]),
        "score": float(answer["earned"] or 0.0),
        "max_score": float(answer["points"]),
        "output": _within(_MOST_OUTPUT, blocks),
        "tags": ["bonus"] if answer["bonus"] else [],
        "visibility": "visible",
        "extra_data": {"id": visible(answer["id"]), "result": answer["state"]},
    }


def _explained(record: Record, check: Mapping[str, Any], cause: Cause | None) -> list[str]:
    """Return the text below a test: how it ended, why, and what to try; a cause explained elsewhere is only referred to."""
    if check["result"] == "grader_fault":
        return [_OURS]
    if cause is not None and cause.kind != CHECK:
        return [f"**Fix first**, as explained above: {prose(heading(record, cause).rstrip('.'))}."]
    said = f": {prose(check['message'])}" if check["message"] else ""
    blocks = [f"**{wording.result(check)}**{said}"]
    if cause is not None and cause.told is not check:
        first = f"**Fix first:** task {span(cause.told['task'])}, {prose(heading(record, cause).rstrip('.'))}."
        return [first] if check["result"] == "not_checked" else [first, *blocks]
    return [*blocks, *explained(record, check, check["id"])]
