"""Reads a master notebook of Otter Assign: its questions, with tests and solutions apart; serves READ. Nothing of it is run.

Two ways of writing one are read: blocks between cells such as ``# BEGIN QUESTION`` and ``# END QUESTION`` (raw cells, or Markdown
fenced as ``otter``), and the older one with ``BEGIN QUESTION`` in a fenced part of a description.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from grader.material.foreign.forms import Case, Cell, Question
from grader.material.foreign.notebooks import RawCell, RawNotebook
from grader.material.foreign.points import Unshared, shared_out
from grader.material.foreign.regions import Mending
from grader.material.foreign.solutions import kept_lines, solved_lines
from grader.material.foreign.sources import parsed, refuse

BLOCKS = ("question", "prompt", "solution", "tests")
PLACEHOLDER = "_Type your answer here, replacing this text._"
SOLUTION = "**solution"


@dataclass
class Master:
    """What a master says: its configuration, its cells and its questions."""

    config: dict[str, Any] = field(default_factory=dict)
    cells: list[Cell] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)


@dataclass
class _Open:
    """The question that is being read."""

    config: Mapping[str, Any]
    where: str
    asked: list[str] = field(default_factory=list)
    answers: list[RawCell] = field(default_factory=list)
    prompts: list[RawCell] = field(default_factory=list)
    cases: list[tuple[Case, Any]] = field(default_factory=list)
    answered: bool = False

    @property
    def name(self) -> str:
        """The name of the question."""
        return str(self.config["name"])


def is_master(notebook: RawNotebook) -> bool:
    """Return whether a notebook is a master of Otter Assign."""
    return any(_boundary(cell) or _is_config(cell) or _older(cell) is not None for cell in unfenced(notebook))


def read_master(notebook: RawNotebook, outer: Mapping[str, Any] | None = None) -> Master:
    """Read a master; ``outer`` is what a file of configuration says, which the notebook's own overrides.

    Raises
    ------
    AssignmentError
        When a block is not closed, a question has no name, or a test is no Python; the message names the cell.
    """
    reading = _Reading(notebook, Master(dict(outer or {})))
    for cell in unfenced(notebook):
        try:
            reading.take(cell)
        except Mending as problem:
            raise refuse(f"{notebook.path}, cell {cell.number}", str(problem)) from problem
    return reading.finish()


class _Reading:
    """Takes the cells of a master one by one."""

    def __init__(self, notebook: RawNotebook, master: Master) -> None:
        self.path, self.master = notebook.path, master
        self.blocks: list[str] = []
        self.question: _Open | None = None
        self.is_older = False

    def take(self, cell: RawCell) -> None:
        if _is_ignored(cell):
            return
        where = f"{self.path}, cell {cell.number}"
        boundary = _boundary(cell)
        older = _older(cell)
        if _is_config(cell):
            self._configure(yaml_of(cell.lines[1:], where))
        elif older is not None:
            self._take_older(cell, older, where)
        elif boundary is not None:
            self._cross(*boundary, cell, where)
        elif self.is_older and self.question is not None:
            self._take_after(cell, where)
        else:
            self._put(cell, where)

    def finish(self) -> Master:
        """Return the master; raises ``AssignmentError`` when a block is open."""
        if self.blocks:
            raise refuse(
                self.path, f"'# BEGIN {self.blocks[-1].upper()}' has no '# END {self.blocks[-1].upper()}' after it."
            )
        if self.question is not None:
            self._close()
        return self.master

    def _configure(self, config: Mapping[str, Any]) -> None:
        self.master.config = merged(self.master.config, config)

    def _cross(self, is_end: bool, block: str, cell: RawCell, where: str) -> None:
        if is_end:
            if self.blocks[-1:] != [block]:
                inner = f"'# BEGIN {self.blocks[-1].upper()}' is still open" if self.blocks else "nothing is open"
                raise refuse(where, f"'# END {block.upper()}' stands here, but {inner}.")
            self.blocks.pop()
            if block == "question":
                self._close()
            return
        if (block == "question") == bool(self.blocks) or len(self.blocks) > 1:
            wanted = "outside every block" if block == "question" else "inside a question, and in no other block"
            raise refuse(where, f"'# BEGIN {block.upper()}' must stand {wanted}.")
        if block == "question":
            self._begin(yaml_of(cell.lines[1:], where), where)
        elif block == "solution" and self.question is not None:
            self.question.answered = True
        self.blocks.append(block)

    def _begin(self, config: Mapping[str, Any], where: str) -> None:
        if not isinstance(config.get("name"), (str, int, float)) or str(config["name"]) == "":
            raise refuse(where, "a question must have a name, such as `name: q1`.")
        if any(question.id == str(config["name"]) for question in self.master.questions):
            raise refuse(where, f"a question before it has the name {str(config['name'])!r}, too; each needs its own.")
        self.question = _Open(config, where)

    def _put(self, cell: RawCell, where: str) -> None:
        """Take a cell that is no boundary, by the block that it is in."""
        block = self.blocks[-1] if self.blocks else ""
        question = self.question
        if block == "tests" and question is not None:
            if cell.type != "code":
                raise refuse(where, "between '# BEGIN TESTS' and '# END TESTS' there must be code only.")
            question.cases.append(read_case(cell, where, ok=self._is_ok()))
            return
        if question is None or block == "question":
            if question is not None and cell.type == "markdown":
                question.asked.append(cell.source)
            self._add(cell, "given")
        elif block == "prompt":
            question.prompts.append(cell)
            if cell.type == "markdown" and question.config.get("manual"):
                question.answers.append(cell)
                self._add(cell, "manual", question.name)
            else:
                self._add(cell, "answer")
        else:
            question.answers.append(cell)
            self._add(cell, "manual" if question.config.get("manual") else "answer", question.name, is_solution=True)

    def _take_older(self, cell: RawCell, found: tuple[str, list[str], str], where: str) -> None:
        """Take a cell whose fenced part begins an assignment or a question."""
        kind, lines, rest = found
        if kind == "assignment":
            self._configure(yaml_of(lines, where))
            return
        if self.question is not None:
            self._close()
        self.is_older = True
        self._begin(yaml_of(lines, where), where)
        assert self.question is not None
        self.question.asked.append(rest)
        self._add(replace(cell, source=rest), "given")

    def _take_after(self, cell: RawCell, where: str) -> None:
        """Take a cell after a description, in the older way: first the answer, then tests, until there is something else."""
        question = self.question
        assert question is not None
        if _is_older_test(cell):
            question.cases.append(read_case(cell, where, ok=True))
        elif not question.cases and _is_answer(cell, question):
            question.answered = True
            question.answers.append(cell)
            self._add(cell, "manual" if question.config.get("manual") else "answer", question.name, is_solution=True)
        else:
            self._close()
            self._add(cell, "given")

    def _add(self, cell: RawCell, role: Any, question: str = "", *, is_solution: bool = False) -> None:
        source = "\n".join(kept_lines(cell.lines))
        released = source
        if cell.type == "code" and (is_solution or self.master.config.get("strip_solutions_from_all_cells")):
            released = "\n".join(solved_lines(source.split("\n")))
        elif cell.type == "markdown" and is_solution and "otter_include" not in cell.tags:
            released = PLACEHOLDER if role == "manual" else ""
        judged = question if role == "manual" else ""
        self.master.cells.append(Cell(source, cell.type, role, cell.id, "", released, judged))

    def _close(self) -> None:
        """End the present question, and judge it here where it has tests."""
        question, self.question = self.question, None
        assert question is not None
        self.is_older = False
        made = _question(question)
        if made.tests or made.manual:
            self.master.questions.append(made)
        if made.tests and question.config.get("manual"):
            self.master.remarks.append(
                f"Question {made.id!r} is marked as manual and has tests: its tests give its points."
            )
        if made.tests:
            self.master.cells.append(Cell("", "code", "test", question=made.id))

    def _is_ok(self) -> bool:
        tests = self.master.config.get("tests")
        return not (isinstance(tests, dict) and tests.get("ok_format") is False)


def _question(question: _Open) -> Question:
    given = [points for _, points in question.cases]
    total = question.config.get("points")
    manual = bool(question.config.get("manual")) and not question.cases
    try:
        points = shared_out(total, given)
        worth = sum(points) if question.cases else _untested(total, manual)
    except Unshared as problem:
        raise refuse(question.where, f"question {question.name!r}: {problem}") from problem
    tests = tuple(
        replace(case, points=share, name=case.name or f"{question.name} - {number}")
        for number, ((case, _), share) in enumerate(zip(question.cases, points, strict=True), 1)
    )
    prompts = [cell.source for cell in question.prompts if cell.type == "markdown"]
    return Question(
        id=question.name,
        points=worth,
        tests=tests,
        manual=manual,
        all_or_nothing=bool(question.config.get("all_or_nothing", False)),
        text="\n\n".join(question.asked),
        scheme="\n\n".join(cell.source for cell in question.answers if cell.source not in prompts) if manual else "",
        unchanged=(prompts[0] if prompts else PLACEHOLDER) if manual else "",
    )


def _untested(total: Any, manual: bool) -> float:
    """Return what a question without tests is worth; only a person can give it."""
    if not manual or total is None or isinstance(total, dict):
        return 0.0
    return sum(shared_out(total, [None] * len(total))) if isinstance(total, list) else shared_out(total, [None])[0]


def read_case(cell: RawCell, where: str, *, ok: bool) -> tuple[Case, Any]:
    """Return the test that a cell of a master holds, and what it says of its points; raises ``AssignmentError``."""
    lines = cell.lines
    comment = lines[0].strip().lower()
    hidden = comment.startswith("#") and "hidden" in comment.replace("#", " ").replace(",", " ").split()
    config: Mapping[str, Any] = {}
    body = lines
    if "BEGIN TEST CONFIG" in lines[0].upper():
        end = next((k for k, line in enumerate(lines) if "END TEST CONFIG" in line.upper()), None)
        if end is None:
            raise refuse(where, "'# BEGIN TEST CONFIG' has no '# END TEST CONFIG' after it.")
        config, body = yaml_of(lines[1:end], where), lines[end + 1 :]
    tree = parsed("\n".join(body), where)
    hidden = bool(config.get("hidden", hidden))
    if ok:
        source = doctest_of(tree) + ("\n" + cell.printed if cell.printed else "")
        case = Case(source, "" if hidden else source, hidden, "doctest")
    else:
        definition = tree.body[0] if tree.body else None
        if not isinstance(definition, ast.FunctionDef) or len(tree.body) > 2:
            raise refuse(where, "a test that raises must be one function, and at most one call of it.")
        source = ast.unparse(definition)
        case = Case(source, "" if hidden else source, hidden, "function", function=definition.name)
    return replace(
        case,
        success=str(config.get("success_message") or ""),
        failure=str(config.get("failure_message") or ""),
    ), config.get("points")


def doctest_of(tree: ast.Module) -> str:
    """Return statements as examples of a doctest, without annotations, each statement behind ``>>>``."""
    lines: list[str] = []
    for statement in _Plain().visit(tree).body:
        first, *others = ast.unparse(statement).split("\n")
        lines += [f">>> {first}", *(f"... {line}".rstrip() for line in others)]
    return "\n".join(lines)


class _Plain(ast.NodeTransformer):
    """Takes annotations off functions, as Otter does."""

    def visit_arg(self, node: ast.arg) -> ast.AST:
        node.annotation = None
        return node

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        node.returns = None
        return self.generic_visit(node)


def yaml_of(lines: Sequence[str], where: str) -> dict[str, Any]:
    """Return what lines of YAML say; raises ``AssignmentError`` when they are none, or no table."""
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        found = yaml.load("\n".join(lines), loader)
    except (yaml.YAMLError, ValueError, RecursionError, OverflowError) as error:
        raise refuse(where, "its configuration is not valid YAML; write lines such as `name: q1`.") from error
    if found is None:
        return {}
    if not isinstance(found, dict):
        raise refuse(where, "its configuration must be lines such as `name: q1`.")
    return found


def merged(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, Any]:
    """Return one configuration over another; tables in them are merged."""
    found = dict(before)
    for key, value in after.items():
        earlier = found.get(key)
        found[key] = merged(earlier, value) if isinstance(earlier, dict) and isinstance(value, dict) else value
    return found


def unfenced(notebook: RawNotebook) -> Iterator[RawCell]:
    """Yield cells, each part of a Markdown cell that is fenced as ``otter`` as a raw cell of its own.

    Raises
    ------
    AssignmentError
        When such a part is never closed.
    """
    for cell in notebook.cells:
        if cell.type != "markdown" or not any(line.strip() == "```otter" for line in cell.lines):
            yield cell
            continue
        part: list[str] = []
        is_fenced = False
        for line in [*cell.lines, None]:
            begins = line is not None and not is_fenced and line.strip() == "```otter"
            ends = line is not None and is_fenced and line.strip() == "```"
            if line is None or begins or ends:
                if any(each.strip() for each in part):
                    yield replace(cell, type="raw" if is_fenced else "markdown", source="\n".join(part).strip("\n"))
                if line is None and is_fenced:
                    raise refuse(f"{notebook.path}, cell {cell.number}", "a part fenced as ```otter is never closed.")
                is_fenced, part = begins, []
            else:
                part.append(line)


def _boundary(cell: RawCell) -> tuple[bool, str] | None:
    """Return whether a cell ends a block, and which; None when it is no boundary."""
    words = _comment(cell)
    if cell.type != "raw" or len(words) < 2 or words[0] not in ("begin", "end") or words[1] not in BLOCKS:
        return None
    return words[0] == "end", words[1]


def _is_config(cell: RawCell) -> bool:
    return cell.type == "raw" and _comment(cell)[:2] == ["assignment", "config"]


def _comment(cell: RawCell) -> list[str]:
    """Return the words of a first line that is a comment, in small letters."""
    first = cell.lines[0]
    return first[1:].lower().split() if first.startswith("#") else []


def _is_ignored(cell: RawCell) -> bool:
    return cell.lines[0].lower().replace("#", " ").split() == ["ignore"] and cell.lines[0].lstrip().startswith("#")


def _older(cell: RawCell) -> tuple[str, list[str], str] | None:
    """Return the kind of the fenced part that begins something, its lines of YAML, and the text around it."""
    lines = cell.lines
    marks = [k for k, line in enumerate(lines) if line.strip() in ("BEGIN QUESTION", "BEGIN ASSIGNMENT")]
    if cell.type == "code" or not marks or not marks[0] or not lines[marks[0] - 1].strip().startswith("```"):
        return None
    start = marks[0]
    end = next((k for k in range(start, len(lines)) if lines[k].strip() == "```"), len(lines))
    rest = "\n".join([*lines[: start - 1], *lines[end + 1 :]]).strip("\n")
    return lines[start].split()[1].lower(), lines[start + 1 : end], rest


def _is_older_test(cell: RawCell) -> bool:
    first = cell.lines[0].lower()
    words = first.replace("#", " ").split() if first.startswith("#") else []
    is_test = words[:1] == ["test"] or words[:2] == ["hidden", "test"]
    return cell.type == "code" and (is_test or "BEGIN TEST CONFIG" in cell.lines[0].upper())


def _is_answer(cell: RawCell, question: _Open) -> bool:
    """Return whether a cell after a description, in the older way, is its answer."""
    if cell.type == "markdown":
        start = cell.source.lstrip().lower()
        return bool(question.config.get("manual")) and start.startswith((SOLUTION, "<strong>solution"))
    return cell.type == "code" and not question.answers
