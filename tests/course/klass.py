"""Classes for the tests of the course: records as the grader writes them, small, and the commands on them."""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any

from grader.command import main
from grader.material.questions import Criterion, Question, Rubric
from grader.record.record import record_path, score_fields, write_record
from grader.record.score import TaskScore, Worth, score
from grader.report.write import write_student
from grader.written.people import People, write_people
from grader.written.points import written_fields
from grader.written.sheet import sheet

QUESTION = Question(
    "1a",
    "1",
    "Why does it diverge?",
    4.0,
    "The step is too large.",
    (Criterion("the step", 3.0), Criterion("the sign", 1.0)),
)
RUBRIC = Rubric((QUESTION,), "Write your answer here.", True)


def a_record(
    slug: str,
    *,
    name: str | None = None,
    assignment: str = "hw1",
    earned: tuple[float, float] = (6.0, 10.0),
    of: tuple[float, float] = (10.0, 10.0),
    bonus: float = 0.0,
    answer: str | None = None,
    text: str = "",
) -> dict[str, Any]:
    """Return the record of a student: two tasks of checks, a bonus task where ``bonus`` is given, and a written answer if ``answer``.

    Parameters
    ----------
    slug, name, assignment : str
    earned, of : pair of float
        Points of the two tasks.
    bonus : float
        Points of a third task, of 5.
    answer : str, optional
        What was written to the one question, of 4 points.
    text : str
        The text whose digest identifies the hand-in.
    """
    rows = [("1", "layers", earned[0], of[0], False), ("2", "training", earned[1], of[1], False)]
    rows += [("3", "more", bonus, 5.0, True)] if bonus else []
    checks: list[dict[str, Any]] = [
        {"id": f"check_{n}", "title": f"Task {n} is right.", "task": n, "points": most, "earned": got, "bonus": extra, "visibility": "public",
         "result": "passed" if got == most else "failed", "why": None if got == most else "wrong", "message": None, "hint": None,
         "expected": None, "actual": None, "mend_first": None, "parts": [], "measured": [], "remarks": [], "frames": []}
        for n, _, got, most, extra in rows
    ]  # fmt: skip
    answers = [] if answer is None else [_answer(answer)]
    tasks = [TaskScore(n, title, 0.0, 0.0, extra) for n, title, _, _, extra in rows]
    worth = [Worth(one["task"], one["points"], one["earned"]) for one in answers]
    total = score([Worth(one["task"], one["points"], one["earned"]) for one in checks], tasks, worth)
    digest = hashlib.sha256(f"{slug}{text}{answer}".encode()).hexdigest()
    return {
        "grader_version": "0.4.0",
        "assignment": {"id": assignment, "title": f"Homework {assignment}", "total": sum(of) + 4 * (answer is not None), "bonus": 5.0 * bool(bonus), "allowed": []},
        "student": slug if name is None else name, "slug": slug,
        "submission": {"name": f"{slug}.py", "form": "file", "kind": "script", "entry": f"{slug}.py", "asked": None, "other_names": [],
                       "sha256": digest, "forbidden": [], "files": [{"path": f"{slug}.py", "bytes": 10}]},
        "isolation": {"level": "full", "not_held": []}, "versions": {"python": "3.11"}, "seed_id": "1", "provenance": "p", "status": "graded",
        "score": score_fields(total), "tasks": [vars(task) for task in total.tasks], "checks": checks, "answers": answers,
        "written": written_fields(answers, counts=True) if answers else None,
        "lead": None, "remarks": [], "loading": {"status": "loaded", "fault": None}, "running": {"status": "loaded", "fault": None},
        "output": {"stdout": "", "stderr": "", "truncated": False}, "figures": [], "exhibits": [], "notebook": None, "faults": [],
        "repeat": "", "times": {"graded_at": "2026-10-25T10:00:00+00:00", "cpu_seconds": 0.1, "wall_seconds": 0.1, "checks": {}, "remarks": []},
    }  # fmt: skip


def _answer(text: str) -> dict[str, Any]:
    return {
        "id": "1a", "title": QUESTION.title, "task": "1", "points": 4.0, "state": "waiting", "earned": None, "text": text, "truncated": False,
        "place": "a.ipynb", "sha256": hashlib.sha256(text.encode()).hexdigest(),
        "criteria": [{"name": one.name, "points": one.points, "earned": None} for one in QUESTION.criteria],
        "comment": None, "bonus": False, "belongs_to": [],
    }  # fmt: skip


def write_reports(out: Path, records: Sequence[dict[str, Any]], *, pages: bool = True) -> Path:
    """Write the records of a class as ``grade`` leaves them, with the list of the class; return the folder."""
    for record in records:
        write_record(record_path(out, record["slug"]), record)
        if pages:
            write_student(record, out)
    if records and any(record["answers"] for record in records):
        write_people(out, People(records[0]["assignment"]["id"], tuple(record["slug"] for record in records)))
    return out


def write_sheet(
    path: Path,
    records: Sequence[dict[str, Any]],
    given: Mapping[str, tuple[str, str, str]],
    *,
    only: Collection[str] | None = None,
) -> Path:
    """Write a grading sheet with the points ``given`` (by slug: two numbers and a comment), for all students or ``only`` some."""
    rows = list(csv.DictReader(io.StringIO("".join(sheet(records, RUBRIC, ()))[1:], newline="")))
    rows = [row for row in rows if only is None or row["key"].split("/")[1] in only]
    for row in rows:
        row["points 1"], row["points 2"], row["comment"] = given.get(row["key"].split("/")[1], ("", "", ""))
    with open(path, "w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows(rows)
    return path


def run(capsys: Any, *words: object) -> tuple[object, str, str]:
    """Run a command of the grader in this process; return its exit status, output and errors."""
    capsys.readouterr()
    try:
        status: object = main([str(word) for word in words])
    except SystemExit as usage:
        status = usage.code
    printed = capsys.readouterr()
    return status, printed.out, printed.err


def done(capsys: Any, *words: object) -> str:
    """Run a command that must succeed; return what it printed."""
    status, output, errors = run(capsys, *words)
    assert status == 0, output + errors
    return output
