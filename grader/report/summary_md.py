"""The class in Markdown, for the summary of a CI job."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

from grader.report import wording
from grader.report.class_summary import ClassSummary, by_score
from grader.report.summary import Summary
from grader.report.tally import Tally
from grader.report.text import short

MOST_BYTES = 1_000_000
"""GitHub drops a summary above 1024 KiB entirely."""
_ROOM_FOR_A_LINE = 200
_T = TypeVar("_T")


def markdown(summary: ClassSummary, most_bytes: int = MOST_BYTES) -> str:
    """Return ``summary.md``, cut section by section to at most ``most_bytes`` bytes.

    The sections are in order of importance; one that does not fit ends with a line that says how many rows are left
    out, and later ones share the remaining space.
    """
    text = ""
    for section in (_headline, _looks, _students, _tallies):
        text += _fitted(section(summary), most_bytes - len(text.encode()) - _ROOM_FOR_A_LINE)
    return text


def _fitted(lines: Iterator[str], room: int) -> str:
    """Return as many lines as fit into ``room`` bytes, then a line with the number of those that do not."""
    kept: list[str] = []
    left_out = 0
    for line in lines:
        room -= len(line.encode()) + 1
        if room >= 0:
            kept.append(line)
        else:
            left_out += 1
    if left_out and kept:
        kept.append(f"\n*{wording.counted(left_out, 'more row')} did not fit here; the reports have them all.*")
    return "\n".join(kept) + "\n" * 2 if kept else ""


def _headline(summary: ClassSummary) -> Iterator[str]:
    """Yield the title and the figures of the class."""
    yield f"# {code(summary.assignment.get('title') or 'Grades')}\n"
    text = wording.counted(len(summary.students), "student")
    if summary.middle:
        text += f", {summary.middle}"
    yield text + "."
    if summary.waiting:
        yield f"\n**Not final: {wording.counted(summary.waiting, 'score')} still {_waits(summary.waiting)} for a person.**"
    broken = sum(student.faulted for student in summary.students)
    if broken:
        yield f"\n**A fault of the grader left something ungraded for {wording.counted(broken, 'student')}.**"


def _looks(summary: ClassSummary) -> Iterator[str]:
    """Yield the students who need a look, and why."""
    return _table("Who needs a look", "| student | percent | why |\n|---|--:|---|", summary.needing_a_look, _look)


def _look(student: Summary) -> str:
    """Return the row of one student who needs a look."""
    return f"| {code(student.student)} | {_percent(student)} | {code('; '.join(student.flags))} |"


def _students(summary: ClassSummary) -> Iterator[str]:
    """Yield the scores of all students."""
    heading = "| student | score | percent | what to look at |\n|---|--:|--:|---|"
    return _table("All students", heading, by_score(summary.students), _student)


def _student(student: Summary) -> str:
    """Return the row of one student."""
    score = "" if student.sum is None else f"{wording.points(student.sum)} / {wording.points(student.total)}"
    if student.waiting:
        score += " so far"
    looks = [student.look] if student.look else []
    looks += [wording.waits(student.waiting)] if student.waiting else []
    look = code("; ".join(looks)) if looks else ""
    return f"| {code(student.student)} | {score} | {_percent(student)} | {look} |"


def _tallies(summary: ClassSummary) -> Iterator[str]:
    """Yield how often each check passed."""
    heading = "| task | check | passed | |\n|---|---|--:|--:|"
    return _table("How often each check passed", heading, summary.tallies.values(), _tally)


def _tally(row: Tally) -> str:
    """Return the row of one check."""
    return f"| {code(row.task)} | {code(row.title)} | {row.passed} / {row.judged} | {wording.percent(row.pass_rate)} |"


def _table(title: str, heading: str, rows: Iterable[_T], line: Callable[[_T], str]) -> Iterator[str]:
    """Yield a section: its title and heading together, then one line per row; nothing if there are no rows."""
    for number, row in enumerate(rows):
        if number == 0:
            yield f"## {title}\n\n{heading}\n{line(row)}"
        else:
            yield line(row)


def _percent(student: Summary) -> str:
    """Return a student's percentage, or say that there is no score."""
    if student.waiting:
        return "not final"
    return "no score" if student.percent is None else wording.percent(student.percent)


def _waits(number: int) -> str:
    return "waits" if number == 1 else "wait"


def code(text: str, limit: int = 200) -> str:
    """Return ``text`` as a code span, in which nothing is markup, a link or a mention.

    Backticks, which would end the span, become apostrophes; bars, which would end a cell, become broken bars.
    """
    inert = short(text, limit).replace("`", "'").replace("|", "¦")
    return f"`{inert}`" if inert else "` `"
