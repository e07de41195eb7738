"""The table an instructor reads in the terminal."""

from __future__ import annotations

import os
import re
import secrets
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from rich.box import SIMPLE_HEAD
from rich.console import Console, JustifyMethod
from rich.table import Table
from rich.text import Text

from grader.record.fields import filled
from grader.report import wording
from grader.report.changes import Run, changes
from grader.report.class_summary import ClassSummary, by_score, gather
from grader.report.summary import Summary
from grader.report.text import one_line, short
from grader.report.workflow_commands import guarded

MANY_STUDENTS = 40
MOST_FAULTS = 10
SLOWEST = 3
WIDEST_NAME = 24
"""Of names, where the last column needs the room; a wide terminal shows them whole."""
MOST_ABSENT, MOST_NEAR = 20, 5
_COST = re.compile(r" \(-[0-9.]+\)$")
_TITLES = ("student", "score", "percent", "what to look at")
_JUSTIFIED: tuple[JustifyMethod, ...] = ("left", "right", "right")


def print_table(
    records: Callable[[], Iterator[Mapping[str, Any]]],
    out: Path,
    *,
    left_out: Sequence[tuple[str, str]] = (),
    absent: Sequence[tuple[str, str]] = (),
    run: Run | None = None,
    summary: ClassSummary | None = None,
    verbose: bool = False,
    console: Console | None = None,
    environ: Mapping[str, str] = os.environ,
) -> None:
    """Print one row per student, then the slowest students, the grader's faults, and where the reports are.

    Parameters
    ----------
    records : callable
        Returns a fresh iterator over the records to show.
    out : Path
        The folder of the reports, as the instructor named it.
    left_out : sequence of (name, reason)
        Entries of the folder that are not submissions.
    absent : sequence of (id, name)
        The students who handed in nothing, if there is a roster.
    run : Run, optional
        What this run did, to report what it changed.
    summary : ClassSummary, optional
        The summary of the records, if it is known; the records are then not read again.
    verbose : bool
        Whether to print a line for each check that was not passed, too.
    console : rich.console.Console, optional
        Where to print; if it is not a terminal, the output is plain text, 80 columns wide.
    environ : mapping
        In a GitHub Actions job, the text is guarded so that no line is read as a command.
    """
    console = console or Console(highlight=False)
    summary = gather(records()) if summary is None else summary
    with console.capture() as captured:
        if summary.students:
            console.print(_table(summary.students, console.width))
            console.print()
        for line in _verbose(records()) if verbose else ():
            console.print(line, soft_wrap=True)
        for line in _after(summary, left_out, absent, run or Run(), out):
            console.print(line, soft_wrap=True)
    text = "".join(line.rstrip() + "\n" for line in captured.get().splitlines())
    if environ.get("GITHUB_ACTIONS") == "true":
        text = guarded(text, secrets.token_hex(16))
    console.file.write(text.encode(console.encoding, "backslashreplace").decode(console.encoding))


def _table(students: list[Summary], width: int) -> Table:
    """Return a table of ``width`` columns; for more than 40 students, every row is one line.

    The widths are set here so that long text never squeezes out a name or a score.
    """
    one_row = len(students) > MANY_STUDENTS
    rows = [_cells(student) for student in by_score(students)]
    widths = [max(len(_TITLES[k]), *(row[k].cell_len for row in rows)) for k in range(4)]
    room = width - sum(widths[1:]) - 3 * 3
    widths[0] = min(widths[0], max(WIDEST_NAME, room))
    widths.pop()
    table = Table(box=SIMPLE_HEAD, pad_edge=False, show_edge=False, header_style="bold")
    for title, wide, justify in zip(_TITLES[:3], widths, _JUSTIFIED, strict=True):
        table.add_column(title, width=wide, justify=justify, no_wrap=True, overflow="ellipsis")
    rest = max(width - sum(widths) - 3 * len(widths), 15)
    table.add_column(_TITLES[3], width=rest, no_wrap=one_row, overflow="ellipsis" if one_row else "fold")
    for row in rows:
        table.add_row(*row[:3], _fitted(row[3], rest) if one_row else row[3])
    return table


def _fitted(look: Text, width: int) -> Text:
    """Return what to look at on one line, shortened before the points rather than after them."""
    found = _COST.search(look.plain)
    if look.cell_len <= width or not found or len(found.group()) >= width:
        return look
    head = Text(look.plain[: found.start()], style=look.style)
    head.truncate(width - len(found.group()), overflow="ellipsis")
    return head + Text(found.group(), style=look.style)


def _cells(student: Summary) -> list[Text]:
    """Return the cells of one row as text without markup."""
    style = "blue" if student.faulted else "yellow" if student.flags else ""
    score = "no score" if student.sum is None else f"{wording.points(student.sum)}/{wording.points(student.total)}"
    percent = "" if student.percent is None else wording.percent(student.percent)
    if student.waiting:
        score, percent = f"{score} so far", "not final"
    look = student.look
    if student.waiting:
        look = f"{look}; " * bool(look) + wording.waits(student.waiting)
    return [Text(student.student), Text(score), Text(percent), Text(short(look, 160), style=style)]


def _verbose(records: Iterable[Mapping[str, Any]]) -> Iterator[Text]:
    """Yield a line for each check that was not passed."""
    for record in records:
        for check in filled(record)["checks"]:
            if check["result"] != "passed":
                earned = f"{wording.points(check['earned'])}/{wording.points(check['points'])}"
                line = f"{record['student']}: {check['task']} {wording.result(check)} {earned}"
                cause = f" Likely cause: {check['diagnosis']['title']}" if check["diagnosis"] else ""
                yield Text(one_line((f"{line}: {check['message']}" if check["message"] else line) + cause))


def _after(
    summary: ClassSummary,
    left_out: Sequence[tuple[str, str]],
    absent: Sequence[tuple[str, str]],
    run: Run,
    out: Path,
) -> Iterator[Text]:
    """Yield the lines below the table."""
    yield Text(_middle(summary))
    slowest = sorted(summary.students, key=lambda s: (-s.cpu_seconds, s.student))[:SLOWEST]
    if len(summary.students) > 1 and slowest[0].cpu_seconds > 0:
        named = ", ".join(f"{short(s.student, 24)} {wording.seconds(s.cpu_seconds)}" for s in slowest)
        yield Text(f"Slowest (CPU time): {named}")
    if verdicts := summary.verdicts():
        yield Text(verdicts)
    for sentence in changes(summary.students, run):
        yield Text(sentence)
    near = [short(student.student, 24) for student in summary.students if student.near]
    if near:
        wrote = "students wrote" if len(near) > 1 else "student wrote"
        yield Text(
            f"{len(near)} {wrote} names that are near those asked for, and get nothing for them: {wording.listed(near, MOST_NEAR)}. "
            "--accept-names takes them for these."
        )
    if absent:
        yield Text(f"Did not hand in: {wording.listed([short(id, 24) for id, _ in absent], MOST_ABSENT)}")
    for name, reason in left_out:
        yield Text(f"Left out: {short(name)} {one_line(reason)}")
    yield from _faults([student for student in summary.students if student.faulted])
    yield Text(f"Reports: {one_line(str(out / 'index.html'))}")


def _faults(faulty: list[Summary]) -> Iterator[Text]:
    """Yield the faults of the grader, the first ten with names."""
    if faulty:
        number = wording.counted(len(faulty), "student")
        yield Text(f"A fault of the grader left something ungraded for {number}; it is not scored:", style="bold blue")
    for student in faulty[:MOST_FAULTS]:
        yield Text(f"  {short(student.student, 24)}: {'; '.join(student.faults) or 'see the record'}")
    if len(faulty) > MOST_FAULTS:
        yield Text(f"  and {len(faulty) - MOST_FAULTS} more, all in index.html")


def _not_final(summary: ClassSummary) -> str:
    """Return in words how many scores are not final."""
    return "not final" if len(summary.students) == 1 else f"{summary.waiting:,} of them not final"


def _middle(summary: ClassSummary) -> str:
    """Return the number of students with their mean and median."""
    text = wording.counted(len(summary.students), "student")
    if summary.waiting:
        text += f", {_not_final(summary)}"
    return f"{text}, {summary.middle}" if summary.middle else text
