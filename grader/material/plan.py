"""Reads the plan of a template from the ``[template]`` and ``[[task]]`` tables of an assignment.

The table has these keys::

    [template]
    modules = ["parameter", "activations", ...]   modules of the answer key, in the order of the lecture
    main = "exercise"                             the module that becomes the entry and has ``main()``
    given = ["Parameter", "main", ...]            qualified names of what stays complete

A notebook assignment has a single key instead, ``notebook = "notebook.py"``: the text from which notebooks are made.

A name in ``[[task]]`` is a function, a class, or ``Class.method``; the longest matching name decides.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from grader.errors import AssignmentError
from grader.material.assignment import GivenFile, load_assignment
from grader.material.document import Document


@dataclass(frozen=True)
class Plan:
    """How the modules of an answer key become a template.

    ``titles`` and ``names`` map task numbers to titles and qualified names, and ``numbers`` maps qualified names to task
    numbers. ``notebook`` is the text of a notebook assignment, which has no ``modules``; ``files`` are handed out with
    the template.
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
    files: tuple[GivenFile, ...] = ()

    def is_given(self, name: str) -> bool:
        """Return whether a qualified name, or the class it belongs to, stays complete."""
        return name in self.given or name.partition(".")[0] in self.given

    def number(self, name: str) -> str:
        """Return the number of the task that a qualified name belongs to.

        Raises
        ------
        AssignmentError
            If no task has the name or its class.
        """
        for candidate in (name, name.partition(".")[0]):
            if candidate in self.numbers:
                return self.numbers[candidate]
        raise AssignmentError(
            f"{name} of the answer key belongs to no task of {self.id}: "
            "name it in the names of a [[task]], or in given of [template]."
        )

    def file_name(self, module: str) -> str:
        """Return the name that a module has in the template; all lie beside the program, where it finds them."""
        folder = self.entry.rpartition("/")[0]
        return self.entry if module == self.main else f"{folder}/{module}.py".removeprefix("/")


def read_plan(folder: Path) -> Plan:
    """Read the plan of the assignment in ``folder``.

    Raises
    ------
    AssignmentError
        If the assignment has no ``[template]`` table, or the table lacks a key.
    """
    assignment = load_assignment(folder)
    template, tasks = assignment.template, assignment.tasks
    if template is None:
        raise AssignmentError(
            f"{folder / 'assignment.toml'} has no table [template], so there is no template to write."
        )
    if template.notebook is None:
        _require(folder, "modules", template.modules, '["layers", "training"]')
        _require(folder, "main", template.main, '"training"')
    return Plan(
        id=assignment.id,
        title=assignment.title,
        entry=assignment.entry,
        answer_key=assignment.answer_key,
        modules=template.modules,
        main=template.main,
        given=template.given,
        titles={task.number: task.title for task in tasks},
        # A name belongs to the first task that lists it.
        numbers={name: task.number for task in reversed(tasks) for name in task.names},
        names={task.number: task.names for task in tasks},
        notebook=template.notebook,
        files=assignment.files,
    )


def _require(folder: Path, key: str, value: object, example: str) -> None:
    if not value:
        raise Document.read(folder / "assignment.toml").fail(
            ("template",), f"{key!r} is missing in [template]; write {key} = {example}."
        )
