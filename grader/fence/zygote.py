"""Starts the clean parent and opens fenced sessions, judge's side: CONFINED. May not import `reference` or checks."""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import shutil
import socket
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from grader.errors import FenceError
from grader.fence.isolation import IsolationReport, close_this_process, self_test
from grader.fence.levels import IsolationLevel, layers_of, level_of
from grader.fence.limits import SessionLimits

if TYPE_CHECKING:
    from grader.fence.session import Session

INSIDE = Path(__file__).parent / "inside"
START_SECONDS = 120.0
_STOP_SECONDS = 10.0
_ASK_PERSONALITY = 0xFFFFFFFF
_ADDR_NO_RANDOMIZE = 0x0040000
_SINGLE_THREADED = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS")


@dataclass(frozen=True)
class ZygoteInfo:
    """What a started clean parent says about itself.

    Parameters
    ----------
    versions : dict
        Version of Python and of each preloaded package.
    level : IsolationLevel
        How strongly sessions are confined, as a self-test found.
    not_held : tuple of str
        What is not promised here, one sentence each.
    report : IsolationReport
        Every guarantee, held or not, and the remedies.
    """

    versions: dict[str, str]
    level: IsolationLevel
    not_held: tuple[str, ...]
    report: IsolationReport


class Zygote:
    """A clean parent process that judges share.

    Start it before forking judges; every judge may then call `open`. The process that started it closes it.

    Parameters
    ----------
    python : str
        The interpreter for the students' code; its site-packages must not hold a reference.
    preload : sequence of str
        Modules that are imported once, before any student's code.
    level : str or None
        Isolation level to use; None for the best that works here.
    preload_shell : bool
        Whether the shell for notebooks is made ready, too.
    """

    def __init__(
        self,
        python: str = sys.executable,
        preload: Sequence[str] = (),
        level: IsolationLevel | str | None = None,
        preload_shell: bool = False,
    ) -> None:
        self._python = python
        self._preload = tuple(preload)
        self._level = None if level is None else IsolationLevel(level)
        self._preload_shell = preload_shell
        self._process: subprocess.Popen[bytes] | None = None
        self._info: ZygoteInfo | None = None

    def launch(self) -> None:
        """Start the process without waiting until it is warm."""
        if sys.platform != "linux":
            raise FenceError("Students' code can be confined on Linux only; use Linux, a container of it, or WSL 2.")
        close_this_process()
        self._scratch = tempfile.mkdtemp(prefix="grader-", dir=scratch_parent())
        os.chmod(self._scratch, 0o711)
        self._complaints: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115  (closed by `close`)
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._control = ours
        plan = {
            "parent": os.getpid(),
            "preload": self._preload,
            "preload_shell": self._preload_shell,
            "scratch": self._scratch,
            "fonts": str(_font_cache(self._scratch)),
            "layers": layers_of(self._level),
        }
        # Not on the command line, which students' code could read in /proc.
        ours.send(json.dumps(plan).encode())
        with theirs, _fixed_addresses():
            self._process = subprocess.Popen(
                [self._python, "-P", "-s", str(INSIDE), str(theirs.fileno())],
                pass_fds=(theirs.fileno(),),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=self._complaints,
                env=self._environment(),
                cwd="/",
                start_new_session=True,
            )

    def _environment(self) -> dict[str, str]:
        """Return the whole environment of the clean parent: nothing of the judge's own reaches it."""
        return {
            **dict.fromkeys(_SINGLE_THREADED, "1"),
            "HOME": self._scratch,
            "LANG": "C.UTF-8",
            "MALLOC_ARENA_MAX": "2",
            "MPLBACKEND": "Agg",
            "MPLCONFIGDIR": str(_font_cache(self._scratch)),
            "PATH": "/usr/bin:/bin",
            "PYTHONHASHSEED": "0",
            "TMPDIR": self._scratch,
            "TZ": "UTC",
        }

    def start(self) -> ZygoteInfo:
        """Wait until the clean parent is warm; launch it if need be.

        Raises
        ------
        FenceError
            When it cannot import what the assignment preloads, or does not start in time.
        """
        if self._process is None:
            self.launch()
        if self._info is None:
            greeting = self._greeting()
            if "namespaces" in greeting["layers"]:
                # The sessions' writable folders are mounts that end with them.
                _remove(self._scratch)
            report = self_test(self, level_of(greeting["layers"]))
            self._info = ZygoteInfo(greeting["versions"], report.level, report.not_held, report)
        return self._info

    def _greeting(self) -> dict[str, Any]:
        self._control.settimeout(START_SECONDS)
        try:
            greeting = json.loads(self._control.recv(65536) or b"{}")
        except TimeoutError:
            greeting = {"error": f"it took longer than {START_SECONDS:.0f} seconds"}
        self._control.settimeout(None)
        if "versions" in greeting:
            return dict(greeting)
        self._complaints.seek(0)
        details = greeting.get("error") or self._complaints.read(4000).decode(errors="replace")
        self.close()
        raise FenceError(
            f"The process for students' code must import {', '.join(self._preload) or 'nothing'} with {self._python}, "
            f"but did not start. Install what is missing there. It said: {details.strip()}"
        )

    def open(self, limits: SessionLimits = SessionLimits()) -> Session:  # noqa: B008  (frozen)
        """Begin a fenced session; any judge forked after `start` may call this.

        Raises
        ------
        FenceError
            When the clean parent is gone.
        """
        from grader.fence.session import Session  # needs NumPy, which is imported while the clean parent starts

        init_socket, init_theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        loader_socket, loader_theirs = socket.socketpair()
        (stdout, stdout_theirs), (stderr, stderr_theirs) = os.pipe(), os.pipe()
        with init_theirs, loader_theirs:
            theirs = [init_theirs.fileno(), loader_theirs.fileno(), stdout_theirs, stderr_theirs]
            message = json.dumps({"limits": asdict(limits)}).encode()
            try:
                socket.send_fds(self._control, [message], theirs)
            except OSError as error:
                for descriptor in (init_socket.detach(), loader_socket.detach(), stdout, stderr):
                    os.close(descriptor)
                raise FenceError("The process for students' code has ended; start the grader again.") from error
            finally:
                os.close(stdout_theirs)
                os.close(stderr_theirs)
        return Session(init_socket, loader_socket, stdout, stderr)

    def close(self) -> None:
        """End every session and the clean parent itself; only the process that started it may call this."""
        if self._process is None:
            return
        with contextlib.suppress(OSError):
            self._control.shutdown(socket.SHUT_RDWR)
        self._control.close()
        try:
            self._process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._complaints.close()
        self._process = None
        _remove(self._scratch)

    def __enter__(self) -> Zygote:
        self.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()


@contextlib.contextmanager
def _fixed_addresses() -> Iterator[None]:
    """Have a program that is started in this block find its memory at the same addresses in every run.

    A printed ``<object at 0x7f...>`` and the order of a set of objects then repeat, too. It protects nothing and is no part
    of the fence; where the kernel refuses, the program starts as usual.
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


def _font_cache(fallback: str) -> Path:
    """Return a folder that keeps Matplotlib's list of fonts between runs, since making it takes a second."""
    base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    folder = base / "neural-network-grader" / "matplotlib"
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError:
        return Path(fallback)
    return folder if os.access(folder, os.W_OK) else Path(fallback)


def _remove(folder: str) -> None:
    """Remove a scratch folder, also when a killed process was still writing into it."""
    for _ in range(3):
        shutil.rmtree(folder, ignore_errors=True)
        if not os.path.exists(folder):
            return
        time.sleep(0.05)
