"""The to-do list as plain text for a terminal, and the wording shared with the page."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

from grader.outcomes import Result, Why
from grader.precheck.todo import Row, Todo
from grader.record.score import CheckOutcome, PartOutcome
from grader.report.text import one_line, visible
from grader.report.wording import points, result

WIDTH, NARROWEST = 100, 60


def as_text(
    todo: Todo,
    title: str,
    work: str,
    *,
    everything: bool = False,
    remarks: tuple[str, ...] = (),
    versions: tuple[str, ...] = (),
    columns: int = WIDTH,
) -> str:
    """Return the to-do list.

    Parameters
    ----------
    title : str
        The title of the assignment.
    work : str
        The name of the work that was checked.
    everything : bool
        Whether to explain every check that did not pass, instead of only the next one.
    remarks : tuple of str
        Remarks on the submission as a whole.
    versions : tuple of str
        Sentences on the versions used.
    columns : int
        The width of the terminal.
    """
    width = max(NARROWEST, min(columns, WIDTH))
    lines = [f"{title}: {one_line(work)}", ""]
    lines += [f"{row.state:<6} {_task(row):<58} {points(row.earned):>5} / {points(row.points)}" for row in todo.rows]
    explained = list(unfinished_checks(todo)) if everything else [todo.next] if todo.next else []
    for outcome in explained:
        lines += ["", *explanation(outcome, todo, width)]
    lines += ["", *_wrap(" ".join(standing(todo)), width)]
    lines += [line for remark in remarks for line in _wrap(f"Remark: {visible(remark)}", width)]
    lines += [line for sentence in versions for line in _wrap(visible(sentence), width)]
    return "\n".join(lines) + "\n"


def as_lines(outcomes: list[CheckOutcome], versions: tuple[str, ...] = ()) -> str:
    """Return some outcomes as text: a line for each, details of those that did not pass, and the versions."""
    lines = []
    for outcome in outcomes:
        passed = outcome.result is Result.PASSED
        worth = f"{points(outcome.earned)} / {points(outcome.points)}"
        lines.append(f"{'done' if passed else 'open'}  {outcome.task}, {outcome.title} ({worth})")
        if not passed:
            for label, value in details(outcome):
                lines += _wrap(f"{label}: {value}", WIDTH, indent="  ")
    lines += [line for sentence in versions for line in _wrap(visible(sentence), WIDTH)]
    return "\n".join(lines)


def unfinished_checks(todo: Todo) -> Iterator[CheckOutcome]:
    """Yield every check that did not pass, in the order of the tasks."""
    for row in todo.rows:
        yield from (outcome for outcome in row.outcomes if outcome.result is not Result.PASSED)


def explanation(outcome: CheckOutcome, todo: Todo, width: int = WIDTH) -> list[str]:
    """Return the lines about one check: its title, how it ended, and what to try."""
    word = "Next" if outcome is todo.next else "Task"
    lines = [f"{word}: {outcome.task}, {outcome.title}"] if word == "Next" else [f"{outcome.task}, {outcome.title}"]
    for label, value in details(outcome):
        lines += _wrap(f"{label}: {value}", width, indent="  ")
    return lines


def details(outcome: CheckOutcome) -> Iterator[tuple[str, str]]:
    """Yield the label and text of everything known about a check that did not pass."""
    fields = {"result": str(outcome.result), "why": outcome.why, "earned": outcome.earned}
    if outcome.message:
        yield result(fields), visible(outcome.message)
    for part in outcome.parts:
        if part.result is not Result.PASSED and part.message and not _is_repeated(part, outcome):
            yield f"part {part.name}", visible(part.message)
    for label, value in (("expected", outcome.expected), ("your code gave", outcome.actual)):
        if value:
            yield label, visible(value)
    for frame in outcome.frames[-3:]:
        yield f"{visible(frame.file)}, line {frame.line}", visible(frame.code)
    if outcome.hint:
        yield "hint", visible(outcome.hint)
    if outcome.diagnosis is not None:
        yield "likely cause", " ".join((outcome.diagnosis.title, outcome.diagnosis.explanation))
        yield "where to look", outcome.diagnosis.hint


def _is_repeated(part: PartOutcome, outcome: CheckOutcome) -> bool:
    """Return whether a part only repeats the check's message, or that the same thing is not written yet."""
    said, again = (str(each.message).rpartition("`: ") for each in (outcome, part))
    unwritten = part.why is Why.MISSING and outcome.why is Why.MISSING
    return part.message == outcome.message or (unwritten and said[2] == again[2])


def standing(todo: Todo) -> list[str]:
    """Return sentences about the points so far, and about what official grading checks in addition."""
    required, bonus = (todo.sum_of("points", bonus=kind) for kind in (False, True))
    sentence = f"Points so far: {points(todo.sum_of('earned', bonus=False))} of {points(required)} in these checks"
    if bonus:
        sentence += f", and {points(todo.sum_of('earned', bonus=True))} of {points(bonus)} bonus points"
    sentences = [f"{sentence}."]
    if todo.besides:
        listed = ", ".join(f"{each.number} {each.title} ({points(each.points)})".lstrip() for each in todo.besides)
        sentences.append(f"Official grading also checks (points in brackets): {listed}.")
    return [*sentences, todo.closing]


def _task(row: Row) -> str:
    return f"{row.task.number:<5} {row.task.title}{' (bonus)' if row.task.bonus else ''}"


def _wrap(text: str, width: int, indent: str = "") -> list[str]:
    """Return a text wrapped into lines, keeping its line breaks; lines after the first are indented."""
    lines: list[str] = []
    for number, line in enumerate(text.split("\n")):
        lead = indent if number == 0 else f"{indent}  "
        whole = textwrap.wrap(
            line, width, initial_indent=lead, subsequent_indent=f"{indent}  ", replace_whitespace=False
        )
        # Keep the layout of a matrix.
        lines += whole if len(lead) + len(line) > width else [f"{lead}{line}".rstrip()]
    return lines
