"""What a template is made of: the ``[template]`` and ``[[task]]`` tables of an assignment. Stands outside the flow.

The table has these keys::

    [template]
    modules = ["parameter", "activations", ...]   modules of the answer key, in the order of the lecture
    main = "exercise"                             the one of them that becomes the entry and has ``main()``
    given = ["Parameter", "main", ...]            what stays whole, as qualified names

An assignment that is a notebook has one key instead, ``notebook = "notebook.py"``: the text that the notebooks are made from.

A name of ``[[task]]`` is a function, a class, or ``Class.method``; the longest that fits decides.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from grader.errors import AssignmentError
from grader.material.assignment import load_assignment

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Plan:
    """What becomes of the modules of an answer key.

    ``titles`` maps the numbers of the tasks to their titles, ``names`` to their qualified names, ``numbers`` qualified names to the
    numbers of their tasks. ``notebook`` is the text of an assignment that is a notebook, and then there are no ``modules``;
    ``files`` are given beside the template.
    """

    id: str
    title: str
    entry: str
    answer_key: Path
    modules: tuple[str, ...]
    main: str
    given: frozenset[str]
    titles: dict[str, str]
    numbers: dict[str, str]
    names: dict[str, tuple[str, ...]]
    notebook: Path | None = None
    files: tuple[Path, ...] = ()

    def is_given(self, name: str) -> bool:
        """Tell whether a qualified name, or the class it belongs to, stays whole."""
        return name in self.given or name.partition(".")[0] in self.given

    def number(self, name: str) -> str:
        """Return the number of the task that a qualified name belongs to.

        Raises
        ------
        AssignmentError
            When no task has the name, nor its class.
        """
        for candidate in (name, name.partition(".")[0]):
            if candidate in self.numbers:
                return self.numbers[candidate]
        raise AssignmentError(
            f"{name} of the answer key belongs to no task of {self.id}: "
            "name it in the names of a [[task]], or in given of [template]."
        )

    def file_name(self, module: str) -> str:
        """Return the name that a module has in the template."""
        return self.entry if module == self.main else f"{module}.py"


def read_plan(folder: Path) -> Plan:
    """Read the plan of the assignment in ``folder``.

    Raises
    ------
    AssignmentError
        When the assignment has no ``[template]`` table, or the table lacks a key.
    """
    document = tomllib.loads((folder / "assignment.toml").read_text(encoding="utf-8"))
    head, tasks = document["assignment"], document.get("task", [])
    table = document.get("template")
    if table is None:
        raise AssignmentError(
            f"{folder / 'assignment.toml'} has no table [template], so there is no template to write."
        )
    return Plan(
        id=head["id"],
        title=head["title"],
        entry=head.get("entry", "main.py"),
        answer_key=_answer_key(folder, head["reference"]),
        modules=() if "notebook" in table else tuple(_key(folder, table, "modules", '["layers", "training"]')),
        main="" if "notebook" in table else _key(folder, table, "main", '"training"'),
        given=frozenset(table.get("given", ())),
        titles={task["number"]: task["title"] for task in tasks},
        # The first task that lists a name has it.
        numbers={name: task["number"] for task in reversed(tasks) for name in task.get("names", ())},
        names={task["number"]: tuple(task.get("names", ())) for task in tasks},
        notebook=_notebook(folder, table),
        files=load_assignment(folder).files if head.get("files") else (),
    )


def _key(folder: Path, table: dict[str, Any], key: str, example: str) -> Any:
    if key not in table:
        raise AssignmentError(
            f"{folder / 'assignment.toml'}: {key!r} is missing in [template]; write {key} = {example}."
        )
    return table[key]


def _notebook(folder: Path, table: dict[str, Any]) -> Path | None:
    name = table.get("notebook")
    if name is None:
        return None
    if not isinstance(name, str) or not (folder / name).is_file():
        raise AssignmentError(
            f"{folder / 'assignment.toml'}: 'notebook' of [template] names {name!r}, but there is no such file in {folder}."
        )
    return folder / name


def _answer_key(folder: Path, reference: str) -> Path:
    """Return the folder of the answer key: the assignment's own, or the one that ships with the grader."""
    own = folder.joinpath(*reference.split("."))
    return own if own.is_dir() else ROOT.joinpath(*reference.split("."))
