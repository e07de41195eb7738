"""Which modules a submission may import, and what happens when it imports another: CONFINED. Imports the package only.

Advice, not a wall: the real guarantee is that nothing else is installed. A forbidden import raises a
message that names file and line; a harmless one (`google.colab`) gets a stand-in that does nothing.
"""

from __future__ import annotations

import builtins
import importlib
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any

from _fenced.faults import ForbiddenImport, Sources
from _fenced.sealed import BUILTINS as __builtins__  # noqa: F401
from _fenced.sources import Import, Source

_getframe = sys._getframe
_IMPORTLIB = importlib.__file__
_real_import = builtins.__import__
_STANDARD = frozenset(sys.stdlib_module_names)
# What a script is called while it runs: `pickle` imports it to find its classes.
_RUN_NAMES = frozenset({"__main__", "submission"})


class Policy:
    """The modules that a submission may import.

    Parameters
    ----------
    allowed, harmless : iterable of str
        Dotted names; what lies below them is allowed, too. Harmless ones become stand-ins.
    own : iterable of str
        Names of the submission's own modules.
    """

    def __init__(self, allowed: Iterable[str], harmless: Iterable[str], own: Iterable[str]) -> None:
        self.allowed = tuple(sorted(allowed))
        self.harmless = tuple(sorted(harmless))
        self.own = frozenset(name.partition(".")[0] for name in own) | _RUN_NAMES

    def permits(self, module: str, names: Sequence[str] = ()) -> bool:
        """Return whether `import module`, or `from module import names`, is allowed."""
        root = module.partition(".")[0]
        if root in _STANDARD or root in self.own or root == "_fenced":
            return True
        listed = self.allowed + self.harmless
        if _below(module, listed):
            return True
        return bool(names) and all(_below(f"{module}.{name}", listed) for name in names)

    def is_foreign(self, module: str) -> bool:
        """Return whether a module is neither of the standard library nor of the submission."""
        root = module.partition(".")[0]
        return root not in _STANDARD and root not in self.own

    def refusal(self, module: str, file: str, line: int) -> str:
        """Return the sentence that says that this import is not allowed."""
        return f"{file}, line {line} imports `{module}`, which is neither allowed here nor part of the submission."

    def hint(self) -> str:
        """Return the sentence that says what is allowed."""
        return f"Allowed: {', '.join(('the standard library', *self.allowed))}."


def survey(sources: Iterable[Source], policy: Policy) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Return the foreign imports of all sources, and those of them that are forbidden."""
    foreign: list[dict[str, Any]] = []
    forbidden: list[dict[str, Any]] = []
    for source in sources:
        for statement in source.imports:
            if policy.is_foreign(statement.module):
                foreign.append(_entry(source, statement))
                if not policy.permits(statement.module, statement.names):
                    forbidden.append(_entry(source, statement))
    return foreign, forbidden


def install(policy: Policy, sources: Sources, after: Callable[[str], None]) -> None:
    """Hold imports of the submission's own code to `policy`.

    Parameters
    ----------
    policy : Policy
        What is allowed.
    sources : Sources
        Tells the student's own code from libraries.
    after : callable
        Is told the root of every foreign module that has been imported.
    """

    def guarded(name: str, globals: Any = None, locals: Any = None, fromlist: Any = (), level: int = 0) -> Any:
        if level == 0 and type(name) is str and policy.is_foreign(name):
            names = tuple(fromlist) if type(fromlist) is tuple else ()
            if not policy.permits(name, names) and (asked := _asking(_getframe(1), sources)) is not None:
                raise ForbiddenImport(policy.refusal(name, *asked), name=name)
            module = _real_import(name, globals, locals, fromlist, level)
            after(name.partition(".")[0])
            return module
        return _real_import(name, globals, locals, fromlist, level)

    builtins.__import__ = guarded
    sys.meta_path.insert(0, _Gatekeeper(policy, sources))


class _Gatekeeper(MetaPathFinder):
    """Refuses what `importlib` is asked for by the student's own code, and finds the stand-ins."""

    def __init__(self, policy: Policy, sources: Sources) -> None:
        self._policy = policy
        self._sources = sources

    def find_spec(self, fullname: str, path: Any = None, target: Any = None) -> ModuleSpec | None:
        """Return a stand-in's spec for harmless modules, None for all that others shall find."""
        policy = self._policy
        if _below(fullname, policy.harmless) or _above(fullname, policy.harmless):
            return ModuleSpec(fullname, _StandInLoader(), is_package=True)
        if policy.is_foreign(fullname) and not policy.permits(fullname):
            asked = _asking(_getframe(1), self._sources)
            if asked is not None:
                raise ForbiddenImport(policy.refusal(fullname, *asked), name=fullname)
        return None


class _StandInLoader(Loader):
    """Makes the module of a stand-in."""

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        """Return the empty stand-in."""
        return _StandInModule(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        """Run nothing."""


class _StandIn:
    """Anything a harmless module may hold: every use of it gives itself or nothing."""

    def __call__(self, *args: Any, **kwargs: Any) -> _StandIn:
        return self

    def __getattr__(self, name: str) -> _StandIn:
        if name.startswith("__") and name.endswith("__"):
            raise AttributeError(name)
        return self

    def __iter__(self) -> Iterator[Any]:
        return iter(())

    def __len__(self) -> int:
        return 0

    def __enter__(self) -> _StandIn:
        return self

    def __exit__(self, *exc_info: object) -> None:
        return None

    def __repr__(self) -> str:
        return "(does nothing while the work is graded)"


class _StandInModule(ModuleType):
    """A harmless module: each of its names is a stand-in."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") and name.endswith("__"):
            raise AttributeError(name)
        return _StandIn()


def _below(module: str, listed: Iterable[str]) -> bool:
    return any(module == name or module.startswith(name + ".") for name in listed)


def _above(module: str, listed: Iterable[str]) -> bool:
    return any(name.startswith(module + ".") for name in listed)


def _asking(frame: Any, sources: Sources) -> tuple[str, int] | None:
    """Return file and line of the import if the innermost frame that has a file, outside `importlib`, is the student's.

    A text that is executed has no file: whoever executes it asks.
    """
    while frame is not None:
        filename = frame.f_code.co_filename
        file = sources.path(filename)
        if file is not None:
            return file, frame.f_lineno
        if not filename.startswith("<") and filename != _IMPORTLIB:
            return None
        frame = frame.f_back
    return None


def _entry(source: Source, statement: Import) -> dict[str, Any]:
    return {"module": statement.module, "file": source.path, "line": statement.line}
