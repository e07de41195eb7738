"""Executes trusted scripts piece by piece, so that what many of them share is compiled once. CHECKED; may not import fence."""

from __future__ import annotations
import __future__

import contextlib
import io
import sys
import warnings
from collections.abc import Iterator, Mapping
from functools import lru_cache
from types import CodeType, ModuleType
from typing import Any

from grader.checks.examination import Run
from grader.material.percent import is_percent
from grader.outcomes import StudentFault, Why
from grader.trusted.figures import open_figures
from grader.trusted.notebook import run_cells

FILE = "s001.py"
FUTURE = "from __future__ import annotations"


def executed(
    source: str, run_name: str = "submission", extra: Mapping[str, Any] | None = None, task: str | None = None
) -> dict[str, Any]:
    """Return the names that a script, or a notebook as text in the percent format, defines.

    Parameters
    ----------
    source : str
    run_name : str
        Its ``__name__``.
    extra : mapping, optional
        Names that it finds defined.
    task : str, optional
        The number of a task; of a notebook, only what it needs is run.
    """
    module = ModuleType(run_name)
    module.__dict__.update({"__file__": FILE, **(extra or {})})
    with _known_as(run_name, module):
        if is_percent(source):
            run_cells(source, module.__dict__, FILE, _piece, task)
        else:
            for code in compiled(source):
                exec(code, module.__dict__)
    return module.__dict__


def run_of(source: str) -> Run | StudentFault:
    """Return what a script prints and draws when it is run, or the fault that its exception would be."""
    import matplotlib

    matplotlib.use("Agg")
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            executed(source, "__main__")
        except Exception as error:
            open_figures()
            return StudentFault(Why.CRASHED, f"It raised {type(error).__name__}: {error}")
    return Run(printed.getvalue(), tuple(open_figures()))


def compiled(source: str) -> list[CodeType]:
    """Return a script as pieces of compiled code, in order.

    A script as ``merged`` writes it has two empty lines between its definitions, and only there, so that mutants share all pieces
    but one or two. Any other script is one piece.
    """
    annotations = FUTURE in source.splitlines()
    try:
        return [_piece(text, annotations) for text in source.split("\n\n\n")]
    except SyntaxError:
        return [_piece(source, annotations)]


@lru_cache(maxsize=4096)
def _piece(text: str, annotations: bool) -> CodeType:
    flags = __future__.annotations.compiler_flag if annotations else 0
    return compile(text, FILE, "exec", flags=flags, dont_inherit=True)


@contextlib.contextmanager
def _known_as(name: str, module: ModuleType) -> Iterator[None]:
    """Have a module be found under a name, as dataclasses need it."""
    known = sys.modules.get(name)
    sys.modules[name] = module
    try:
        yield
    finally:
        if known is None:
            sys.modules.pop(name, None)
        else:
            sys.modules[name] = known
