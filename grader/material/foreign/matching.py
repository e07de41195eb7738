"""From a hand-in's cells to what runs, in order: the author's test cells are put back and the places to judge are marked; serves READ.

A hand-in is hostile data; nothing here trusts a type in it, and nothing takes longer than its length allows.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from grader.material.foreign.checks import parts
from grader.material.foreign.forms import Cell, Form, Notebook, Role
from grader.material.foreign.notebooks import TYPES, joined, table

MOST_CELLS = 2000
MOST_WORDS = 2000
# What share of its words a cell must have in common with the author's to be taken for it.
ALIKE = 0.6
NOTHING_BELOW = "(Nothing stands below this task; the answer may be elsewhere in the notebook.)"
_ASKED: tuple[Role, ...] = ("test", "manual", "task")


@dataclass(frozen=True)
class Step:
    """One thing to do with a submission.

    Attributes
    ----------
    kind : {"run", "judge", "show"}
        Run ``source`` in the child; judge a question with the state that is there now; or nothing: text to show only.
    source : str
        The code, or the text. Empty for "judge".
    question : str
        The id of the question to judge, or that the text answers; else empty.
    cell : int or None
        The number of the cell in the hand-in, from 0; None for what was put back.
    type : str
        "code", "markdown" or "raw".
    """

    kind: str
    source: str = ""
    question: str = ""
    cell: int | None = None
    type: str = "code"


@dataclass(frozen=True)
class Matched:
    """What a hand-in comes to: the steps in order, the answers that people judge by question, and what is to be said of it."""

    steps: tuple[Step, ...]
    answers: Mapping[str, str]
    remarks: tuple[str, ...] = ()


@dataclass
class _Given:
    """A cell of the hand-in, and the author's cell that it was taken for."""

    number: int
    type: str
    source: str
    id: str = ""
    grade_id: str = ""
    tags: tuple[str, ...] = ()
    tests: tuple[str, ...] = ()
    is_ignored: bool = False
    own: int | None = None
    words: Counter[str] = field(default_factory=Counter)


def match(form: Form, notebook: Mapping[str, Any], name: str = "") -> Matched:
    """Return what to do with a notebook that was handed in for an assignment, or for the notebook ``name`` of it.

    Parameters
    ----------
    form : Form
    notebook : mapping
        The hand-in's JSON, of any shape.
    name : str
        Which of the author's notebooks it is; the only one by default.
    """
    own = next((each for each in form.notebooks if name in ("", each.name)), Notebook(name))
    cells = list(_given(notebook))
    _pair(own.cells, cells, by_grade_id=form.kind == "nbgrader")
    if form.kind == "nbgrader":
        return _of_nbgrader(own.cells, cells)
    return _of_otter(form, own.cells, cells)


def match_script(form: Form, source: str) -> Matched:
    """Return what to do with a script that was handed in: it is one cell of code."""
    return match(form, {"cells": [{"cell_type": "code", "source": source}]})


def _given(notebook: Mapping[str, Any]) -> Iterator[_Given]:
    """Yield the cells of a hand-in that can be used."""
    cells = table(notebook).get("cells")
    for number, value in enumerate(cells[:MOST_CELLS] if isinstance(cells, list) else ()):
        cell = table(value)
        source, kind = joined(cell.get("source", cell.get("input"))), cell.get("cell_type")
        if source is None or kind not in TYPES:
            continue
        metadata = table(cell.get("metadata"))
        otter = table(metadata.get("otter"))
        tags = _texts(metadata.get("tags"))
        yield _Given(
            number,
            kind,
            source,
            id=_text(cell.get("id")),
            grade_id=_text(table(metadata.get("nbgrader")).get("grade_id")),
            tags=tags,
            tests=_texts(otter.get("tests")),
            is_ignored="otter_ignore" in tags or otter.get("ignore") is True,
        )


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _texts(value: Any) -> tuple[str, ...]:
    return tuple(each for each in value[:MOST_CELLS] if isinstance(each, str)) if isinstance(value, list) else ()


def _pair(own: Sequence[Cell], cells: Sequence[_Given], *, by_grade_id: bool) -> None:
    """Say of each cell of the hand-in which of the author's cells it is, where it is one."""
    open_cells = {number for number, cell in enumerate(own) if cell.source or cell.grade_id}
    if by_grade_id:
        for number in sorted(open_cells):
            same = [
                cell
                for cell in cells
                if cell.own is None and own[number].grade_id and cell.grade_id == own[number].grade_id
            ]
            if same:
                _chosen(own[number], same).own = number
                open_cells.discard(number)
    marked = {cell.grade_id for cell in own if cell.grade_id}
    free = [cell for cell in cells if cell.own is None and not (by_grade_id and cell.grade_id in marked)]
    _pair_by(open_cells, free, {number: own[number].id for number in open_cells}, lambda cell: cell.id)
    _pair_by(
        open_cells,
        free,
        {number: own[number].released.strip() for number in open_cells},
        lambda cell: cell.source.strip(),
    )
    _pair_alike(own, open_cells, [cell for cell in free if cell.own is None])


def _chosen(own: Cell, same: Sequence[_Given]) -> _Given:
    """Return the one of several cells with one grade id that is graded: the last one, but an answer rather than an untouched copy."""
    if own.role in ("manual", "answer"):
        changed = [cell for cell in same if cell.source.strip() != own.released.strip()]
        return (changed or same)[-1]
    return same[-1]


def _pair_by(open_cells: set[int], free: Sequence[_Given], keys: Mapping[int, str], key: Any) -> None:
    """Pair what has the same key, each once and in order; empty keys are none."""
    waiting: dict[str, list[int]] = {}
    for number in sorted(open_cells, reverse=True):
        if keys[number]:
            waiting.setdefault(keys[number], []).append(number)
    for cell in free:
        if cell.own is None and waiting.get(key(cell)):
            cell.own = waiting[key(cell)].pop()
            open_cells.discard(cell.own)


def _pair_alike(own: Sequence[Cell], open_cells: set[int], free: Sequence[_Given]) -> None:
    """Pair what has most words in common."""
    for cell in free:
        cell.words = _words(cell.source)
    for number in sorted(open_cells):
        wanted = _words(own[number].released)
        found, best = None, ALIKE
        for cell in free:
            if cell.own is None and cell.type == own[number].type:
                share = _share(wanted, cell.words)
                if share > best:
                    found, best = cell, share
        if found is not None:
            found.own = number
            open_cells.discard(number)


def _words(source: str) -> Counter[str]:
    return Counter(source[: 20 * MOST_WORDS].split()[:MOST_WORDS])


def _share(wanted: Counter[str], words: Counter[str]) -> float:
    """Return twice the words that two texts share, over the words that they have."""
    total = wanted.total() + words.total()
    if not total or 2 * min(wanted.total(), words.total()) < ALIKE * total:
        return 0.0
    return 2 * sum(min(count, words[word]) for word, count in wanted.items()) / total


def _of_nbgrader(own: Sequence[Cell], cells: Sequence[_Given]) -> Matched:
    """Return the steps of a notebook of nbgrader, test cells restored."""
    answers: dict[str, str] = {}
    remarks: list[str] = []
    steps: list[tuple[int | None, Step]] = []
    for cell in cells:
        mine = own[cell.own] if cell.own is not None else None
        if mine is None:
            steps.append((None, _plain(cell)))
            continue
        if mine.role in ("manual", "task"):
            answers[mine.question] = cell.source
        if (
            mine.role == "test"
            and cell.source.strip() != mine.released.strip()
            and cell.source.strip() != mine.source.strip()
        ):
            remarks.append(
                f"The test {mine.grade_id!r} was changed in the hand-in and was judged as its author wrote it."
            )
        steps.append((cell.own, _restored(mine, cell)))
    remarks += _put_back(own, steps)
    _find_answers(own, cells, answers)
    _add_to_tasks(own, cells, answers)
    return Matched(tuple(step for _, step in steps), answers, tuple(remarks))


def _plain(cell: _Given) -> Step:
    return Step("run" if cell.type == "code" else "show", cell.source, cell=cell.number, type=cell.type)


def _restored(own: Cell, cell: _Given) -> Step:
    """Return the step of a cell that is one of the author's: what students may not change is as the author wrote it."""
    if own.role == "test":
        return Step("judge", question=own.question, cell=cell.number, type="code")
    if own.role == "locked":
        return Step("run" if own.type == "code" else "show", own.released, cell=cell.number, type=own.type)
    kind = "run" if cell.type == "code" else "show"
    return Step(kind, cell.source, own.question if own.role in _ASKED else "", cell.number, cell.type)


def _put_back(own: Sequence[Cell], steps: list[tuple[int | None, Step]]) -> Iterator[str]:
    """Put test cells that are missing, and code that students may not change, where they stood: before what came next."""
    present = {number for number, _ in steps if number is not None}
    for number, cell in enumerate(own):
        is_code = cell.role == "locked" and cell.type == "code"
        if number in present or not (cell.role == "test" or is_code):
            continue
        before = [place for place, (which, _) in enumerate(steps) if which is not None and which < number]
        nearest = max((steps[place][0] or 0 for place in before), default=None)
        start = next((place for place in before if steps[place][0] == nearest), -1)
        after = (place for place in range(start + 1, len(steps)) if steps[place][0] is not None)
        place = len(steps) if nearest is None else next(after, len(steps))
        if is_code and nearest is None:
            place = 0
        step = Step("judge", question=cell.question) if cell.role == "test" else Step("run", cell.released)
        steps.insert(place, (number, step))
        present.add(number)
        if cell.role == "test":
            yield f"The test {cell.grade_id!r} was missing in the hand-in and was put back."


def _find_answers(own: Sequence[Cell], cells: Sequence[_Given], answers: dict[str, str]) -> None:
    """Add the answers in words whose cells have lost their names: what stands between the cells around them."""
    for number, cell in enumerate(own):
        if cell.role != "manual" or cell.question in answers:
            continue
        start = max(
            (place for place, each in enumerate(cells) if each.own is not None and each.own < number), default=-1
        )
        end = next((place for place in range(start + 1, len(cells)) if cells[place].own is not None), len(cells))
        between = [each.source for each in cells[start + 1 : end] if each.type == cell.type and each.source.strip()]
        if start >= 0 and between:
            answers[cell.question] = "\n\n".join(between)


def _add_to_tasks(own: Sequence[Cell], cells: Sequence[_Given], answers: dict[str, str]) -> None:
    """Take for the answer to a task what was written below it; where there is nothing, a person is told to look elsewhere."""
    for place, cell in enumerate(cells):
        if cell.own is None or own[cell.own].role != "task":
            continue
        end = next((k for k in range(place + 1, len(cells)) if cells[k].own is not None), len(cells))
        below = [
            f"```python\n{each.source}\n```" if each.type == "code" else each.source
            for each in cells[place + 1 : end]
            if each.source.strip()
        ]
        answers[own[cell.own].question] = "\n\n".join(below) or NOTHING_BELOW


def _of_otter(form: Form, own: Sequence[Cell], cells: Sequence[_Given]) -> Matched:
    """Return the steps of a notebook of Otter: a question is judged at its last check, and at the end where it has none."""
    tested = [question.id for question in form.questions if question.tests]
    known = set(tested)
    answers: dict[str, str] = {}
    steps: list[Step] = []
    for cell in cells:
        mine = own[cell.own] if cell.own is not None else None
        if mine is not None and mine.role == "manual":
            answers.setdefault(mine.question, cell.source)
        if cell.is_ignored:
            continue
        if cell.type != "code":
            steps.append(Step("show", cell.source, mine.question if mine is not None else "", cell.number, cell.type))
            continue
        for text, names in parts(cell.source, known):
            steps.append(Step("run", text, cell=cell.number))
            steps += [Step("judge", question=name, cell=cell.number) for name in names]
        steps += [Step("judge", question=name, cell=cell.number) for name in cell.tests if name in known]
    last = {step.question: number for number, step in enumerate(steps) if step.kind == "judge"}
    steps = [step for number, step in enumerate(steps) if step.kind != "judge" or last[step.question] == number]
    steps += [Step("judge", question=name) for name in tested if name not in last]
    _find_answers(own, cells, answers)
    return Matched(tuple(steps), answers)
