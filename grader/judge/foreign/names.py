"""The names of a test: those that the author imports and the builtins are the judge's, those that tests have bound too, all others the submission's."""

from __future__ import annotations
import __future__

import ast
import builtins
import contextlib
import importlib
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from grader.judge.foreign.builtin_names import Looking, builtins_of
from grader.judge.foreign.changes import mark_of
from grader.judge.foreign.conversation import CannotCross, Conversation
from grader.judge.foreign.exchange import Exchange, writes
from grader.judge.foreign.patches import Patches
from grader.judge.foreign.remote import Remote, holds_remote, is_remote
from grader.material.foreign.imports import nodes_of
from grader.outcomes import Decided
from grader.wire.library_values import TAKEN_APART

# Names under which everybody imports these; whatever a submission calls so, a test means the library.
USUAL = {
    "np": "numpy", "numpy": "numpy", "pd": "pandas", "pandas": "pandas", "scipy": "scipy", "math": "math", "random": "random",
    "re": "re", "os": "os", "sys": "sys", "json": "json", "hashlib": "hashlib", "itertools": "itertools", "collections": "collections",
    "string": "string", "time": "time", "datetime": "datetime", "operator": "operator", "functools": "functools",
}  # fmt: skip
_STOPS = frozenset({"StopIteration", "StopAsyncIteration"})
_MUTABLE = frozenset({list, dict, set, bytearray, np.ndarray})


class TestNames(dict[str, Any]):
    """The globals of a test: what it does not hold itself is looked up where it belongs.

    Python asks a class derived from `dict` for what is missing, also inside functions, lambdas and comprehensions.

    Parameters
    ----------
    conversation : Conversation
        Answers for the submission's names, in this test and those after it.
    imports : mapping of str to object
        What the author imports, by name.
    helpers : mapping of str to code
        The functions that the author's own cells define.
    written : frozenset of str
        Names of builtins that the assignment itself asks for.
    mutated : frozenset of str
        Names that the submission's functions give new values: what a test gives them is given there, and asked for again.
    """

    def __init__(
        self,
        conversation: Conversation,
        imports: Mapping[str, Any],
        helpers: Mapping[str, Any],
        written: frozenset[str] = frozenset(),
        mutated: frozenset[str] = frozenset(),
    ) -> None:
        super().__init__()
        self._looking: Looking = Looking(conversation)
        super().update({"__name__": "__main__", "__builtins__": builtins_of(conversation, self._looking)})
        self._conversation, self._imports, self._written = conversation, imports, written
        self._helpers = helpers
        self._mutated = mutated
        self.begin(anew=False)

    @property
    def conversation(self) -> Conversation:
        """What answers for the submission's names."""
        return self._conversation

    def begin(self, *, anew: bool) -> None:
        """Begin with the next test: data and functions that tests before it have bound stay.

        Parameters
        ----------
        anew : bool
            Whether the child is another one: what stands for objects of the one before is asked for by its name again.
        """
        for name in [name for name, value in self.items() if holds_remote(value)] if anew else ():
            super().__delitem__(name)
        # What was fetched of the submission and can be changed in place, with what it was then.
        self._fetched: dict[str, tuple[Any, bytes]] = {}
        self._shared, self._given_before = frozenset[str](), dict[str, bytes]()
        self._patches = Patches(None, {})
        self._exchange: Exchange | None = None
        self._conversation.before_call = self._give_changes

    def share(self, names: frozenset[str]) -> None:
        """Give these names, which the submission's functions read, there as well when the test gives them a value."""
        self._shared = names
        self._given_before = {
            name: mark_of(dict.__getitem__(self, name)) for name in names if dict.__contains__(self, name)
        }

    def __missing__(self, name: str) -> Any:
        if name in self._imports:
            return self._imports[name]
        if name in _BUILTIN and name not in self._written:
            raise KeyError(name)
        if name in USUAL and (module := _usual(name)) is not None:
            return module
        if name in self._helpers:
            exec(self._helpers[name], self)
            return dict.__getitem__(self, name)
        value = self._conversation.name(name)
        if is_remote(value):
            if value._handle.type_name == "module" and (module := _library(value)) is not None:
                return module
            if _COMPARING.search(name.lower()):
                # What compares there, or says that it does, is not to be believed as much as what compares here.
                self._conversation.trust.lower(Decided.BY_OBJECT)
        if (type(value) in _MUTABLE and not self._conversation.holds(value)) or type(value) in TAKEN_APART:
            return self._same_as_before(name, value)
        return value

    def watch(self, tree: ast.AST | None, own: Iterable[str], *, is_hidden: bool) -> None:
        """Learn from a test's text which places in modules and which files it may change or look at."""
        self._looking.learn(tree, is_hidden=is_hidden)
        self._patches = Patches(tree, self._imports)
        self._conversation.expects_stop = any(
            isinstance(node, ast.Name) and node.id in _STOPS for node in nodes_of(tree)
        )
        if writes(tree):
            self._exchange = exchange = Exchange(tree, own, Path.cwd())
            exchange.take(self._conversation)
            self._conversation.after_call = lambda: exchange.take(self._conversation)

    def leave(self) -> None:
        """Put back what the test has changed in modules."""
        self._patches.undo()

    def get(self, name: str, default: Any = None) -> Any:
        """Return what a name stands for."""
        # `doctest` asks for each of these before every test.
        if name in __future__.all_feature_names:
            return super().get(name, default)
        try:
            return self[name]
        except KeyError:
            return default

    def __contains__(self, name: object) -> bool:
        if super().__contains__(name) or not isinstance(name, str):
            return super().__contains__(name)
        try:
            self[name]
        except KeyError:
            return False
        return True

    def __delitem__(self, name: str) -> None:
        if super().__contains__(name):
            super().__delitem__(name)
        else:
            self._conversation.name(name)
        self._conversation.unset(name)

    def bound(self) -> dict[str, Any]:
        """Return what the test itself has bound, or tests before it."""
        return {name: value for name, value in self.items() if not name.startswith("__")}

    def _same_as_before(self, name: str, value: Any) -> Any:
        """Return the object that a test has got under this name before, unless the submission has changed its own since."""
        mark = mark_of(value)
        known, before = self._fetched.get(name, (None, b""))
        if known is not None and mark == before:
            return known
        self._fetched[name] = value, mark
        return value

    def _give_changes(self) -> None:
        """Let the submission see what the test has changed: lists, dicts and arrays of its own, names, modules and files."""
        self._patches.give(self._conversation)
        if self._exchange is not None:
            self._exchange.give(self._conversation)
        for name in self._mutated:
            if dict.__contains__(self, name):
                with contextlib.suppress(CannotCross):
                    self._conversation.set_name(name, self[name])
                    dict.__delitem__(self, name)
        for name in self._shared:
            if not dict.__contains__(self, name) or (mark := mark_of(self[name])) == self._given_before.get(name):
                continue
            self._given_before[name] = mark
            with contextlib.suppress(CannotCross):
                self._conversation.set_name(name, self[name])
                self._conversation.trust.remark(
                    f"The test sets `{name}`, which your functions read; it was set for them as well."
                )
        for name, (value, before) in list(self._fetched.items()):
            mark = mark_of(value)
            if mark != before:
                self._fetched[name] = value, mark
                try:
                    self._conversation.set_name(name, value)
                except CannotCross:
                    continue


_BUILTIN = frozenset(vars(builtins))
_COMPARING = re.compile(r"assert|equal|close|same|match|check|verify|test|compare|grade")


def _usual(name: str) -> Any:
    try:
        return importlib.import_module(USUAL[name])
    except ImportError:
        return None


def _library(value: Remote) -> Any:
    """Return our own library of the name that a module of the submission has; None for one of its own."""
    name = value.__name__
    root = name.partition(".")[0] if isinstance(name, str) else ""
    if root not in _LIBRARIES:
        return None
    try:
        return importlib.import_module(name)
    except (ImportError, ValueError):
        return None


# That compute, and do nothing else: which of them a test means is what the submission says.
_LIBRARIES = frozenset(
    {"numpy", "scipy", "pandas", "sklearn", "sympy", "networkx", "statsmodels", "math", "cmath", "statistics", "random"}
    | {
        "string",
        "re",
        "itertools",
        "functools",
        "collections",
        "datetime",
        "decimal",
        "fractions",
        "operator",
        "bisect",
        "heapq",
    }
)
