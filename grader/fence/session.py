"""One fenced child as the judge sees it. May import neither `reference` nor `grader.checks`.

Nothing here waits without a deadline, and nothing that arrives is trusted: the loader's reports choose the
sentence that a student reads, never a point. Only the init's reports (how long, how it ended) are trusted.
"""

from __future__ import annotations

import contextlib
import json
import select
import signal
import socket
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from grader.errors import FenceError
from grader.fence.channel import Channel, DeadlineError, Drain, EndOfFile, Waiting
from grader.fence.parent_process import remedy_of
from grader.outcomes import StudentFault, Why
from grader.wire import faults as verdicts
from grader.wire.agreed import ProtocolError
from grader.wire.frames import MAX_BODY_BYTES
from grader.wire.limits import Output, limited, output_of
from grader.wire.messages import ENDED, LOADING, LOADING_OR_STANDING, RAISED, READING
from grader.wire.session import READ_SECONDS, Ask, wall_seconds
from grader.wire.shapes import Shape

# Room for the rest of a reply beside its value: warnings, or an exception with its frames.
AROUND_VALUE_BYTES = 128 * 1024
# The CPU time of all processes of a request together: more than the limit that a single process notices itself,
# less than the kernel's, after which no names are kept.
TOGETHER_FACTOR = 1.1
TOGETHER_EXTRA_SECONDS = 1.0
_READY_SECONDS = 60.0
_STOP_SECONDS = 20.0
_FAREWELL_SECONDS = 30.0
# Each costs the whole wall-clock limit: sleeping in every function must not delay the class.
_MAX_SILENCES = 3
_SETTLE_SECONDS = 2.0
_SHORTAGE = (
    "The memory of this machine ran out while this submission was graded. Free some, or grade fewer at once (`--jobs 1`), and "
    "grade it again."
)


class Session:
    """A fenced child: it reads, loads and answers requests until it is closed.

    Parameters
    ----------
    init_socket : socket.socket
        The socket to the trusted init (SOCK_SEQPACKET).
    loader_socket : socket.socket
        The socket to the loader, which is hostile from its first line of student code (SOCK_STREAM).
    stdout, stderr : int
        Reading ends of the output pipes.
    """

    def __init__(self, init_socket: socket.socket, loader_socket: socket.socket, stdout: int, stderr: int) -> None:
        self._init = init_socket
        self._drains = (Drain(stdout), Drain(stderr))
        self._hearing = Waiting(init_socket, self._drains)
        # Children of the loader may keep its socket open; the init tells when the loader is gone.
        self._loader = Channel(loader_socket, self._drains, bell=init_socket)
        self._loader_socket = loader_socket
        self._loader_gone = False
        self._ready = False
        self._closed = False
        self._last_cpu_seconds = 0.0
        self._silences = 0
        # A released check: the judge continues while its child ends.
        self._leaving: _Check | None = None
        self._allowed_cpu_seconds: float | None = None

    def read(
        self, files: Sequence[tuple[str, bytes]], name: str, form: str, allowed_imports: Sequence[str] = (), **more: Any
    ) -> dict[str, Any]:
        """Send the submission's bytes and return the validated Reading; nothing is executed.

        Raises
        ------
        StudentFault
            If reading the files ends the child, or would take too long.
        """
        request = {"do": "read", "files": list(files), "name": name, "form": form, **more}
        request["allowed_imports"] = list(allowed_imports)
        request["cpu_seconds"] = READ_SECONDS
        return self._do(request, READING, READ_SECONDS)

    def load(
        self, run_name: str, cpu_seconds: float, at: Callable[[str], object] | None = None, **more: Any
    ) -> dict[str, Any]:
        """Execute the submission and return the validated Loading.

        Parameters
        ----------
        run_name : str
            The value of ``__name__``.
        cpu_seconds : float
            Computing time; the wall clock has a lavish limit beyond it.
        at : callable or None
            Is called each time that the run stands still, with the word for that place; checks see the submission as it is then. What it
            returns says whether the next cell is left out.

        Raises
        ------
        StudentFault
            If the child dies or never answers.
        """
        request = {"do": "load", "run_name": run_name, "cpu_seconds": float(cpu_seconds), **more}
        request["wall_seconds"] = wall_seconds(cpu_seconds)
        self.await_ready()
        while True:
            self._tell({"do": "limit", "cpu_seconds": _together(cpu_seconds), "executing": True})
            loading = self._do(request, LOADING_OR_STANDING if at is not None else LOADING, cpu_seconds)
            if at is None or "at" not in loading:
                break
            self._allowed_cpu_seconds = None
            skip = at(loading["at"])
            self._settle()
            request = {"do": "go_on", "skip": bool(skip)}
        # What it has started must not compute on while it is checked.
        self._sweep()
        return loading

    def _do(self, request: dict[str, Any], shape: Shape, cpu_seconds: float) -> dict[str, Any]:
        """Send one request to the loader; any failure ends the session."""
        self.await_ready()
        # The loader notices its own time-out first, so that the names defined until then are kept.
        deadline = time.monotonic() + wall_seconds(cpu_seconds) + _FAREWELL_SECONDS
        try:
            reply = self._loader.receive(self._loader.send(request, deadline), deadline)
            if isinstance(reply, dict) and "raised" in reply:
                raise verdicts.from_error(RAISED(reply)["raised"])
            return dict(shape(reply))
        except DeadlineError:
            fault = verdicts.timed_out(cpu_seconds, fatal=True)
        except ProtocolError as problem:
            fault = verdicts.from_protocol(problem, fatal=True)
        except EndOfFile:
            fault = self._loader_fault(cpu_seconds)
        self.close()
        raise fault

    @contextlib.contextmanager
    def check(self, cpu_seconds: float, **more: Any) -> Iterator[Ask]:
        """Fork a child for one check and yield the function that asks it.

        Afterwards the child is released without waiting for its end; processes that it leaves behind are killed before
        the next request of this session.

        Parameters
        ----------
        cpu_seconds : float
            CPU time of the whole check; the wall-clock limit is much larger.

        Raises
        ------
        StudentFault
            If the loader is gone and no check child can be started.
        """
        self._settle()
        self.await_ready()
        deadline = time.monotonic() + wall_seconds(cpu_seconds)
        ours, theirs = socket.socketpair()
        request = {"do": "check", "cpu_seconds": float(cpu_seconds), **more}
        channel = Channel(ours, self._drains, bell=self._loader_socket, may_come=self._goes_on_alone)
        try:
            with theirs:
                if self._loader_gone:
                    raise EndOfFile
                nonce = self._loader.send(request, deadline, [theirs.fileno()])
        except (EndOfFile, DeadlineError):
            channel.close()
            raise self._loader_fault(cpu_seconds) from None
        if self._allowed_cpu_seconds != cpu_seconds:
            self._tell({"do": "limit", "cpu_seconds": _together(cpu_seconds), "executing": False})
        check = _Check(self, channel, nonce, cpu_seconds, deadline)
        try:
            yield check.ask
        finally:
            check.end()

    def output(self) -> Output:
        """Return the output so far."""
        for drain in self._drains:
            if not self._closed:
                drain.pump()
        stdout, stderr = self._drains
        return output_of(stdout.taken(), stderr.taken())

    def output_ended(self) -> bool:
        """Return whether, after `close`, all processes that hold the output pipes are gone."""
        return all(drain.ended for drain in self._drains)

    def cpu_seconds(self) -> float:
        """Return the CPU time of all processes of this session, in seconds, as counted by its trusted init."""
        if self._leaving is not None:
            self._settle()
        elif not self._closed:
            self._command("usage")
        return self._last_cpu_seconds

    def close(self) -> None:
        """Kill and reap all processes of this session; the output stays readable."""
        if self._closed:
            return
        with contextlib.suppress(FenceError):
            self.await_ready()
            self._command("stop", _STOP_SECONDS)
        self._closed = True
        self._init.close()
        self._loader.close()
        for drain in self._drains:
            _empty(drain)
            drain.close()

    def __enter__(self) -> Session:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def await_ready(self) -> None:
        """Wait until the child is confined; every request does this itself.

        Raises
        ------
        FenceError
            If it could not be confined.
        StudentFault
            If the session is over.
        """
        if self._closed:
            raise StudentFault(Why.CRASHED, "It ended before this could be asked.", fatal=True)
        if not self._ready:
            answer = self._hear(_READY_SECONDS)
            if not answer.get("ready"):
                error = str(answer.get("error")).rstrip(".")
                raise FenceError(f"A session for a student's code could not be confined: {error}.{remedy_of(error)}")
            self._ready = True

    def _tell(self, command: dict[str, Any]) -> None:
        try:
            self._init.send(json.dumps(command).encode())
        except OSError as error:
            raise FenceError(f"The guardian of a session has ended: {error}.") from error

    def _command(self, do: str, seconds: float = _STOP_SECONDS, **more: Any) -> dict[str, Any]:
        """Send a command to the init and return its answer."""
        self._tell({"do": do, **more})
        answer = self._hear(seconds)
        if "error" in answer:
            raise FenceError(f"The guardian of a session failed: {answer['error']}.")
        self._last_cpu_seconds = float(answer["cpu_seconds"])
        return answer

    def _hear(self, seconds: float) -> dict[str, Any]:
        """Return the init's next answer."""
        deadline = time.monotonic() + seconds
        while True:
            try:
                self._hearing.until(select.POLLIN, deadline)
                message = self._init.recv(65536)
            except (DeadlineError, OSError) as error:
                raise FenceError(f"The guardian of a session did not answer within {seconds:g} seconds.") from error
            if not message:
                raise FenceError("The guardian of a session has ended.")
            answer = dict(json.loads(message))
            if "loader_gone" not in answer:
                return answer
            self._loader_gone = True

    def _loader_fault(self, cpu_seconds: float) -> StudentFault:
        """Return the fault for a loader that is gone, from the init's report."""
        deadline = time.monotonic() + _SETTLE_SECONDS
        answer = self._command("usage")
        while answer["loader"] is None and time.monotonic() < deadline:
            time.sleep(0.005)
            answer = self._command("usage")
        self._require_memory(answer, answer["loader"])
        overrun = verdicts.from_overrun(answer["overrun"])
        return overrun or verdicts.from_status(answer["loader"], self._last_cpu_seconds, cpu_seconds, fatal=True)

    def _require_memory(self, answer: dict[str, Any], status: int | None) -> None:
        """Raise FenceError if a process ended because the machine, and not only this submission, ran out of memory."""
        if answer["overrun"] == "shortage" or (
            answer["starved"] and answer["overrun"] is None and status == signal.SIGKILL
        ):
            raise FenceError(_SHORTAGE)

    def _goes_on_alone(self) -> bool:
        """Return whether a check may still answer when the loader's socket rings.

        The loader reports the check's end there, and then nothing more comes. If the loader itself is gone, the check
        goes on, so that its answer does not depend on chance.
        """
        try:
            told = self._loader_socket.recv(1, socket.MSG_PEEK)
        except OSError:
            told = b""
        return not told and self._command("usage")["living"] > 0

    def _silent(self) -> None:
        """Note that an answer never came; after a few, no more requests are sent."""
        self._silences += 1
        if self._silences >= _MAX_SILENCES:
            self.close()

    def _ended(self, nonce: bytes) -> dict[str, Any] | None:
        """Return what the loader reports about a check child's end; None if it reports nothing."""
        deadline = time.monotonic() + _FAREWELL_SECONDS
        try:
            return dict(ENDED(self._loader.receive(nonce, deadline, 4096))["ended"])
        except (DeadlineError, EndOfFile, ProtocolError):
            return None

    def _settle(self) -> None:
        """Collect the last check's exit status and kill what it left behind; the next check is expected to have the same limit."""
        check, self._leaving = self._leaving, None
        if check is None or self._closed:
            return
        if check.ended() is None:
            # An honest loader always reports how its child ended.
            self.close()
        else:
            self._sweep(check.cpu_seconds)

    def _sweep(self, next_cpu_seconds: float | None = None) -> None:
        """Kill every process of the session except the loader, and set the CPU time that all together may use next."""
        self._allowed_cpu_seconds = next_cpu_seconds
        allowed = {} if next_cpu_seconds is None else {"cpu_seconds": _together(next_cpu_seconds)}
        if not self._command("sweep", **allowed)["swept"]:
            self.close()


class _Check:
    """One check child: requests to it, and how it ended."""

    def __init__(self, session: Session, channel: Channel, nonce: bytes, cpu_seconds: float, deadline: float) -> None:
        self._session = session
        self._channel = channel
        self._nonce = nonce
        self.cpu_seconds = cpu_seconds
        self._deadline = deadline
        self._fault: StudentFault | None = None
        self._ended: dict[str, Any] | None = None

    def ask(self, request: dict[str, Any], reply_bytes: int | None = None) -> dict[str, Any]:
        """Send one request and return its reply; after a fatal fault, the same fault again."""
        if self._fault is not None:
            raise self._fault
        cap = MAX_BODY_BYTES if reply_bytes is None else reply_bytes + AROUND_VALUE_BYTES
        try:
            nonce = self._channel.send(limited(request, reply_bytes), self._deadline)
            return verdicts.answer_of(self._channel.receive(nonce, self._deadline, cap), request)
        except DeadlineError:
            self._fault = verdicts.timed_out(self.cpu_seconds, fatal=True)
            self._session._silent()
        except ProtocolError as problem:
            self._fault = verdicts.from_protocol(problem, fatal=True)
        except EndOfFile:
            self._fault = self._death()
        raise self._fault

    def _death(self) -> StudentFault:
        self._channel.close()
        ended = self.ended()
        if ended is None:
            return self._session._loader_fault(self.cpu_seconds)
        answer = self._session._command("usage")
        self._session._require_memory(answer, ended["status"])
        if answer["spent"]:
            return verdicts.timed_out(self.cpu_seconds, fatal=True)
        return verdicts.from_status(ended["status"], ended["cpu_seconds"], self.cpu_seconds, fatal=True)

    def ended(self) -> dict[str, Any] | None:
        """Wait for the child's end; return what the loader reports about it, None if it reports nothing."""
        if self._ended is None:
            self._ended = self._session._ended(self._nonce)
        return self._ended

    def end(self) -> None:
        """Release the child; wait for it only if something is wrong with it."""
        self._channel.close()
        session = self._session
        if session._closed:
            return
        session._leaving = self
        if self._fault is not None:
            if self._ended is None:
                session._sweep()
            session._settle()


def _together(cpu_seconds: float) -> float:
    """Return the CPU time that all processes together may use until the next sweep: more than each alone."""
    return TOGETHER_FACTOR * cpu_seconds + TOGETHER_EXTRA_SECONDS


def _empty(drain: Drain) -> None:
    """Read what a pipe still holds after all its writers are gone."""
    deadline = time.monotonic() + _SETTLE_SECONDS
    while not drain.ended and time.monotonic() < deadline:
        poll = select.poll()
        poll.register(drain.descriptor, select.POLLIN)
        if poll.poll(50):
            drain.pump()
