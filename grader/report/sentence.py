"""The sentences on a student's results and on what to fix, the same in every report. Imports wording and causes only."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from grader.record.fields import Record
from grader.report import wording
from grader.report.causes import CHECK, IMPORT, Cause, causes, is_offer
from grader.report.shape import to_do
from grader.report.text import short

OURS = "This check could not be run. That is a fault of the grader, not of your work: it is not scored, and your instructor sees it, too."


def sentence(record: Record) -> str:
    """Return how the checks ended, in a sentence or two; a bonus that was not attempted is not counted."""
    if not record["checks"]:
        return "No check was run."
    if to_do(record):
        return "Nothing is written yet, so this page is your list of what to do, in order."
    others = [f"`{short(name, 40)}`" for name in record["submission"]["other_names"]]
    if others:
        return (
            "None of the names that the assignment asks for was found at the top level of your code. "
            f"Names found: {wording.listed(others, 12)}. Use exactly the names that the assignment asks for."
        )
    required = [check for check in record["checks"] if not check["bonus"]]
    attempted = [check for check in record["checks"] if check["bonus"] and not is_offer(record, check)]
    found = causes(record)
    said = [_counted(required, "check")]
    if any(check["earned"] for check in attempted) or any(cause.bonus for cause in found):
        said.append(_counted(attempted, "bonus check"))
    if found:
        said.append(f"{wording.counted(len(found), 'thing')} to fix.")
    return " ".join(text for text in said if text)


def _counted(checks: Sequence[Mapping[str, Any]], noun: str) -> str:
    """Return how many of some checks passed, as a sentence."""
    if not checks:
        return ""
    count = Counter(check["result"] for check in checks)
    total = wording.counted(len(checks), noun)
    if count["passed"] == len(checks):
        return f"All {total} passed." if len(checks) > 1 else f"The {noun} passed."
    text = f"{count['passed']} of {total} passed"
    if count["grader_fault"]:
        text += f", {count['grader_fault']} could not be run because of a fault of the grader"
    return text + "."


def heading(record: Record, cause: Cause) -> str:
    """Return what to fix, in one line."""
    if cause.kind == IMPORT:
        roots = dict.fromkeys(str(module).partition(".")[0] for module in record["submission"]["forbidden"])
        named = wording.listed([f"`{short(root, 40)}`" for root in roots]) or "a library"
        return f"Your code uses {named}, which this assignment does not allow"
    if cause.kind in wording.STOPPED:
        return stopped(record, cause.kind)
    return name_of_missing(cause) or str(cause.told["title"])


def stopped(record: Record, where: str) -> str:
    """Return the heading for what stopped the submission while it was read, loaded or run, or stopped a cell."""
    ended = {"loading": record["loading"], "running": record["running"]}.get(where)
    fault = ended["fault"] if ended else None
    if fault and str(fault["message"]).startswith("A cell of your notebook stopped"):
        return "A cell of your notebook stopped"
    return wording.STOPPED[where]


def name_of_missing(cause: Cause) -> str | None:
    """Return the heading for a missing name, if there is nothing else to say; else None."""
    said = str(cause.told["message"] or "")
    return said.rstrip(".") if cause.told["why"] == "missing" and len(said) < 100 and cause.kind == CHECK else None


def message(cause: Cause) -> str | None:
    """Return the message of a cause, shown below its heading, without the call that happened to meet it."""
    if name_of_missing(cause):
        return None
    said = str(cause.told["message"] or "")
    return said.rpartition("ForbiddenImport: ")[2] if cause.kind == IMPORT else said or None


def remarks(record: Record, found: Sequence[Cause]) -> list[str]:
    """Return the remarks, without those that repeat a cause."""
    every = [*record["remarks"], *record["times"]["remarks"]]
    said = [cause.told["message"] for cause in found]
    imports = any(cause.kind == IMPORT for cause in found)
    return [
        remark
        for remark in every
        if remark not in said and not (imports and remark.endswith("which this assignment does not allow."))
    ]
