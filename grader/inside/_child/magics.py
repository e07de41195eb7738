"""IPython's magic commands that must behave differently here.

Nothing is installed, no shell is started, nothing is timed (a time would differ in every report), and
code that would be repeated hundreds of times for timing runs once.
"""

from __future__ import annotations

import ast
import os
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from _child.folders import make_folders
from _child.sealed import BUILTINS as __builtins__  # noqa: F401

NOT_RUN = (
    *("pip", "conda", "mamba", "micromamba", "uv", "cd", "pushd", "popd", "load_ext", "reload_ext", "unload_ext"),
    *("autoreload", "config", "debug", "pdb", "store", "edit", "notebook", "save", "logstart", "system", "sx", "gui"),
    # What a notebook forgets at its end is looked at all the same.
    *("reset", "reset_selective"),
    *("bash", "sh", "script", "cmd", "perl", "ruby", "pypy", "python", "python2", "python3", "javascript", "js"),
)
SILENT = ("matplotlib",)
# Cell magics of extensions that only watch how the cell runs; the cell itself is the student's work.
WATCHING = ("memit", "mprun", "lprun", "pyinstrument", "scalene", "snakeviz", "heat", "wandb", "notify")
_OPTIONS = re.compile(r"(\s*-[nrp]\s*\d+|\s*-[tcqov]+(?=\s|$))*\s*")
_OF_PRUN = re.compile(r"(?:\s*+-(?:[lsTD]\s*+\S++|[rq](?=\s|$)))*+\s*+")
NOT_TIMED = "(run once; nothing is timed while the work is graded)"


@dataclass(frozen=True)
class Timing:
    """Replaces the result of `%timeit -o`, with zero times."""

    average: float = 0.0
    best: float = 0.0
    worst: float = 0.0
    stdev: float = 0.0
    loops: int = 1
    repeat: int = 1
    all_runs: list[float] = field(default_factory=lambda: [0.0])


def register(shell: Any, remark: Callable[[str], None]) -> None:
    """Replace IPython's magic commands by ours.

    Parameters
    ----------
    shell : IPython.core.interactiveshell.InteractiveShell
        Gets the commands.
    remark : callable
        Called for each command that was not run.
    """
    line, cell = (shell.magics_manager.magics[kind] for kind in ("line", "cell"))
    own = {name: _not_run(name, remark) for name in NOT_RUN}
    own.update({"time": _once(shell), "prun": _once(shell, _OF_PRUN), "timeit": _timeit(shell)})
    own.update({"mkdir": _mkdir, "md": _mkdir, "cd": _cd(shell, own["cd"])})
    line.update({**own, **dict.fromkeys(SILENT, _silent), "pylab": _pylab(shell)})
    cell.update(own)


def _not_run(name: str, remark: Callable[[str], None]) -> Callable[..., None]:
    def command(line: str, cell: str | None = None) -> None:
        prefix = "%" if cell is None else "%%"
        remark(f"`{prefix}{name} {line.strip()[:60]}".rstrip() + "` was not run.")

    return command


def _mkdir(line: str) -> None:
    make_folders(line)


def _cd(shell: Any, not_run: Callable[..., None]) -> Callable[..., None]:
    def change_folder(line: str) -> None:
        place = os.path.realpath(line.strip().removeprefix("-q ").strip().strip("\"'"))
        if line.strip() and os.path.isdir(place) and f"{place}/".startswith(f"{shell.folder}/"):
            os.chdir(place)
        else:
            # A folder of the author's computer.
            not_run(line)

    return change_folder


def _silent(line: str) -> None:
    """Do nothing."""


def _pylab(shell: Any) -> Callable[[str], None]:
    def pylab(line: str) -> None:
        from IPython.core.pylabtools import import_pylab

        import_pylab(shell.user_ns)

    return pylab


def _once(shell: Any, options: re.Pattern[str] | None = None) -> Callable[..., Any]:
    def run_once(line: str, cell: str | None = None, local_ns: dict[str, Any] | None = None) -> Any:
        statement = options.sub("", line, count=1) if options is not None else line
        return run_text(shell, statement, local_ns) if cell is None else run_text(shell, cell)

    return _as_at_home(run_once)


def _timeit(shell: Any) -> Callable[..., Any]:
    def timeit(line: str, cell: str | None = None, local_ns: dict[str, Any] | None = None) -> Any:
        found = _OPTIONS.match(line)
        options, statement = line[: found.end()] if found else "", line[found.end() if found else 0 :]
        _run_apart(shell, statement, cell, local_ns if cell is None else None)
        print(NOT_TIMED)  # noqa: T201
        return Timing() if re.search(r"-\w*o", options) else None

    return _as_at_home(timeit)


def _as_at_home(command: Any) -> Any:
    """Mark a command like IPython's own: it sees a function's names, and its braces are Python's."""
    command.needs_local_scope = True
    command._ipython_magic_no_var_expand = True
    return command


def run_text(shell: Any, text: str, names: dict[str, Any] | None = None) -> Any:
    """Run `text` among the notebook's names, and those of the function around it, and return the value of its last expression."""
    tree = _parsed(shell, text)
    last = tree.body[-1] if tree.body else None
    name = shell.compile.cell_name
    around = _around(shell, names)
    if not isinstance(last, ast.Expr):
        return exec(compile(tree, name, "exec"), around)
    del tree.body[-1]
    exec(compile(tree, name, "exec"), around)
    return eval(compile(ast.Expression(last.value), name, "eval"), around)


def _around(shell: Any, names: dict[str, Any] | None) -> dict[str, Any]:
    """Return the names that code sees: the notebook's own, or a copy of them with those of the surrounding function."""
    return shell.user_ns if names is None or names is shell.user_ns else {**shell.user_ns, **names}


def _run_apart(shell: Any, statement: str, cell: str | None, names: dict[str, Any] | None) -> None:
    """Run code as the body of a function, so that its names are not kept."""
    body = _parsed(shell, statement).body + (_parsed(shell, cell).body if cell is not None else [])
    frame = ast.parse("def timed(): pass")
    function = frame.body[0]
    assert isinstance(function, ast.FunctionDef)
    function.body = body or function.body
    made: dict[str, Any] = {}
    exec(compile(frame, shell.compile.cell_name, "exec"), _around(shell, names), made)
    made["timed"]()


def _parsed(shell: Any, text: str) -> ast.Module:
    return ast.parse(shell.transform_cell(text.strip() + "\n"))
