"""The magic commands of IPython that must not do here what they do at home: CONFINED. Imports the package only.

Nothing is installed, no shell is started, nothing is timed (a time would differ in every report), and no
code is repeated hundreds of times to be timed: it runs once.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from _fenced.sealed import BUILTINS as __builtins__  # noqa: F401

NOT_RUN = (
    *("pip", "conda", "mamba", "micromamba", "uv", "cd", "pushd", "popd", "load_ext", "reload_ext", "unload_ext"),
    *("autoreload", "config", "debug", "pdb", "store", "edit", "notebook", "save", "logstart", "system", "sx", "gui"),
    *("bash", "sh", "script", "cmd", "perl", "ruby", "pypy", "python", "python2", "python3", "javascript", "js"),
)
SILENT = ("matplotlib",)
_OPTIONS = re.compile(r"(\s*-[nrp]\s*\d+|\s*-[tcqov]+(?=\s|$))*\s*")
NOT_TIMED = "(run once; nothing is timed while the work is graded)"


@dataclass(frozen=True)
class Timing:
    """Takes the place of what `%timeit -o` returns: no time at all."""

    average: float = 0.0
    best: float = 0.0
    worst: float = 0.0
    stdev: float = 0.0
    loops: int = 1
    repeat: int = 1
    all_runs: list[float] = field(default_factory=lambda: [0.0])


def register(shell: Any, remark: Callable[[str], None]) -> None:
    """Put our magic commands in the place of IPython's.

    Parameters
    ----------
    shell : IPython.core.interactiveshell.InteractiveShell
        Gets the commands.
    remark : callable
        Is told each command that was not run.
    """
    line, cell = (shell.magics_manager.magics[kind] for kind in ("line", "cell"))
    own = {name: _not_run(name, remark) for name in NOT_RUN}
    own.update({"time": _once(shell), "prun": _once(shell), "timeit": _timeit(shell)})
    line.update({**own, **dict.fromkeys(SILENT, _silent), "pylab": _pylab(shell)})
    cell.update(own)


def _not_run(name: str, remark: Callable[[str], None]) -> Callable[..., None]:
    def command(line: str, cell: str | None = None) -> None:
        prefix = "%" if cell is None else "%%"
        remark(f"`{prefix}{name} {line.strip()[:60]}".rstrip() + "` was not run.")

    return command


def _silent(line: str) -> None:
    """Do nothing."""


def _pylab(shell: Any) -> Callable[[str], None]:
    def pylab(line: str) -> None:
        from IPython.core.pylabtools import import_pylab

        import_pylab(shell.user_ns)

    return pylab


def _once(shell: Any) -> Callable[..., Any]:
    def run_once(line: str, cell: str | None = None) -> Any:
        return _run(shell, line if cell is None else cell)

    return run_once


def _timeit(shell: Any) -> Callable[..., Any]:
    def timeit(line: str, cell: str | None = None) -> Any:
        found = _OPTIONS.match(line)
        options, statement = line[: found.end()] if found else "", line[found.end() if found else 0 :]
        _run_apart(shell, statement, cell)
        print(NOT_TIMED)  # noqa: T201
        return Timing() if re.search(r"-\w*o", options) else None

    return timeit


def _run(shell: Any, text: str) -> Any:
    """Run `text` among the notebook's names and return the value of its last expression."""
    tree = _parsed(shell, text)
    last = tree.body[-1] if tree.body else None
    name = shell.compile.cell_name
    if not isinstance(last, ast.Expr):
        return exec(compile(tree, name, "exec"), shell.user_ns)
    del tree.body[-1]
    exec(compile(tree, name, "exec"), shell.user_ns)
    return eval(compile(ast.Expression(last.value), name, "eval"), shell.user_ns)


def _run_apart(shell: Any, statement: str, cell: str | None) -> None:
    """Run code as the body of a function, whose names do not stay."""
    body = _parsed(shell, statement).body + (_parsed(shell, cell).body if cell is not None else [])
    frame = ast.parse("def timed(): pass")
    function = frame.body[0]
    assert isinstance(function, ast.FunctionDef)
    function.body = body or function.body
    made: dict[str, Any] = {}
    exec(compile(frame, shell.compile.cell_name, "exec"), shell.user_ns, made)
    made["timed"]()


def _parsed(shell: Any, text: str) -> ast.Module:
    return ast.parse(shell.transform_cell(text.strip() + "\n"))
