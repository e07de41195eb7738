"""Exceptions of a submission as data, with the student's own frames only."""

from __future__ import annotations

import ast
import io
import os
import re
import warnings
from types import TracebackType
from typing import Any

from _child.sealed import BUILTINS as __builtins__  # noqa: F401

MAX_FRAMES = 12
MAX_MESSAGE = 2000
MAX_WRITTEN = 2**20

_SYNTAX_ERRORS = (SyntaxError, IndentationError, TabError)
_name_of = type.__dict__["__name__"].__get__
_traceback_of = BaseException.__dict__["__traceback__"].__get__
_join, _normpath, _realpath, _isfile = os.path.join, os.path.normpath, os.path.realpath, os.path.isfile
_open, _parse = io.open, ast.parse
_catch_warnings, _simplefilter = warnings.catch_warnings, warnings.simplefilter
# Syntax that only IPython's shell understands, at the beginning of a line or after an assignment.
_command = re.compile(r"^([ \t]*+)(?:[\w,][\w, \t]*+=[ \t]*+)?+[%!?].*$", re.MULTILINE).sub
_hide_addresses = re.compile(r"\b0x[0-9a-fA-F]{6,16}\b").sub


# The path of Python on this machine, as an import error names it: `cannot import name 'x' from 'y'
# (/usr/lib/python3.11/y.py)`.
_hide_libraries = re.compile(r"(?<=') \(/[^()]{0,300}/python3[^()]{0,300}\.(?:py|so)\)$").sub


class ForbiddenImport(ModuleNotFoundError):
    """The submission uses a module that the assignment does not allow, or imports it where it is prepared for its absence."""


class Sources:
    """The student's own files: their names in code objects, and their lines.

    All files in the folder are the student's, including those that the submission wrote while it ran.

    Parameters
    ----------
    folder : str
        Absolute path of the folder with the files.
    """

    def __init__(self, folder: str) -> None:
        self._folder = folder
        self._lines: dict[str, tuple[str, list[str]]] = {}
        self._trees: dict[str, ast.Module | None] = {}

    def add(self, path: str, text: str) -> str:
        """Add the file at `path` below the folder and return the file name for its code."""
        filename = _join(self._folder, path)
        self._lines[filename] = (path, text.splitlines())
        return filename

    def add_text(self, filename: str, text: str) -> None:
        """Add a text that is not a file, under the file name of its code."""
        self._lines[filename] = (filename, text.splitlines())
        self._trees.pop(filename, None)

    def path(self, filename: Any) -> str | None:
        """Return the student's name for the file of a code object; None if it is not the student's."""
        if type(filename) is not str:
            return None
        found = self._lines.get(filename) or self._written(filename)
        return found[0] if found else None

    def line(self, filename: str, number: int) -> str:
        """Return one line of a file without its indentation, at most 200 characters of it."""
        lines = self._lines[filename][1] if filename in self._lines else []
        return lines[number - 1].strip()[:200] if 0 < number <= len(lines) else ""

    def tree(self, filename: str) -> ast.Module | None:
        """Return the parsed text of one of the student's files, without magic commands; None if it cannot be parsed."""
        if filename not in self._trees and filename in self._lines:
            self._trees[filename] = _parsed("\n".join(self._lines[filename][1]))
        return self._trees.get(filename)

    def holds(self, filename: str) -> bool:
        """Return whether a file is in the folder, links followed."""
        return bool(self._folder) and _realpath(filename).startswith(self._folder + "/")

    def _written(self, filename: str) -> tuple[str, list[str]] | None:
        """Return the lines of a file under another name, or of one that was written after the reading."""
        if not self._folder or filename.startswith("<") or not filename.endswith(".py"):
            return None
        if filename.startswith("/") and not filename.startswith(self._folder + "/"):
            return None
        try:
            plain = _normpath(_join(self._folder, filename))
            if plain not in self._lines and self.holds(plain) and _isfile(plain):
                with _open(plain, encoding="utf-8", errors="replace") as file:
                    self._lines[plain] = (plain[len(self._folder) + 1 :], file.read(MAX_WRITTEN).splitlines())
        except Exception:
            # Much of this is written in Python, and a student may have changed the builtins that it uses.
            return None
        if plain in self._lines:
            self._lines[filename] = self._lines[plain]
        return self._lines.get(filename)


def _parsed(text: str) -> ast.Module | None:
    for version in (text, _command("\\1pass", text)):
        try:
            with _catch_warnings():
                _simplefilter("ignore")
                return _parse(version)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            continue
    return None


def type_name(value: object) -> str:
    """Return the name of the type of `value` as the interpreter knows it."""
    return str(_name_of(type(value)))[:200]


def describe(error: BaseException, sources: Sources) -> dict[str, Any]:
    """Return the message, the type and the student's own frames of `error`, innermost last."""
    frames = _frames(_traceback_of(error), sources)
    if isinstance(error, SyntaxError):
        frames += _syntax_frame(error, sources)
    return {"type": type_name(error), "message": message_of(error), "frames": _shortened(frames)}


def message_of(error: BaseException) -> str:
    """Return the text of an exception, even if its class fails to give it."""
    try:
        text = error.msg if isinstance(error, SyntaxError) and type(error) in _SYNTAX_ERRORS else str(error)
    except BaseException:
        return "(the exception has no readable message)"
    return (
        without_addresses(_hide_libraries("", text[:MAX_MESSAGE]))
        if type(text) is str
        else "(the exception has no readable message)"
    )


def without_addresses(text: str) -> str:
    """Return `text` without memory addresses, which differ from run to run."""
    return _hide_addresses("0x...", text)


def problem(
    why: str, message: str, hint: str | None = None, *, file: str | None = None, line: int | None = None
) -> dict[str, Any]:
    """Return a sentence about a problem of a submission, in the form of a reading."""
    return {"why": why, "message": message, "hint": hint, "file": file, "line": line}


def _frames(traceback: TracebackType | None, sources: Sources) -> list[dict[str, Any]]:
    frames: list[dict[str, Any]] = []
    while traceback is not None:
        code = traceback.tb_frame.f_code
        path = sources.path(code.co_filename)
        if path is not None:
            frame = {
                "file": path,
                "line": traceback.tb_lineno or 0,
                "function": code.co_name[:200],
                "code": sources.line(code.co_filename, traceback.tb_lineno or 0),
            }
            if not frames or frames[-1] != frame:
                frames.append(frame)
        traceback = traceback.tb_next
    return frames


def _syntax_frame(error: SyntaxError, sources: Sources) -> list[dict[str, Any]]:
    path = sources.path(error.filename)
    if path is None or type(error.lineno) is not int:
        return []
    code = sources.line(error.filename or "", error.lineno)
    return [{"file": path, "line": error.lineno, "function": "<module>", "code": code}]


def _shortened(frames: list[dict[str, Any]]) -> list[dict[str, Any]]:
    if len(frames) <= MAX_FRAMES:
        return frames
    return frames[: MAX_FRAMES // 3] + frames[-(MAX_FRAMES - MAX_FRAMES // 3) :]
