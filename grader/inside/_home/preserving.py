"""Undoes the changes of a check in a process that goes on.

Used where checks cannot have separate processes: on systems without fork, and in a live notebook. Names, and
the contents of lists, dictionaries, sets, arrays, generators and the student's own objects, are restored;
so are figures, random states, warnings and NumPy's settings. The objects themselves stay the same.
"""

from __future__ import annotations

import os
import random
import sys
import types
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Any

import numpy as np
from _child.sealed import BUILTINS as __builtins__  # noqa: F401

MAX_ARRAY_BYTES = 2**28
MAX_OBJECTS = 200_000
_PLAIN = (bool, int, float, complex, str, bytes, type(None), types.ModuleType, types.BuiltinFunctionType, type(...))
Undo = Callable[[], object]


@contextmanager
def preserved(namespaces: Sequence[dict[str, Any]], more: Sequence[Any] = ()) -> Iterator[None]:
    """Run the block, and undo its changes.

    Parameters
    ----------
    namespaces : sequence of dict
        The names of the student's code.
    more : sequence
        Other objects whose state is restored.
    """
    keeper = Keeper(namespaces)
    keeper.keep_process()
    for names in namespaces:
        keeper.keep(names)
    for thing in more:
        keeper.keep(thing)
    try:
        yield
    finally:
        keeper.restore()


class Keeper:
    """The steps that restore everything.

    Parameters
    ----------
    namespaces : sequence of dict
        An object is the student's own if its class is defined there.
    """

    def __init__(self, namespaces: Sequence[dict[str, Any]]) -> None:
        self._own = {names["__name__"] for names in namespaces if type(names.get("__name__")) is str}
        self._seen: dict[int, Any] = {}
        self._undo: list[Undo] = []
        self._array_bytes = 0

    def restore(self) -> None:
        """Put everything back."""
        for undo in reversed(self._undo):
            undo()

    def keep(self, thing: Any) -> None:
        """Keep a value and its contents."""
        waiting = [thing]
        while waiting and len(self._seen) < MAX_OBJECTS:
            value = waiting.pop()
            if isinstance(value, _PLAIN) or id(value) in self._seen:
                continue
            self._seen[id(value)] = value
            waiting += self._keep_one(value)

    def _keep_one(self, value: Any) -> list[Any]:
        """Keep one value; return its contents."""
        kind = type(value)
        if kind is list:
            return self._as_it_was(list(value), lambda saved: value.__setitem__(slice(None), saved))
        if kind is dict:
            return [*self._as_it_was(dict(value), lambda saved: _refill(value, saved)).values()]
        if kind is set:
            return [*self._as_it_was(set(value), lambda saved: _refill(value, saved))]
        if kind in (tuple, frozenset):
            return list(value)
        if isinstance(value, np.ndarray):
            return self._keep_array(value)
        if isinstance(value, np.random.Generator):
            bits = value.bit_generator
            return self._as_it_was([bits.state], lambda saved: setattr(bits, "state", saved[0]))[:0]
        if isinstance(value, np.random.RandomState):
            return self._as_it_was([value.get_state()], lambda saved: value.set_state(saved[0]))[:0]
        if isinstance(value, random.Random):
            return self._as_it_was([value.getstate()], lambda saved: value.setstate(saved[0]))[:0]
        if isinstance(value, types.FunctionType):
            return self._keep_function(value)
        if isinstance(value, type):
            return self._keep_class(value) if value.__module__ in self._own else []
        if isinstance(value, types.MethodType):
            return [value.__self__, value.__func__]
        return self._keep_object(value)

    def _as_it_was(self, saved: Any, put_back: Callable[[Any], object]) -> Any:
        self._undo.append(lambda: put_back(saved))
        return saved

    def _keep_array(self, value: np.ndarray) -> list[Any]:
        self._array_bytes += value.nbytes
        if value.dtype.kind == "O" or not value.flags.writeable or self._array_bytes > MAX_ARRAY_BYTES:
            return []
        saved = value.copy()

        def put_back() -> None:
            if value.shape != saved.shape or value.dtype != saved.dtype:
                value.resize(saved.shape, refcheck=False)
            if value.tobytes() != saved.tobytes():
                value[...] = saved

        self._undo.append(put_back)
        return []

    def _keep_function(self, value: types.FunctionType) -> list[Any]:
        if value.__module__ not in self._own:
            return []
        inside = [value.__defaults__, value.__kwdefaults__, value.__dict__]
        for cell in value.__closure__ or ():
            try:
                content = cell.cell_contents
            except ValueError:
                continue
            inside.append(content)
            self._undo.append(partial(_fill, cell, content))
        return inside

    def _keep_class(self, value: type) -> list[Any]:
        saved = dict(vars(value))

        def put_back() -> None:
            for name in [name for name in vars(value) if name not in saved]:
                delattr(value, name)
            for name, kept in saved.items():
                if vars(value).get(name) is not kept:
                    setattr(value, name, kept)

        self._undo.append(put_back)
        return list(saved.values())

    def _keep_object(self, value: Any) -> list[Any]:
        if isinstance(value, (staticmethod, classmethod)):
            return [value.__func__]
        if isinstance(value, property):
            return [value.fget, value.fset]
        if type(value).__module__ not in self._own:
            return []
        own = getattr(value, "__dict__", None)
        slots = [name for kind in type(value).__mro__ for name in _slots(kind)]
        held = {name: getattr(value, name) for name in slots if hasattr(value, name)}
        if held:
            self._undo.append(lambda: _set_all(value, held))
        return [*held.values(), own]

    def keep_process(self) -> None:
        """Keep the state without a name: streams, random states, warnings, NumPy's settings, figures, the folder."""
        streams, folder, limit = (sys.stdout, sys.stderr, sys.stdin), os.getcwd(), sys.getrecursionlimit()
        python, legacy = random.getstate(), np.random.get_state()  # noqa: NPY002
        filters, shown = list(warnings.filters), warnings.showwarning
        printing, errors, environment = np.get_printoptions(), np.geterr(), dict(os.environ)
        hook = getattr(warnings, "_showwarnmsg_impl", None)
        self._undo += [
            lambda: setattr(warnings, "_showwarnmsg_impl", hook),
            lambda: np.set_printoptions(**printing),
            lambda: np.seterr(**errors),
            lambda: _refill(os.environ, environment) if dict(os.environ) != environment else None,
            lambda: setattr(warnings, "showwarning", shown),
            lambda: _put_filters(filters),
            lambda: np.random.set_state(legacy),  # noqa: NPY002
            lambda: random.setstate(python),
            lambda: sys.setrecursionlimit(limit),
            lambda: os.chdir(folder),
            lambda: _put_streams(*streams),
        ]
        self._keep_figures()

    def _keep_figures(self) -> None:
        helpers, matplotlib = sys.modules.get("matplotlib._pylab_helpers"), sys.modules.get("matplotlib")
        pyplot = sys.modules.get("matplotlib.pyplot")
        if helpers is None or matplotlib is None or pyplot is None:
            return
        figures, settings = dict(helpers.Gcf.figs), dict(matplotlib.rcParams)
        backend = getattr(pyplot, "_backend_mod", None)
        helpers.Gcf.figs.clear()

        def put_back() -> None:
            _refill(helpers.Gcf.figs, figures)
            if dict(matplotlib.rcParams) != settings:
                with warnings.catch_warnings():
                    warnings.simplefilter("ignore")
                    matplotlib.rcParams.update(settings)
            pyplot._backend_mod = backend  # type: ignore[attr-defined]

        self._undo.append(put_back)


def _refill(container: Any, saved: Any) -> None:
    """Give a dictionary or a set exactly its old contents, in the old order."""
    same_keys = len(container) == len(saved) and all(a is b for a, b in zip(container, saved, strict=True))
    if same_keys and (not isinstance(saved, dict) or all(container[key] is saved[key] for key in saved)):
        return
    container.clear()
    container.update(saved)


def _fill(cell: types.CellType, content: Any) -> None:
    cell.cell_contents = content


def _slots(kind: type) -> list[str]:
    slots = vars(kind).get("__slots__", ())
    return [slots] if isinstance(slots, str) else [name for name in slots if name not in ("__dict__", "__weakref__")]


def _set_all(value: Any, held: dict[str, Any]) -> None:
    for name, kept in held.items():
        if getattr(value, name, None) is not kept:
            object.__setattr__(value, name, kept)


def _put_streams(stdout: Any, stderr: Any, stdin: Any) -> None:
    sys.stdout, sys.stderr, sys.stdin = stdout, stderr, stdin


def _put_filters(filters: list[Any]) -> None:
    if warnings.filters != filters:
        warnings.filters[:] = filters  # type: ignore[index]
        warnings._filters_mutated()  # type: ignore[attr-defined]
