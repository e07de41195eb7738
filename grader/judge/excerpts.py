"""The few lines of a submission to which a fault or a check refers, taken from the text that the child has read. Parses nothing."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from grader.outcomes import Frame, Result, StudentFault
from grader.record.fields import ExcerptFields
from grader.record.score import CheckOutcome

MOST_EXCERPTS = 40
MOST_LINES = 12
MOST_CHARACTERS = 160
AROUND = 3
_SAID = re.compile(r"`([^`\n]{1,200})`")
_NAME = re.compile(r"[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*")


@dataclass
class _Excerpt:
    """Some lines of a file, which of them are referred to, and by what."""

    file: str
    first: int
    last: int
    marked: set[int] = field(default_factory=set)
    of: list[str] = field(default_factory=list)


def place_of(problem: Mapping[str, Any], texts: Sequence[Mapping[str, str]]) -> tuple[Frame, ...]:
    """Return the line of a file that cannot be read as code, as the only frame of a traceback; nothing if no line is known."""
    file, line = problem.get("file"), problem.get("line")
    if not file or not line:
        return ()
    lines = next((text["text"].splitlines() for text in texts if text["file"] == file), [])
    return (Frame(file, line, "<module>", lines[line - 1].strip()[:200] if line <= len(lines) else ""),)


def excerpts(
    reading: Mapping[str, Any],
    outcomes: Sequence[CheckOutcome],
    stopped: Mapping[str, StudentFault | None],
    asked: Collection[str],
) -> list[ExcerptFields]:
    """Return the excerpts for a record.

    Parameters
    ----------
    reading : mapping
        The child's reading: ``texts``, ``definitions`` and ``forbidden`` are used.
    outcomes : sequence of CheckOutcome
        For each that failed, the innermost line of its traceback is shown, or else the definition to which it refers.
    stopped : mapping
        The faults that stopped the submission, by ``"loading"`` and ``"running"``.
    asked : collection of str
        The names that the assignment asks for: only these are looked for in the text of a check.
    """
    lines = {text["file"]: text["text"].splitlines() for text in reading.get("texts", ())}
    definitions = [each for each in reading.get("definitions", ()) if each["name"].partition(".")[0] in asked]
    kept: list[_Excerpt] = []
    for new in _wanted(reading, outcomes, stopped, definitions, lines):
        same = next((old for old in kept if _is_same(old, new)), None)
        if same is not None:
            same.marked |= new.marked
            same.of += [word for word in new.of if word not in same.of]
        elif len(kept) < MOST_EXCERPTS:
            kept.append(new)
    return [_fields(excerpt, lines[excerpt.file]) for excerpt in kept]


def _wanted(
    reading: Mapping[str, Any],
    outcomes: Sequence[CheckOutcome],
    stopped: Mapping[str, StudentFault | None],
    definitions: Sequence[Mapping[str, Any]],
    lines: Mapping[str, Sequence[str]],
) -> Iterator[_Excerpt]:
    """Yield the excerpts to show, the most helpful first."""
    for where, fault in stopped.items():
        if fault is not None and fault.frames:
            yield from _around(fault.frames[-1].file, fault.frames[-1].line, where, lines)
    for found in reading.get("forbidden", ()):
        if found["file"] and found["line"]:
            yield from _around(found["file"], found["line"], "import", lines)
    for outcome in outcomes:
        if outcome.result is not Result.FAILED:
            continue
        if outcome.frames:
            yield from _around(outcome.frames[-1].file, outcome.frames[-1].line, outcome.id, lines)
        elif (definition := _spoken_of(outcome, definitions)) is not None and definition["file"] in lines:
            yield _defined(definition, outcome, lines[definition["file"]])


def _is_same(old: _Excerpt, new: _Excerpt) -> bool:
    """Return whether all lines to which the new one refers are in the old one."""
    return old.file == new.file and all(old.first <= line <= old.last for line in new.marked or (new.first, new.last))


def _around(file: str, line: int, of: str, lines: Mapping[str, Sequence[str]]) -> Iterator[_Excerpt]:
    if file in lines and 0 < line <= len(lines[file]):
        yield _Excerpt(file, max(1, line - AROUND), min(len(lines[file]), line + AROUND), {line}, [of])


def _spoken_of(outcome: CheckOutcome, definitions: Sequence[Mapping[str, Any]]) -> Mapping[str, Any] | None:
    """Return the definition that a check names: the most specific one in its message, else in its title."""
    by_name = {each["name"]: each for each in reversed(definitions)}
    told, title = _NAME.findall(outcome.message or ""), _NAME.findall(outcome.title)
    # A title names its subject first; its later words may be anything.
    for names, alone in ((told, told), (title, title[:1])):
        for name in (*(each for each in names if "." in each), *(each.partition(".")[0] for each in alone)):
            if name in by_name:
                return by_name.get(f"{name}.__init__", by_name[name])
    return None


def _defined(definition: Mapping[str, Any], outcome: CheckOutcome, lines: Sequence[str]) -> _Excerpt:
    """Return a definition; if it is long, the lines around the first that is referred to, or else its beginning."""
    first, last = definition["first"], min(definition["last"], len(lines))
    words = {word for word in _SAID.findall(outcome.message or "") if _NAME.fullmatch(word)} - {definition["name"]}
    found = [re.compile(rf"(?<!\w){re.escape(word)}(?!\w)") for word in words]
    marked = [
        number
        for number in range(definition["body"], min(last, first + 400) + 1)
        if any(word.search(lines[number - 1]) for word in found)
    ]
    if last - first >= MOST_LINES:
        first = max(first, marked[0] - AROUND) if marked else definition["body"]
    last = min(last, first + MOST_LINES - 1)
    return _Excerpt(definition["file"], first, last, {line for line in marked if line <= last}, [outcome.id])


def _fields(excerpt: _Excerpt, lines: Sequence[str]) -> ExcerptFields:
    first, last = excerpt.first, excerpt.last
    while first < min(excerpt.marked, default=last) and not lines[first - 1].strip():
        first += 1
    while last > max(excerpt.marked, default=first) and not lines[last - 1].strip():
        last -= 1
    return {
        "file": excerpt.file,
        "first": first,
        "lines": [line[:MOST_CHARACTERS] for line in lines[first - 1 : last]],
        "marked": sorted(excerpt.marked),
        "of": excerpt.of,
    }
