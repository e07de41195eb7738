"""The names that a submission has defined, in one or several modules."""

from __future__ import annotations

import builtins
import contextlib
import difflib
from collections.abc import Iterable
from types import FunctionType, ModuleType
from typing import Any

from _child.harmless import HarmlessModule
from _child.refused import Refused
from _child.sealed import BUILTINS as __builtins__  # noqa: F401

MAX_NAMES = 2000
_close_matches = difflib.get_close_matches
_missing = object()
_STUB_NAMES = ("NotImplementedError",)
_members_of = type.__dict__["__dict__"].__get__
_IMPORTED = frozenset({ModuleType, HarmlessModule, Refused})
_STAND_INS = frozenset({HarmlessModule, Refused})


class Namespace:
    """The names of a script or a notebook.

    Parameters
    ----------
    names : dict
        The dictionary that the code itself uses.

    Attributes
    ----------
    hidden : dict
        Names that are defined only where outside code cannot see them, and where, in words.
    behind : list of dict
        The names of modules that the code imports: names that it lacks itself are found there.
    aliases : dict
        Other accepted names for a name.
    """

    def __init__(self, names: dict[str, Any]) -> None:
        self._names = names
        self._given = dict(names)
        self.hidden: dict[str, str] = {}
        self.behind: list[dict[str, Any]] = []
        self.aliases: dict[str, list[str]] = {}

    def get(self, name: str) -> Any:
        """Return the value of `name`, or of the first of its aliases that is defined.

        Raises
        ------
        KeyError
            If the submission has not defined it.
        """
        try:
            return self._get(name)
        except KeyError:
            for other in self.aliases.get(name, ()):
                with contextlib.suppress(KeyError):
                    return self._get(other)
            raise

    def _get(self, name: str) -> Any:
        if name in self._names:
            return self._names[name]
        values = [names[name] for names in self.behind if name in names]
        if not values:
            raise KeyError(name)
        return min(values, key=lambda value: (is_stub(value), not callable(value)))

    def set(self, name: str, value: Any) -> None:
        """Give `name` a value that the code sees."""
        self._names[name] = value

    def defined(self) -> list[str]:
        """Return the public names that the submission has defined, sorted."""
        given = self._given
        pairs = list(self._names.items())
        return public(
            n for n, value in pairs if type(value) not in _IMPORTED and (n not in given or given[n] is not value)
        )

    def dictionaries(self) -> list[dict[str, Any]]:
        """Return the dictionaries that the code itself reads and writes."""
        return [self._names]

    def copy(self) -> Namespace:
        """Return a copy of the current names."""
        copied = Namespace(dict(self._names))
        copied._given = self._given
        return copied

    def items(self) -> list[tuple[str, Any]]:
        """Return the names and their values."""
        return list(self._names.items())

    def value(self, name: str, default: Any) -> Any:
        """Return the value of `name`, or `default`."""
        return self._names.get(name, default)

    def replace(self, end: Namespace, moment: Namespace, modules: dict[str, ModuleType]) -> None:
        """Give the names the values of `moment`, or else of `end`, and give modules their names back."""
        names = {**end._names, **moment._names}
        shadowed = {name: module for name, module in modules.items() if type(names.get(name)) is not ModuleType}
        self._names.clear()
        self._names.update({**names, **shadowed})


class MergedNamespace(Namespace):
    """The names of several modules; if two define the same name, the earlier module's counts.

    Parameters
    ----------
    defined_by : dict
        File to the names that its text binds itself; earlier files come first.
    """

    def __init__(self, defined_by: dict[str, list[str]]) -> None:
        super().__init__({})
        self._defined_by = defined_by
        self._modules: dict[str, dict[str, Any]] = {}

    def add(self, path: str, names: dict[str, Any]) -> None:
        """Add the dictionary of the module at `path`."""
        self._modules[path] = names

    def _get(self, name: str) -> Any:
        """Return the value of `name` from the first module that binds it itself, else from the first that has it.

        A stub counts only if there is nothing else, and a function takes precedence over other values of that name.
        """
        has = [path for path in self._ordered() if name in self._modules[path]]
        if not has:
            raise KeyError(name)
        values = [
            self._modules[path][name] for path in sorted(has, key=lambda path: name not in self._defined_by[path])
        ]
        return min(values, key=lambda value: (is_stub(value), not callable(value)))

    def set(self, name: str, value: Any) -> None:
        """Give `name` a value in every module that has it, or in the first one if none has."""
        holders = [names for names in self._modules.values() if name in names]
        for names in holders or list(self._modules.values())[:1]:
            names[name] = value

    def dictionaries(self) -> list[dict[str, Any]]:
        """Return the dictionary of every module."""
        return list(self._modules.values())

    def defined(self) -> list[str]:
        """Return the public names of all modules, sorted."""
        pairs = [pair for names in self._modules.values() for pair in list(names.items())]
        return public(name for name, value in pairs if type(value) not in _IMPORTED)

    def conflicts(self) -> list[dict[str, Any]]:
        """Return the names that two modules bind to different values without importing them from one another."""
        found = []
        for name in self.defined():
            files = [p for p in self._ordered() if name in self._defined_by[p] and name in self._modules[p]]
            values = [self._modules[path][name] for path in files]
            if any(not _same(values[0], value) for value in values[1:]):
                found.append({"name": name, "files": files})
        return found

    def _ordered(self) -> list[str]:
        return [path for path in self._defined_by if path in self._modules]


def public(names: Iterable[Any]) -> list[str]:
    """Return the texts among `names` that do not begin with an underscore, sorted, each once."""
    wanted = {name for name in names if type(name) is str and not name.startswith("_") and len(name) <= 200}
    return sorted(wanted)[:MAX_NAMES]


def similar(name: str, names: Iterable[str]) -> list[str]:
    """Return at most three of `names` that look like `name`, in any spelling."""
    plain: dict[str, str] = {}
    for other in names:
        plain.setdefault(other.replace("_", "").lower(), other)
    try:
        found = _close_matches(name.replace("_", "").lower(), list(plain), n=3, cutoff=0.7)
    except Exception:
        # It is written in Python, and a student may have changed the builtins that it uses.
        return []
    return [plain[match] for match in found]


def fresh_module(name: str, filename: str) -> ModuleType:
    """Return an empty module like the one that the interpreter makes for a file."""
    module = ModuleType(name)
    module.__dict__.update({"__file__": filename, "__builtins__": builtins, "__annotations__": {}})
    return module


def _same(one: Any, other: Any) -> bool:
    if one is other:
        return True
    plain = (bool, int, float, complex, str, bytes)
    return type(one) is type(other) and type(one) in plain and bool(one == other)


def is_written(value: Any) -> bool:
    """Return whether a value is a function, a class or another callable, and neither a stub nor a stand-in."""
    return callable(value) and type(value) not in _STAND_INS and not is_stub(value)


def is_stub(value: Any) -> bool:
    """Return whether a function, or a method of a class, only raises `NotImplementedError`."""
    if type(value) is FunctionType:
        return value.__code__.co_names == _STUB_NAMES
    return type(value) is type and any(
        type(member) is FunctionType and member.__code__.co_names == _STUB_NAMES
        for member in list(_members_of(value).values())
    )
