"""What the cells of a notebook have defined, and all names as they were at that moment: CONFINED. Imports the package only.

Students reuse names: `x`, `f` and even `np` become something else further down, and an assignment may ask for one
name in several cells. A check can therefore go back to the moment at which a name was defined.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from types import ModuleType
from typing import Any

from _child.namespaces import Namespace, is_stub
from _child.sealed import BUILTINS as __builtins__  # noqa: F401

MAX_MOMENTS = 200
_missing = object()


@dataclass(frozen=True)
class Moment:
    """The end of a cell that has given one name a new value."""

    tags: frozenset[str]
    value: Any
    names: Namespace


class History:
    """The moments at which some names got their values.

    Parameters
    ----------
    names : iterable of str
        The names to follow.
    """

    def __init__(self, names: Iterable[str] = ()) -> None:
        self._moments: dict[str, list[Moment]] = {name: [] for name in names}
        self._written: dict[str, Any] = {}
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
            if value is not _missing and value is not known and len(moments) < MAX_MOMENTS:
                now = now or namespace.copy()
                moments.append(Moment(frozenset(tags), value, now))

    def see(self, namespace: Namespace) -> None:
        """Look at the names after one statement: what is a function or a class now may be something else after the next."""
        for name in self._moments:
            value = namespace.value(name, _missing)
            if value is not _missing and callable(value) and not is_stub(value):
                self._written[name] = value

    def mend(self, namespace: Namespace) -> list[str]:
        """Give names that hold something else at the end the function or class that they were; return these names.

        Modules are given back their names as well: `time = time.time()` would take one from every function that needs it.
        """
        used_again = []
        for name, module in self._modules.items():
            if type(namespace.value(name, module)) is not ModuleType:
                namespace.set(name, module)
        for name, written in self._written.items():
            value = namespace.value(name, _missing)
            if value is _missing or not callable(value) or is_stub(value):
                namespace.set(name, written)
                used_again.append(name)
        return used_again

    def go_back(self, namespace: Namespace, name: str, tag: str | None, back: int) -> int:
        """Give all names the values that they had when `name` was defined, and return how many such moments there are.

        Names that came up only later keep their last value, so that the order of the cells does not matter. A module
        that was imported stays what it is, whatever its name has been used for since.

        Parameters
        ----------
        namespace : Namespace
            What the code itself reads; it is changed.
        name : str
        tag : str or None
            Moments in cells with this tag come first, the last of them before the others. Without a tag the
            last function or class of this name comes first.
        back : int
            Which of the moments, 0 for the first; beyond the last one nothing is changed.
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
