"""Checks that every import which an assignment allows is installed: a missing one would cost every student who relies on it."""

from __future__ import annotations

import importlib.util
import re
from importlib.machinery import PathFinder

from grader.errors import UsageError
from grader.material.assignment import Assignment


def require_installed(assignment: Assignment) -> None:
    """Look for everything that is allowed; nothing is imported.

    Raises
    ------
    UsageError
        When something is no name of a module, or not installed beside this grader.
    """
    for name in assignment.allowed_imports:
        if not re.fullmatch(r"[^\W\d]\w*(\.[^\W\d]\w*)*", name):
            raise UsageError(f"{name!r} cannot be imported: give the name behind `import`, such as sklearn.")
        if not _is_installed(name):
            raise UsageError(
                f"{name} may be imported, but it is not installed where the work is graded. Write the name of its package behind "
                "`deps =` in the section [testenv:grade] of tox.ini and run `tox -e grade` again, or no longer allow it."
            )


def _is_installed(name: str) -> bool:
    """Return whether a module is there; only its file is looked for, so that no package is imported."""
    root, *inner = name.split(".")
    spec = importlib.util.find_spec(root)
    for part in inner:
        if spec is None or spec.submodule_search_locations is None:
            return False
        locations = list(spec.submodule_search_locations)
        spec = PathFinder.find_spec(f"{spec.name}.{part}", locations)
    return spec is not None
