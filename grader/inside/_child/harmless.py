"""Stand-ins for libraries that only show something, such as progress bars: they do nothing, and return what they are given.

`tqdm(range(n))` yields `range(n)` item by item and writes nothing. Imports only this package.
"""

from __future__ import annotations

import builtins
from collections.abc import Callable, Iterator
from types import ModuleType
from typing import Any

from _child.sealed import BUILTINS as __builtins__  # noqa: F401

_TEXTS = (str, bytes, bytearray)


class Harmless:
    """A stand-in for anything in a harmless library.

    A call returns its first argument if that is a function, which it may decorate, or a bar around it if it is
    iterable; every other use returns the stand-in itself.
    """

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        if args and callable(args[0]) and not isinstance(args[0], Harmless):
            return args[0]
        around = args[0] if args else kwargs.get("iterable", kwargs.get("sequence"))
        if around is not None and not isinstance(around, (*_TEXTS, Harmless)) and hasattr(type(around), "__iter__"):
            return Bar(around)
        return Bar(None, kwargs.get("total"))

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") and name.endswith("__"):
            raise AttributeError(name)
        return _SPECIAL.get(name, Harmless())

    def __iter__(self) -> Iterator[Any]:
        return iter(())

    def __len__(self) -> int:
        return 0

    def __bool__(self) -> bool:
        return True

    def __enter__(self) -> Any:
        return self

    def __exit__(self, *exc_info: object) -> None:
        return None

    def __repr__(self) -> str:
        return "(does nothing while the work is graded)"


class Bar(Harmless):
    """A bar around an iterable, which it yields item by item; it counts, and shows nothing."""

    def __init__(self, around: Any, total: Any = None) -> None:
        self.iterable = around
        self.total = (
            total if total is not None or around is None or not hasattr(type(around), "__len__") else len(around)
        )
        self.n: Any = 0
        self.desc = ""
        self.disable = False

    def __iter__(self) -> Iterator[Any]:
        for item in () if self.iterable is None else self.iterable:
            yield item
            self.n += 1

    def __len__(self) -> int:
        return len(self.iterable) if hasattr(type(self.iterable), "__len__") else int(self.total or 0)

    def __reversed__(self) -> Iterator[Any]:
        return reversed(self.iterable)

    def __contains__(self, item: object) -> bool:
        return self.iterable is not None and item in self.iterable

    def __getitem__(self, key: Any) -> Any:
        return self.iterable[key]

    def __next__(self) -> Any:
        # A bar around a generator supports `next`; around anything else it does not, like a real bar.
        return next(self.iterable)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Count one step, as for the bars of `alive_progress`."""
        if args and hasattr(type(args[0]), "__iter__") and not isinstance(args[0], _TEXTS):
            return Bar(args[0])
        return self.update(*args[:1])

    def update(self, n: Any = 1, **kwargs: Any) -> None:
        """Count."""
        self.n = self.n + n if isinstance(n, int | float) and isinstance(self.n, int | float) else self.n

    def __repr__(self) -> str:
        return ""


class HarmlessModule(ModuleType):
    """A harmless library: each of its names is a stand-in."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") and name.endswith("__"):
            raise AttributeError(name)
        if name in _SPECIAL:
            return _SPECIAL[name]
        if name in _MODULES:
            return HarmlessModule(f"{self.__name__}.{name}")
        return Harmless()

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        # `import tqdm` and then `tqdm(...)` fails with the real one, too.
        raise TypeError("'module' object is not callable")


def _bars(*args: Any, **kwargs: Any) -> Bar:
    return Bar(range(*args))


def _enumerated(iterable: Any, start: int = 0, *args: Any, **kwargs: Any) -> Any:
    return Bar(list(enumerate(iterable, start)))


def _zipped(*iterables: Any, **kwargs: Any) -> Any:
    return zip(*iterables, strict=False)


def _mapped(function: Callable[..., Any], *iterables: Any, **kwargs: Any) -> Any:
    return map(function, *iterables)


def _mapped_at_once(function: Callable[..., Any], *iterables: Any, **kwargs: Any) -> Any:
    return list(map(function, *iterables))


def _write(text: object = "", file: Any = None, end: str = "\n", nolock: bool = False) -> None:
    builtins.print(text, end=end, file=file)


class _KindOfBar(type):
    """A metaclass that has any class method."""

    def __getattr__(cls, name: str) -> Any:
        if name.startswith("__") and name.endswith("__"):
            raise AttributeError(name)
        return Harmless()


class tqdm(Bar, metaclass=_KindOfBar):
    """The class with that name, which students also subclass; its `write` prints."""

    write = staticmethod(_write)

    def __init__(self, iterable: Any = None, desc: Any = None, total: Any = None, *args: Any, **kwargs: Any) -> None:
        super().__init__(iterable, total)
        self.desc = desc


class Console(Harmless):
    """The console with which `rich` prints beside its bars: printed text is the student's output."""

    print = log = staticmethod(builtins.print)


class Progress(Harmless, metaclass=_KindOfBar):
    """The class of that name in `rich.progress`: several bars, each of which counts up to its total."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.console = Console()
        self.tasks: list[Bar] = []

    @property
    def finished(self) -> bool:
        """Whether every bar has reached its total."""
        return all(bar.total is not None and bar.n >= bar.total for bar in self.tasks)

    def add_task(
        self, description: Any = "", start: bool = True, total: Any = 100.0, completed: Any = 0, **kwargs: Any
    ) -> int:
        """Begin a bar and return its number."""
        bar = Bar(None, total)
        bar.n = completed
        self.tasks.append(bar)
        return len(self.tasks) - 1

    def update(
        self, task_id: int, *, total: Any = None, completed: Any = None, advance: Any = None, **kwargs: Any
    ) -> None:
        """Count, or set the progress of a bar."""
        bar = self.tasks[task_id]
        bar.total = bar.total if total is None else total
        bar.n = bar.n if completed is None else completed
        bar.update(0 if advance is None else advance)

    def advance(self, task_id: int, advance: Any = 1) -> None:
        """Count."""
        self.tasks[task_id].update(advance)

    def track(self, sequence: Any, *args: Any, **kwargs: Any) -> Bar:
        """Return a bar around the sequence."""
        return Bar(sequence)

    print = staticmethod(builtins.print)


def _ended_well(*args: Any, **kwargs: Any) -> int:
    """Take the place of the `main` of an installer."""
    return 0


_SPECIAL: dict[str, Any] = {
    "main": _ended_well,
    "Progress": Progress,
    "tqdm": tqdm,
    "tqdm_notebook": tqdm,
    "tqdm_gui": tqdm,
    "trange": _bars,
    "tnrange": _bars,
    "tenumerate": _enumerated,
    "tzip": _zipped,
    "tmap": _mapped,
    "thread_map": _mapped_at_once,
    "process_map": _mapped_at_once,
}
_MODULES = frozenset({"notebook", "auto", "autonotebook", "std", "contrib", "concurrent", "asyncio", "gui", "rich"})
