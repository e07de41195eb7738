"""CHECKED: reports mistakes in an author's file: the file, the line, and what to do. Imports no fence."""

from __future__ import annotations

import ast
import inspect
import tokenize
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest

from grader import checks
from grader.errors import AssignmentError
from grader.material.document import line_in, mistake, near

MARKERS = {
    "points(number)": "what the check earns when it passes; parts must add up to it",
    "task(number)": "the task of assignment.toml that the check belongs to",
    "requires(name, ...)": "checks that must have passed before this one is worth running",
    "builds_on(name, ...)": "checks of what this one is made of: when one of them failed, this failure follows from it",
    "visibility(word)": "'public' (the default) or 'hidden' from the students' pre-check",
    "cpu_seconds(number)": "CPU time this check may use in the child, in place of the assignment's limit",
    "memory_bytes(number)": "memory this check may take in the child beside what the loaded submission holds",
}
# The arguments that a check may have; an author may also use fixtures of pytest, and those of the file.
ARGUMENTS = ("student", "reference", "rng", "parts", "notes", "settings", "script", "runs", "kept", "adapter")
NOT_THE_KEY = "the import of {name!r} does not reach your answer key; remove it, and let the check ask for the argument `reference`."
_MARKER = "not found in `markers` configuration option"


def line_of_check(item: pytest.Item) -> int | None:
    """Return the line on which the ``def`` of a check stands."""
    code = getattr(getattr(item, "function", None), "__code__", None)
    if code is None:
        return None
    for line, text in enumerate(_lines(Path(code.co_filename))[code.co_firstlineno - 1 :], code.co_firstlineno):
        if text.lstrip().startswith(("def ", "async def ")):
            return line
    return int(code.co_firstlineno)


def of_check(item: pytest.Item, sentence: str, line: int | None = None) -> AssignmentError:
    """Return the error with a sentence about a check, on the line of its ``def`` unless another is given."""
    end = "" if sentence.endswith((".", "?")) else "."
    return mistake(item.path, line or line_of_check(item), f"{item.name} {sentence}{end}")


def not_collected(error: BaseException, path: Path, folder: Path) -> AssignmentError:
    """Return the error for a file of checks that cannot be imported.

    Parameters
    ----------
    error : BaseException
        The error that pytest caught.
    path : Path
        The file.
    folder : Path
        The assignment.
    """
    cause = error.__cause__ or error
    place = line_in(cause, folder)
    where, line = place if place is not None else (path, None)
    if isinstance(cause, ImportError) and cause.name:
        beside = folder / cause.name.partition(".")[0]
        if beside.is_dir():
            return mistake(where, line, NOT_THE_KEY.format(name=cause.name))
        if beside.with_suffix(".py").is_file():
            return mistake(
                where,
                line,
                f"a file of checks cannot import {cause.name}.py beside it; put into one file what its checks share.",
            )
    return mistake(where, line, _why_not_imported(cause))


def _why_not_imported(error: BaseException) -> str:
    said = str(getattr(error, "msg", None) or error)
    if isinstance(error, IndentationError):
        return f"this is not Python: {said}; indent every block with four spaces."
    if isinstance(error, SyntaxError):
        return f"this is not Python: {said}; correct this line, or the one above it."
    if isinstance(error, ModuleNotFoundError):
        return f"there is no module {error.name!r}; correct the name, or install the package where you grade."
    if isinstance(error, ImportError) and error.name == checks.__name__:
        name = said.partition("cannot import name '")[2].partition("'")[0]
        return f"grader.checks has no {name!r}{near(name, checks.__all__)}"
    if _MARKER in said:
        name = said.partition("'")[2].partition("'")[0]
        return f"there is no mark {name!r}{near(name, [mark.partition('(')[0] for mark in MARKERS])}"
    return f"importing the file stops here with {type(error).__name__}: {said}; correct this line."


def unknown_arguments(item: pytest.Item) -> Iterator[str]:
    """Yield the arguments of a check that do not exist."""
    info: Any = getattr(item, "_fixtureinfo", None)
    for name in info.argnames if info else ():
        if name not in info.name2fixturedefs:
            yield name


def refuse_unknown_arguments(item: pytest.Item) -> None:
    """Raise ``AssignmentError`` if a check has an argument that does not exist."""
    for name in unknown_arguments(item):
        raise of_check(item, f"asks for the argument {name!r}, which does not exist{near(name, ARGUMENTS)}")


def refuse_doubles(paths: Iterable[Path]) -> None:
    """Raise ``AssignmentError`` if a file defines a check twice: Python keeps only the second, and the points of the first are lost."""
    for path in paths:
        lines: dict[str, int] = {}
        for node in ast.parse("\n".join(_lines(path))).body:
            if isinstance(node, ast.FunctionDef) and node.name.startswith("check_"):
                if node.name in lines:
                    raise mistake(
                        path,
                        node.lineno,
                        f"{node.name} is defined on line {lines[node.name]} as well; rename one of the two.",
                    )
                lines[node.name] = node.lineno


def refuse_another_key(paths: Iterable[Path], reference: str) -> None:
    """Raise ``AssignmentError`` if a check imports the answer key by its name, which would be the key that ships with the grader."""
    for path in paths:
        for node in ast.walk(ast.parse("\n".join(_lines(path)))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom) and not node.level:
                names = [node.module or ""]
            for name in names:
                if name == reference or name.startswith(f"{reference}."):
                    raise mistake(path, getattr(node, "lineno", None), NOT_THE_KEY.format(name=name))


def takes(function: str) -> str:
    """Return the parameters of a function of ``grader.checks`` as the end of a sentence; nothing for other functions."""
    known = getattr(checks, function, None)
    if known is None or not callable(known):
        return ""
    return f" It takes {', '.join(inspect.signature(known).parameters)}."


def _lines(path: Path) -> list[str]:
    with tokenize.open(path) as file:
        return file.read().splitlines()
