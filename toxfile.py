"""Lets tox take paths as they are typed: ``tox -e grade submissions/``; an inline plugin, so it imports only tox.

tox 4 wants a ``--`` before anything meant for a command. Here the commands that run environments get a
positional argument; what it collects is handed on behind the words after ``--``. Only environments that
take paths accept any, so that a mistyped command still fails. A tox that installs another version of
itself first hands on its arguments unchanged, and the inner one does the same.

The first installation takes minutes in which pip says nothing, so it is announced with its size, and its end is told.

It also makes an environment with another NumPy where one is asked for: ``tox -e grade my-class/ -- --numpy 2.2``, and lets packages in
that a course adds by ``deps``.
"""

from __future__ import annotations

import configparser
import itertools
import json
import logging
import os
import re
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from tox.config.loader.memory import MemoryLoader
from tox.plugin import impl
from tox.report import HandledError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tox.config.cli.parser import ToxParser
    from tox.config.sets import ConfigSet
    from tox.session.state import State
    from tox.tox_env.api import ToxEnv

TAKES_PATHS = ("grade", "precheck")
RUNS = ("legacy", "run")
CONSTRAINTS = "constraints.txt"
OLDEST_PYTHON = (3, 11)
# The group `grade` of pyproject.toml on Linux, as pip loads it.
PACKAGES = 60
MEGABYTES = 90
GROUPS = "dependency-groups"
_begun: dict[str, float] = {}


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
    root = core_conf["tox_root"]
    numpy = asked_numpy(state.conf._pos_args or (), root)
    if numpy is not None:
        use_numpy(numpy, core_conf, state)
    let_own_packages_in(core_conf, state)
    unrecognised = getattr(options, "remainder", [])  # an older tox has refused these by itself
    words = [*getattr(options, "paths", []), *unrecognised]
    if not words:
        return
    selected = list(options.env) if hasattr(options, "paths") else []  # other commands of tox take no paths
    refuse_misplaced(words, selected)
    # tox offers no public way to add to the words after `--`.
    state.conf._pos_args = (*from_elsewhere(words, root), *(state.conf._pos_args or ()))
    options.remainder = []


@impl
def tox_on_install(tox_env: ToxEnv, arguments: object, section: str, of_type: str) -> None:
    """Say what is going to be installed, where nothing was yet; tox asks at every run, and mostly nothing is to be done."""
    name = tox_env.conf["env_name"]
    if name in TAKES_PATHS and of_type == GROUPS and not is_installed(tox_env.env_dir, section):
        _begun[name] = time.monotonic()
        logging.warning(
            "the first run installs about %d packages (%d MB, unless pip has them in its cache) into %s; this takes a minute or more",
            PACKAGES,
            MEGABYTES,
            os.path.relpath(tox_env.env_dir),
        )


@impl
def tox_before_run_commands(tox_env: ToxEnv) -> None:
    """Tell that the installation is over, if there was one."""
    begun = _begun.pop(tox_env.conf["env_name"], None)
    if begun is not None:
        logging.warning("installed in %d s; later runs begin at once", round(time.monotonic() - begun))


def is_installed(folder: Path, section: str) -> bool:
    """Return whether tox has noted in an environment's folder that its groups are installed."""
    try:
        noted = json.loads((folder / ".tox-info.json").read_bytes())
        return GROUPS in noted[section]
    except (OSError, ValueError, LookupError, TypeError):
        return False


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


def asked_numpy(behind_dashes: Sequence[str], root: Path) -> str | None:
    """Return the version of NumPy that the grader is going to look for: the option, ``GRADER_NUMPY`` or what tox.ini names."""
    words = [part for word in behind_dashes for part in (word.split("=", 1) if word.startswith("--numpy=") else [word])]
    given = dict(itertools.pairwise(words)).get("--numpy") or os.environ.get("GRADER_NUMPY")
    if not given:
        settings = configparser.ConfigParser(interpolation=None)
        settings.read(root / "tox.ini", encoding="utf-8")
        given = settings.get("grader", "numpy", fallback="")
    if given and not re.fullmatch(r"2\.\d+(\.\d+)?", given):
        raise HandledError(
            f"the grader works with NumPy 2, so a version of it is needed, such as 2.2, and not {given!r}"
        )
    return given or None


def let_own_packages_in(core_conf: ConfigSet, state: State) -> None:
    """Let an environment with ``deps`` of its own have the locked versions without their hashes: pip wants hashes of all packages or of none."""
    settings = configparser.ConfigParser(interpolation=None)
    settings.read(core_conf["tox_root"] / "tox.ini", encoding="utf-8")
    own = [name for name in settings.sections() if name.startswith("testenv:") and settings[name].get("deps")]
    names = [name.removeprefix("testenv:") for name in own]
    names += TAKES_PATHS if settings.get("testenv", "deps", fallback="") else ()
    wanting = [name for name in dict.fromkeys(names) if not state.conf.memory_seed_loaders[name]]
    if wanting:
        file = core_conf["work_dir"] / "constraints-without-hashes.txt"
        write(file, locked(core_conf))
        for name in wanting:
            loader = MemoryLoader(constraints=os.path.relpath(file, core_conf["tox_root"]))
            state.conf.memory_seed_loaders[name].append(loader)


def locked(core_conf: ConfigSet) -> list[str]:
    """Return the locked versions without their hashes, one a line."""
    lines = (core_conf["tox_root"] / CONSTRAINTS).read_text(encoding="utf-8").splitlines()
    return [line.removesuffix("\\").rstrip() for line in lines if not line.startswith(" ")]


def write(file: Path, lines: Sequence[str]) -> None:
    """Write constraints, unless they stand there."""
    text = "\n".join([*lines, ""])
    file.parent.mkdir(parents=True, exist_ok=True)
    if not file.exists() or file.read_text(encoding="utf-8") != text:
        file.write_text(text, encoding="utf-8")


def use_numpy(numpy: str, core_conf: ConfigSet, state: State) -> None:
    """Let the environments that take paths be others, with this NumPy and all else as pinned; the usual ones stay as they are."""
    # This NumPy has no hash there, and pip takes all of them or none.
    lines = locked(core_conf)
    if any(f"{line}.".startswith(f"numpy=={numpy}.") for line in lines):
        return
    others = [line for line in lines if not line.startswith("numpy==")]
    file = core_conf["work_dir"] / f"constraints-numpy{numpy}.txt"
    wanted = f"numpy=={numpy}" if numpy.count(".") == 2 else f"numpy=={numpy}.*"
    write(file, [*others, wanted])
    for name in TAKES_PATHS:
        loader = MemoryLoader(
            env_dir=core_conf["work_dir"] / f"{name}-numpy{numpy}",
            constraints=os.path.relpath(file, core_conf["tox_root"]),
        )
        state.conf.memory_seed_loaders[name].append(loader)
