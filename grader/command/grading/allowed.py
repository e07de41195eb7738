"""Checks that every allowed import is installed, as a missing one would cost every student who uses it."""

from __future__ import annotations

import importlib.util
import re
from importlib.machinery import PathFinder

from grader.errors import UsageError
from grader.material.assignment import Assignment


def require_installed(assignment: Assignment) -> None:
    """Look for every module that is allowed, or imported before anybody is graded, without importing any.

    Raises
    ------
    UsageError
        If a name is not a module's, or the module is not installed next to this grader.
    """
    for name in assignment.allowed_imports:
        if not re.fullmatch(r"[^\W\d]\w*(\.[^\W\d]\w*)*", name):
            raise UsageError(f"{name!r} cannot be imported: give the name that follows `import`, such as sklearn.")
        if not _is_installed(name):
            raise UsageError(
                f"{name} is an allowed import but is not installed here. Add its package to `deps =` in the section "
                "[testenv:grade] of tox.ini and run `tox -e grade` again, or stop allowing it."
            )
    for name in assignment.preload:
        if not _is_installed(name):
            raise UsageError(
                f"{assignment.folder / 'assignment.toml'}: 'preload' names {name}, which is not installed here. Correct the name, or add "
                "its package to `deps =` in the section [testenv:grade] of tox.ini and run `tox -e grade` again."
            )


def _is_installed(name: str) -> bool:
    """Return whether a module is installed; only its file is looked for, so nothing is imported."""
    root, *inner = name.split(".")
    spec = importlib.util.find_spec(root)
    for part in inner:
        if spec is None or spec.submodule_search_locations is None:
            return False
        locations = list(spec.submodule_search_locations)
        spec = PathFinder.find_spec(f"{spec.name}.{part}", locations)
    return spec is not None
