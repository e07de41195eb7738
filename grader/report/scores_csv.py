"""The scores as a table for spreadsheets and course systems."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from typing import Any

from grader.record.fields import filled
from grader.report import wording
from grader.report.shape import faulted, waiting
from grader.report.spreadsheet import inert
from grader.report.summary import summarize

_LEADING = ("student", "status", "score", "percent", "points", "bonus", "waiting")


def header(tasks: Mapping[str, Mapping[str, Any]]) -> str:
    """Return the first line, with one column per task, named by its number and title."""
    return _line([*_LEADING, *(f"{number} {task['title']}" for number, task in tasks.items()), "look", "page"])


def row(record: Mapping[str, Any], tasks: Mapping[str, Mapping[str, Any]]) -> str:
    """Return the line of one student; points unscored by a fault of the grader, or waiting for a person, are left empty."""
    whole = filled(record)
    score: Mapping[str, Any] = whole["score"] or {}
    spoilt = {check["task"] for check in whole["checks"] if check["result"] == "grader_fault"}
    spoilt |= {task["number"] for task in whole["tasks"] if task.get("waiting")}
    earned = {task["number"]: task.get("points") for task in whole["tasks"] if task["number"] not in spoilt}
    status = "grader_fault" if faulted(whole) else "not_final" if waiting(whole) else whole["status"]
    numbers = [score.get(name) for name in ("sum", "percent", "points", "bonus_points", "waiting")]
    numbers[1] = None if numbers[1] is None else wording.rounded_percent(numbers[1])
    if waiting(whole):
        numbers[:2] = None, None
    points = (earned.get(number) for number in tasks)
    return _line([whole["student"], status, *numbers, *points, summarize(whole).look, f"students/{whole['slug']}.html"])


def _line(cells: list[Any]) -> str:
    """Return one line of CSV: text in quotes, numbers as numbers, nothing as an empty cell."""
    buffer = io.StringIO()
    csv.writer(buffer, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\r\n").writerow([_cell(cell) for cell in cells])
    return buffer.getvalue()


def _cell(value: Any) -> str | float | int:
    """Return the content of a cell: a number rounded as in all reports, or text that is safe from being read as a formula."""
    if isinstance(value, int | float):
        rounded = round(value, 2)
        return int(rounded) if rounded == int(rounded) else rounded
    return inert("" if value is None else str(value))
