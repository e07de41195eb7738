"""The process of the clean parent, from the judge's side: its interpreter, control socket and folder. Imports no NumPy.

It starts before it is told what to import, so that its interpreter starts while the judge's side still reads its order.
"""

from __future__ import annotations

import contextlib
import ctypes
import errno
import json
import os
import re
import socket
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

from grader.cache import cache_folder
from grader.errors import FenceError
from grader.fence.folders import Folder, sweep

INSIDE = Path(__file__).parents[1] / "inside"
_STOP_SECONDS = 10.0
_PR_SET_DUMPABLE = 4
_ASK_PERSONALITY = 0xFFFFFFFF
_ADDR_NO_RANDOMIZE = 0x0040000
_SINGLE_THREADED = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS")


class ParentProcess:
    """The process from which sessions are forked, before it is warm.

    Parameters
    ----------
    python : str
        The interpreter for the students' code; its site-packages must not hold a reference.

    Attributes
    ----------
    control : socket.socket
        The socket to it (SOCK_SEQPACKET). The process ends when no process holds this socket any more.

    Raises
    ------
    FenceError
        On systems other than Linux.
    """

    def __init__(self, python: str = sys.executable) -> None:
        if sys.platform != "linux":
            raise FenceError("Students' code can be confined on Linux only; use Linux, a container of it, or WSL 2.")
        close_this_process()
        try:
            self._begin(python)
        except OSError as error:
            raise FenceError(
                f"The process for students' code could not start: {error}.{remedy(error.errno)}"
            ) from error

    def _begin(self, python: str) -> None:
        parent = scratch_parent()
        self._folder = Folder(parent=parent)
        self._scratch = self._folder.path
        os.chmod(self._scratch, 0o711)
        # Making Matplotlib's list of fonts takes a second.
        self._fonts = str(cache_folder("matplotlib") or self._scratch)
        self._complaints: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115  (closed by `close`)
        self.control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs, _fixed_addresses():
            self._process = subprocess.Popen(
                [python, "-P", "-s", str(INSIDE), "_walls.clean_parent", str(theirs.fileno())],
                pass_fds=(theirs.fileno(), self._folder.descriptor),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=self._complaints,
                env=self._environment(),
                cwd="/",
                start_new_session=True,
            )
        # While its interpreter starts.
        sweep({parent, tempfile.gettempdir()})

    def _environment(self) -> dict[str, str]:
        """Return the whole environment of the process: nothing of the judge's environment reaches it."""
        return {
            **dict.fromkeys(_SINGLE_THREADED, "1"),
            "HOME": self._scratch,
            "LANG": "C.UTF-8",
            "MALLOC_ARENA_MAX": "2",
            "MPLBACKEND": "Agg",
            "MPLCONFIGDIR": self._fonts,
            "PATH": "/usr/bin:/bin",
            "PYTHONHASHSEED": "0",
            "TMPDIR": self._scratch,
            "TZ": "UTC",
        }

    @property
    def pid(self) -> int:
        """Its number."""
        return self._process.pid

    def tell(self, plan: dict[str, Any]) -> None:
        """Send what to import and how to confine; a command line could be read by students' code in /proc."""
        plan = {
            "parent": os.getpid(),
            "scratch": self._scratch,
            "fonts": self._fonts,
            "held": self._folder.descriptor,
            **plan,
        }
        # If it is already gone, the code that waits for its greeting notices and explains it.
        with contextlib.suppress(OSError):
            self.control.send(json.dumps(plan).encode())

    def complaints(self) -> str:
        """Return the beginning of what it wrote to its standard error."""
        self._complaints.seek(0)
        return self._complaints.read(4000).decode(errors="replace")

    def needs_no_folder(self) -> None:
        """Remove its folder: sessions with their own mounts do not need it."""
        self._folder.close()

    def close(self) -> None:
        """End it and every session of it; only the process that made it may call this."""
        with contextlib.suppress(OSError):
            self.control.shutdown(socket.SHUT_RDWR)
        self.control.close()
        try:
            self._process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._complaints.close()
        self._folder.close()


def close_this_process() -> None:
    """Keep other processes of this user from reading this process's memory; children forked later inherit this.

    This holds on every level, even without namespaces and filters.
    """
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)


@contextlib.contextmanager
def _fixed_addresses() -> Iterator[None]:
    """Give a program that is started in this block the same memory addresses in every run.

    A printed ``<object at 0x7f...>`` and the order of a set of objects then repeat, too. This protects nothing and is
    not part of the fence; if the kernel refuses, the program starts as usual.
    """
    personality = ctypes.CDLL(None).personality
    persona = personality(_ASK_PERSONALITY)
    if persona != -1:
        personality(persona | _ADDR_NO_RANDOMIZE)
    try:
        yield
    finally:
        if persona != -1:
            personality(persona)


def scratch_parent() -> str:
    """Return the folder for temporary files; root's sessions become another user, who must be able to reach it."""
    folder = Path(tempfile.gettempdir())
    reachable = all(parent.stat().st_mode & stat.S_IXOTH for parent in (folder, *folder.parents))
    return str(folder) if reachable or os.geteuid() != 0 else "/tmp"


_REMEDIES = {
    errno.EMFILE: "raise the number of files that may be open (`ulimit -n 256`)",
    errno.ENFILE: "raise the number of files that may be open (`sysctl fs.file-max`)",
    errno.EAGAIN: "raise the number of processes that may run (`ulimit -u 1000`)",
    errno.ENOMEM: "raise the memory that may be used (`ulimit -v unlimited`), or grade where there is more",
    errno.EFBIG: "raise the size that a file may have (`ulimit -f unlimited`)",
    errno.ENOSPC: "name a temporary folder that has room in TMPDIR",
    errno.EROFS: "name a temporary folder that can be written to in TMPDIR",
    errno.EPERM: "grade as an ordinary user, or let root keep its capabilities CHOWN, KILL, SETUID and SETGID",
    errno.EACCES: "let everybody read the interpreter and its packages (`chmod -R go+rX`), or make them anew with `umask 022`",
}


def remedy_of(text: str) -> str:
    """Return `remedy` for the error number that a message names, as Python writes it."""
    found = re.search(r"\[Errno (\d+)\]", text)
    return remedy(int(found[1])) if found else ""


def remedy(number: int | None) -> str:
    """Return a sentence, behind a space, for what a machine refuses by this error number; empty where none is known."""
    # What root may not, it has no capability for; why another user may not, the number does not tell.
    known = _REMEDIES.get(number) if number is not None and (number != errno.EPERM or os.geteuid() == 0) else None
    return f" To mend it, {known}." if known else ""
