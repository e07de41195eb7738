"""Finds the submission's own modules for its imports, before any library of that name.

A module belongs to the submission because of the place of its file, not its name: `sys.path.append("src")` works as in
plain Python, and so does a module that a cell has written.
"""

from __future__ import annotations

import builtins
import importlib.util
import os
import sys
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from types import ModuleType
from typing import Any

from _child import notebook_modules
from _child.attempts import has_provided
from _child.reading import Submission
from _child.sealed import BUILTINS as __builtins__  # noqa: F401
from _child.statements import run_in_steps, run_past_failures

# In every interpreter from its start, or found before any file, so that a student's file can never replace them.
_BUILT_IN = frozenset(sys.builtin_module_names) | {
    "abc", "codecs", "encodings", "genericpath", "io", "os", "posix", "posixpath", "stat",
}  # fmt: skip
_join, _realpath, _isabs, _isdir = os.path.join, os.path.realpath, os.path.isabs, os.path.isdir
_spec_from_file = importlib.util.spec_from_file_location
_find = PathFinder.find_spec
_exec_module = SourceFileLoader.exec_module
_getframe = sys._getframe

Began = Callable[[str, ModuleType], None]
# While a program is run once more, the function that compiles the text of its modules.
compile_as: list[Callable[[str, str], Any]] = []


# The modules of the clean parent. Listing them in each fork would copy the memory pages with their names.
_preloaded: list[frozenset[str]] = []


def remember_modules() -> None:
    """Keep the names of the modules that are loaded before any submission. Called by the clean parent."""
    _preloaded[:] = [frozenset(sys.modules)]


class Whereabouts:
    """Tells whether a module belongs to the submission.

    Parameters
    ----------
    submission : Submission
        The submission.
    """

    def __init__(self, submission: Submission) -> None:
        self._submission = submission
        self._libraries = list(sys.path)
        self._before = _preloaded[0] if _preloaded else frozenset(sys.modules)

    def is_own(self, root: str) -> bool:
        """Return whether `import root` would find a module of the submission, including one that it has written itself.

        A module that it has written must not have the name of an installed library, since it would be a copy of it.
        """
        if root == self._submission.package:
            return True
        module = sys.modules.get(root)
        if module is not None and root not in self._before and _places(getattr(module, "__spec__", None)) == []:
            return getattr(module, "__file__", None) is None or self._has(module.__file__)
        try:
            spec = getattr(module, "__spec__", None) or _found(root, self._submission)
        except Exception:
            return False
        places = _places(spec)
        if not places or not all(self._has(place) for place in places):
            return False
        return self._was_handed_in(places) or _find(root, self._libraries) is None

    def _has(self, place: Any) -> bool:
        return type(place) is str and self._submission.sources.holds(place)

    def _was_handed_in(self, places: list[str]) -> bool:
        whole = [_join(self._submission.folder, path) for path in self._submission.modules]
        return any(path == place or path.startswith(place + "/") for place in map(_realpath, places) for path in whole)


def put_on_path(submission: Submission, began: Began, look: Began | None = None) -> None:
    """Make the submission's modules importable, and its own folder the working folder.

    Parameters
    ----------
    submission : Submission
        Its modules are found under their names relative to `submission.base`, and everywhere else that Python finds
        them.
    began : callable
        Called with path and module when the code of a module is about to run.
    look : callable or None
        Called with path and module after each statement of a module that reuses important names.
    """
    base = _base(submission)
    # As Jupyter and `python file.py` in a file's own folder do.
    os.chdir(base)
    sys.path[:0] = list(dict.fromkeys([base, submission.folder]))
    sys.argv = [_join(submission.folder, submission.entry or ""), *submission.args]
    paths = {}
    for path in submission.modules:
        name = submission.module_name(path)
        root = name.partition(".")[0]
        if root in _BUILT_IN or (root in sys.modules and root not in sys.stdlib_module_names):
            continue
        sys.modules.pop(root, None)
        paths[name] = path
    sys.meta_path.insert(0, _OwnFinder(submission, paths, began, look))


def _base(submission: Submission) -> str:
    return _join(submission.folder, submission.base).rstrip("/")


def _found(fullname: str, submission: Submission, path: Any = None) -> ModuleSpec | None:
    """Return the result of Python's search path.

    Its relative folders also start from the program's folder. If it has folders that do not exist here, such as
    `/content/drive/MyDrive/hw1/src`, they were the student's own: then the one handed-in module with this name is
    meant.
    """
    spec = _find(fullname, path)
    if spec is not None or path is not None:
        return spec
    entries = [entry for entry in sys.path if type(entry) is str and entry]
    relative = [entry for entry in entries if not _isabs(entry)]
    # As `python -m hw.train` does in the folder of the package.
    above = [_join(submission.folder, folder) for folder in _above(submission.base)]
    places = [*(_join(_base(submission), entry) for entry in relative), *above]
    spec = _find(fullname, places) if places else None
    if spec is None and any(not _isdir(entry) and not entry.endswith(".zip") for entry in entries):
        ends = (f"/{fullname}.py", f"/{fullname}/__init__.py")
        meant = [path for path in submission.modules if f"/{path}".endswith(ends)]
        spec = _spec_from_file(fullname, _join(submission.folder, meant[0])) if len(meant) == 1 else None
    return spec


def _above(folder: str) -> Iterator[str]:
    """Yield the folders between a folder of the submission and its top, the innermost first."""
    while folder := folder.rpartition("/")[0]:
        yield folder


def _places(spec: Any) -> list[str]:
    """Return the file of a module, or the folders of a package that has none."""
    if spec is None:
        return []
    if spec.has_location and spec.origin:
        return [spec.origin]
    return list(spec.submodule_search_locations or ())


class _OwnFinder(MetaPathFinder):
    """Finds the submission's modules by their names."""

    def __init__(self, submission: Submission, paths: dict[str, str], began: Began, look: Began | None) -> None:
        self._submission = submission
        self._paths = paths
        self._began = began
        self._look = look
        self._files = {_join(submission.folder, path): path for path in submission.modules}
        self._lasts = frozenset(_names_on_the_way(submission.modules))

    def find_spec(self, fullname: str, path: Any = None, target: Any = None) -> ModuleSpec | None:
        """Return the spec of one of the submission's modules; None for all others."""
        own = self._paths.get(fullname)
        if own is not None:
            return self._spec(fullname, own)
        if fullname == self._submission.package:
            return self._whole(fullname)
        if fullname.rpartition(".")[2] not in self._lasts:
            return notebook_modules.spec_of(fullname, self._submission, self._began)
        spec = _found(fullname, self._submission, path)
        place = _realpath(spec.origin) if spec is not None and spec.has_location and spec.origin else ""
        return self._spec(fullname, self._files[place]) if place in self._files else None

    def _spec(self, fullname: str, own: str) -> ModuleSpec | None:
        filename = _join(self._submission.folder, own)
        loader = _OwnLoader(fullname, filename, own, self._submission, self._began, self._look)
        return _spec_from_file(fullname, filename, loader=loader)

    def _whole(self, fullname: str) -> ModuleSpec | None:
        """Return the handed-in folder as a package."""
        if "__init__.py" in self._submission.modules:
            return self._spec(fullname, "__init__.py")
        spec = ModuleSpec(fullname, None, is_package=True)
        spec.submodule_search_locations = [self._submission.folder]
        return spec


def _names_on_the_way(paths: Iterable[str]) -> set[str]:
    return {part for path in paths for part in path.removesuffix(".py").split("/")}


def _importing() -> Any:
    """Return the frame that imports a module, without the frames of the import system."""
    frame: Any = _getframe(2)
    while frame is not None and frame.f_code.co_filename.startswith("<frozen importlib"):
        frame = frame.f_back
    return frame


class _OwnLoader(SourceFileLoader):
    """Reports a module before its code runs, so that its names survive a failure."""

    def __init__(
        self, fullname: str, filename: str, own: str, submission: Submission, began: Began, look: Began | None
    ) -> None:
        super().__init__(fullname, filename)
        self._own = own
        self._submission = submission
        self._began, self._look = began, look

    def exec_module(self, module: ModuleType) -> None:
        """Run the module's code."""
        if compile_as:
            # The program's own builtins, not the copy of this package.
            module.__dict__.setdefault("__builtins__", builtins)
            exec(compile_as[0](self.path, self._submission.modules[self._own].text or ""), module.__dict__)
            return
        self._began(self._own, module)
        source, names, look = self._submission.modules[self._own], module.__dict__, None
        if self._look is not None and self._submission.uses_again(source):
            look = partial(self._look, self._own, module)
        body = source.tree.body if source.tree is not None else []
        if self._submission.goes_on and body and not has_provided(_importing(), self._submission.sources):
            run_past_failures(body, self.path, names, lambda error: None, look)
        elif look is not None:
            run_in_steps(body, self.path, names, look)
        else:
            _exec_module(self, module)
