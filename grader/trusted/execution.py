"""Executes trusted scripts piece by piece, so that pieces which many of them share are compiled once."""

from __future__ import annotations
import __future__

import ast
import contextlib
import os
import re
import sys
import tempfile
import warnings
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from types import CodeType, ModuleType
from typing import Any

from grader.checks.examination import Run
from grader.material.percent import is_percent, read_cells
from grader.wire.faults import from_error
from grader.wire.frames import NONCE_BYTES, decode_body
from grader.wire.inside import packages_inside
from grader.wire.limits import KEPT_OUTPUT_BYTES
from grader.wire.messages import FIGURE
from grader.wire.shapes import items

with packages_inside():
    from _child import drawing, entropy
    from _child.faults import Sources, describe
    from _child.history import History
    from _child.namespaces import Namespace, fresh_module
    from _child.printing import Recorder
    from _child.replay import Replay
    from _child.sources import names_used_again
    from _child.wire import encode

FILE = "s001.py"
FUTURE = "from __future__ import annotations"


@dataclass(frozen=True)
class Loaded:
    """Code that has run: its names, their earlier values, its lines, and its whole source."""

    namespace: Namespace
    history: History = field(default_factory=History)
    sources: Sources = field(default_factory=lambda: Sources(""))
    text: str = ""

    @classmethod
    def of(cls, names: Mapping[str, Any]) -> Loaded:
        """Return the names and values as if code had defined them."""
        loaded = cls(Namespace({}))
        for name, value in names.items():
            loaded.namespace.set(name, value)
        return loaded


def executed(
    source: str,
    run_name: str = "submission",
    extra: Mapping[str, Any] | None = None,
    task: str | None = None,
    asked: Collection[str] = (),
) -> Loaded:
    """Run a script, or a notebook as text in the percent format, and return what it defines.

    Parameters
    ----------
    source : str
    run_name : str
        Its ``__name__``.
    extra : mapping, optional
        Names that it finds defined.
    task : str, optional
        The number of a task; of a notebook, only the cells that it needs are run.
    asked : collection of str
        The names that the assignment asks for: a name that is reused further down keeps its first meaning.
    """
    module = fresh_module(run_name, FILE)
    module.__dict__.update(extra or {})
    loaded = Loaded(Namespace(module.__dict__), History(asked), text=source)
    loaded.sources.add(FILE, source)
    with _known_as(run_name, module):
        _draw_in_memory()
        if is_percent(source):
            # A judge of scripts, which imports this in a fork for every submission that it diagnoses, does not need
            # this.
            from grader.trusted.notebook import run_cells

            run_cells(source, loaded.namespace, loaded.history, FILE, _piece, task)
        else:
            _run_script(source, loaded, frozenset(asked))
        _draw_in_memory()
    loaded.history.mend(loaded.namespace)
    return loaded


def replay_of(source: str) -> Replay | None:
    """Return how a script, or a notebook as text, is run once more."""
    if not source:
        return None
    if not is_percent(source):
        return Replay([(FILE, source)])
    cells = [cell for cell in read_cells(source, FILE) if cell.kind == "code"]
    return Replay([(f"cell {number} of {FILE}", cell.source) for number, cell in enumerate(cells, 1)], goes_on=True)


def run_of(source: str) -> Run:
    """Return what a script prints and draws, and its exception as a student would see it; the files that it writes are removed."""
    import matplotlib.pyplot  # noqa: F401

    album, printed, fault = drawing.Album(False), Recorder(KEPT_OUTPUT_BYTES), None
    _draw_in_memory()
    drawing.on_show(album.take_open)
    drawing.on_save(album.take_saved)
    with (
        tempfile.TemporaryDirectory(prefix="program-") as folder,
        contextlib.chdir(folder),
        contextlib.redirect_stdout(printed),
        warnings.catch_warnings(),
    ):
        warnings.simplefilter("ignore")
        try:
            executed(source, "__main__")
        except Exception as error:
            fault = from_error(describe(error, Sources("")))
        album.take_open()
    return Run(printed.take(), tuple(_received(album.figures)), fault)


def pin_entropy() -> None:
    """Make ``random`` and NumPy draw the same numbers in every run. This changes the process for good, so call it in a fork."""
    entropy.pin(0)


def compiled(source: str) -> list[CodeType]:
    """Return a script as pieces of compiled code, in order.

    A script written by ``merged`` has two empty lines between its definitions, and only there, so that mutants share
    all pieces but one or two. Any other script is one piece.
    """
    annotations = FUTURE in source.splitlines()
    try:
        return [_piece(text, annotations) for text in source.split("\n\n\n")]
    except SyntaxError:
        return [_piece(source, annotations)]


def _run_script(source: str, loaded: Loaded, asked: frozenset[str]) -> None:
    (names,) = loaded.namespace.dictionaries()
    if not asked or not _is_used_again(source, asked):
        for code in compiled(source):
            exec(code, names)
        return
    for code in _statements(source):
        exec(code, names)
        loaded.history.see(loaded.namespace)


@lru_cache(maxsize=256)
def _is_used_again(source: str, asked: frozenset[str]) -> bool:
    """Return whether a script reuses one of the names; it is parsed only if one is at the left margin."""
    margin = rf"(?m)^(?:(?:for|with|del)\b.*\b)?(?:{'|'.join(map(re.escape, sorted(asked)))})\b"
    return re.search(margin, source) is not None and bool(asked & names_used_again(ast.parse(source)))


def _statements(source: str) -> list[CodeType]:
    flags = _flags(FUTURE in source.splitlines())
    pieces = (ast.Module([statement], []) for statement in ast.parse(source).body)
    return [compile(piece, FILE, "exec", flags=flags, dont_inherit=True) for piece in pieces]


@lru_cache(maxsize=4096)
def _piece(text: str, annotations: bool) -> CodeType:
    return compile(text, FILE, "exec", flags=_flags(annotations), dont_inherit=True)


def _flags(annotations: bool) -> int:
    return __future__.annotations.compiler_flag if annotations else 0


def _received(figures: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return figures as the judge gets them."""
    _, came = decode_body(bytes(NONCE_BYTES) + encode(figures))
    return list(items(FIGURE)(came))


def _draw_in_memory() -> None:
    """Install the child's screen, if Matplotlib is loaded; programs that are started from here do not have it."""
    before = os.environ.get("MPLBACKEND")
    drawing.after_import()
    if before is not None:
        os.environ["MPLBACKEND"] = before
    else:
        os.environ.pop("MPLBACKEND", None)


@contextlib.contextmanager
def _known_as(name: str, module: ModuleType) -> Iterator[None]:
    """Register a module under a name, as dataclasses need it."""
    known = sys.modules.get(name)
    sys.modules[name] = module
    try:
        yield
    finally:
        if known is None:
            sys.modules.pop(name, None)
        else:
            sys.modules[name] = known
