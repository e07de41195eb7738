"""The answers to a rubric's questions, as kept in the record. Pure; imports only the questions."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any

from grader.material.questions import Question, Rubric
from grader.record.fields import AnswerFields, BesideFields

MOST_SOURCE, MOST_PRINTED = 8_000, 4_000
# Limits for all cells of one question together; pages and sheets show no more.
MOST_EVIDENCE, MOST_CELLS = 48_000, 50


class State(StrEnum):
    """What a person has to do with an answer."""

    EMPTY = "empty"
    UNTOUCHED = "untouched"
    WAITING = "waiting"
    GRADED = "graded"


def answer_fields(
    rubric: Rubric,
    bonus: Mapping[str, bool],
    found: Sequence[Mapping[str, Any]],
    cells: Sequence[Mapping[str, Any]],
    figures: Sequence[Mapping[str, Any]],
) -> list[AnswerFields]:
    """Return the record's fields for the answers, one per question, before any is graded.

    Parameters
    ----------
    rubric : Rubric
    bonus : mapping
        For the number of each task, whether it is a bonus.
    found : sequence of mappings
        The answers found by reading: ``id``, ``place``, ``text``, ``truncated``.
    cells : sequence of mappings
        The cells of an executed notebook, with their outputs; none for a script.
    figures : sequence of mappings
        The figures in the record, each with its ``png``; a cell refers to the figures it drew by their index.
    """
    by_id = {answer["id"]: answer for answer in reversed(found)}
    return [
        _fields(
            question,
            by_id.get(question.id),
            question.placeholder or rubric.placeholder,
            bonus=bonus[question.task],
            belongs_to=_evidence(question, cells, figures),
        )
        for question in rubric.questions
    ]


def is_written(rubric: Rubric, found: Mapping[str, Any]) -> bool:
    """Return whether an answer that reading has found says something, so that nobody need look for it in a report."""
    question = next((one for one in rubric.questions if one.id == found["id"]), None)
    return question is not None and state_of(_text_of(question, found), rubric.placeholder) is State.WAITING


def _text_of(question: Question, answer: Mapping[str, Any] | None) -> str:
    return "" if answer is None else without_question(answer["text"].replace("\r\n", "\n").strip(), question)


def _fields(
    question: Question,
    answer: Mapping[str, Any] | None,
    placeholder: str,
    *,
    bonus: bool,
    belongs_to: list[BesideFields],
) -> AnswerFields:
    text = _text_of(question, answer)
    state = state_of(text, placeholder)
    return {
        "id": question.id,
        "title": question.title,
        "asks": question.asks,
        "check": question.check,
        "task": question.task,
        "points": question.points,
        "state": str(state),
        "earned": None if state is State.WAITING else 0.0,
        "text": text,
        "truncated": bool(answer and answer["truncated"]),
        "place": answer["place"] if answer else None,
        "sha256": hashlib.sha256(text.encode("utf-8", "backslashreplace")).hexdigest(),
        "criteria": [{"name": one.name, "points": one.points, "earned": None} for one in question.criteria],
        "comment": None,
        "bonus": bonus,
        "belongs_to": belongs_to,
    }


def state_of(text: str, placeholder: str) -> State:
    """Return the state of an ungraded answer: whether it needs a person.

    White space, HTML comments, emphasis and copies of the placeholder do not count as an answer.
    """
    words = _folded(text)
    if not words:
        return State.EMPTY
    idle = _folded(placeholder)
    return State.UNTOUCHED if idle and not _folded(words.replace(idle, " ")) else State.WAITING


def without_question(text: str, question: Question) -> str:
    """Return an answer without the question's text above it, which the answer form contains."""
    asked = {_unquoted(line) for line in (question.title, *question.asks.splitlines())}
    asked |= {f"({question.points:g} points)", f"({question.points:g} point)", ""}
    lines = text.split("\n")
    begin = next((number for number, line in enumerate(lines) if _unquoted(line) not in asked), len(lines))
    return "\n".join(lines[begin:]).strip()


def _unquoted(line: str) -> str:
    return " ".join(line.lstrip("> \t").split())


def _folded(text: str) -> str:
    return " ".join(_without_comments(text).split()).strip("*_ ")


def _without_comments(text: str) -> str:
    """Return Markdown without HTML comments; an unclosed one does not count, and is searched for only once."""
    kept: list[str] = []
    place = 0
    while (opened := text.find("<!--", place)) >= 0 and (closed := text.find("-->", opened + 4)) >= 0:
        kept.append(text[place:opened])
        place = closed + 3
    return " ".join([*kept, text[place:]])


def _evidence(
    question: Question, cells: Sequence[Mapping[str, Any]], figures: Sequence[Mapping[str, Any]]
) -> list[BesideFields]:
    """Return the source, the printed text and the figures of a question's cells, up to the limits."""
    named = [(name, cell) for name in question.belongs_to for cell in cells if f"cell:{name}" in cell["tags"]]
    evidence: list[BesideFields] = []
    size = 0
    for name, cell in named:
        source, printed = cell["source"][:MOST_SOURCE], _printed(cell)[:MOST_PRINTED]
        size += len(source) + len(printed)
        if evidence and (size > MOST_EVIDENCE or len(evidence) == MOST_CELLS):
            left_out = f"[{len(named) - len(evidence):,} more cells are not shown here]"
            return [*evidence, {"cell": name, "source": left_out, "printed": "", "figures": []}]
        evidence.append({"cell": name, "source": source, "printed": printed, "figures": _drawn(cell, figures)})
    return evidence


def _printed(cell: Mapping[str, Any]) -> str:
    """Return what a cell printed, the value of its last line, and its exception, if any."""
    texts = []
    for output in cell["outputs"]:
        if output["output_type"] == "stream":
            texts.append(output["text"] or "")
        elif output["output_type"] == "execute_result":
            value = (output["data"] or {}).get("text/plain")
            texts.append(f"{value}\n" if isinstance(value, str) else "")
    if cell["error"]:
        texts.append(f"{cell['error']['type']}: {cell['error']['message']}\n")
    return "".join(texts)


def _drawn(cell: Mapping[str, Any], figures: Sequence[Mapping[str, Any]]) -> list[int]:
    images = [output["data"].get("image/png") for output in cell["outputs"] if output["data"]]
    return [number for number, figure in enumerate(figures) if figure["png"] in images]
