"""Warms up the clean parent and opens fenced sessions, judge's side."""

from __future__ import annotations

import json
import os
import socket
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from grader.errors import FenceError, UsageError
from grader.fence.levels import IsolationLevel, layers_of, level_of
from grader.fence.parent_process import ParentProcess, remedy
from grader.fence.privacy import Private, require_hidden
from grader.fence.self_test import IsolationReport, self_test
from grader.wire.limits import SessionLimits

if TYPE_CHECKING:
    from grader.fence.session import Session

START_SECONDS = 120.0
_ENDED = "The process for students' code has ended; start the grader again."


@dataclass(frozen=True)
class CleanParentInfo:
    """Information about a started clean parent.

    Parameters
    ----------
    versions : dict
        Version of Python and of each preloaded package.
    level : IsolationLevel
        How strongly sessions are confined, according to the self-test.
    not_held : tuple of str
        The guarantees that do not hold here, one sentence each.
    report : IsolationReport
        Every guarantee, held or not, and the remedies.
    """

    versions: dict[str, str]
    level: IsolationLevel
    not_held: tuple[str, ...]
    report: IsolationReport


def session_name(judge: int | str = "") -> str:
    """Return what the trusted process of a session is called, by the number of the judge that has opened it; without one, how all begin."""
    return f"judge-{judge}"


class CleanParent:
    """A clean parent process, shared by all judges.

    Start it before forking judges; every judge may then call `open`. The process that started it closes it.

    Parameters
    ----------
    python : str
        The interpreter for the students' code; its site-packages must not hold a reference.
    preload : sequence of str
        Modules that are imported once, before any student code.
    level : str or None
        Isolation level to use; None for the best that works here.
    preload_shell : bool
        Whether the shell for notebooks is also prepared.
    process : ParentProcess or None
        A process that was started before these were known; this clean parent closes it.
    private : sequence of Private
        The paths of this run that students' code must not read; the self-test tries them.
    """

    def __init__(
        self,
        python: str = sys.executable,
        preload: Sequence[str] = (),
        level: IsolationLevel | str | None = None,
        preload_shell: bool = False,
        process: ParentProcess | None = None,
        private: Sequence[Private] = (),
    ) -> None:
        self._python = python
        self._preload = tuple(preload)
        self._level = None if level is None else IsolationLevel(level)
        self._preload_shell = preload_shell
        self._process = process
        # Hand-ins and parcels pass through here.
        self._temporary = Path(tempfile.gettempdir())
        temporary = Private("the folder for temporary files", self._temporary, linked=False)
        self._private, self._hidden = tuple(private), (*private, temporary)
        self._told = False
        self._info: CleanParentInfo | None = None

    def launch(self) -> None:
        """Start warming up the process, without waiting until it is warm; raises FenceError on systems other than Linux."""
        if self._process is None:
            self._process = ParentProcess(self._python)
        self._process.tell(
            {"preload": self._preload, "preload_shell": self._preload_shell, "layers": layers_of(self._level)}
        )
        self._told = True

    def start(self) -> CleanParentInfo:
        """Wait until the clean parent is warm; launch it if need be.

        Raises
        ------
        FenceError
            If it cannot import what the assignment preloads, or does not start in time.
        UsageError
            If something private is in a folder that students' code may read, or other users could not read the
            interpreter.
        """
        if not self._told:
            self.launch()
        if self._info is None:
            assert self._process is not None
            greeting = self._hear(self._process, "versions")
            if "namespaces" in greeting["layers"]:
                self._process.needs_no_folder()
            self._require_hidden(greeting["readable"])
            # Not in the folder of this run, which other users cannot enter: there, every level would seem to hold.
            report = self_test(
                self.open, level_of(greeting["layers"]), self._private, greeting["readable"], self._temporary
            )
            self._hear(self._process, "warm")
            self._info = CleanParentInfo(greeting["versions"], report.level, report.not_held, report)
        return self._info

    def _require_hidden(self, readable: Sequence[str]) -> None:
        try:
            require_hidden(self._hidden, readable)
        except UsageError:
            self.close()
            raise

    def _hear(self, process: ParentProcess, what: str) -> dict[str, Any]:
        """Return the next message of the clean parent, which must hold `what`."""
        process.control.settimeout(START_SECONDS)
        try:
            said = json.loads(process.control.recv(65536) or b"{}")
        except TimeoutError:
            said = {"error": f"it took longer than {START_SECONDS:.0f} seconds"}
        except ConnectionError:
            said = {}
        process.control.settimeout(None)
        if what in said:
            return dict(said)
        complaints = process.complaints().strip()
        self.close()
        raise self._not_started(said, complaints)

    def _not_started(self, said: dict[str, Any], complaints: str) -> FenceError | UsageError:
        """Return the error for a process whose last message was this, or that only wrote to its standard error."""
        if "missing" in said:
            return FenceError(
                f"The process for students' code must import {', '.join(self._preload) or 'nothing'} with {self._python}, "
                f"but did not start. Install what is missing there. It said: {said['missing'].strip()}"
            )
        if "closed" in said:
            return UsageError(
                f"Students' code cannot use the interpreter below {said['closed']}: only root may read it, and on this machine nothing "
                "would keep students' code, if it had that right, from reading everything. Put the interpreter and its packages where "
                "everybody can read them, such as below /opt, or allow user namespaces or Landlock."
            )
        what = said.get("error") or complaints.rpartition("\n")[2] or "it ended without a word"
        return FenceError(
            f"The process for students' code could not start: {what.rstrip('.')}.{remedy(said.get('errno'))}"
        )

    def open(self, limits: SessionLimits = SessionLimits()) -> Session:  # noqa: B008  (frozen)
        """Open a fenced session on the cores of this process; any judge forked after `start` may call this.

        Raises
        ------
        FenceError
            If the clean parent is gone, or this machine refuses what a session needs.
        """
        from grader.fence.session import Session  # needs NumPy, which is imported while the clean parent starts

        if self._process is None:
            raise FenceError(_ENDED)
        try:
            init_socket, init_theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
            loader_socket, loader_theirs = socket.socketpair()
            (stdout, stdout_theirs), (stderr, stderr_theirs) = os.pipe(), os.pipe()
        except OSError as error:
            raise FenceError(
                f"The process for students' code could not start: {error}.{remedy(error.errno)}"
            ) from error
        with init_theirs, loader_theirs:
            theirs = [init_theirs.fileno(), loader_theirs.fileno(), stdout_theirs, stderr_theirs]
            order = {
                "limits": asdict(limits),
                "cores": sorted(os.sched_getaffinity(0)),
                "name": session_name(os.getpid()),
            }
            message = json.dumps(order).encode()
            try:
                socket.send_fds(self._process.control, [message], theirs)
            except OSError as error:
                for descriptor in (init_socket.detach(), loader_socket.detach(), stdout, stderr):
                    os.close(descriptor)
                raise FenceError(_ENDED) from error
            finally:
                os.close(stdout_theirs)
                os.close(stderr_theirs)
        return Session(init_socket, loader_socket, stdout, stderr)

    @property
    def pid(self) -> int:
        """The number of the clean parent, below which every session is."""
        if self._process is None:
            raise FenceError(_ENDED)
        return self._process.pid

    def close(self) -> None:
        """End every session and the clean parent itself; only the process that started it may call this."""
        if self._process is not None:
            self._process.close()
            self._process = None

    def __enter__(self) -> CleanParent:
        self.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()
