"""A program that installs packages while it runs: no package is installed here, and the program goes on as if it had been."""

from __future__ import annotations

import io
import re
import subprocess
from typing import Any

from _child.sealed import BUILTINS as __builtins__  # noqa: F401

_PROGRAMS = frozenset({"pip", "pip3", "conda", "mamba", "uv"})
_MAX_CHARACTERS = 1000
_WORDS = re.compile(r"[\s\"']++")
_Popen = subprocess.Popen


def installs(command: Any) -> bool:
    """Return whether a command, as a text or as words, asks for packages: ``pip install numpy``, ``python -m pip install numpy``."""
    if isinstance(command, str):
        words = _WORDS.split(command[:_MAX_CHARACTERS])
    elif isinstance(command, (list, tuple)):
        words = [str(word)[:_MAX_CHARACTERS] for word in command[:20] if isinstance(word, (str, bytes))]
    else:
        return False
    for place, word in enumerate(words[:-1]):
        if re.split(r"[/\\]", word)[-1].removesuffix(".exe") in _PROGRAMS:
            return "install" in words[place + 1 :]
    return False


class Popen(_Popen):
    """Takes the place of `subprocess.Popen`: what asks for packages has ended well, and all else is answered as before."""

    _installed = False

    def __init__(self, args: Any, *more: Any, **words: Any) -> None:
        if not installs(args):
            super().__init__(args, *more, **words)
            return
        self._installed = True
        self._text = bool(words.get("text") or words.get("universal_newlines") or words.get("encoding"))
        self.args, self.returncode, self.pid = args, 0, 0
        piped = {name: words.get(name) == subprocess.PIPE for name in ("stdin", "stdout", "stderr")}
        self.stdin, self.stdout, self.stderr = (self._empty() if piped[name] else None for name in piped)

    def _empty(self) -> Any:
        return io.StringIO() if self._text else io.BytesIO()

    def communicate(self, *args: Any, **words: Any) -> Any:
        """Return what an installation has printed: nothing."""
        if not self._installed:
            return super().communicate(*args, **words)
        return tuple(stream.read() if stream is not None else None for stream in (self.stdout, self.stderr))

    def wait(self, timeout: float | None = None) -> int:
        """Return the status 0."""
        return 0 if self._installed else super().wait(timeout)

    def poll(self) -> int | None:
        """Return the status 0."""
        return 0 if self._installed else super().poll()


def let_be() -> None:
    """Let programs that install packages go on as if they had."""
    subprocess.Popen = Popen  # type: ignore[misc]
