"""Other programs that a program starts and does not need: they are not started here, and it goes on as if they had ended well.

These install packages, clear the screen, wait for a key or make folders; only the folders are made.
"""

from __future__ import annotations

import io
import re
import shlex
import subprocess
from typing import Any

from _child import folders
from _child.sealed import BUILTINS as __builtins__  # noqa: F401

_PROGRAMS = frozenset({"pip", "pip3", "conda", "mamba", "uv"})
# Commands of any system that change only what a terminal looks like, or wait in front of it.
_OF_THE_SCREEN = frozenset({"clear", "cls", "reset", "tput", "stty", "pause", "color", "title", "chcp", "mode"})
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


def is_done(command: Any) -> bool:
    """Return whether a command need not be run, because it asks for packages, is about the screen, or makes folders, which are made."""
    if installs(command):
        return True
    if isinstance(command, (list, tuple)) and all(isinstance(word, str) for word in command[:20]):
        command = shlex.join(command[:20])
    if not isinstance(command, str) or not command.strip():
        return False
    words = _WORDS.split(command[:_MAX_CHARACTERS].strip())
    plain = words[2:] if words[0].lower() in ("cmd", "cmd.exe") and words[1:2] in (["/c"], ["/C"]) else words
    return (plain[:1] != [] and plain[0].lower() in _OF_THE_SCREEN) or folders.obeyed(command)


class Popen(_Popen):
    """Takes the place of `subprocess.Popen`: what is not needed has ended well, and all else is answered as before."""

    _installed = False

    def __init__(self, args: Any, *more: Any, **words: Any) -> None:
        if not is_done(args):
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
    """Let a program go on as if what it need not run had ended well."""
    subprocess.Popen = Popen  # type: ignore[misc]
