"""What stands for modules that the notebooks of other tools import, and nobody has here.

`otter` does nothing: when a question is judged, the judge knows from the text. `nose.tools` is what it was, the assertions of `unittest`.
"""

from __future__ import annotations

import importlib.util
import re
import sys
from types import ModuleType
from typing import Any

from _child.harmless import Harmless
from _child.sealed import BUILTINS as __builtins__  # noqa: F401

_capital = re.compile("[A-Z]").sub
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
    """Make `otter` and `nose` importable."""
    for name in NAMES:
        sys.modules[name] = _Module(name)
        sys.modules[name].__dict__["__path__"] = []
    for name in NAMES[1:]:
        above, _, last = name.rpartition(".")
        setattr(sys.modules[above], last, sys.modules[name])

    _install_nose()


def _install_nose() -> None:
    """Make the assertions of `unittest` importable under the names that `nose` gave them."""
    if importlib.util.find_spec("nose") is not None:
        return
    import unittest

    case, tools = unittest.TestCase(), ModuleType("nose.tools")
    for name in dir(case):
        if name.startswith("assert") and "_" not in name:
            tools.__dict__[_capital(lambda match: f"_{match[0].lower()}", name)] = getattr(case, name)
    tools.__dict__.update({"assert_equals": case.assertEqual, "eq_": case.assertEqual, "ok_": case.assertTrue})
    package = ModuleType("nose")
    package.__dict__.update({"tools": tools, "__path__": []})
    sys.modules.update({"nose": package, "nose.tools": tools})


class _Module(ModuleType):
    """A module that has whatever is asked of it."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") and name.endswith("__"):
            raise AttributeError(name)
        return Silent()
