"""Exceptions of a submission as data, with the student's own frames only: CONFINED. Imports the standard library only."""

from __future__ import annotations

import os
import re
from types import TracebackType
from typing import Any

from _fenced.sealed import BUILTINS as __builtins__  # noqa: F401

MAX_FRAMES = 12
MAX_MESSAGE = 2000

_SYNTAX_ERRORS = (SyntaxError, IndentationError, TabError)
_name_of = type.__dict__["__name__"].__get__
_traceback_of = BaseException.__dict__["__traceback__"].__get__
_join = os.path.join
_hide_addresses = re.compile(r"\b0x[0-9a-fA-F]{6,16}\b").sub


class ForbiddenImport(ImportError):
    """The submission imports a module that the assignment does not allow."""


class Sources:
    """The student's own files: which names they have in code objects, and their lines.

    Parameters
    ----------
    folder : str
        Absolute path of the folder that the files lie in.
    """

    def __init__(self, folder: str) -> None:
        self._folder = folder
        self._lines: dict[str, tuple[str, list[str]]] = {}

    def add(self, path: str, text: str) -> str:
        """Take up the file at `path` below the folder and return the file name its code shall carry."""
        filename = _join(self._folder, path)
        self._lines[filename] = (path, text.splitlines())
        return filename

    def add_text(self, filename: str, text: str) -> None:
        """Take up a text that is no file, under the name that its code carries."""
        self._lines[filename] = (filename, text.splitlines())

    def path(self, filename: Any) -> str | None:
        """Return the student's name for the file of a code object, None if it is not the student's."""
        found = self._lines.get(filename) if type(filename) is str else None
        return found[0] if found else None

    def line(self, filename: str, number: int) -> str:
        """Return one line of a file without its indentation, at most 200 characters of it."""
        lines = self._lines[filename][1] if filename in self._lines else []
        return lines[number - 1].strip()[:200] if 0 < number <= len(lines) else ""


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
    """Return the text of an exception, which its own class may refuse to give."""
    try:
        text = error.msg if isinstance(error, SyntaxError) and type(error) in _SYNTAX_ERRORS else str(error)
    except BaseException:
        return "(the exception has no readable message)"
    return without_addresses(text[:MAX_MESSAGE]) if type(text) is str else "(the exception has no readable message)"


def without_addresses(text: str) -> str:
    """Return `text` without places in memory, which differ from run to run."""
    return _hide_addresses("0x...", text)


def problem(
    why: str, message: str, hint: str | None = None, *, file: str | None = None, line: int | None = None
) -> dict[str, Any]:
    """Return one sentence about what is wrong with a submission, in the form that a reading reports it."""
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
