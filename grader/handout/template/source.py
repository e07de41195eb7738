"""Makes the students' notebook and the one with solutions from one text.

The text is in the percent format. Code between ``### BEGIN SOLUTION`` and ``### END SOLUTION``, each on its own line, is
removed for students. A text cell with the tag ``answer:<id>`` ends with the placeholder of ``rubric.toml`` for students,
and with the model answer in the solution.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from grader.errors import AssignmentError
from grader.material.percent import Cell, read_cells
from grader.material.plan import Plan
from grader.material.questions import Rubric, load_rubric

BEGIN, END = "### BEGIN SOLUTION", "### END SOLUTION"
Content = tuple[str, str, tuple[str, ...]]


def student_cells(source: Path, plan: Plan) -> list[Content]:
    """Return kind, text and tags of the cells that students receive.

    Raises
    ------
    AssignmentError
        If the text is not well formed, or its cells do not match the tasks and questions of the assignment.
    """
    rubric = _rubric(source.parent, plan)
    questions = set() if rubric is None else {question.id for question in rubric.questions}
    contents = []
    for cell in _checked(source, plan, rubric):
        text = cell.source
        if rubric is not None and _tagged(cell, "answer:") is not None:
            text = f"{text}\n\n{rubric.placeholder}"
        elif cell.kind == "code":
            text = "\n".join(_cut(cell, plan, questions, source))
        contents.append((cell.kind, text, cell.tags))
    return contents


def solution_cells(source: Path, plan: Plan) -> list[Content]:
    """Return kind, text and tags of the cells with solutions; the markers are kept.

    Raises
    ------
    AssignmentError
        See ``student_cells``.
    """
    rubric = _rubric(source.parent, plan)
    answers = {} if rubric is None else {question.id: question.model_answer for question in rubric.questions}
    contents = []
    for cell in _checked(source, plan, rubric):
        answer = _tagged(cell, "answer:")
        text = cell.source if answer is None else f"{cell.source}\n\n{answers[answer]}"
        contents.append((cell.kind, text, cell.tags))
    return contents


def _rubric(folder: Path, plan: Plan) -> Rubric | None:
    path = folder / "rubric.toml"
    return load_rubric(path, list(plan.titles), counts=False) if path.is_file() else None


def _checked(source: Path, plan: Plan, rubric: Rubric | None) -> list[Cell]:
    """Return the cells of the text after checking that every answer has a cell."""
    cells = read_cells(source.read_text(encoding="utf-8"), str(source))
    wanted = [] if rubric is None else [question.id for question in rubric.questions]
    found = [(answer, cell.line) for cell in cells if (answer := _tagged(cell, "answer:")) is not None]
    for answer, line in found:
        if answer not in wanted:
            raise AssignmentError(
                f"{source}, line {line}: rubric.toml has no question {answer!r}; write it, or remove the tag."
            )
    for question in wanted:
        if question not in [answer for answer, _ in found]:
            raise AssignmentError(
                f"{source} has no text cell for the question {question!r}; give one the tag 'answer:{question}'."
            )
    for cell in cells:
        number = _tagged(cell, "cell:")
        if number is not None and number not in plan.titles:
            raise AssignmentError(
                f"{source}, line {cell.line}: assignment.toml has no task {number!r}; write it, or remove the tag."
            )
    return cells


def _tagged(cell: Cell, prefix: str) -> str | None:
    return next((tag.removeprefix(prefix) for tag in cell.tags if tag.startswith(prefix)), None)


def _cut(cell: Cell, plan: Plan, questions: set[str], source: Path) -> Iterator[str]:
    """Yield the lines of a code cell with each solution replaced by a stub."""
    lines, number = cell.source.splitlines(), _tagged(cell, "cell:")
    inside = False
    for at, line in enumerate(lines):
        word = line.strip()
        if word not in (BEGIN, END):
            if not inside:
                yield line
            continue
        if (word == BEGIN) is inside:
            raise AssignmentError(f"{source}, line {cell.line + at + 1}: {word!r} has no matching marker.")
        inside = word == BEGIN
        if inside:
            if number is None:
                raise AssignmentError(
                    f"{source}, line {cell.line}: a cell with a solution needs a tag with the number of its task, like 'cell:1.1a'."
                )
            indent = line[: len(line) - len(line.lstrip())]
            yield indent + _stub(cell, at + 1, number, plan, number in questions)
    if inside:
        raise AssignmentError(f"{source}, line {cell.line}: the cell ends inside a solution; write {END!r}.")


def _stub(cell: Cell, line: int, number: str, plan: Plan, is_question: bool) -> str:
    """Return the stub for the solution that begins at a line of a cell, counted from 1."""
    body = ast.parse(cell.source).body
    around = ".".join(_around(body, line))
    if is_question and not around:
        # A person grades this answer, so missing code must not raise here.
        return "# Write your code here."
    defined = {node.name for node in body if isinstance(node, ast.FunctionDef | ast.ClassDef)}
    left = [name for name in plan.names[number] if name.partition(".")[0] not in defined]
    wanted = around or ", ".join(left)
    return f'raise NotImplementedError("Task {number}: {f"write {wanted}" if wanted else plan.titles[number]}")'


def _around(body: list[ast.stmt], line: int) -> Iterator[str]:
    """Yield the names of the definitions around a line, outermost first."""
    for node in body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and node.lineno <= line <= (node.end_lineno or 0):
            yield node.name
            yield from _around(node.body, line)
