"""Reads an assignment's folder, with its ``assignment.toml``, into a frozen ``Assignment``."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import fields
from pathlib import Path, PurePosixPath

from grader.errors import UsageError
from grader.material.document import Document, Table, near
from grader.material.parts import HARMLESS as HARMLESS
from grader.material.parts import ROOT as ROOT
from grader.material.parts import Assignment as Assignment
from grader.material.parts import GivenFile as GivenFile
from grader.material.parts import Limits as Limits
from grader.material.parts import ProgramRun as ProgramRun
from grader.material.parts import Task as Task
from grader.material.parts import Template as Template
from grader.material.questions import Rubric, load_rubric

SHIPPED = Path(__file__).parents[1] / "assignments"
KEYS = {
    "assignment": ("id", "title", "entry", "total", "bonus", "reference", "preload", "files"),
    "task": ("number", "title", "names", "bonus"),
    "imports": ("allowed", "harmless"),
    "rubric": ("counts",),
    "template": ("modules", "main", "given", "notebook", "solution"),
    "run": ("name", "args", "stdin"),
}
TABLES = (*KEYS, "limits", "settings", "aliases")


def shipped_ids() -> list[str]:
    """Return the ids of the assignments shipped with the grader."""
    return sorted(path.parent.name for path in SHIPPED.glob("*/assignment.toml"))


def find_assignment(name: str) -> Path:
    """Return the folder of an assignment given by id or by path.

    Raises
    ------
    UsageError
        If it is neither a shipped id nor a folder with an ``assignment.toml``.
    """
    for folder in (SHIPPED / name if re.fullmatch(r"[\w-]+", name) else None, Path(name)):
        if folder is not None and (folder / "assignment.toml").is_file():
            return folder.resolve()
    if Path(name).exists():
        from grader.material.foreign.reading import is_form

        if is_form(Path(name)):
            return Path(name).resolve()
    raise UsageError(
        f"There is no assignment {name!r}: it must be one of {', '.join(shipped_ids())}, "
        "the path of a folder with an assignment.toml, or of an assignment of nbgrader or Otter."
    )


def load_assignment(folder: Path, *, rubric: bool = False, allow: Sequence[str] = ()) -> Assignment:
    """Read and validate ``folder/assignment.toml``, and ``rubric.toml`` beside it.

    Parameters
    ----------
    folder : Path
    rubric : bool
        Whether to ask questions whose points do not count, too; those that count are always asked.
    allow : sequence of str
        Further imports to allow in this run.

    Raises
    ------
    AssignmentError
        If a table or value is missing, unknown, or of the wrong type; the message names the line, the value and a remedy.
    """
    if not (folder / "assignment.toml").exists():
        from grader.material.foreign.reading import is_form

        if is_form(folder):
            from grader.material.foreign.assignment import foreign_assignment

            return foreign_assignment(folder, allow=allow)
    document = Document.read(folder / "assignment.toml")
    top = document.top
    for name in top.data:
        if name not in TABLES:
            raise top.fail(name, f"there is no table [{name}]{near(name, TABLES)}")
    head, imports = top.table("assignment", required=True), top.table("imports")
    for table, name in ((head, "assignment"), (imports, "imports")):
        table.only(KEYS[name], f"key of [{name}] called")
    tasks = _tasks(top.tables("task"))
    return Assignment(
        id=_plain(head, "id"),
        title=head.string("title", 'a string like "A network from scratch"'),
        folder=folder,
        total=head.number("total", "a number like 100"),
        bonus=head.number("bonus", "a number like 20", 0),
        reference=head.string("reference", 'the name of a module like "reference"'),
        entry=_entry(head),
        preload=head.strings("preload", ["numpy"]),
        tasks=tasks,
        limits=_limits(top.table("limits")),
        allowed_imports=tuple(dict.fromkeys((*imports.strings("allowed", ["numpy"]), *allow))),
        harmless_imports=imports.strings("harmless", HARMLESS),
        settings=top.table("settings").data,
        rubric=_rubric(top.table("rubric"), folder, tasks, rubric),
        files=_files(head, folder),
        template=_template(top.table("template"), folder) if "template" in top.data else None,
        runs=_runs(top.tables("run", required=False)),
        aliases=_aliases(top.table("aliases"), tasks),
    )


def _runs(rows: list[Table]) -> tuple[ProgramRun, ...]:
    """Return the ways to start programs; each run has its own name."""
    runs: list[ProgramRun] = []
    for row in rows:
        row.only(KEYS["run"], "key of [[run]] called")
        run = ProgramRun(
            row.string("name", 'a string like "xor"'),
            row.strings("args", example='["--dataset", "xor"]'),
            row.value("stdin", str, 'what is typed, like "1\\n"', ""),
        )
        if any(earlier.name == run.name for earlier in runs):
            raise row.fail("name", f"two runs are called {run.name!r}; each needs its own name.")
        runs.append(run)
    return tuple(runs)


def _aliases(table: Table, tasks: tuple[Task, ...]) -> dict[str, tuple[str, ...]]:
    """Return the aliases by name; each stands for one name that a task asks for, and is not such a name itself."""
    asked = sorted({name.partition(".")[0] for task in tasks for name in task.names})
    table.only(asked, "name that a task asks for called")
    found: dict[str, tuple[str, ...]] = {}
    for name in table.data:
        others = table.strings(name, example='["Dense", "FullyConnected"]')
        for other in others:
            owner = other if other in asked else next((each for each, taken in found.items() if other in taken), None)
            if owner is not None or not other.isidentifier():
                why = f"it already stands for {owner!r}" if owner is not None else "it is not a valid Python name"
                raise table.fail(name, f"{other!r} cannot be an alias of {name!r}: {why}.")
        found[name] = others
    return found


def _plain(head: Table, key: str) -> str:
    """Return a name that can be part of a file name and of a key in a spreadsheet."""
    value = head.string(key, 'a string like "week-3"')
    if not re.fullmatch(r"[A-Za-z][A-Za-z0-9_-]*", value):
        raise head.fail(
            key, f"{key!r} must begin with a letter and contain only letters, digits, - and _, not {value!r}."
        )
    return value


def _entry(head: Table) -> str:
    """Return the name of the file to run if a folder is handed in."""
    value = head.string("entry", 'a file name like "main.py"', "main.py")
    if not re.fullmatch(r"(?:\w[\w.-]*/)*\w[\w.-]*\.py", value):
        raise head.fail("entry", f'\'entry\' must be a file name like "main.py" or "src/main.py", not {value!r}.')
    return value


def _files(head: Table, folder: Path) -> tuple[GivenFile, ...]:
    """Return the given files, from the assignment's folder or its answer key's; a folder stands for all files in it."""
    key = head.string("reference", "").split(".")
    places = (folder, folder.joinpath(*key), ROOT.joinpath(*key))
    found: dict[str, GivenFile] = {}
    for name in head.strings("files", example='["digits.npz"]'):
        words = PurePosixPath(name)
        if words.is_absolute() or ".." in words.parts or "\\" in name or not words.parts:
            raise head.fail(
                "files",
                f"'files' names {name!r}; it must be a path inside {folder}, separated by `/`, like data/x.csv.",
            )
        path = next((place / words for place in places if (place / words).exists()), None)
        if path is None:
            raise head.fail("files", f"'files' names {name!r}, but there is no such file in {folder}.")
        inside = [path] if path.is_file() else sorted(each for each in path.rglob("*") if _is_data(each, path))
        if not inside:
            raise head.fail("files", f"'files' names the folder {name!r}, but it is empty.")
        for each in inside:
            given = words / each.relative_to(path)
            found[given.as_posix()] = GivenFile(each, given.as_posix())
    return tuple(found.values())


def _is_data(path: Path, folder: Path) -> bool:
    """Return whether a path below a given folder is a file put there by the author."""
    words = path.relative_to(folder).parts
    return path.is_file() and not any(word.startswith(".") or word == "__pycache__" for word in words)


def _template(table: Table, folder: Path) -> Template:
    """Return the table ``[template]``, checked."""
    table.only(KEYS["template"], "key of [template] called")
    name = table.string("notebook", 'the name of a file like "notebook.py"', "")
    if name and not (folder / name).is_file():
        raise table.fail("notebook", f"'notebook' names {name!r}, but there is no such file in {folder}.")
    return Template(
        modules=() if name else table.strings("modules", example='["layers", "training"]'),
        main="" if name else table.string("main", 'the name of a module like "training"', ""),
        given=frozenset(table.strings("given", example='["Parameter", "main"]')),
        notebook=folder / name if name else None,
        solution=table.string("solution", 'a file of the assignment like "variants/plain.py"', ""),
    )


def _tasks(rows: list[Table]) -> tuple[Task, ...]:
    """Return the tasks, with unique numbers in ascending order."""
    tasks: list[Task] = []
    for row in rows:
        row.only(KEYS["task"], "key of [[task]] called")
        task = Task(
            number=row.string("number", 'a string like "2.2"'),
            title=row.string("title", 'a string like "Linear: backward"'),
            names=row.strings("names", example='["Linear.backward"]'),
            bonus=row.value("bonus", bool, "true or false", False),
        )
        for other, earlier in zip(rows, tasks, strict=False):
            if task.number == earlier.number:
                first = row.document.line((*other.place, "number"))
                raise row.fail(
                    "number", f"the task of line {first} has the number {task.number!r}, too; each needs its own."
                )
        if tasks and _in_order(task.number) < _in_order(tasks[-1].number):
            raise row.fail(
                "number", f"task {task.number!r} comes after task {tasks[-1].number!r}; put it before that one."
            )
        tasks.append(task)
    return tuple(tasks)


def _in_order(number: str) -> list[tuple[int, str]]:
    """Return a sort key that puts ``"1.2"`` before ``"1.10"`` and ``"1.2a"`` before ``"1.2b"``."""
    return [(int(word), "") if word.isdigit() else (-1, word) for word in re.findall(r"[0-9]+|[^0-9.]+", number)]


def _limits(table: Table) -> Limits:
    """Return the limits, with defaults for those not given."""
    known = [field.name for field in fields(Limits)]
    table.only(known, "limit")
    for key, value in table.data.items():
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 < value < float("inf"):
            raise table.fail(key, f"{key!r} must be a number above zero, not {value!r}.")
    return Limits(**table.data)


def _rubric(table: Table, folder: Path, tasks: tuple[Task, ...], wanted: bool) -> Rubric | None:
    """Return the questions graded by a person: always those that count, the others if ``wanted``."""
    table.only(KEYS["rubric"], "key of [rubric] called")
    counts = table.value("counts", bool, "true or false", False)
    path = folder / "rubric.toml"
    if counts and not path.is_file():
        raise table.fail("counts", f"written questions count, but there is no {path}; write it, or remove [rubric].")
    if not path.is_file() or not (counts or wanted):
        return None
    return load_rubric(path, [task.number for task in tasks], counts=bool(counts))
