"""Translates the lines of a cell that are commands of IPython to Python.

IPython reads a cell again for every command in it, and gives up at the 500th. If a cell is so long, or has so many
commands, that this takes too much time, our own single pass does the same for the commands that students write:
`!command`, `%magic`, `%%magic`, `name = !command`, `name = %magic`, `name?` and `?name`.
"""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Callable, Iterator

from _child.sealed import BUILTINS as __builtins__  # noqa: F401

MAX_COMMANDS = 100
# The total number of characters that IPython may read, which takes it about a third of a second.
MAX_WORK = 1_000_000
_PIECE = re.compile(r"'''|\"\"\"|['\"#()\[\]{}]|\\.", re.DOTALL)
_TARGET = re.compile(r"[\w\s.,*\[\]]++")
_NAME = re.compile(r"%{0,2}[\w.]++")


def python_of(text: str, translate: Callable[[str], str]) -> str:
    """Return a cell's text as Python.

    Parameters
    ----------
    text : str
    translate : callable
        IPython's own translation, for a cell for which it does not take too long.

    Raises
    ------
    SyntaxError
        If IPython's translation raises it.
    """
    commands = sum("!" in line or "%" in line or "?" in line for line in text.splitlines())
    if commands <= MAX_COMMANDS and commands * len(text) <= MAX_WORK:
        return translate(text)
    return text if _is_python(text) else "".join(_translated(text))


def _is_python(text: str) -> bool:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True


class _Place:
    """Where in the code a line begins: inside brackets, a text or a continued line, or at the beginning of a statement."""

    def __init__(self) -> None:
        self._depth = 0
        self._quote = ""
        self._continued = False

    @property
    def is_statement(self) -> bool:
        """Whether a statement may begin here."""
        return not (self._depth or self._quote or self._continued)

    def pass_over(self, line: str) -> None:
        """Go on to the end of a line of Python."""
        comment = False
        for found in _PIECE.finditer(line):
            piece = found[0]
            if self._quote:
                self._quote = "" if piece.startswith(self._quote) else self._quote
            elif piece == "#":
                comment = True
                break
            elif piece[0] in "'\"":
                self._quote = piece
            elif piece in "([{":
                self._depth += 1
            elif piece in ")]}":
                self._depth = max(0, self._depth - 1)
        self._continued = not comment and line.endswith("\\\n")
        if len(self._quote) == 1 and not self._continued:
            self._quote = ""


def _translated(text: str) -> Iterator[str]:
    """Yield the lines of a cell, each command as a call."""
    lines = text.lstrip("\n").replace("\r\n", "\n").splitlines(keepends=True)
    if lines and lines[0].startswith("%%") and not lines[0].rstrip().endswith("?"):
        name, _, rest = lines[0][2:].strip().partition(" ")
        yield f"get_ipython().run_cell_magic({name!r}, {rest!r}, {''.join(lines[1:])!r})\n"
        return
    place, waiting = _Place(), iter(lines)
    for line in waiting:
        before, command = _split(line) if place.is_statement else (line, "")
        if not command:
            place.pass_over(line)
            yield line
            continue
        pieces = [command]
        while pieces[-1].endswith("\\\n"):
            pieces[-1] = pieces[-1][:-2]
            pieces.append(next(waiting, ""))
        yield f"{before}{_call(' '.join(pieces).strip(), bool(before.strip()))}\n"


def _split(line: str) -> tuple[str, str]:
    """Return the text before a command, and the command: empty if the line has none."""
    stripped = line.lstrip()
    if stripped[:1] in ("!", "%", "?"):
        return line[: len(line) - len(stripped)], stripped
    asked = stripped.rstrip()
    if asked.endswith("?") and _NAME.fullmatch(asked.rstrip("?")):
        return line[: len(line) - len(stripped)], f"?{asked.rstrip('?')}"
    target, _, value = line.partition("=")
    command = value.lstrip()
    is_command = command[:1] == "!" or (command[:1] == "%" and command[1:2].isidentifier())
    if is_command and target.strip() and _TARGET.fullmatch(target):
        return f"{target}= ", command
    return line, ""


def _call(command: str, is_value: bool) -> str:
    if command.startswith("?"):
        return f"get_ipython().run_line_magic('pinfo', {command.strip('?').strip()!r})"
    if command.startswith("!"):
        wants_lines = is_value or command.startswith("!!")
        return f"get_ipython().{'getoutput' if wants_lines else 'system'}({command.lstrip('!')!r})"
    if command.endswith("?"):
        return f"get_ipython().run_line_magic('pinfo', {command.rstrip('?')!r})"
    name, _, rest = command[1:].partition(" ")
    return f"get_ipython().run_line_magic({name!r}, {rest!r})"
