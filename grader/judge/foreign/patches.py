"""What a test puts in the place of a function of some module, such as `random.randint`: the submission gets it, too, and gets its own back."""

from __future__ import annotations

import ast
import contextlib
import importlib
import re
import sys
from collections.abc import Iterator, Mapping
from types import ModuleType
from typing import Any

from grader.judge.foreign.conversation import CannotCross, Conversation
from grader.material.foreign.imports import nodes_of

_DOTTED = re.compile(r"[A-Za-z_]\w{0,60}(?:\.[A-Za-z_]\w{0,60}){1,4}")
_PATCHES = frozenset({"patch", "object", "setattr", "dict", "multiple"})
# What is printed comes here by itself; what is imported there is none of the test's business.
_PRINTED = frozenset({"stdout", "stderr", "modules", "path"})
_NONE = object()


class Patches:
    """The places in modules that the text of a test may change, and what stood there when it began.

    Parameters
    ----------
    tree : ast.AST or None
        The test.
    imports : mapping of str to object
        What is imported around it, by name.
    """

    def __init__(self, tree: ast.AST | None, imports: Mapping[str, Any]) -> None:
        self._places: dict[tuple[str, str], list[Any]] = {}
        for module, name in set(_targets(tree, imports)) if tree is not None else ():
            if name in _PRINTED:
                continue
            if (found := _module(module)) is not None and hasattr(found, name):
                value = getattr(found, name)
                self._places[module, name] = [value, value]

    def give(self, conversation: Conversation) -> None:
        """Have the submission see what has changed since the last time."""
        for (module, name), place in self._places.items():
            before, original = place
            now = getattr(sys.modules[module], name, _NONE)
            if now is before or now is _NONE:
                continue
            place[0] = now
            request = {"op": "patch", "module": module, "name": name}
            with contextlib.suppress(CannotCross):
                conversation.send(request if now is original else {**request, "value": conversation.outgoing(now)})

    def undo(self) -> None:
        """Put back what stood there: the next test begins with modules as they are."""
        for (module, name), (_, original) in self._places.items():
            if getattr(sys.modules[module], name, _NONE) is not original:
                setattr(sys.modules[module], name, original)


def _module(name: str) -> ModuleType | None:
    root = name.partition(".")[0]
    if name not in sys.modules and root not in sys.stdlib_module_names:
        return None
    try:
        return importlib.import_module(name)
    except ImportError:
        return None


def changes_modules(tree: ast.AST | None, imports: Mapping[str, Any]) -> bool:
    """Return whether a text puts something in the place of what modules have."""
    return tree is not None and any(True for _ in _targets(tree, imports))


def _targets(tree: ast.AST, imports: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield the modules and names that a text assigns to, or names in a call that patches."""
    known = {name: value.__name__ for name, value in imports.items() if isinstance(value, ModuleType)}
    for node in nodes_of(tree):
        if isinstance(node, ast.Import):
            known |= {alias.asname or alias.name: alias.name for alias in node.names}
    for node in nodes_of(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
            module = ast.unparse(node.value)
            if module in known or module in USUAL_MODULES:
                yield known.get(module, module), node.attr
        elif isinstance(node, ast.Call) and getattr(node.func, "attr", getattr(node.func, "id", "")) in _PATCHES:
            yield from _patched(node, known)


USUAL_MODULES = frozenset({"builtins", "random", "time", "sys", "os", "math"})


def _patched(node: ast.Call, known: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    texts = [each.value for each in node.args if isinstance(each, ast.Constant) and isinstance(each.value, str)]
    if texts and node.args and not isinstance(node.args[0], ast.Constant):
        module = ast.unparse(node.args[0])
        if module in known or module in USUAL_MODULES:
            yield known.get(module, module), texts[0]
    elif texts and _DOTTED.fullmatch(texts[0]):
        module, _, name = texts[0].rpartition(".")
        yield known.get(module, module), name
