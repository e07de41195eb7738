"""Finds and imports an assignment's answer key, in its own folder first, then among those shipped. Serves CHECKED."""

from __future__ import annotations

import hashlib
import importlib
import importlib.util
import sys
from pathlib import Path
from types import ModuleType

from grader.errors import AssignmentError
from grader.material.assignment import Assignment
from grader.material.document import Document, line_in, mistake
from grader.material.endless import import_bounded


def import_answer_key(assignment: Assignment) -> ModuleType:
    """Return the answer key of an assignment as a module.

    The assignment's own key is imported under a unique name, so its modules must import one another relatively
    (``from .layers import Linear``).

    Raises
    ------
    AssignmentError
        If there is none, or it cannot be imported; the message names the failing line, or the line in assignment.toml.
    """
    own = assignment.own_answer_key
    try:
        return importlib.import_module(assignment.reference) if own is None else _imported(own)
    except ModuleNotFoundError as error:
        if own is None and error.name and assignment.reference.startswith(error.name):
            folder = assignment.folder.joinpath(*assignment.reference.split("."))
            raise _error(
                assignment, f"there is no answer key {assignment.reference!r}; write {folder}/__init__.py."
            ) from error
        raise _not_imported(assignment, error, f"{error}") from error
    except SyntaxError as error:
        raise _not_imported(assignment, error, f"this is not Python: {error.msg}") from error
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # such as SystemExit, or the end of a loop that has none
        raise _not_imported(assignment, error, f"{type(error).__name__}: {error}") from error


def _imported(package: Path) -> ModuleType:
    name = f"answer_key_{hashlib.sha256(str(package.resolve()).encode()).hexdigest()[:12]}"
    if name in sys.modules:
        return sys.modules[name]
    spec = importlib.util.spec_from_file_location(
        name, package / "__init__.py", submodule_search_locations=[str(package)]
    )
    assert spec is not None and spec.loader is not None
    module = sys.modules[name] = importlib.util.module_from_spec(spec)
    try:
        with import_bounded():
            spec.loader.exec_module(module)
    except BaseException:
        del sys.modules[name]
        raise
    return module


def _not_imported(assignment: Assignment, error: BaseException, said: str) -> AssignmentError:
    """Return the error for a key that cannot be imported, with the line of the key that fails."""
    place = line_in(error, assignment.answer_key)
    if place is None:
        return _error(assignment, f"the answer key {assignment.reference!r} cannot be imported: {said}.")
    return mistake(*place, f"the answer key cannot be imported: {said}; correct this line.")


def _error(assignment: Assignment, sentence: str) -> AssignmentError:
    return Document.read(assignment.folder / "assignment.toml").fail(("assignment", "reference"), sentence)
