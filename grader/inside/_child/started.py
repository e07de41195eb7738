"""Scripts that a notebook starts as a program of their own: `!python train.py`.

No program is started here; the script is run in this process, with a namespace of its own, and prints into its cell.
"""

from __future__ import annotations

import os
import re
import shlex
import sys
import traceback
from typing import Any

from _child.sealed import BUILTINS as __builtins__  # noqa: F401

_PYTHON = re.compile(r"(?i)(?:python[\d.]*+|py|ipython3?+)(?:\.exe)?+")
# Options that change nothing here.
_OPTIONS = frozenset({"-u", "-B", "-O", "-OO", "-s", "-E", "-W", "ignore", "-Wignore"})
# Other commands, files to which the output goes, and names of the shell.
_OF_THE_SHELL = re.compile(r"[;&|<>`$\n]")
_MAX_CHARACTERS = 1000


def words_of(command: str) -> list[str] | None:
    """Return the script that a command line starts, and the arguments that it gives it; None if it is no such line."""
    if len(command) > _MAX_CHARACTERS or _OF_THE_SHELL.search(command):
        return None
    try:
        program, *words = shlex.split(command) or [""]
    except ValueError:
        return None
    while words and words[0] in _OPTIONS:
        del words[0]
    if _PYTHON.fullmatch(os.path.basename(program)) is None or not words or not words[0].endswith(".py"):
        return None
    return words if os.path.isfile(words[0]) else None


def run(words: list[str]) -> dict[str, Any]:
    """Run a script with its arguments and return its names; what it raises is printed, as its own process would."""
    import runpy

    argv, path = sys.argv, list(sys.path)
    sys.argv = words
    sys.path.insert(0, os.path.dirname(os.path.abspath(words[0])))
    try:
        return runpy.run_path(words[0], run_name="__main__")
    except SystemExit as error:
        if isinstance(error.code, str):
            print(error.code, file=sys.stderr)  # noqa: T201
    except Exception:
        traceback.print_exc()
    finally:
        sys.argv = argv
        sys.path[:] = path
    return {}
