"""Files under the names that they have on their author's computer.

Windows writes a backslash between folders and ignores case, a notebook of Colab reads
`/content/drive/MyDrive/hw1/x.csv`, and a program that was started from the folder above it reads `hw1/x.csv`. A file to
read that does not exist under its name is looked for among the files of the hand-in; a missing folder for a file to
write is made, and one above the hand-in is made inside it, as is a folder of another computer, such as `/content/drive/MyDrive`.
"""

from __future__ import annotations

import builtins
import errno
import io
import os
import re
import sys
from collections.abc import Callable, Iterable
from typing import Any

from _child.sealed import BUILTINS as __builtins__  # noqa: F401

_join, _dirname, _isabs, _exists, _isdir = os.path.join, os.path.dirname, os.path.isabs, os.path.exists, os.path.isdir
_makedirs = os.makedirs
_WRITES = re.compile(r"[wax]")
_DRIVE = re.compile(r"[A-Za-z]:[/\\]")
_STEPS_UP = re.compile(r"^(?:\./)*(?:\.\./)+")
_ROOT = re.compile(r"^(?:[A-Za-z]:)?[/\\]+")
_TEMPORARY = ("/tmp/", "/var/tmp/")
# What a system says of a path that does not exist, or lies where nothing may be written.
_ELSEWHERE = frozenset({errno.ENOENT, errno.EACCES, errno.EPERM, errno.EROFS})
_MAX_CHARACTERS = 1000


class Files:
    """Finds what a submission opens.

    Parameters
    ----------
    folder : str
        The folder of the submission.
    paths : iterable of str
        The files that were handed in, relative to it.
    """

    def __init__(self, folder: str, paths: Iterable[str]) -> None:
        self._folder = folder
        self._by_end: dict[str, list[str]] = {}
        for path in paths:
            self._by_end.setdefault(_plain(path).rpartition("/")[2], []).append(path)

    def named(self, name: str) -> str | None:
        """Return the path of the one handed-in file that a name may mean: the longest matching end of the name decides."""
        wanted = _plain(name).split("/")
        candidates = self._by_end.get(wanted[-1], [])
        for count in range(len(wanted), 0, -1):
            end = "/".join(wanted[-count:])
            found = [path for path in candidates if f"/{_plain(path)}".endswith(f"/{end}")]
            if found:
                return _join(self._folder, found[0]) if len(found) == 1 else None
        return None

    def opening(self, real: Callable[..., Any]) -> Callable[..., Any]:
        """Return the replacement of `open`."""

        def open(file: Any, mode: Any = "r", *args: Any, **kwargs: Any) -> Any:
            try:
                return real(file, mode, *args, **kwargs)
            except OSError as error:
                name = _text(file)
                if error.errno not in _ELSEWHERE or name is None or type(mode) is not str:
                    raise
                other = self._to_write(name) if _WRITES.search(mode) else _written_inside(name) or self.named(name)
                if other is None:
                    raise
                return real(other, mode, *args, **kwargs)

        return open

    def asking(self, real: Callable[[Any], bool]) -> Callable[[Any], bool]:
        """Return the replacement of `os.path.exists`, for whole paths of another computer: they exist if they can be opened."""

        def exists(path: Any) -> bool:
            if real(path):
                return True
            name = _text(path)
            if name is None or not (_isabs(name) or _DRIVE.match(name)) or _is_of_this_computer(name):
                return False
            return bool(_written_inside(name) or self.named(name))

        return exists

    def finding(self, real: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
        """Return the replacement of NumPy's search for a text file."""

        def find(source: Any, path: Any) -> Any:
            found = real(source, path)
            name = _text(path)
            if name is None or (found is not None and (found != name or _exists(name))):
                return found
            return _written_inside(name) or self.named(name)

        return find

    def _to_write(self, name: str) -> str | None:
        """Return where to write a file, after making its folder if it is missing; None if that is not possible."""
        inside = _inside(name)
        folder = _dirname(inside)
        if _is_of_this_computer(name) or (inside == name and (not folder or _exists(folder))):
            return None
        try:
            if folder:
                _makedirs(folder, exist_ok=True)
        except OSError:
            return None
        return inside


def install(files: Files) -> None:
    """Let a submission open its files by the names that they have on other computers."""
    builtins.open = io.open = files.opening(io.open)
    os.mkdir = _making(os.mkdir)
    for name in ("exists", "isfile"):
        setattr(os.path, name, files.asking(getattr(os.path, name)))
    # `np.loadtxt` checks whether a file exists before it opens it.
    source = getattr(sys.modules.get("numpy.lib._datasource"), "DataSource", None)
    if source is not None:
        source._findfile = files.finding(source._findfile)


def _making(real: Callable[..., None]) -> Callable[..., None]:
    """Return the replacement of `os.mkdir`, which `os.makedirs` and `Path.mkdir` also call."""

    def mkdir(path: Any, *args: Any, **kwargs: Any) -> None:
        try:
            real(path, *args, **kwargs)
        except OSError as error:
            name = _text(path)
            if error.errno not in _ELSEWHERE or name is None or _inside(name) in ("", name):
                raise
            _makedirs(_inside(name), exist_ok=True)

    return mkdir


def _is_of_this_computer(name: str) -> bool:
    """Return whether a path leads to a folder of this computer, except one for temporary files: then it is what it is."""
    is_whole = _isabs(name) or bool(_DRIVE.match(name))
    return is_whole and not name.startswith(_TEMPORARY) and _exists(_dirname(name))


def _inside(name: str) -> str:
    """Return a name without its root or leading `..`: nothing outside the hand-in belongs to the submission."""
    return _STEPS_UP.sub("", _ROOT.sub("", name))


def _written_inside(name: str) -> str | None:
    inside = _inside(name)
    return inside if inside != name and _exists(inside) else None


def _plain(path: str) -> str:
    return path.replace("\\", "/").lower()


def _text(file: Any) -> str | None:
    """Return the name of a file; None for a descriptor and for anything that is not a file name."""
    try:
        name = os.fspath(file)
    except Exception:
        return None
    return name if type(name) is str and 0 < len(name) <= _MAX_CHARACTERS else None
