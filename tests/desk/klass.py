"""Classes for the tests of the desk: records as the grader writes them, with five questions, a figure and a mistake."""

from __future__ import annotations

import base64
import hashlib
import random
import struct
import zlib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from grader.record.record import record_path, score_fields, write_record
from grader.record.score import TaskScore, Worth, score
from grader.written.people import People, write_people
from grader.written.points import written_fields

# Of each question: its id, title, what it asks, and its criteria with their points.
QUESTIONS: tuple[tuple[str, str, str, tuple[tuple[str, float], ...]], ...] = (
    ("1a", "Why does it diverge?", "Look at the *third* curve. Why does the loss grow, with $\\eta = 2$?",
     (("the step is longer than the valley is wide", 2.0), ("each step lands higher", 1.0), ("a remedy", 1.0))),
    ("1b", "What does momentum change?", "Compare both walks, and explain with $v \\leftarrow \\beta v - \\eta \\nabla L$.",
     (("it averages gradients", 1.0), ("less zigzag", 1.0))),
    ("2a", "Why ReLU and not sigmoid?", "Give two reasons.", (("no saturation", 1.5), ("cheap", 0.5))),
    ("2b", "What does the bias do?", "", (("shifts the boundary", 1.0),)),
    ("3", "What would you try next?", "Two or three sentences.", (("a plan", 1.0), ("how to see that it worked", 1.0))),
)  # fmt: skip
_WORDS = [
    "the",
    "step",
    "gradient",
    "loss",
    "valley",
    "walk",
    "curve",
    "weight",
    "layer",
    "neuron",
    "epoch",
    "batch",
    "noise",
    "bound",
    "slope",
    "minimum",
    "height",
    "update",
    "signal",
    "input",
    "output",
    "error",
    "rate",
    "decay",
    "momentum",
    "average",
    "direction",
    "axis",
    "plane",
    "margin",
    "class",
    "label",
    "sample",
    "curve",
    "data",
    "plot",
    "figure",
    "left",
    "right",
]


def prose(seed: object, words: int = 30) -> str:
    """Return an answer that is not similar to any other."""
    drawn = random.Random(f"{seed}")
    text = " ".join(drawn.choice(_WORDS) for _ in range(words))
    return f"{text.capitalize()}, so $w_{{{drawn.randrange(1, 99)}}} = \\frac{{1}}{{{drawn.randrange(2, 999)}}}$."


def png(width: int = 60, height: int = 40) -> str:
    """Return a small grey image in the form kept in a record."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    rows = b"".join(b"\0" + bytes(160 + (x * y) % 60 for x in range(width)) for y in range(height))
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    made = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
    return base64.b64encode(made).decode("ascii")


def a_record(
    slug: str,
    *,
    name: str | None = None,
    assignment: str = "hw1",
    answers: Callable[[str], str] | None = None,
    hostile: str = "",
) -> dict[str, Any]:
    """Return the record of a student: three tasks with a check and written answers each.

    Parameters
    ----------
    slug, name, assignment : str
    answers : callable, optional
        Returns the answer to a question, given its id; by default, unique prose.
    hostile : str
        Text to put wherever a student's text can appear: messages, code, output, file names.
    """
    drawn = random.Random(slug)
    text = answers or (lambda question: prose(f"{slug}/{question}"))
    tasks = [
        TaskScore(number, title, 0.0, 0.0, False)
        for number, title in (("1", "descent"), ("2", "layers"), ("3", "outlook"))
    ]
    checks = [
        _check(number, title, drawn.random() < 0.7, hostile)
        for number, title in (("1", "The walk descends."), ("2", "The layers have the right shapes."))
    ]
    found = [_answer(question, text(question[0]), hostile) for question in QUESTIONS]
    worth = [Worth(one["task"], one["points"], one["earned"]) for one in found]
    total = score([Worth(one["task"], one["points"], one["earned"]) for one in checks], tasks, worth)
    points = sum(one["points"] for one in (*checks, *found))
    return {
        "grader_version": "0.5.0",
        "assignment": {"id": assignment, "title": "Gradient descent", "total": points, "bonus": 0.0, "allowed": []},
        "student": slug if name is None else name, "slug": slug,
        "submission": {"name": hostile or f"{slug}.ipynb", "form": "file", "kind": "notebook", "entry": hostile or f"{slug}.ipynb", "asked": None,
                       "other_names": [], "sha256": hashlib.sha256(slug.encode()).hexdigest(), "forbidden": [hostile] if hostile else [],
                       "files": [{"path": hostile or f"{slug}.ipynb", "bytes": 10}]},
        "isolation": {"level": "full", "not_held": []}, "versions": {"python": "3.11"}, "seed_id": "1", "provenance": "p", "status": "graded",
        "score": score_fields(total), "tasks": [vars(task) for task in total.tasks], "checks": checks, "answers": found,
        "written": written_fields(found, counts=True), "lead": None, "remarks": [hostile] if hostile else [],
        "loading": {"status": "loaded", "fault": None}, "running": {"status": "loaded", "fault": None},
        "output": {"stdout": hostile or "epoch 1: loss 0.7\n", "stderr": "", "truncated": False}, "figures": [{"png": png()}], "exhibits": [],
        "notebook": None, "faults": [], "repeat": "",
        "times": {"graded_at": "2026-10-25T10:00:00+00:00", "cpu_seconds": 0.1, "wall_seconds": 0.1, "checks": {}, "remarks": []},
    }  # fmt: skip


def _check(task: str, title: str, passed: bool, hostile: str) -> dict[str, Any]:
    known = {"id": f"m{task}", "title": hostile or "The gradient is averaged over the batch.", "explanation": hostile or "It is divided twice.",
             "hint": hostile or "Divide once."}  # fmt: skip
    return {
        "id": f"check_{task}", "title": title, "task": task, "points": 5.0, "earned": 5.0 if passed else 1.0, "bonus": False, "visibility": "public",
        "result": "passed" if passed else "failed", "why": None if passed else "wrong",
        "message": None if passed else hostile or "The values differ at (2, 3).", "hint": None, "expected": None if passed else hostile or "[1. 2.]",
        "actual": None if passed else hostile or "[2. 4.]", "diagnosis": None if passed else known, "mend_first": None, "parts": [], "measured": [],
        "remarks": [], "frames": [],
    }  # fmt: skip


def _answer(question: tuple[str, str, str, tuple[tuple[str, float], ...]], text: str, hostile: str) -> dict[str, Any]:
    name, title, asks, criteria = question
    points = sum(points for _, points in criteria)
    empty = not text.strip()
    return {
        "id": name, "title": title, "asks": asks, "task": name[0], "points": points, "state": "empty" if empty else "waiting",
        "earned": 0.0 if empty else None, "text": text.strip(), "truncated": False, "place": "cell 3",
        "sha256": hashlib.sha256(text.strip().encode("utf-8", "backslashreplace")).hexdigest(),
        "criteria": [{"name": one, "points": most, "earned": None} for one, most in criteria], "comment": None, "bonus": False,
        "belongs_to": [{"cell": name, "source": hostile or "walk(step=2.0)\nplot(walk)", "printed": hostile or "0.7 0.9 1.4\n", "figures": [0]}],
    }  # fmt: skip


def a_class(out: Path, count: int, **words: Any) -> list[dict[str, Any]]:
    """Write the records of ``count`` students and the list of the class, and return the records."""
    return write_class(out, [a_record(f"s{number:03}", **words) for number in range(1, count + 1)])


def write_class(out: Path, records: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Write records as ``grade`` leaves them, with the list of the class."""
    for record in records:
        write_record(record_path(out, record["slug"]), record)
    write_people(out, People(records[0]["assignment"]["id"], tuple(record["slug"] for record in records)))
    return list(records)
