"""Tests what the fence really guarantees on this machine.

Nothing is inferred from a version or a return code. A probe goes through the whole real path, like a student's
submission, and the judge checks on its own side whether something arrived, was written, or still lives.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import secrets
import signal
import socket
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from grader.fence.folders import Folder
from grader.fence.guarantees import GUARANTEES, Guarantee, level_held
from grader.fence.levels import IsolationLevel
from grader.fence.privacy import Private, seen, witnesses
from grader.outcomes import StudentFault
from grader.wire.limits import SessionLimits

if TYPE_CHECKING:
    from grader.fence.session import Session

_PROBE = Path(__file__).with_name("probe_submission.py")
_PROBE_IMPORTS = ("fcntl", "mmap", "os", "resource", "signal", "socket", "time", "pathlib")
_CPU_SECONDS = 5.0
_PREFIX = "grader-probe-"
_CANARY = "canary"
_FOR_ALL = ("/tmp", "/var/tmp", "/dev/shm")
_MEBIBYTE = 2**20
_LIMITS = SessionLimits(
    memory_bytes=256 * _MEBIBYTE,
    scratch_bytes=2 * _MEBIBYTE,
    scratch_files=100,
    processes=6,
    file_bytes=_MEBIBYTE,
    cpu_seconds=60.0,
)


@dataclass(frozen=True)
class Finding:
    """One guarantee and whether it is held here."""

    guarantee: Guarantee
    held: bool


@dataclass(frozen=True)
class IsolationReport:
    """The result of the self-test.

    Parameters
    ----------
    level : IsolationLevel
        The level whose guarantees really hold.
    findings : tuple of Finding
        Every guarantee, in the order of importance.
    """

    level: IsolationLevel
    findings: tuple[Finding, ...]

    @property
    def not_held(self) -> tuple[str, ...]:
        """One sentence for each guarantee that is not held."""
        return tuple(finding.guarantee.loss for finding in self.findings if not finding.held)

    @property
    def remedies(self) -> tuple[str, ...]:
        """The remedies for these, each once."""
        return tuple(dict.fromkeys(finding.guarantee.remedy for finding in self.findings if not finding.held))


def self_test(
    open_session: Callable[[SessionLimits], Session],
    level: IsolationLevel,
    private: Sequence[Private] = (),
    readable: Sequence[str] = (),
    temporary: Path | None = None,
) -> IsolationReport:
    """Test every guarantee through a real session and return which hold.

    Parameters
    ----------
    open_session : callable
        Opens a session of a started clean parent.
    level : IsolationLevel
        The level of its layers.
    private : sequence of Private
        The paths of this run that must not be read.
    readable : sequence of str
        The folders that may be read; some may be below private ones.
    temporary : Path or None
        Where the folder for the test is made; by default in the folder for temporary files.

    Raises
    ------
    FenceError
        If no session can be opened.
    """
    with Folder(_PREFIX, None if temporary is None else str(temporary)) as folder:
        # Readable by all users, so that the fence refuses and not the file's permissions.
        os.chmod(folder, 0o777)
        session = open_session(_LIMITS)
        try:
            held = _probe(session, folder, _Secrets(private, readable))
        finally:
            session.close()
        held["leftovers"] = held["loaded"] and session.output_ended()
    findings = tuple(Finding(guarantee, held.get(guarantee.name, False)) for guarantee in GUARANTEES)
    lost = {finding.guarantee.name for finding in findings if not finding.held}
    return IsolationReport(level_held(level, lost), findings)


@dataclass(frozen=True)
class _Secrets:
    """The paths of this run that must not be read, and those that may be."""

    private: Sequence[Private]
    readable: Sequence[str]


def _probe(session: Session, folder: Path, secrets_of_run: _Secrets) -> dict[str, bool]:
    """Return what held, by the name of the guarantee."""
    session.read([("probe.py", _PROBE.read_bytes())], name="probe.py", form="file", allowed_imports=_PROBE_IMPORTS)
    loading = session.load("submission", cpu_seconds=_CPU_SECONDS)
    held = {"loaded": loading["status"] == "loaded"}
    with session.check(_CPU_SECONDS) as ask:

        def call(name: str, *arguments: Any) -> Any:
            request = {"op": "call", "on": 0, "name": name, "args": list(arguments), "kwargs": {}}
            return ask(request)["value"]

        probes = {"answers": lambda call, folder: _answers(call, folder, secrets_of_run), **_PROBES}
        for name, probe in probes.items():
            try:
                held[name] = held["loaded"] and probe(call, folder)
            except StudentFault:
                held[name] = False
    return held


def _answers(call: Callable[..., Any], folder: Path, run: _Secrets) -> bool:
    canary = folder / _CANARY
    canary.write_text(secrets.token_hex(), encoding="ascii")
    canary.chmod(0o666)
    paths = [str(canary), __file__, *witnesses(run.private)]
    return not any(seen(found, path, run.readable) for path, found in zip(paths, call("read_all", paths), strict=True))


def _writing(call: Callable[..., Any], folder: Path) -> bool:
    # Where the disk is nearly full, there is room for one file.
    target, other = folder / "written", folder / _CANARY
    before = _state_of(other)
    # The folder may lie in one that other users cannot enter; these every user may write to.
    targets = [target, *(Path(place, f"{_PREFIX}{secrets.token_hex(4)}") for place in _FOR_ALL)]
    for path in targets:
        call("write_file", str(path))
    call("change_file", str(other))
    written = [path for path in targets if path.exists()]
    for path in written:
        path.unlink()
    return not written and _state_of(other) == before


def _state_of(path: Path) -> tuple[int, ...]:
    state = path.stat()
    return state.st_size, state.st_mode, state.st_mtime_ns


def _network(call: Callable[..., Any], folder: Path) -> bool:
    with _doors() as (port, name, anyone_there):
        call("reach", port, name)
        return not anyone_there()


@contextlib.contextmanager
def _doors() -> Iterator[tuple[int, str, Callable[[], bool]]]:
    """Listen on TCP, UDP and an abstract name; yield how to reach them and whether they were reached."""
    name = f"grader-{secrets.token_hex(8)}"
    with (
        socket.socket() as stream,
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as datagrams,
        socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as abstract,
    ):
        stream.bind(("127.0.0.1", 0))
        stream.listen()
        port = stream.getsockname()[1]
        datagrams.bind(("127.0.0.1", port))
        abstract.bind("\0" + name)

        def anyone_there() -> bool:
            return _accepts(stream) or _receives(datagrams) or _receives(abstract)

        yield port, name, anyone_there


def _has_own_numbers(call: Callable[..., Any]) -> bool:
    """Return whether processes have other numbers there: in a container, both the judge and the first process there have number 1."""
    return call("process_numbers") not in ("", os.readlink("/proc/self/ns/pid"))


def _accepts(listener: socket.socket) -> bool:
    listener.setblocking(False)
    try:
        listener.accept()[0].close()
    except BlockingIOError:
        return False
    return True


def _receives(receiver: socket.socket) -> bool:
    receiver.setblocking(False)
    try:
        receiver.recv(16)
    except BlockingIOError:
        return False
    return True


def _memory(call: Callable[..., Any], folder: Path) -> bool:
    secret = ctypes.create_string_buffer(secrets.token_bytes(32), 32)
    return bytes(call("read_memory", os.getpid(), ctypes.addressof(secret), 32)) != secret.raw


def _calls(call: Callable[..., Any], folder: Path) -> bool:
    status = int(call("ask_the_forbidden"))
    return os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGSYS


_PROBES: dict[str, Callable[[Callable[..., Any], Path], bool]] = {
    "network": _network,
    "memory": _memory,
    "writing": _writing,
    "calls": _calls,
    "processes": lambda call, folder: int(call("multiply", 4 * _LIMITS.processes)) < 2 * _LIMITS.processes,
    "memory_limit": lambda call, folder: call("take_memory", 2 * _LIMITS.memory_bytes) == 0,
    "kernel_memory": lambda call, folder: call("enlarge_buffers", _MEBIBYTE) == [],
    "time_limit": lambda call, folder: 0 < int(call("cpu_limit_seconds")) <= _LIMITS.cpu_seconds + 1,
    "signals": lambda call, folder: _has_own_numbers(call) or not call("reach_by_signal", os.getpid()),
    "other_processes": lambda call, folder: call("look_at", os.getpid()) != Path("/proc/self/cmdline").read_bytes(),
    "disk": lambda call, folder: int(call("fill_disk", 2 * _LIMITS.scratch_bytes, _MEBIBYTE)) <= _LIMITS.scratch_bytes,
}
