"""The only shell command that works here: making folders, into which a program then writes."""

from __future__ import annotations

import os
import re
import shlex
from collections.abc import Callable
from typing import Any

from _child.sealed import BUILTINS as __builtins__  # noqa: F401

_COMMAND = re.compile(r"(?:mkdir|md)\s++([^;&|<>`$\n]++)", re.IGNORECASE)
# What people append so that an existing folder is not an error.
_APPENDED = re.compile(r"(?:2>\s*+(?:/dev/null|nul)|(?:\|\||;)\s*+true)\Z", re.IGNORECASE)
# An absolute path on any system.
_ELSEWHERE = re.compile(r"/|\\|[A-Za-z]:[/\\]")
_MAX_CHARACTERS = 1000
_makedirs = os.makedirs


def obeyed(command: str) -> bool:
    """Make the folders that a command line asks for; return whether it asks for nothing else."""
    # A longer command would be only half executed.
    found = _COMMAND.fullmatch(_APPENDED.sub("", command.strip())) if len(command) <= _MAX_CHARACTERS else None
    if found is None:
        return False
    make_folders(found[1])
    return True


def make_folders(words: str) -> None:
    """Make the folders named in `words`, with those above them; if one cannot be made, writing into it fails later."""
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
    """Return the replacement of `os.chdir`: a program that changes to its author's folder, which does not exist here, stays where it is."""

    def chdir(path: Any) -> None:
        try:
            change(path)
        except FileNotFoundError:
            if type(path) is not str or not _ELSEWHERE.match(path):
                raise

    return chdir


def listen(system: Callable[[Any], int]) -> Callable[[Any], int]:
    """Return the replacement of `os.system`: it makes folders and passes on all other commands."""

    def obeying(command: Any) -> int:
        return 0 if type(command) is str and obeyed(command) else system(command)

    return obeying
