"""The trusted init of one session: starts the loader, reaps, counts, kills.

Imports only this package of ours. It never executes or reads a line of the submission. On its socket (SOCK_SEQPACKET,
JSON) the judge sends `usage`, `sweep` and `stop`, and sets with `limit`, which has no answer, or with `sweep` how long
all processes together may compute until the next `sweep`; the end of that socket, or of the clean parent's lifeline, also
means `stop`. It sends only one message without being asked, once: that the loader has ended.
"""

from __future__ import annotations

import contextlib
import errno
import json
import math
import os
import resource
import select
import signal
import socket
import time
from pathlib import Path
from types import FrameType
from typing import Any, NoReturn

from _walls import census, confine, filesystem, holdings, identity, linux, loader, machine, removal, seclusion

_MAX_COMMAND_BYTES = 4096
_STOP_SECONDS = 10.0
_WATCH_SECONDS = 0.1
# A loader and one check child may each use the memory of one process.
_MEMORY_FACTOR = 2
# Counting mappings takes a while, so it is done only after the kernel's own memory has grown by this much.
_KERNEL_BYTES = 64 * 2**20


def main(config: dict[str, Any], descriptors: list[int], lifeline: int, clean_parent: int) -> NoReturn:
    """Confine a new session and serve the judge until it ends.

    Parameters
    ----------
    config : dict
        Limits and layers, from the judge.
    descriptors : list of int
        This init's socket, the loader's socket, writing ends of stdout and stderr.
    lifeline : int
        Ends when the clean parent ends.
    clean_parent : int
        What `os.getppid` must return.
    """
    linux.die_with_parent(clean_parent)
    linux.close_to_others()
    with contextlib.suppress(OSError):  # a core may have been taken away meanwhile
        os.sched_setaffinity(0, config["cores"])
    os.setsid()
    # By its name the judges' side finds what the session computes; the loader gets the old one back, which students may print.
    config["usual_name"] = linux.process_name()
    linux.name_process(config["name"])
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    judge = socket.socket(fileno=descriptors[0])
    session = Init(config, judge, lifeline)
    try:
        session.start(descriptors[1:])
        session.serve()
    except BaseException as error:
        with contextlib.suppress(OSError):
            judge.send(json.dumps({"error": f"{type(error).__name__}: {error}"}).encode())
    session.stop()
    os._exit(0)


class Init:
    """The trusted process of one session."""

    def __init__(self, config: dict[str, Any], judge: socket.socket, lifeline: int) -> None:
        self._config = config
        self._judge = judge
        self._lifeline = lifeline
        self._loader = 0
        self._loader_status: int | None = None
        self._limits = config["limits"]
        self._overrun: str | None = None
        self._allowed_cpu_seconds = math.inf
        self._executing = self._spent = False
        self._warm_bytes = census.memory_of(os.getpid())
        self._warm_mappings = 0
        layers, self._groups = config["plan"]["layers"], config["plan"]["groups"]
        self._adjustable = "seccomp" not in layers
        self._socket_bytes = holdings.buffer_bytes(adjustable=self._adjustable)
        self._memory, self._kills = machine.memory(self._groups), machine.kills()
        self._secluded = "namespaces" in layers
        shared = Path(config["plan"]["scratch"], f"session{config['number']}")
        self._scratch = Path(filesystem.SCRATCH) if self._secluded else shared
        linux.prctl(linux.PR_SET_CHILD_SUBREAPER, 1)
        self._wakeup, self._wakeup_held = os.pipe()
        os.set_blocking(self._wakeup, False)
        os.set_blocking(self._wakeup_held, False)
        signal.signal(signal.SIGCHLD, _only_wake)
        signal.set_wakeup_fd(self._wakeup_held, warn_on_full_buffer=False)

    def start(self, descriptors: list[int]) -> None:
        """Fork the loader and wait until it has confined itself."""
        user = os.getuid()
        if self._secluded:
            seclusion.enter_session(self._config["limits"])
            identity.drop_capabilities()
        elif user == 0:
            user = self._config["user"] = identity.unprivileged_id(self._config["number"])
        if not self._secluded:
            _require_room(str(self._scratch.parent), self._limits)
        confine.make_scratch(self._scratch, user)
        heard, said = os.pipe()
        me = os.getpid()
        self._loader = os.fork()
        if self._loader == 0:
            signal.set_wakeup_fd(-1)
            _run_loader(self._config, self._scratch, descriptors, said, me)
        os.close(said)
        for descriptor in descriptors:
            os.close(descriptor)
        with open(heard, "rb") as words:
            complaint = words.read(4096)
        if complaint != b"confined":
            raise RuntimeError(complaint.decode(errors="replace") or "the loader ended while it confined itself")
        self._judge.send(json.dumps({"ready": True}).encode())

    def serve(self) -> None:
        """Answer the judge until it or the clean parent has gone, or asks to stop; watch over the whole session."""
        sources: list[Any] = [self._judge, self._lifeline, self._wakeup]
        watched = time.monotonic()
        while True:
            ready, _, _ = select.select(sources, [], [], _WATCH_SECONDS)
            # By the clock, because children that keep ending would never let this loop become idle.
            if time.monotonic() - watched >= _WATCH_SECONDS:
                self._watch()
                watched = time.monotonic()
            if self._wakeup in ready:
                self._reap()
            if self._lifeline in ready:
                return
            if self._judge in ready:
                message = self._judge.recv(_MAX_COMMAND_BYTES)
                if not message or not self._obey(json.loads(message)):
                    return

    def _watch(self) -> None:
        """Stop a session whose processes together use more than the kernel's limits of each were meant to allow."""
        living = census.descendants(os.getpid())
        now = machine.memory(self._groups)
        cpu_seconds = self._cpu_seconds(living)
        if self._held_bytes([process.pid for process in living], now) > _MEMORY_FACTOR * self._limits["memory_bytes"]:
            self._overrun = "memory"
        elif now.available < machine.floor(self._memory):
            self._overrun = "shortage"
        elif cpu_seconds > self._limits["session_cpu_seconds"]:
            self._overrun = "time"
        if self._overrun is not None:
            self._kill_all()
        elif cpu_seconds > self._allowed_cpu_seconds:
            self._overspent()

    def _held_bytes(self, pids: list[int], now: machine.Memory) -> int:
        """Return the memory of these processes: their own, and the kernel's for them."""
        held = sum(max(0, census.memory_of(pid) - self._warm_bytes) for pid in pids)
        held += holdings.of_descriptors(pids, self._socket_bytes, adjustable=self._adjustable)
        if now.kernel > self._memory.kernel + _KERNEL_BYTES:
            self._warm_mappings = self._warm_mappings or holdings.mappings(os.getpid())
            held += holdings.of_mappings(pids, self._warm_mappings)
        return held

    def _overspent(self) -> None:
        """End the processes that the loader has started; if it is executing a submission itself, let it report how far it came."""
        census.kill_below(os.getpid(), spared=self._loader)
        if self._executing:
            with contextlib.suppress(OSError):
                os.kill(self._loader, signal.SIGALRM)
        self._spent = True

    def _obey(self, message: dict[str, Any]) -> bool:
        """Execute one command and answer it; return False after `stop`."""
        command = message["do"]
        if command == "limit":
            self._limit(self._cpu_seconds() + message["cpu_seconds"], executing=message["executing"])
            return True
        if command == "stop":
            # The folder is removed after the answer, since its contents decide how long that takes.
            self._kill_all()
        left = census.kill_below(os.getpid(), spared=self._loader) if command == "sweep" else []
        self._reap()
        # What has been reaped since that census counts among the dead; of a loader that lives alone it is still right.
        alone = left is not None and [process.pid for process in left] == [self._loader]
        cpu_seconds = self._cpu_seconds(left if alone and self._loader_status is None else None)
        answer = {
            "cpu_seconds": cpu_seconds,
            "loader": self._loader_status,
            "overrun": self._overrun,
            "spent": self._spent,
            "living": len(census.descendants(os.getpid())) if command == "usage" else 0,
            "starved": machine.kills() > self._kills if command == "usage" else False,
            "swept": left is not None,
        }
        if command == "sweep":
            self._limit(cpu_seconds + message.get("cpu_seconds", math.inf))
        self._judge.send(json.dumps(answer).encode())
        return command != "stop"

    def _limit(self, allowed_cpu_seconds: float, *, executing: bool = False) -> None:
        self._allowed_cpu_seconds, self._executing, self._spent = allowed_cpu_seconds, executing, False

    def _reap(self) -> None:
        with contextlib.suppress(BlockingIOError):
            os.read(self._wakeup, 4096)
        with contextlib.suppress(ChildProcessError):
            while True:
                pid, status = os.waitpid(-1, os.WNOHANG)
                if pid == 0:
                    return
                if pid == self._loader:
                    self._loader_status = status
                    # A judge that waits for the loader would not see its end while a process that it forked holds its
                    # socket.
                    with contextlib.suppress(OSError):
                        self._judge.send(json.dumps({"loader_gone": True}).encode())

    def _cpu_seconds(self, living: list[census.Process] | None = None) -> float:
        """Return user and system time of all processes of the session, living and reaped, in seconds."""
        reaped = resource.getrusage(resource.RUSAGE_CHILDREN)
        living = census.descendants(os.getpid()) if living is None else living
        return reaped.ru_utime + reaped.ru_stime + sum(process.cpu_seconds for process in living)

    def stop(self) -> None:
        """Kill and reap everything below; remove the scratch folder."""
        self._kill_all()
        if not self._secluded:
            removal.remove(str(self._scratch))

    def _kill_all(self) -> None:
        """Kill every process of the session, and reap them all."""
        deadline = time.monotonic() + _STOP_SECONDS
        while time.monotonic() < deadline:
            self._kill_group()
            census.kill_below(os.getpid())
            self._reap()
            try:
                os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
            except ChildProcessError:
                return
            time.sleep(0.0005)

    def _kill_group(self) -> None:
        """Kill the loader's process group: atomic, and the filter lets no process leave it."""
        if self._loader and self._loader_status is None:
            with contextlib.suppress(OSError):
                os.killpg(self._loader, signal.SIGKILL)


def _require_room(folder: str, limits: dict[str, Any]) -> None:
    """Raise OSError if the disk has less room than the session's limits grant: that is not the student's fault."""
    disk = os.statvfs(folder)
    # Some file systems do not count files, and some count nothing.
    for counted, free, needed in (
        (disk.f_blocks, disk.f_bavail * disk.f_frsize, limits["scratch_bytes"]),
        (disk.f_files, disk.f_favail, limits["scratch_files"]),
    ):
        if counted and free < needed:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), folder)


def _run_loader(config: dict[str, Any], scratch: Path, descriptors: list[int], said: int, parent: int) -> NoReturn:
    """Confine this process for good, then hand it to the loader."""
    try:
        linux.name_process(config["usual_name"])
        confine.adopt(descriptors, said, parent)
        said = confine.INIT_DESCRIPTOR
        confine.confine(config, scratch, parent)
    except BaseException as error:
        os.write(said, f"{type(error).__name__}: {error}".encode()[:4000])
        os._exit(1)
    os.write(said, b"confined")
    os.close(said)
    loader.main(socket.socket(fileno=confine.LOADER_DESCRIPTOR), {"limits": config["limits"]})
    os._exit(1)


def _only_wake(number: int, frame: FrameType | None) -> None:
    """Let the wake-up descriptor do the work."""
