"""Files of a test and of the submission: what a test writes is there for the submission, and what that has written can be looked at here.

Only names that stand in the text of the test are fetched. The author's own files stay as they are, whatever a submission makes of its copies.
"""

from __future__ import annotations

import ast
import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from grader.judge.foreign.conversation import Conversation
from grader.material.foreign.imports import nodes_of

_FILE = re.compile(r"[\w\-./ ]{0,80}[\w\-]\.[A-Za-z]\w{0,5}")
# Never fetched: what lies in the folder of a test can be imported there.
_CODE = frozenset({"py", "pyc", "pyi", "pyd", "pyw", "so", "pth", "zip", "egg", "whl"})
_MOST_FILES, _MOST_NAMES, _MOST_BYTES = 200, 20, 4 * 2**20


class Exchange:
    """The folder that a test stands in, and the one of the submission.

    Parameters
    ----------
    tree : ast.AST or None
        The test.
    own : iterable of str
        The paths of the author's files, which are never fetched.
    folder : Path
        The folder that the test stands in.
    """

    def __init__(self, tree: ast.AST | None, own: Iterable[str], folder: Path) -> None:
        kept, names = frozenset(own), dict.fromkeys(_named(tree) if tree is not None else ())
        self._names = [name for name in names if os.path.normpath(name) not in kept][:_MOST_NAMES]
        self._folder, self._own = folder, kept
        self._stamps = dict(self._files())

    def give(self, conversation: Conversation) -> None:
        """Have the submission see what the test has written or removed since the last time."""
        now = dict(self._files())
        for name, stamp in now.items():
            if self._stamps.get(name) != stamp and stamp[1] <= _MOST_BYTES:
                content = (self._folder / name).read_bytes()
                conversation.send({"op": "write", "name": name, "content": content})
        for name in self._stamps.keys() - now.keys():
            conversation.send({"op": "write", "name": name, "content": None})
        self._stamps = now

    def take(self, conversation: Conversation) -> None:
        """Fetch the files that the text names, as the submission has them by now."""
        for name in self._names:
            place = self._folder / name
            content = conversation.send({"op": "file", "name": name})
            if isinstance(content, bytes):
                conversation.trust.observed = True
                if not place.is_file() or place.read_bytes() != content:
                    place.parent.mkdir(parents=True, exist_ok=True)
                    place.write_bytes(content)
            elif place.is_file():
                place.unlink()
        if self._names:
            self._stamps = dict(self._files())

    def _files(self) -> Iterator[tuple[str, tuple[int, int]]]:
        """Yield what lies in the folder, each with what changes when it is written."""
        count = 0
        for place, folders, files in os.walk(self._folder):
            folders[:] = [name for name in folders if name != "__pycache__"]
            for name in files:
                count += 1
                if count > _MOST_FILES:
                    return
                path = os.path.join(place, name)
                if not os.path.islink(path):
                    told = os.stat(path)
                    yield os.path.relpath(path, self._folder), (told.st_mtime_ns, told.st_size)


def _named(tree: ast.AST) -> Iterator[str]:
    """Yield the texts that look like names of files below the present folder."""
    for node in nodes_of(tree):
        value = node.value if isinstance(node, ast.Constant) else None
        if isinstance(value, str) and _FILE.fullmatch(value) and value[0] != "/" and not _may_be_code(value):
            yield value


def _may_be_code(name: str) -> bool:
    return ".." in name.split("/") or name.rpartition(".")[2].lower() in _CODE


def writes(tree: ast.AST | None) -> bool:
    """Return whether a test has to do with files at all."""
    return tree is not None and (
        any(True for _ in _named(tree))
        or any(
            isinstance(node, ast.Name) and node.id in ("open", "os", "Path", "tempfile", "pathlib")
            for node in nodes_of(tree)
        )
    )
