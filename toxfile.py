"""Lets tox take paths as they are typed: ``tox -e grade submissions/``; an inline plugin, so it imports only tox.

tox 4 wants a ``--`` before anything meant for a command. Here the commands that run environments get a
positional argument; what it collects is handed on behind the words after ``--``. Only environments that
take paths accept any, so that a mistyped command still fails. A tox that installs another version of
itself first hands on its arguments unchanged, and the inner one does the same.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from tox.plugin import impl
from tox.report import HandledError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tox.config.cli.parser import ToxParser
    from tox.config.sets import ConfigSet
    from tox.session.state import State

TAKES_PATHS = ("grade", "precheck")
RUNS = ("legacy", "run")
OLDEST_PYTHON = (3, 11)


@impl
def tox_add_option(parser: ToxParser) -> None:
    """Add the paths; ``extend``, because tox parses twice and a plain positional would lose what it had."""
    for command in RUNS:
        of_command, _ = parser.handlers[command]
        of_command.add_argument("paths", nargs="*", action="extend", default=[], help="what to grade (-e grade only)")


@impl
def tox_add_core_config(core_conf: ConfigSet, state: State) -> None:
    """Hand the paths on to the environment's command, or end with one clear sentence."""
    options = state.conf.options
    refuse_old_python(sys.version_info[:2])
    unrecognised = getattr(options, "remainder", [])  # an older tox has refused these by itself
    words = [*getattr(options, "paths", []), *unrecognised]
    if not words:
        return
    selected = list(options.env) if hasattr(options, "paths") else []  # other commands of tox take no paths
    refuse_misplaced(words, selected)
    # tox offers no public way to add to the words after `--`.
    state.conf._pos_args = (*from_elsewhere(words, core_conf["tox_root"]), *(state.conf._pos_args or ()))
    options.remainder = []


def refuse_old_python(version: tuple[int, ...]) -> None:
    """Raise ``HandledError`` when the environments would get a Python that is too old."""
    if version < OLDEST_PYTHON:
        here, wanted = (".".join(map(str, numbers)) for numbers in (version, OLDEST_PYTHON))
        raise HandledError(
            f"the grader needs Python {wanted} or newer, and this tox runs on {here}; "
            f"try `python{wanted} -m pip install tox` and `python{wanted} -m tox` in place of `tox`"
        )


def refuse_misplaced(unrecognised: Sequence[str], selected: Sequence[str]) -> None:
    """Raise ``HandledError`` unless every argument is a path that one selected environment takes."""
    if len(selected) != 1 or selected[0] not in TAKES_PATHS:
        raise HandledError(
            f"unrecognized arguments: {' '.join(unrecognised)}\n"
            f"paths are taken by {' and '.join(TAKES_PATHS)} only, one of them at a time: tox -e grade submissions/"
        )
    misplaced = [argument for argument in unrecognised if argument.startswith("-")]
    if misplaced:
        raise HandledError(
            f"unrecognized options: {' '.join(misplaced)}\n"
            f"options of the grader stand behind two dashes: tox -e {selected[0]} -- submissions/ --option value"
        )


def from_elsewhere(paths: Sequence[str], root: Path) -> list[str]:
    """Return the paths so that tox, which rewrites them for its own folder, does not take one for a program."""
    if Path.cwd() == root:
        return list(paths)
    return [path if Path(path).is_absolute() else f"./{path}" for path in paths]
