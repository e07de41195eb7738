"""Which modules a submission may import, and what happens if it imports another.

Advice, not a wall: the real guarantee is that nothing else is installed. A forbidden import gives a stand-in that
raises at its first use (`refused`), or raises at once if the code is prepared for that (`attempts`); a harmless one
(`tqdm`) gives a stand-in that does nothing (`harmless`). Stand-ins are never in `sys.modules`, so that code which looks
there, or asks `importlib` for a library, sees a machine without it.
"""

from __future__ import annotations

import ast
import builtins
import dis
import importlib
import importlib.util
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec
from typing import Any

from _child import refused, standard
from _child.attempts import has_provided
from _child.faults import ForbiddenImport, Sources
from _child.harmless import HarmlessModule
from _child.refused import Origin, Refused
from _child.sealed import BUILTINS as __builtins__  # noqa: F401
from _child.sources import Import, Source

_getframe = sys._getframe
_real_import, _real_import_module, _real_find_spec = (
    builtins.__import__, importlib.import_module, importlib.util.find_spec
)  # fmt: skip
# The folder of the standard library: it imports no other library for itself, so an import from there comes from its
# caller.
_LIBRARY = os.path.dirname(os.__file__) + os.sep
_PACKAGES = tuple(os.path.join(_LIBRARY, name, "") for name in ("site-packages", "dist-packages"))
# Modules that it does import for itself by name: Python's build configuration, and the time zones.
_ITS_OWN = ("_sysconfigdata", "tzdata")
_IMPORT_NAME = dis.opmap["IMPORT_NAME"]
_STANDARD = frozenset(sys.stdlib_module_names)
# The name of a running script: `pickle` imports it to find its classes.
_RUN_NAMES = frozenset({"__main__", "submission"})
# Modules that a library installs beside the one with its own name.
_PARTS = {"matplotlib": ("mpl_toolkits", "pylab")}
# A program that installs packages goes on as if it had: see `installs`. The cells of marimo's notebooks show texts with it.
_ALWAYS_HARMLESS = ("pip", "pkg_resources", "marimo", "nest_asyncio")
# Harmless if it is simply used; but if code imports it to find out where it runs, it is missing.
_ELSEWHERE = ("google.colab",)


class Policy:
    """The modules that a submission may import.

    Parameters
    ----------
    allowed, harmless : iterable of str
        Dotted names; modules below them are allowed, too. Harmless ones become stand-ins, unless they are allowed.
    own : iterable of str
        Names of the submission's own modules.
    """

    def __init__(self, allowed: Iterable[str], harmless: Iterable[str], own: Iterable[str]) -> None:
        self.allowed = tuple(sorted(allowed))
        self._parts = tuple(part for name in self.allowed for part in _PARTS.get(name, ()))
        harmless = (*harmless, *_ALWAYS_HARMLESS)
        self.harmless = tuple(sorted(name for name in harmless if not _below(name, self.allowed)))
        self.own = frozenset(name.partition(".")[0] for name in own) | _RUN_NAMES
        self.starred: frozenset[str] = frozenset()

    def permits(self, module: str, names: Sequence[str] = ()) -> bool:
        """Return whether `import module`, or `from module import names`, is allowed."""
        root = module.partition(".")[0]
        return (
            not self.is_foreign(module)
            or root == "_child"
            or root.startswith(_ITS_OWN)
            or _covers((*self.allowed, *self._parts), module, names)
        )

    def is_harmless(self, module: str, names: Sequence[str] = ()) -> bool:
        """Return whether an import gives a harmless stand-in."""
        return _covers(self.harmless, module, names)

    def is_foreign(self, module: str) -> bool:
        """Return whether a module belongs neither to the standard library nor, by its name, to the submission."""
        root = module.partition(".")[0]
        return root not in _STANDARD and root not in self.own

    def refusal(self, module: str, file: str, line: int) -> str:
        """Return the sentence that says that this import is not allowed."""
        return f"{file}, line {line} imports `{module}`, which is neither allowed here nor part of the submission."


def survey(
    sources: Sequence[Source], paths: Iterable[str], policy: Policy
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Return the foreign imports of all sources, and those of them that are forbidden.

    Parameters
    ----------
    sources : sequence of Source
    paths : iterable of str
        The modules that were handed in: their names are not forbidden, in any folder.
    policy : Policy
        Gets the names that a star import of a forbidden library may have to provide.
    """
    foreign = [(source, each) for source in sources for each in source.imports if policy.is_foreign(each.module)]
    forbidden = [(source, each) for source, each in foreign if not _is_fine(each, policy)]
    if forbidden:
        own = _parts_of(paths) | {part for source in sources for part in _parts_of(_names_written(source))}
        forbidden = [(source, each) for source, each in forbidden if each.module.partition(".")[0] not in own]
    if any("*" in each.names for _, each in forbidden):
        policy.starred = frozenset(name for source in sources for name in _names_used(source)) - _BUILTIN
    return [_entry(*each) for each in foreign], [_entry(*each) for each in forbidden]


def _is_fine(statement: Import, policy: Policy) -> bool:
    return any(asks(statement.module, statement.names) for asks in (policy.permits, policy.is_harmless))


def _parts_of(paths: Iterable[str]) -> set[str]:
    """Return the names under which modules may be imported: those of their files and of their folders."""
    return {part for path in paths for part in path.replace("\\", "/").removesuffix(".py").split("/")}


def _names_written(source: Source) -> Iterator[str]:
    """Yield the names of the modules that a source mentions as files, which it may write, or puts into `sys.modules`."""
    for node in ast.walk(source.tree) if source.tree is not None else ():
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.endswith(".py"):
            yield node.value
        elif isinstance(node, ast.Subscript) and getattr(node.value, "attr", "") == "modules":
            yield str(getattr(node.slice, "value", ""))


def _names_used(source: Source) -> Iterator[str]:
    """Yield the names that a source reads: a star import may have to provide them."""
    for node in ast.walk(source.tree) if source.tree is not None else ():
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
            yield node.id


_BUILTIN = frozenset(vars(builtins))


def install(policy: Policy, sources: Sources, after: Callable[[], None], is_own: Callable[[str], bool]) -> None:
    """Apply `policy` to imports of the submission's own code.

    Parameters
    ----------
    policy : Policy
        What is allowed.
    sources : Sources
        Distinguishes the student's own code from libraries.
    after : callable
        Called when a foreign module has been imported and no other import is under way.
    is_own : callable
        Returns whether the module with this name belongs to the submission.
    """
    gate = _Gate(policy, sources, after, is_own)
    refused.know(sources)
    builtins.__import__ = importlib.__import__ = gate.statement
    importlib.import_module = gate.import_module
    importlib.util.find_spec = gate.find
    sys.meta_path.insert(0, _Gatekeeper(gate))
    gate.watch_metadata()


class _Gate:
    """The replacements for all ways in which a submission can import a module.

    Parameters
    ----------
    policy, sources, after, is_own
        As for `install`.
    """

    def __init__(
        self, policy: Policy, sources: Sources, after: Callable[[], None], is_own: Callable[[str], bool]
    ) -> None:
        self._policy, self._sources, self._after, self._is_own = policy, sources, after, is_own
        self._depth = 0
        self._metadata: Any = None

    def statement(self, name: str, globals: Any = None, locals: Any = None, fromlist: Any = (), level: int = 0) -> Any:
        """Take the place of `builtins.__import__`."""
        if level == 0 and type(name) is str and self._policy.is_foreign(name):
            names = tuple(fromlist) if type(fromlist) in (tuple, list) else ()
            if not self._policy.permits(name, names) and (asked := self._asked(name, _getframe(1))):
                return self._stand_in(name, names, asked, _getframe(1))
            return self._imported(lambda: _real_import(name, globals, locals, fromlist, level))
        try:
            module = _real_import(name, globals, locals, fromlist, level)
        except ModuleNotFoundError as error:
            stand_in = self._absent(name, fromlist, error, _getframe(1)) if level == 0 else None
            if stand_in is None:
                raise
            return stand_in
        if type(name) is str and level == 0:
            if self._metadata is None and name.startswith("importlib"):
                self.watch_metadata()
            change = standard.changed(name)
            if change is not None:
                change()
        return module

    def import_module(self, name: str, package: str | None = None) -> Any:
        """Take the place of `importlib.import_module`."""
        if type(name) is not str or name.startswith(".") or not self._policy.is_foreign(name):
            return _real_import_module(name, package)
        if not self._policy.permits(name) and (asked := self._asked(name, _getframe(1))):
            return self._stand_in(name, ("",), asked, _getframe(1))
        return self._imported(lambda: _real_import_module(name, package))

    def find(self, name: str, package: str | None = None) -> ModuleSpec | None:
        """Take the place of `importlib.util.find_spec`: modules that are not allowed do not exist."""
        if type(name) is str and not self._policy.permits(name) and self._asked(name, _getframe(1)):
            return None
        return _real_find_spec(name, package)

    def refuses(self, name: str, frame: Any) -> str | None:
        """Return why the code at `frame` may not import a module in another way; None if it may."""
        if self._policy.permits(name) or (asked := self._asked(name, frame)) is None:
            return None
        return self._policy.refusal(name, *asked)

    def watch_metadata(self) -> None:
        """Once `importlib.metadata` is imported, make it report modules that are not allowed as not installed."""
        metadata = sys.modules.get("importlib.metadata")
        if metadata is None or self._metadata is not None or not hasattr(metadata, "Distribution"):
            return
        self._metadata = metadata
        real = metadata.Distribution.from_name

        def from_name(cls: Any, name: str) -> Any:
            found = real(name)
            frame: Any = _getframe(1)
            while frame is not None and frame.f_code.co_filename == metadata.__file__:
                frame = frame.f_back
            if _asking(frame, self._sources) is not None and not self._is_for_submissions(found, name):
                raise metadata.PackageNotFoundError(name)
            return found

        metadata.Distribution.from_name = classmethod(from_name)

    def _is_for_submissions(self, distribution: Any, name: str) -> bool:
        tops = (distribution.read_text("top_level.txt") or name.replace("-", "_")).split()
        return any(self._policy.permits(top) for top in (*tops, name))

    def _imported(self, action: Callable[[], Any]) -> Any:
        self._depth += 1
        try:
            module = action()
        finally:
            self._depth -= 1
        if self._depth == 0:
            self._after()
        return module

    def _asked(self, name: str, frame: Any) -> tuple[str, int] | None:
        """Return file and line of the student's import of a foreign module; None if other code imports it."""
        asked = _asking(frame, self._sources)
        return None if asked is None or self._is_own(name.partition(".")[0]) else asked

    def _stand_in(self, name: str, names: tuple[str, ...], asked: tuple[str, int], frame: Any) -> Any:
        """Return the stand-in for an import: for the last part of the module's name if there are `names`, else for the first."""
        harmless = self._policy.is_harmless(name, names)
        elsewhere = harmless and _covers(_ELSEWHERE, name, names)
        refusal = self._policy.refusal(name, *asked)
        if (elsewhere or not harmless) and has_provided(frame, self._sources):
            raise (
                ModuleNotFoundError(f"No module named {name!r}", name=name)
                if harmless
                else ForbiddenImport(refusal, name=name)
            )
        root, *inner = name.split(".")
        if harmless:
            return HarmlessModule(name if names else root)
        if names in ((), ("",)):
            return Refused(name, refusal) if names else Refused(root, refusal, tuple(inner))
        starred = self._policy.starred - frame.f_globals.keys() if "*" in names else frozenset()
        return Origin(name, refusal, starred)

    def _absent(self, name: Any, fromlist: Any, error: ModuleNotFoundError, frame: Any) -> Any:
        """Return the stand-in for a module of the standard library that this machine does not have; None for others.

        `msvcrt` exists only on Windows, and a window only where a person sits in front of it. An unused import
        costs nothing.
        """
        missing = str(error.name).partition(".")[0]
        if type(name) is not str or missing not in _STANDARD or self._policy.is_foreign(name):
            return None
        if _is_messenger(frame.f_code.co_filename):
            # The library itself tries what there is, as `dbm` does, and goes on without it.
            return None
        asked = self._asked(name, frame)
        if asked is None or has_provided(frame, self._sources):
            return None
        refusal = f"{asked[0]}, line {asked[1]} imports `{name}`, which is not on the computer that grades."
        root, *inner = name.split(".")
        if not fromlist:
            return Refused(root, refusal, tuple(inner), ModuleNotFoundError)
        starred = frozenset(self._policy.starred) - frame.f_globals.keys() if "*" in fromlist else frozenset[str]()
        return Origin(name, refusal, starred, ModuleNotFoundError)


class _Gatekeeper(MetaPathFinder):
    """Refuses modules that the student's own code imports in none of the usual ways."""

    def __init__(self, gate: _Gate) -> None:
        self._gate = gate

    def find_spec(self, fullname: str, path: Any = None, target: Any = None) -> ModuleSpec | None:
        """Return None, so that the other finders look for it."""
        refusal = self._gate.refuses(fullname, _getframe(1))
        if refusal is not None:
            raise ForbiddenImport(refusal, name=fullname)
        return None


def _covers(listed: Iterable[str], module: str, names: Sequence[str]) -> bool:
    """Return whether a list covers `import module`, or `from module import names`."""
    listed = tuple(listed)
    return _below(module, listed) or (bool(names) and all(_below(f"{module}.{name}", listed) for name in names))


def _below(module: str, listed: Iterable[str]) -> bool:
    return any(module == name or module.startswith(name + ".") for name in listed)


def _asking(frame: Any, sources: Sources) -> tuple[str, int] | None:
    """Return file and line of the import if the innermost frame of a module, intermediaries left out, is the student's.

    Executed text belongs to no module, with any file name: the import counts for the code that executes it. The same
    holds for imports that the standard library makes by a name it was given, to unpickle an object or to run a text;
    imports by its own statements are not the student's.
    """
    is_called = False
    while frame is not None:
        filename = frame.f_code.co_filename
        file = sources.path(filename)
        if file is not None:
            return file, frame.f_lineno
        if getattr(frame.f_globals.get("__spec__"), "origin", None) == filename:
            if not _is_messenger(filename) or (not is_called and _imports(frame)):
                return None
            is_called = True
        frame = frame.f_back
    return None


def _is_messenger(filename: str) -> bool:
    return filename.startswith(_LIBRARY) and not filename.startswith(_PACKAGES)


def _imports(frame: Any) -> bool:
    """Return whether a frame is at an import statement."""
    return bool(frame.f_code.co_code[frame.f_lasti] == _IMPORT_NAME)


def _entry(source: Source, statement: Import) -> dict[str, Any]:
    return {"module": statement.module, "file": source.path, "line": statement.line}
