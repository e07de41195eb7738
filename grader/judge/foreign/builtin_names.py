"""The builtins of a test: the judge's, but for those that would look into the judge, or run here what a submission has written."""

from __future__ import annotations

import ast
import builtins
import io
import os
import sys
from abc import ABCMeta
from pathlib import Path
from types import CodeType, ModuleType
from typing import Any

from grader.judge.foreign.author import MODULES_THERE
from grader.judge.foreign.conversation import Conversation
from grader.judge.foreign.nose import nose_modules
from grader.judge.foreign.remote import class_of, is_remote
from grader.material.foreign.imports import nodes_of


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
        values = (node.value for node in nodes_of(tree) if isinstance(node, ast.Constant))
        self._texts, self._is_hidden = frozenset(each for each in values if isinstance(each, str)), is_hidden

    def is_own(self, source: Any) -> bool:
        """Return whether a text, or code, may be run here: any other may be the submission's."""
        return source in self._texts if isinstance(source, str) else type(source) is CodeType

    def stays_there(self, root: str) -> bool:
        """Return whether a module is asked for in the submission's process: a hidden test never runs there itself."""
        return self._is_hidden and root in MODULES_THERE and root not in ("mock", "ast")

    def evaluate(self, kind: str, source: Any, mode: str = "exec", names: Any = None) -> Any:
        """Run a text there, among names that are given or its own; return what came of it, and put what it has bound into them."""
        request = {"op": "evaluate", "kind": kind, "source": self._conversation.outgoing(source), "mode": mode}
        if type(names) is not dict:
            return self._conversation.send(request)
        given = {name: value for name, value in names.items() if name != "__builtins__"}
        value, bound = self._conversation.send({**request, "names": self._conversation.outgoing(given)})
        names.update(bound)
        return value


def builtins_of(conversation: Conversation, looking: Looking) -> dict[str, Any]:
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
        return looking.evaluate("eval", source, names=globals)

    def execute(source: Any, globals: Any = None, locals: Any = None, /) -> None:
        if looking.is_own(source):
            builtins.exec(source, *frame_names(globals, locals))
        else:
            looking.evaluate("exec", source, names=globals)

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
