"""The definitions of a notebook's cells, and the values of all names at these moments.

Students reuse names: `x`, `f` and even `np` become something else further down, and an assignment may ask for the same
name in several cells. A check can therefore go back to the moment when a name was defined.
"""

from __future__ import annotations

import builtins
from collections.abc import Iterable
from dataclasses import dataclass
from types import ModuleType
from typing import Any

from _child.namespaces import Namespace, is_stub, is_written
from _child.sealed import BUILTINS as __builtins__  # noqa: F401
from _child.sources import Uses

MAX_MOMENTS = 200
_missing = object()
_BUILTIN = {name: value for name, value in vars(builtins).items() if callable(value)}


@dataclass(frozen=True)
class Moment:
    """The end of a cell that gave a name a new value."""

    tags: frozenset[str]
    value: Any
    names: Namespace


class History:
    """The moments when some names got their values.

    Parameters
    ----------
    names : iterable of str
        The names to follow.
    uses : Uses
        How functions use other names, which they need with their original meaning.
    """

    def __init__(self, names: Iterable[str] = (), uses: Uses | None = None) -> None:
        self._helpers = uses.called if uses is not None else frozenset[str]()
        self._held = uses.held if uses is not None else {}
        self._moments: dict[str, list[Moment]] = {name: [] for name in names}
        self._written: dict[str, Any] = {}
        self._put_back: list[str] = []
        self._seen: dict[str, Any] = {}
        self._modules: dict[str, ModuleType] = {}
        self._end: Namespace | None = None

    def note(self, tags: Iterable[str], namespace: Namespace) -> None:
        """Look at the names after a cell that has these tags."""
        now: Namespace | None = None
        for name, value in namespace.items():
            if type(value) is ModuleType:
                self._modules[name] = value
        for name, moments in self._moments.items():
            value = namespace.value(name, _missing)
            known = moments[-1].value if moments else _missing
            is_back = name in self._put_back and value is self._written.get(name)
            if value is not _missing and value is not known and not is_back and len(moments) < MAX_MOMENTS:
                now = now or namespace.copy()
                moments.append(Moment(frozenset(tags), value, now))

    def see(self, namespace: Namespace) -> None:
        """Look at the names after one statement: a function or a class may be replaced by the next."""
        for name in (*self._moments, *self._helpers, *self._held):
            value = namespace.value(name, _missing)
            if value is self._seen.get(name, _missing):
                continue
            self._seen[name] = value
            if type(value) is ModuleType:
                self._modules[name] = value
            elif (
                (name in self._moments or name not in self._held)
                and is_written(value)
                and type(value) is not self._written.get(name)
            ):
                self._written[name] = value

    def put_back(self, namespace: Namespace) -> None:
        """Undo the effect of a stub that hides a function written above it, also for the code below."""
        for name, written in self._written.items():
            value = namespace.value(name, _missing)
            if value is not _missing and is_stub(value):
                namespace.set(name, written)
                self._put_back.append(name)

    def mend(self, namespace: Namespace) -> list[str]:
        """Give reused names back their function or class; return those that the assignment asks for.

        Modules get their names back as well: `time = time.time()` would take the module from every function that
        needs it. So do builtins: after `sum = 0` no function could add up.
        """
        used_again = list(self._put_back)
        for name in self._helpers & _BUILTIN.keys():
            value = namespace.value(name, _missing)
            if value is not _missing and not callable(value) and name not in self._written:
                namespace.set(name, _BUILTIN[name])
        for name, module in self._modules.items():
            holds_all = all(hasattr(module, taken) for taken in self._held.get(name, ()))
            if type(namespace.value(name, module)) is not ModuleType and holds_all:
                namespace.set(name, module)
        for name, written in self._written.items():
            value = namespace.value(name, _missing)
            if value is _missing or not is_written(value) or type(value) is written:
                namespace.set(name, written)
                used_again.append(name)
        return [name for name in dict.fromkeys(used_again) if name in self._moments]

    def go_back(self, namespace: Namespace, name: str, tag: str | None, back: int) -> int:
        """Give all names the values that they had when `name` was defined, and return how many such moments there are.

        Names that were defined only later keep their last value, so that the order of the cells does not matter.
        An imported module keeps its name, even if the name was reused since.

        Parameters
        ----------
        namespace : Namespace
            The names that the code itself reads; they are changed.
        name : str
        tag : str or None
            Moments in cells with this tag come first, the last of them before the others. Without a tag the
            last function or class of this name comes first.
        back : int
            The index of the moment, 0 for the first; beyond the last, nothing is changed.
        """
        moments = self._ordered(name, tag)
        if 0 <= back < len(moments):
            self._end = self._end or namespace.copy()
            namespace.replace(self._end, moments[back].names, self._modules)
        return len(moments)

    def _ordered(self, name: str, tag: str | None) -> list[Moment]:
        latest_first = self._moments.get(name, [])[::-1]
        if tag is None:
            return sorted(latest_first, key=lambda moment: (is_stub(moment.value), not callable(moment.value)))
        return sorted(latest_first, key=lambda moment: (is_stub(moment.value), tag not in moment.tags))
