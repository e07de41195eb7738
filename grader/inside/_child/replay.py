"""Runs an already read program once more, from its beginning, in its own process."""

from __future__ import annotations

import builtins
import os
import sys
import warnings
from collections.abc import Callable, Sequence
from typing import Any

from _child import entropy, keyboard, own_modules
from _child.cells import python_text
from _child.namespaces import fresh_module
from _child.sealed import BUILTINS as __builtins__  # noqa: F401

Compile = Callable[[str, str], Any]


class Replay:
    """A program as the pieces of text that run one after the other.

    Parameters
    ----------
    pieces : sequence of (str, str)
        The name and the text of each: the file of a script, or the cells of a notebook.
    folder : str
        The folder of its modules; empty if it has none.
    goes_on : bool
        Whether a piece that fails keeps the others from running; not in a notebook.
    translate : callable
        Translates the text of a piece to Python.
    """

    def __init__(
        self,
        pieces: Sequence[tuple[str, str]],
        folder: str = "",
        goes_on: bool = False,
        translate: Callable[[str], str] = str,
    ) -> None:
        self._pieces, self._folder, self._goes_on, self._translate = pieces, folder, goes_on, translate
        self._names = frozenset(name for name, _ in pieces)
        self.names: dict[str, Any] = {}
        self._argv = list(sys.argv[:1]) or [""]

    def is_own(self, filename: str) -> bool:
        """Return whether the code of a file with this name belongs to the program."""
        return filename in self._names or bool(self._folder and filename.startswith(self._folder + os.sep))

    def holds(self, words: str) -> bool:
        """Return whether some words are in the program's own text, without its modules."""
        return any(words in text for _, text in self._pieces)

    def prepare(self, args: Sequence[str], typed: str) -> None:
        """Restore the state at the beginning of a program: its arguments, the typed input, randomness, its modules not imported yet."""
        sys.argv = [self._argv[0], *args]
        keyboard.lay_out(typed)
        entropy.pin(0)
        for name, module in list(sys.modules.items()):
            if self._folder and self.is_own(str(getattr(module, "__file__", None) or "")):
                del sys.modules[name]

    def run(self, compiled: Compile) -> None:
        """Run all pieces; exceptions of a script are raised."""
        module = sys.modules["__main__"] = fresh_module("__main__", self._pieces[0][0] if self._pieces else "")
        module.__dict__.update({name: vars(builtins)[name] for name in ("display",) if name in vars(builtins)})
        self.names = module.__dict__
        own_modules.compile_as[:] = [compiled]
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                for name, text in self._pieces:
                    self._run_piece(name, text, compiled, module.__dict__)
        finally:
            own_modules.compile_as.clear()

    def _run_piece(self, name: str, text: str, compiled: Compile, names: dict[str, Any]) -> None:
        try:
            exec(compiled(name, self._translate(text)), names)
        except Exception:
            if not self._goes_on:
                raise


def replay_of(submission: Any, translate: Callable[[str], str] | None = None) -> Replay | None:
    """Return how to run a submission once more; None if it has no program."""
    if submission.notebook is not None:
        cells = [cell for cell in submission.notebook.cells if cell.kind == "code" and cell.text.strip()]
        pieces = [(cell.name(submission.notebook.path), python_text(cell)) for cell in cells]
        return Replay(pieces, submission.folder, True, translate or str)
    if submission.entry is None:
        return None
    text = submission.modules[submission.entry].text or ""
    # Joined by hand: the submission may have changed what `os.path` needs.
    return Replay([(f"{submission.folder}/{submission.entry}", text)], submission.folder)
