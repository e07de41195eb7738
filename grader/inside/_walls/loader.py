"""Reads and runs one submission, then forks itself for every check.

`main` is called in an already confined process, with an empty writable scratch folder as its working folder
and pipes as its output. After `load` this process belongs to the student: what it reports is only data.
"""

from __future__ import annotations

import contextlib
import fcntl
import math
import os
import resource
import time
from collections.abc import Callable
from typing import Any, NoReturn

from _child import deadline, drawing, entropy, printing, stand_ins
from _child.answering import Answers
from _child.channel import EndOfChannel
from _child.faults import Sources, describe, message_of
from _child.history import History
from _child.loading import Loading, wall_seconds
from _child.namespaces import Namespace
from _child.reading import HARMLESS, Submission, read
from _child.replay import replay_of
from _child.runs import Run
from _child.sealed import BUILTINS as __builtins__  # noqa: F401
from _child.tested import Tested
from _walls.framing import Channel

_fork, _exit, _wait4, _dup2, _open, _close = os.fork, os._exit, os.wait4, os.dup2, os.open, os.close
_read, _write, _fstat, _getpid = os.read, os.write, os.fstat, os.getpid
_process_time = time.process_time
_setpgid, _killpg = os.setpgid, os.killpg
_getrlimit, _setrlimit, _NOFILE, _AS = (
    resource.getrlimit,
    resource.setrlimit,
    resource.RLIMIT_NOFILE,
    resource.RLIMIT_AS,
)
_RLIM_INFINITY, _PAGE_BYTES = resource.RLIM_INFINITY, resource.getpagesize()


def main(channel: Any, config: dict[str, Any]) -> NoReturn:
    """Serve the judge until it closes its end; never returns.

    Parameters
    ----------
    channel : socket.socket
        A connected stream socket.
    config : dict
        `seed` (int), `harmless` (dotted names), `debug` (bool); all may be missing.
    """
    try:
        printing.renew_streams()
        Loader(_out_of_the_way(channel), config).serve()
    except BaseException as error:
        _last_words(error, bool(config.get("debug")))
    finally:
        _exit(70)


class Loader:
    """One submission from its bytes to the last check.

    Parameters
    ----------
    channel : Channel
        To the judge.
    config : dict
        As for `main`.
    """

    def __init__(self, channel: Channel, config: dict[str, Any]) -> None:
        self._channel = channel
        self._config = config
        self._folder = os.path.realpath(os.getcwd())
        self._submission: Submission | None = None
        self._run: Run | None = None
        self._null = _high(_open(os.devnull, os.O_WRONLY))
        self._restate: Callable[[], None] = lambda: None
        self._first_bytes = _address_space_bytes()
        # Of the judge's last word about the run; the report of it answers that.
        self._nonce = b""
        self._pid = os.getpid()
        self._tested = False

    def serve(self) -> NoReturn:
        """Answer the judge's messages until it closes its end, which ends the process."""
        while True:
            try:
                nonce, message = self._channel.receive()
            except EndOfChannel:
                _exit(0)
            if message["do"] == "read":
                self._channel.send(nonce, self._read(message))
            elif message["do"] == "load":
                self._load(nonce, message)
            else:
                self._channel.send(nonce, self._check(message))

    def _read(self, message: dict[str, Any]) -> dict[str, Any]:
        message.setdefault("harmless", self._config.get("harmless", HARMLESS))
        # The submission has not run yet: the kernel's limit is enough, and it also ends code that computes in C.
        if message.get("cpu_seconds"):
            deadline.limit_cpu(_process_time() + float(message["cpu_seconds"]))
        try:
            self._submission, reading = read(message, self._folder)
        except (MemoryError, RecursionError) as error:
            return {"raised": describe(error, Sources(""))}
        deadline.limit_cpu(math.inf)
        return reading

    def _load(self, nonce: bytes, message: dict[str, Any]) -> None:
        if self._submission is None or self._run is not None:
            self._channel.send(nonce, _refusal("load follows one read, and comes once"))
            return
        message.setdefault("seed", self._config.get("seed", 0))
        self._nonce, self._tested = nonce, bool(message.get("tested"))
        loading = Loading(self._submission, message, self._finish, self.serve, deadline, self._stand)
        self._run = loading.run
        if self._tested:
            stand_ins.install()
        loading.start()

    def _stand(self, at: str) -> bool:
        """Tell the judge that the run stands still, and serve checks until it says that the run goes on; return whether past a cell."""
        if _getpid() != self._pid:
            # A process that the submission has forked for itself is nobody to talk to.
            return False
        self._fill_streams()
        self._restate = entropy.remember()
        self._channel.send(self._nonce, {"at": at})
        while True:
            try:
                nonce, message = self._channel.receive()
            except EndOfChannel:
                _exit(0)
            if message["do"] == "go_on":
                self._nonce = nonce
                return bool(message.get("skip"))
            self._channel.send(nonce, self._check(message))

    def _finish(self, report: dict[str, Any]) -> None:
        """Send what came of the run; after this every fork begins in the same state."""
        deadline.default_signals()
        self._fill_streams()
        self._restate = entropy.remember()
        drawing.forget_fonts()
        self._channel.send(self._nonce, report)

    def _fill_streams(self) -> None:
        """Reopen the standard streams that the submission has closed, so that a check's channel does not get their numbers."""
        for number in range(3):
            try:
                _fstat(number)
            except OSError:
                _dup2(self._null, number)

    def _check(self, message: dict[str, Any]) -> dict[str, Any]:
        number = self._channel.take_descriptor()
        if number is None:
            return _refusal("a check needs a descriptor")
        printing.flush_all()
        deadline.default_signals()
        size_bytes = self._size_bytes() if message.get("memory_bytes") else 0
        try:
            child = _fork()
        except OSError:
            _close(number)
            return {"ended": {"status": -1, "cpu_seconds": 0.0}}
        if child == 0:
            self._become_check(number, message, size_bytes)
        _close(number)
        return {"ended": _reaped(child)}

    def _size_bytes(self) -> int:
        """Return the size of this process; its initial size if no more files can be opened."""
        try:
            return _address_space_bytes()
        except (OSError, ValueError):
            return self._first_bytes

    def _become_check(self, number: int, message: dict[str, Any], size_bytes: int) -> NoReturn:
        try:
            _setpgid_quietly(0)
            cpu = float(message["cpu_seconds"])
            deadline.hold_for_good(cpu, wall_seconds(message))
            if message.get("memory_bytes"):
                _limit_memory(size_bytes + int(message["memory_bytes"]))
            self._channel.close()
            _dup2(self._null, 1)
            if not self._config.get("debug"):
                _dup2(self._null, 2)
            self._restate()
            run = self._run
            if run is None:
                Answers(Namespace({}), Sources(""), History()).serve(Channel(_high(number)))
            else:
                kind = Tested if self._tested else Answers
                kind(
                    run.namespace,
                    run.submission.sources,
                    run.history,
                    lambda: replay_of(run.submission, getattr(run, "translate", None)),
                ).serve(Channel(_high(number)))
            _exit(0)
        except BaseException as error:
            _last_words(error, bool(self._config.get("debug")))
        finally:
            _exit(70)


def _refusal(message: str) -> dict[str, Any]:
    return {"raised": {"type": "ProtocolError", "message": message, "frames": []}}


def _reaped(child: int) -> dict[str, Any]:
    """Wait for a check to end, and end the processes that it has left running."""
    try:
        _, status, usage = _wait4(child, 0)
    except OSError:
        return {"status": -1, "cpu_seconds": 0.0}
    with contextlib.suppress(OSError):
        _killpg(child, 9)
    return {"status": status, "cpu_seconds": usage.ru_utime + usage.ru_stime}


def _address_space_bytes() -> int:
    """Return the size of this process. A check cannot read its own size: it is not the process that was confined."""
    file = _open("/proc/self/statm", os.O_RDONLY)
    try:
        return int(_read(file, 100).split()[0]) * _PAGE_BYTES
    finally:
        _close(file)


def _limit_memory(address_space_bytes: int) -> None:
    """Limit this process for good, below the limit of its session."""
    _, most = _getrlimit(_AS)
    wanted = address_space_bytes if most == _RLIM_INFINITY else min(address_space_bytes, most)
    _setrlimit(_AS, (wanted, wanted))


def _setpgid_quietly(process: int) -> None:
    with contextlib.suppress(OSError):
        _setpgid(process, 0)


def _last_words(error: BaseException, debug: bool) -> None:
    """Write the error that ended the process to standard error, with our own frames only for debugging."""
    text = f"{type(error).__name__}: {message_of(error)}\n"
    step = error.__traceback__
    while debug and step is not None:
        text += f"  {step.tb_frame.f_code.co_filename}:{step.tb_lineno}\n"
        step = step.tb_next
    _write(2, text.encode("utf-8", "backslashreplace"))


def _out_of_the_way(channel: Any) -> Channel:
    return Channel(_high(channel.detach()))


def _high(number: int) -> int:
    """Move a descriptor to a high number, which a submission that closes low numbers hardly reaches."""
    wanted = min(max(_getrlimit(_NOFILE)[0], 64), 4096) - 24
    try:
        moved = fcntl.fcntl(number, fcntl.F_DUPFD_CLOEXEC, wanted)
    except OSError:
        return number
    _close(number)
    return moved
