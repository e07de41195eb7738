"""The names of a test: those that the author imports and the builtins are the judge's, those that tests have bound too, all others the submission's."""

from __future__ import annotations

import ast
import builtins
import contextlib
import importlib
import io
import os
import re
import sys
from abc import ABCMeta
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import CodeType, ModuleType
from typing import Any

import numpy as np

from grader.judge.foreign.author import MODULES_THERE
from grader.judge.foreign.conversation import CannotCross, Conversation, mark_of
from grader.judge.foreign.exchange import Exchange, writes
from grader.judge.foreign.nose import nose_modules
from grader.judge.foreign.patches import Patches
from grader.judge.foreign.remote import Remote, class_of, is_remote
from grader.outcomes import Decided
from grader.wire.library_values import TAKEN_APART

# Names under which everybody imports these; whatever a submission calls so, a test means the library.
USUAL = {
    "np": "numpy", "numpy": "numpy", "pd": "pandas", "pandas": "pandas", "scipy": "scipy", "math": "math", "random": "random",
    "re": "re", "os": "os", "sys": "sys", "json": "json", "hashlib": "hashlib", "itertools": "itertools", "collections": "collections",
    "string": "string", "time": "time", "datetime": "datetime", "operator": "operator", "functools": "functools",
}  # fmt: skip
_MUTABLE = frozenset({list, dict, set, bytearray, np.ndarray})


class TestNames(dict[str, Any]):
    """The globals of a test: what it does not hold itself is looked up where it belongs.

    Python asks a class derived from `dict` for what is missing, also inside functions, lambdas and comprehensions.

    Parameters
    ----------
    conversation : Conversation
        Answers for the submission's names.
    imports : mapping of str to object
        What the author imports, by name.
    helpers : mapping of str to code
        The functions that the author's own cells define.
    kept : mapping of str to object
        What earlier tests have bound.
    written : frozenset of str
        Names of builtins that the assignment itself asks for.
    shared : frozenset of str
        Names that the submission's functions read: what a test gives them is given there as well.
    mutated : frozenset of str
        Names that the submission's functions give new values: what a test gives them is given there, and asked for again.
    """

    def __init__(
        self,
        conversation: Conversation,
        imports: Mapping[str, Any],
        helpers: Mapping[str, Any],
        kept: Mapping[str, Any],
        written: frozenset[str] = frozenset(),
        shared: frozenset[str] = frozenset(),
        mutated: frozenset[str] = frozenset(),
    ) -> None:
        super().__init__(kept)
        self._looking: Looking = Looking(conversation)
        super().update({"__name__": "__main__", "__builtins__": _builtins(conversation, self._looking)})
        self._conversation, self._imports, self._written = conversation, imports, written
        self._helpers = helpers
        # What was fetched of the submission and can be changed in place, with what it was then.
        self._fetched: dict[str, tuple[Any, bytes]] = {}
        self._shared, self._given_before = shared, {name: mark_of(kept[name]) for name in shared if name in kept}
        self._mutated = mutated
        self._patches, self._exchange = Patches(None, {}), None
        conversation.before_call = self._give_changes

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
        if writes(tree):
            self._exchange = exchange = Exchange(tree, own, Path.cwd())
            exchange.take(self._conversation)
            self._conversation.after_call = lambda: exchange.take(self._conversation)

    def leave(self) -> None:
        """Put back what the test has changed in modules."""
        self._patches.undo()

    def get(self, name: str, default: Any = None) -> Any:
        """Return what a name stands for."""
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


class _Type(type):
    """Makes `type(x)` tell the class that an object of the submission has there."""

    def __call__(cls, *args: Any, **kwargs: Any) -> Any:
        if cls is Type:
            return class_of(args[0]) if len(args) == 1 and not kwargs else type(*args, **kwargs)
        return super().__call__(*args, **kwargs)

    def __instancecheck__(cls, instance: Any) -> bool:
        return isinstance(instance, type) or (is_remote(instance) and bool(instance._told()["own"]))

    def __eq__(cls, other: object) -> bool:
        return other is type or other is cls

    def __hash__(cls) -> int:
        return hash(type)


class Type(type, metaclass=_Type):
    """What a test calls `type`."""


class Looking:
    """What a test may have run or imported here: texts that it holds itself, modules that know nothing of a submission's state.

    Parameters
    ----------
    conversation : Conversation
        Runs and imports all else.
    """

    def __init__(self, conversation: Conversation) -> None:
        self._conversation, self._texts, self._is_hidden = conversation, frozenset[str](), False

    def learn(self, tree: ast.AST | None, *, is_hidden: bool) -> None:
        """Learn which texts are the test's own."""
        nodes = ast.walk(tree) if tree is not None else iter(())
        values = (node.value for node in nodes if isinstance(node, ast.Constant))
        self._texts, self._is_hidden = frozenset(each for each in values if isinstance(each, str)), is_hidden

    def is_own(self, source: Any) -> bool:
        """Return whether a text, or code, may be run here: any other may be the submission's."""
        return source in self._texts if isinstance(source, str) else isinstance(source, CodeType)

    def stays_there(self, root: str) -> bool:
        """Return whether a module is asked for in the submission's process: a hidden test never runs there itself."""
        return self._is_hidden and root in MODULES_THERE and root not in ("mock", "ast")

    def evaluate(self, kind: str, source: Any, mode: str = "exec") -> Any:
        """Run a text there, and return what came of it."""
        return self._conversation.send(
            {"op": "evaluate", "kind": kind, "source": self._conversation.outgoing(source), "mode": mode}
        )


def _builtins(conversation: Conversation, looking: Looking) -> dict[str, Any]:
    """Return the builtins of a test: the judge's, but for those that would look into the judge."""

    def is_callable(value: Any) -> bool:
        return bool(value._told()["callable"]) if is_remote(value) else callable(value)

    def open_file(file: Any, mode: str = "r", *args: Any, **kwargs: Any) -> Any:
        if isinstance(file, int):
            raise PermissionError("a test opens files by their names while a class is graded")
        if any(letter in mode for letter in "wax+"):
            if not Path(file).resolve().is_relative_to(Path.cwd()):
                raise PermissionError("a test writes files below its own folder only while a class is graded")
            return builtins.open(file, mode, *args, **kwargs)
        if os.path.isfile(file) and Path(file).resolve().is_relative_to(Path.cwd()):
            # The author's own, whatever the submission has made of its copy; a path elsewhere may be one that the submission gave.
            return builtins.open(file, mode, *args, **kwargs)
        content = conversation.send({"op": "file", "name": str(file)})
        if not isinstance(content, bytes):
            raise FileNotFoundError(2, "No such file or directory", str(file))
        conversation.trust.observed = True
        if "b" in mode:
            return io.BytesIO(content)
        return io.TextIOWrapper(io.BytesIO(content), kwargs.get("encoding") or "utf-8", kwargs.get("errors"))

    def leave(code: Any = None) -> None:
        raise RuntimeError("a test may not end the grader")

    def import_module(name: str, globals: Any = None, locals: Any = None, fromlist: Any = (), level: int = 0) -> Any:
        root = name.partition(".")[0]
        if root == "__main__":
            return _Main(conversation)
        if root == "dataclasses":
            return data_classes(conversation)
        if looking.stays_there(root):
            module = conversation.send({"op": "module", "name": name})
            return module if fromlist or name == root else conversation.send({"op": "module", "name": root})
        if root in ("nose", "otter") and name not in sys.modules:
            modules = nose_modules()
            return modules.get(name if fromlist else root, modules["otter.test_files"])
        try:
            return builtins.__import__(name, None, None, fromlist or (), level)
        except ModuleNotFoundError as error:
            if error.name != root:
                raise
            return conversation.send({"op": "module", "name": name})

    def is_instance(value: Any, kinds: Any, /) -> bool:
        if not is_remote(value):
            return builtins.isinstance(value, kinds)
        if builtins.isinstance(kinds, tuple):
            return any(is_instance(value, kind) for kind in kinds)
        told = value._told()["classes"]
        if builtins.isinstance(kinds, type) and f"{kinds.__module__}.{kinds.__qualname__}" in told:
            return True
        # A class that only asks for operators would look at those that our stand-in has.
        return issubclass(value.__class__, kinds) if type(kinds) is ABCMeta else builtins.isinstance(value, kinds)

    def frame_names(names: Any, local: Any) -> tuple[Any, Any]:
        frame = sys._getframe(2)
        return (frame.f_globals, frame.f_locals if local is None else local) if names is None else (names, local)

    def evaluate(source: Any, globals: Any = None, locals: Any = None, /) -> Any:
        if looking.is_own(source):
            return builtins.eval(source, *frame_names(globals, locals))
        return looking.evaluate("eval", source)

    def execute(source: Any, globals: Any = None, locals: Any = None, /) -> None:
        if looking.is_own(source):
            builtins.exec(source, *frame_names(globals, locals))
        else:
            looking.evaluate("exec", source)

    def compiled(source: Any, filename: Any, mode: str, flags: int = 0, *args: Any, **kwargs: Any) -> Any:
        # A tree may be of any text; one that is only looked at is made here.
        source = ast.unparse(source) if isinstance(source, ast.AST) else source
        if looking.is_own(source) or flags & ast.PyCF_ONLY_AST:
            return builtins.compile(source, filename, mode, flags, *args, **kwargs)
        return looking.evaluate("compile", source, mode)

    def list_names(*args: Any) -> list[str]:
        if args:
            return builtins.dir(*args)
        return sorted({*sys._getframe(1).f_locals, *conversation.send({"op": "names", "on": 0})})

    return {
        **vars(builtins),
        "type": Type,
        "isinstance": is_instance,
        "eval": evaluate,
        "exec": execute,
        "compile": compiled,
        "dir": list_names,
        "callable": is_callable,
        "open": open_file,
        "exit": leave,
        "quit": leave,
        "__import__": import_module,
        "input": _nobody,
        "breakpoint": _nothing,
    }


def data_classes(conversation: Conversation) -> ModuleType:
    """Return the module `dataclasses`, whose functions ask for what they are told of a class of the submission's there."""
    import dataclasses

    module = ModuleType("dataclasses")
    module.__dict__.update(vars(dataclasses))

    def asking(name: str) -> Any:
        def function(value: Any, /, *args: Any, **kwargs: Any) -> Any:
            if not is_remote(value):
                return getattr(dataclasses, name)(value, *args, **kwargs)
            return getattr(conversation.send({"op": "module", "name": "dataclasses"}), name)(value, *args, **kwargs)

        return function

    module.__dict__.update({name: asking(name) for name in ("asdict", "astuple", "fields", "is_dataclass", "replace")})
    return module


class _Main(ModuleType):
    """The module that a submission is while it runs."""

    def __init__(self, conversation: Conversation) -> None:
        super().__init__("__main__")
        self.__dict__["_conversation"] = conversation

    def __getattr__(self, name: str) -> Any:
        try:
            return self.__dict__["_conversation"].name(name)
        except KeyError:
            raise AttributeError(name) from None


def _nobody(*args: Any) -> str:
    raise EOFError("nobody is there to type an answer")


def _nothing(*args: Any, **kwargs: Any) -> None:
    """Do nothing: nobody is there to look."""
