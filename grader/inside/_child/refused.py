"""The stand-in for a library that is not allowed: having it is fine, using it is not.

An import that is never used costs nothing. The first use raises `ForbiddenImport`, which names the line of the import.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Callable, Iterable
from typing import Any

from _child.attempts import text_at
from _child.faults import ForbiddenImport, Sources
from _child.sealed import BUILTINS as __builtins__  # noqa: F401

_getframe = sys._getframe
# Functions that look at type annotations.
_READERS = frozenset({"dataclasses", "functools", "inspect", "typing"})
# Methods that Python looks up in the class: each is a use. So is `__or__`, except in annotations.
_USES = [
    "call", "iter", "next", "reversed", "len", "length_hint", "bool", "contains", "getitem", "setitem", "delitem", "ne", "lt", "le",
    "gt", "ge", "neg", "pos", "abs", "invert", "int", "float", "complex", "index", "round", "trunc", "floor", "ceil", "enter", "exit",
    "aenter", "aexit", "await", "aiter", "anext", "bytes", "fspath", "array", "instancecheck", "subclasscheck", "mro_entries",
    "setattr", "delattr",
]  # fmt: skip
_ARITHMETIC = [
    "add", "sub", "mul", "matmul", "truediv", "floordiv", "mod", "divmod", "pow", "lshift", "rshift", "and", "xor",
]  # fmt: skip
_USES += [f"{side}{name}" for name in _ARITHMETIC for side in ("", "r", "i")] + ["ior"]


class Origin:
    """The source of names for `from torch import nn`: each is a stand-in. `from torch import *` takes `starred`."""

    def __init__(
        self, module: str, refusal: str, starred: Iterable[str] = (), kind: type[ImportError] = ForbiddenImport
    ) -> None:
        self.__dict__.update({"__name__": module, "__all__": sorted(starred), " refusal": refusal, " kind": kind})

    def __getattr__(self, name: str) -> Any:
        if name in ("__path__", "__spec__"):
            raise AttributeError(name)
        known = self.__dict__
        return Refused(f"{known['__name__']}.{name}", known[" refusal"], kind=known[" kind"])


class Refused:
    """A library that is not allowed or not available, or a name taken from it.

    Having it costs nothing: binding, passing, hashing and printing it, comparing it by `is`, and using it as the type
    of an argument. Every other use raises.

    Parameters
    ----------
    name : str
        The dotted name that it replaces.
    refusal : str
        The sentence to raise.
    inner : tuple of str
        The submodules that `import torch.nn.functional` makes attributes of `torch`: ``("nn", "functional")``.
    kind : type
        The exception that is raised.
    """

    __slots__ = ("_inner", "_kind", "_name", "_refusal")
    __hash__ = object.__hash__

    def __init__(
        self, name: str, refusal: str, inner: tuple[str, ...] = (), kind: type[ImportError] = ForbiddenImport
    ) -> None:
        _set_name(self, name)
        _set_kind(self, kind)
        _set_refusal(self, refusal)
        _set_inner(self, inner)

    def __getattribute__(self, name: str) -> Any:
        if name == "__class__":
            return Refused
        inner = _inner_of(self)
        if inner and name == inner[0]:
            return Refused(f"{_name_of(self)}.{name}", _refusal_of(self), inner[1:], _kind_of(self))
        frame = _getframe(1)
        if _is_reader(frame):
            raise AttributeError(name)
        if _in_annotation(frame):
            return Refused(f"{_name_of(self)}.{name}", _refusal_of(self), kind=_kind_of(self))
        raise _raised(self)

    def __eq__(self, other: object) -> Any:
        if _is_reader(_getframe(1)):
            return NotImplemented
        raise _raised(self)

    def __or__(self, other: object) -> Any:
        return _united(self, _getframe(1))

    def __ror__(self, other: object) -> Any:
        return _united(self, _getframe(1))

    def __getitem__(self, item: object) -> Any:
        return _united(self, _getframe(1))

    def __repr__(self) -> str:
        return f"<{_name_of(self)}, which is not allowed here>"

    def __format__(self, form: str) -> str:
        return f"<{_name_of(self)}, which is not allowed here>"


_get, _set = "__get__", "__set__"
_SLOTS = [vars(Refused)[slot] for slot in ("_name", "_refusal", "_inner", "_kind")]
_name_of, _refusal_of, _inner_of, _kind_of = (getattr(slot, _get) for slot in _SLOTS)
_set_name, _set_refusal, _set_inner, _set_kind = (getattr(slot, _set) for slot in _SLOTS)


def _raised(refused: Refused) -> ImportError:
    error: ImportError = _kind_of(refused)(_refusal_of(refused), name=_name_of(refused))
    return error


def _united(refused: Refused, frame: Any) -> Refused:
    """Return the stand-in itself in an annotation: ``Tensor | None``, ``Tensor[float]``."""
    if _in_annotation(frame):
        return refused
    raise _raised(refused)


def _use(name: str) -> Callable[..., Any]:
    def use(self: Refused, *args: Any, **kwargs: Any) -> Any:
        raise _raised(self)

    use.__name__ = name
    return use


for _name in (f"__{_word}__" for _word in _USES):
    if _name not in vars(Refused):
        setattr(Refused, _name, _use(_name))

_sources: list[Sources] = []


def know(sources: Sources) -> None:
    """Set the student's sources, in which annotations are recognised."""
    _sources[:] = [sources]


def _is_reader(frame: Any) -> bool:
    return frame.f_globals.get("__name__") in _READERS


def _in_annotation(frame: Any) -> bool:
    """Return whether a frame of the student's is at the annotation of an argument, a result or a variable."""
    if not _sources:
        return False
    tree = text_at(frame, _sources[0])
    if tree is None:
        return False
    try:
        line, _, column, _ = list(frame.f_code.co_positions())[frame.f_lasti // 2]
    except (IndexError, ValueError):
        return False
    return any(_covers(place, line, column) for place in _annotations(tree))


def _annotations(tree: ast.Module) -> Iterable[ast.expr]:
    for node in ast.walk(tree):
        for field in ("annotation", "returns"):
            place = getattr(node, field, None)
            if isinstance(place, ast.expr):
                yield place


def _covers(place: ast.expr, line: int | None, column: int | None) -> bool:
    if line is None or column is None or place.end_lineno is None or place.end_col_offset is None:
        return False
    return (place.lineno, place.col_offset) <= (line, column) < (place.end_lineno, place.end_col_offset)
