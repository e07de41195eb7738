"""An assignment is a folder; this reads its ``assignment.toml`` into a frozen ``Assignment``. Serves every stage, imports only errors."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from grader.errors import AssignmentError, UsageError

SHIPPED = Path(__file__).parent / "assignments"


@dataclass(frozen=True)
class Task:
    """One row of the assignment's table: what a check belongs to.

    ``number`` is like ``"2.2"``; ``names`` are the qualified names (``"Linear.backward"``) a student writes for it.
    """

    number: str
    title: str
    names: tuple[str, ...] = ()
    bonus: bool = False


@dataclass(frozen=True)
class Limits:
    """What a submission may use; times in CPU seconds, sizes in bytes."""

    load_cpu_seconds: float = 60.0
    run_cpu_seconds: float = 120.0
    check_cpu_seconds: float = 10.0
    total_cpu_seconds: float = 600.0
    memory_bytes: int = 1 << 30
    scratch_bytes: int = 64 << 20
    submission_bytes: int = 32 << 20
    processes: int = 64


@dataclass(frozen=True)
class Assignment:
    """Everything the harness knows of an assignment, apart from its checks and their points.

    ``total`` and ``bonus`` are what the points in the marks must add up to. ``reference`` is the importable name of the
    answer key, ``preload`` what the clean parent imports before it forks.
    """

    id: str
    title: str
    folder: Path
    total: float
    bonus: float
    reference: str
    entry: str
    preload: tuple[str, ...]
    tasks: tuple[Task, ...]
    limits: Limits
    allowed_imports: tuple[str, ...]
    harmless_imports: tuple[str, ...]
    settings: Mapping[str, Any] = field(hash=False)

    def task(self, number: str) -> Task:
        """Return the task with this number; raises ``AssignmentError`` when there is none."""
        for task in self.tasks:
            if task.number == number:
                return task
        known = ", ".join(task.number for task in self.tasks)
        raise AssignmentError(f"A check names task {number!r}, but {self.folder}/assignment.toml has only {known}.")


def shipped_ids() -> list[str]:
    """Return the ids of the assignments that ship with the grader."""
    return sorted(path.parent.name for path in SHIPPED.glob("*/assignment.toml"))


def find_assignment(name: str) -> Path:
    """Return the folder of an assignment given by id or by path.

    Raises
    ------
    UsageError
        When neither a shipped id nor a folder with an ``assignment.toml`` has this name.
    """
    for folder in (SHIPPED / name if re.fullmatch(r"[\w-]+", name) else None, Path(name)):
        if folder is not None and (folder / "assignment.toml").is_file():
            return folder.resolve()
    raise UsageError(
        f"There is no assignment {name!r}: it must be one of {', '.join(shipped_ids())}, "
        "or the path of a folder that holds an assignment.toml."
    )


def load_assignment(folder: Path) -> Assignment:
    """Read and validate ``folder/assignment.toml``.

    Raises
    ------
    AssignmentError
        When a table or value is missing, unknown, or of the wrong type; the message names line, value and remedy.
    """
    path = folder / "assignment.toml"
    try:
        text = path.read_text(encoding="utf-8")
        document = tomllib.loads(text)
    except (OSError, UnicodeDecodeError) as error:
        raise AssignmentError(f"{path} cannot be read: {error}.") from error
    except tomllib.TOMLDecodeError as error:
        raise AssignmentError(f"{path} is not valid TOML: {error}.") from error
    return _Reader(path, text, document).assignment()


class _Reader:
    """Takes values out of a parsed TOML document, and says where and why when one does not fit."""

    TABLES = frozenset({"assignment", "task", "limits", "imports", "settings", "template"})

    def __init__(self, path: Path, text: str, document: dict[str, Any]) -> None:
        self.path, self.lines, self.document = path, text.splitlines(), document

    def fail(self, key: str, sentence: str) -> AssignmentError:
        where = next(
            (i for i, line in enumerate(self.lines, 1) if re.match(rf"\s*\[*\s*\"?{re.escape(key)}\b", line)), None
        )
        place = f"{self.path}, line {where}" if where else str(self.path)
        return AssignmentError(f"{place}: {sentence}")

    def value(
        self, table: Mapping[str, Any], key: str, kind: type | tuple[type, ...], words: str, default: Any = ...
    ) -> Any:
        if key not in table:
            if default is ...:
                raise self.fail("assignment", f"{key!r} is missing; write {key} = {words}.")
            return default
        value = table[key]
        if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
            raise self.fail(key, f"{key!r} must be {words}, not {value!r}.")
        return value

    def strings(self, table: Mapping[str, Any], key: str, default: Sequence[str]) -> tuple[str, ...]:
        values = self.value(table, key, list, 'a list of strings like ["numpy"]', list(default))
        if not all(isinstance(value, str) for value in values):
            raise self.fail(key, f"{key!r} must be a list of strings, not {values!r}.")
        return tuple(values)

    def assignment(self) -> Assignment:
        for name in self.document:
            if name not in self.TABLES:
                raise self.fail(name, f"there is no table [{name}]; the tables are {', '.join(sorted(self.TABLES))}.")
        head = self.value(self.document, "assignment", dict, "a table [assignment]")
        imports = self.document.get("imports", {})
        number = "a number like 100"
        return Assignment(
            id=self.value(head, "id", str, 'a string like "backprop"'),
            title=self.value(head, "title", str, 'a string like "A network from scratch"'),
            folder=self.path.parent,
            total=float(self.value(head, "total", (int, float), number)),
            bonus=float(self.value(head, "bonus", (int, float), number, 0)),
            reference=self.value(head, "reference", str, 'the name of a module like "reference"'),
            entry=self.value(head, "entry", str, 'a file name like "main.py"', "main.py"),
            preload=self.strings(head, "preload", ["numpy"]),
            tasks=self.tasks(),
            limits=self.limits(),
            allowed_imports=self.strings(imports, "allowed", ["numpy"]),
            harmless_imports=self.strings(imports, "harmless", ["google.colab"]),
            settings=self.document.get("settings", {}),
        )

    def tasks(self) -> tuple[Task, ...]:
        rows = self.value(self.document, "task", list, "a list of tables [[task]]")
        tasks: list[Task] = []
        for row in rows:
            task = Task(
                number=self.value(row, "number", str, 'a string like "2.2"'),
                title=self.value(row, "title", str, 'a string like "Linear: backward"'),
                names=self.strings(row, "names", []),
                bonus=self.value(row, "bonus", bool, "true or false", False),
            )
            if any(task.number == other.number for other in tasks):
                raise self.fail("task", f"two tasks have the number {task.number!r}; each needs its own.")
            tasks.append(task)
        return tuple(tasks)

    def limits(self) -> Limits:
        table = self.document.get("limits", {})
        known = {field.name for field in fields(Limits)}
        for key, value in table.items():
            if key not in known:
                raise self.fail(key, f"there is no limit {key!r}; the limits are {', '.join(sorted(known))}.")
            if isinstance(value, bool) or not isinstance(value, (int, float)) or value <= 0:
                raise self.fail(key, f"{key!r} must be a number above zero, not {value!r}.")
        return Limits(**table)
