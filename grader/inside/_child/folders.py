"""The one command of a shell that is obeyed here: to make folders, into which a program then writes."""

from __future__ import annotations

import os
import re
import shlex
from collections.abc import Callable
from typing import Any

from _child.sealed import BUILTINS as __builtins__  # noqa: F401

_COMMAND = re.compile(r"(?:mkdir|md)\s++([^;&|<>`$\n]++)", re.IGNORECASE)
# What people append so that a folder that is there already stops nothing.
_APPENDED = re.compile(r"(?:2>\s*+(?:/dev/null|nul)|(?:\|\||;)\s*+true)\Z", re.IGNORECASE)
# An absolute path, as any system writes it.
_ELSEWHERE = re.compile(r"/|\\|[A-Za-z]:[/\\]")
_MAX_CHARACTERS = 1000
_makedirs = os.makedirs


def obeyed(command: str) -> bool:
    """Make the folders that a command line asks for; return whether it asks for nothing else."""
    # One that is longer would be obeyed by half.
    found = _COMMAND.fullmatch(_APPENDED.sub("", command.strip())) if len(command) <= _MAX_CHARACTERS else None
    if found is None:
        return False
    make_folders(found[1])
    return True


def make_folders(words: str) -> None:
    """Make the folders named in `words`, with those above them; what cannot be made is left to whoever writes into it."""
    try:
        names = shlex.split(words.replace("\\", "/"))
    except ValueError:
        return
    for name in names:
        if not name.startswith("-"):
            try:
                _makedirs(name, exist_ok=True)
            except (OSError, ValueError):
                continue


def staying(change: Callable[[Any], None]) -> Callable[[Any], None]:
    """Return what takes the place of `os.chdir`: a program that asks for its author's own folder, which is not here, stays in its own."""

    def chdir(path: Any) -> None:
        try:
            change(path)
        except FileNotFoundError:
            if type(path) is not str or not _ELSEWHERE.match(path):
                raise

    return chdir


def listen(system: Callable[[Any], int]) -> Callable[[Any], int]:
    """Return what takes the place of `os.system`: it makes folders, and has all else answered as before."""

    def obeying(command: Any) -> int:
        return 0 if type(command) is str and obeyed(command) else system(command)

    return obeying
