"""Reads and runs one submission, then answers check after check.

If the system can fork, each check is served by its own fork, as in the fence. Otherwise this process
serves all of them and undoes the changes of each; if a check ends the process, the pipe ends.
"""

from __future__ import annotations

import contextlib
import gc
import os
import time
from collections.abc import Callable
from typing import Any, NoReturn

from _child import entropy, printing
from _child.answering import Answers
from _child.channel import EndOfChannel
from _child.faults import Sources
from _child.history import History
from _child.loading import Loading, wall_seconds
from _child.namespaces import Namespace
from _child.reading import Submission, read
from _child.runs import Run
from _child.sealed import BUILTINS as __builtins__  # noqa: F401

from _home.pipes import Channel, OneCheck
from _home.preserving import preserved
from _home.start import limit_memory

_exit, _process_time = os._exit, time.process_time
_fork, _wait4, _killpg, _setpgid = (getattr(os, name, None) for name in ("fork", "wait4", "killpg", "setpgid"))
_dup2, _open = os.dup2, os.open


class Home:
    """One submission from its bytes to the last check.

    Parameters
    ----------
    channel : Channel
        To the pre-check.
    forks : bool
        Whether each check gets its own fork.
    memory_bytes : int
        How much more memory the submission may use, if that can be enforced.
    clock : module
        Time limits: `_child.deadline` or `_home.watch`.
    """

    def __init__(self, channel: Channel, forks: bool, memory_bytes: int, clock: Any) -> None:
        self._channel, self._forks, self._memory_bytes, self._clock = channel, forks, memory_bytes, clock
        self._folder = os.path.realpath(os.getcwd())
        self._submission: Submission | None = None
        self._run: Run | None = None
        self._restate: Callable[[], None] = lambda: None
        self._null = _open(os.devnull, os.O_WRONLY)

    def serve(self) -> NoReturn:
        """Answer requests until the pipe ends, which ends the process."""
        while True:
            try:
                nonce, message = self._channel.receive()
            except EndOfChannel:
                _exit(0)
            wanted = message.get("do")
            if wanted == "read":
                self._submission, reading = read(message, self._folder)
                self._channel.send(nonce, reading)
            elif wanted == "load":
                self._load(nonce, message)
            elif wanted == "check":
                self._check(nonce, message)
            # Everything else was meant for a check that is gone.

    def _load(self, nonce: bytes, message: dict[str, Any]) -> None:
        assert self._submission is not None
        limit_memory(self._memory_bytes)
        loading = Loading(
            self._submission, message, lambda report: self._finish(nonce, report), self.serve, self._clock
        )
        self._run = loading.run
        loading.start()

    def _finish(self, nonce: bytes, report: dict[str, Any]) -> None:
        self._clock.default_signals()
        self._restate = entropy.remember()
        gc.collect()
        self._channel.send(nonce, report)

    def _check(self, nonce: bytes, message: dict[str, Any]) -> None:
        printing.flush_all()
        status, used = self._in_a_fork(message) if self._forks else self._in_place(message)
        self._channel.send(nonce, {"ended": {"status": status, "cpu_seconds": used}})

    def _in_a_fork(self, message: dict[str, Any]) -> tuple[int, float]:
        child = _fork()  # type: ignore[misc]
        if child == 0:
            try:
                _setpgid(0, 0)  # type: ignore[misc]
                self._clock.hold_for_good(float(message["cpu_seconds"]), wall_seconds(message))
                if message.get("memory_bytes"):
                    limit_memory(message["memory_bytes"])
                self._serve_check()
                _exit(0)
            finally:
                _exit(70)
        _, status, usage = _wait4(child, 0)  # type: ignore[misc]
        with contextlib.suppress(OSError):
            _killpg(child, 9)  # type: ignore[misc]
        return status, usage.ru_utime + usage.ru_stime

    def _in_place(self, message: dict[str, Any]) -> tuple[int, float]:
        before = _process_time()
        self._clock.hold_for_good(float(message["cpu_seconds"]), wall_seconds(message))
        names = self._run.namespace.dictionaries() if self._run is not None else []
        with preserved(names, [entropy._stream]):
            self._serve_check()
        self._clock.release()
        return 0, _process_time() - before

    def _serve_check(self) -> None:
        for number in (1, 2):
            _dup2(self._null, number)
        self._restate()
        run = self._run
        channel: Any = OneCheck(self._channel)
        if run is None:
            Answers(Namespace({}), Sources(""), History()).serve(channel)
        else:
            Answers(run.namespace, run.submission.sources, run.history).serve(channel)
