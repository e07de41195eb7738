"""The clean parent: warm, single-threaded, without secrets; forks one session for each request.

Imports only this package of ours. It is exec'ed, never forked, by the judge's worker, so that its memory
holds nothing of the judge. On its control socket (SOCK_SEQPACKET) one message opens one session and carries
four descriptors: the init's socket, the loader's socket, and the writing ends of stdout and stderr.
When the last judge is gone the socket ends, and the clean parent takes every session with it.
"""

from __future__ import annotations

import contextlib
import json
import os
import select
import signal
import socket
import sys
import time
import traceback
from pathlib import Path
from types import FrameType
from typing import Any, NoReturn

from _walls import census, filesystem, init, linux, machine, preparation, removal, seclusion

_MAX_MESSAGE_BYTES = 65536
_DESCRIPTORS = 4
_FAREWELL_SECONDS = 5.0
_REST_SECONDS = 5.0
# In thousandths of the machine's memory, added to the memory that a process has.
_GIVEN_UP_FIRST = 200


def main() -> NoReturn:
    """Find out which layers work here, import modules, report both, and serve until the last judge is gone.

    The first session is the self-test: while it runs, this process warms up, and reports that, before it opens another.
    """
    control = socket.socket(fileno=int(sys.argv[1]))
    message = control.recv(_MAX_MESSAGE_BYTES)
    if not message:
        # The process that started this one was killed before it sent an order.
        removal.remove(os.environ["TMPDIR"])
        os._exit(0)
    plan = json.loads(message)
    linux.die_with_parent(plan["parent"], signal.SIGTERM)
    # Files made here must be readable by the users of sessions, with any umask of the instructor; sessions set their
    # own.
    os.umask(0o022)
    _be_given_up_first()
    # This package is already compiled and kept; modules of submissions are not.
    sys.dont_write_bytecode = True
    try:
        preparation.forget_our_folder()
        plan["readable"] = filesystem.readable()
        filesystem.trim_search_path(plan["readable"])
        plan["groups"] = machine.limited_groups()
        plan["layers"] = preparation.layers_that_work(plan)
        font_lists = preparation.font_lists(plan["fonts"], plan["preload"])
        if "namespaces" in plan["layers"]:
            _enter_namespaces(plan, control, font_lists)
        linux.close_to_others()
        greeting = {
            "versions": preparation.import_all(plan["preload"]),
            "layers": plan["layers"],
            "readable": plan["readable"],
        }
        if "namespaces" in plan["layers"]:
            filesystem.seal_root()
        plan["keep_reading"] = "namespaces" not in plan["layers"] and preparation.must_keep_reading()
        if plan["keep_reading"] and not {"landlock", "seccomp"} <= set(plan["layers"]):
            _end(control, {"closed": sys.prefix})
        _say(control, greeting)
        clean_parent = CleanParent(control, plan)
        if clean_parent.open_one():
            preparation.warm_up(plan["preload_shell"])
            _say(control, {"warm": True})
    except BaseException as error:
        details = {"error": f"{type(error).__name__}: {error}"[:2000], "errno": getattr(error, "errno", None)}
        if isinstance(error, ImportError):
            details["missing"] = traceback.format_exc(limit=-3)[-4000:]
        _end(control, details)
    clean_parent.serve()
    os._exit(0)


def _end(control: socket.socket, message: dict[str, Any]) -> NoReturn:
    """Report why this process cannot go on."""
    _say(control, message)
    os._exit(1)


def _say(control: socket.socket, message: dict[str, Any]) -> None:
    """Send a message; a closed socket is noticed at the next request for a session."""
    with contextlib.suppress(BrokenPipeError):
        control.send(json.dumps(message).encode())


def _be_given_up_first() -> None:
    """Make the kernel kill students' processes before judges if memory runs short, but after much larger processes."""
    with contextlib.suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text(str(_GIVEN_UP_FIRST), "ascii")


def _enter_namespaces(plan: dict[str, Any], control: socket.socket, font_lists: dict[str, str]) -> None:
    """Continue as the first process of new namespaces; the process outside stays to wait for its end."""
    # Keep no descriptor that leads out of the private root; the folder is not needed any more.
    os.close(plan["held"])
    seclusion.enter_clean_parent(plan)
    pid = os.fork()
    if pid == 0:
        linux.die_with_parent(0, signal.SIGTERM)
        filesystem.mount_proc()
        os.environ.update(TMPDIR=filesystem.WARM, MPLCONFIGDIR=filesystem.WARM, HOME=filesystem.WARM)
        for name, content in font_lists.items():
            Path(filesystem.WARM, name).write_text(content, "utf-8")
        return
    control.close()
    signal.signal(signal.SIGTERM, lambda number, frame: os.kill(pid, number))
    os._exit(min(os.waitpid(pid, 0)[1], 1))


class CleanParent:
    """The serving loop.

    Parameters
    ----------
    control : socket.socket
        The socket on which judges request sessions.
    plan : dict
        The decisions of the judge's side at the start.
    """

    def __init__(self, control: socket.socket, plan: dict[str, Any]) -> None:
        self._control = control
        self._plan = plan
        self._opened = 0
        self._inits: set[int] = set()
        self._asked_to_end = False
        self._secluded = "namespaces" in plan["layers"]
        self._own_processes = os.open("/proc/self/ns/pid", os.O_RDONLY) if self._secluded else -1
        # Only this process holds the writing end: its end of file tells each init that the clean parent is gone.
        self._lifeline, self._lifeline_held = os.pipe()
        linux.prctl(linux.PR_SET_CHILD_SUBREAPER, 1)
        self._wakeup, wakeup_held = os.pipe()
        os.set_blocking(self._wakeup, False)
        os.set_blocking(wakeup_held, False)
        signal.set_wakeup_fd(wakeup_held, warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, _only_wake)
        signal.signal(signal.SIGTERM, self._end)
        self._wakeup_held = wakeup_held

    def serve(self) -> None:
        """Open sessions until no judge is left, then end them all."""
        sources: list[Any] = [self._control, self._wakeup]
        while not self._asked_to_end:
            ready, _, _ = select.select(sources, [], [], _REST_SECONDS)
            if self._wakeup in ready:
                self._reap()
            if self._control in ready and not self.open_one():
                break
        self._farewell()

    def open_one(self) -> bool:
        """Fork the next requested session; return False if no judge is left."""
        message, descriptors, _, _ = socket.recv_fds(self._control, _MAX_MESSAGE_BYTES, _DESCRIPTORS)
        if not message:
            return False
        self._opened += 1
        try:
            if len(descriptors) == _DESCRIPTORS:
                self._fork({**json.loads(message), "number": self._opened, "plan": self._plan}, descriptors)
        except OSError:
            # The judge sees its sockets end and reports that the session could not be started.
            time.sleep(0.01)
        finally:
            for descriptor in descriptors:
                os.close(descriptor)
        return True

    def _fork(self, config: dict[str, Any], descriptors: list[int]) -> None:
        me = os.getpid()
        if self._secluded:
            linux.unshare(linux.CLONE_NEWPID)
            me = 0
        pid = -1
        try:
            pid = os.fork()
        finally:
            # The next session gets its own PID namespace, not one inside this one.
            if self._secluded and pid != 0:
                linux.setns(self._own_processes, linux.CLONE_NEWPID)
        if pid:
            self._inits.add(pid)
            return
        try:
            signal.set_wakeup_fd(-1)
            self._control.close()
            for descriptor in (self._lifeline_held, self._wakeup, self._wakeup_held):
                os.close(descriptor)
            init.main(config, descriptors, self._lifeline, me)
        finally:
            os._exit(1)

    def _reap(self) -> None:
        with contextlib.suppress(BlockingIOError):
            os.read(self._wakeup, 4096)
        with contextlib.suppress(ChildProcessError):
            while (pid := os.waitpid(-1, os.WNOHANG)[0]) != 0:
                self._inits.discard(pid)
                self._kill_orphans()

    def _kill_orphans(self) -> None:
        """Kill the processes that an init which died early has left: they have become children of this one."""
        if self._secluded:
            return
        for pid in census.children_of(os.getpid()):
            if pid not in self._inits:
                with contextlib.suppress(OSError):
                    os.kill(pid, signal.SIGKILL)

    def _end(self, number: int, frame: FrameType | None) -> None:
        self._asked_to_end = True

    def _farewell(self) -> None:
        """Let every init end its session, then kill what is left and remove the scratch folders."""
        os.close(self._lifeline_held)
        deadline = time.monotonic() + _FAREWELL_SECONDS
        while time.monotonic() < deadline:
            try:
                if os.waitpid(-1, os.WNOHANG)[0] == 0:
                    time.sleep(0.002)
            except ChildProcessError:
                break
        census.kill_below(os.getpid())
        if not self._secluded:
            removal.remove(self._plan["scratch"])


def _only_wake(number: int, frame: FrameType | None) -> None:
    """Let the wake-up descriptor do the work."""
