"""What stands for the module `otter` in a notebook of that tool: it does nothing. When a question is judged, the judge knows from the text."""

from __future__ import annotations

import sys
from types import ModuleType
from typing import Any

from _child.harmless import Harmless
from _child.sealed import BUILTINS as __builtins__  # noqa: F401

NAMES = ("otter", "otter.notebook", "otter.check", "otter.check.notebook", "otter.test_files")


class Silent(Harmless):
    """What a check gives: nothing that could be told here."""

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Do nothing with whatever is given."""
        return Silent()

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") and name.endswith("__"):
            raise AttributeError(name)
        return Silent()

    def __repr__(self) -> str:
        return ""


def install() -> None:
    """Make `otter` importable."""
    for name in NAMES:
        sys.modules[name] = _Module(name)
        sys.modules[name].__dict__["__path__"] = []
    for name in NAMES[1:]:
        above, _, last = name.rpartition(".")
        setattr(sys.modules[above], last, sys.modules[name])


class _Module(ModuleType):
    """A module that has whatever is asked of it."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") and name.endswith("__"):
            raise AttributeError(name)
        return Silent()
