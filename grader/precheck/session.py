"""The judge's session on a student's machine, without a fence.

It has the methods of a `grader.wire.session.Session`, so that the same judge reads, loads and checks the work. If a check
has ended the process, a new one is started, and the submission is read and loaded again.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from grader.outcomes import StudentFault, Why
from grader.precheck.child import Child, ChildEnded, ChildSilent
from grader.precheck.starting import Plan, Started
from grader.wire import faults as verdicts
from grader.wire.agreed import ProtocolError
from grader.wire.limits import Output, SessionLimits, limited
from grader.wire.messages import ENDED, LOADING, READING

READ_SECONDS = 60.0
TIME_UP = 86
# A student's machine is not shared with a class, so waiting work is given up earlier than in official grading.
WALL_FACTOR, WALL_EXTRA_SECONDS = 3.0, 10.0
_FAREWELL_SECONDS = 20.0


def wall_seconds(cpu_seconds: float) -> float:
    """Return the wall-clock limit for work that may compute for ``cpu_seconds``."""
    return WALL_FACTOR * cpu_seconds + WALL_EXTRA_SECONDS


class HomeSession:
    """One submission in its own process.

    Parameters
    ----------
    start : callable
        Starts a process.
    child : Child, optional
        A process that was already started.
    """

    def __init__(self, start: Callable[[], Child], child: Child | None = None) -> None:
        self._start, self._child = start, child
        self._done: list[dict[str, Any]] = []
        self._cpu_seconds = 0.0
        self._output = Output("", "", False)

    def read(
        self, files: Sequence[tuple[str, bytes]], name: str, form: str, allowed_imports: Sequence[str] = (), **more: Any
    ) -> dict[str, Any]:
        """Pass the files to the process and return the validated reading; may raise ``StudentFault``."""
        request = {"do": "read", "files": list(files), "name": name, "form": form, **more}
        request["allowed_imports"] = list(allowed_imports)
        return dict(READING(self._ask(request, READ_SECONDS, READ_SECONDS)))

    def load(self, run_name: str, cpu_seconds: float, **more: Any) -> dict[str, Any]:
        """Execute the submission and return the validated loading; may raise ``StudentFault``.

        The data of its figures is returned as in official grading, but they are not drawn.
        """
        wall = wall_seconds(cpu_seconds)
        request = {"do": "load", "run_name": run_name, "cpu_seconds": float(cpu_seconds), "wall_seconds": wall, **more}
        request["figures"] = False
        loading = dict(LOADING(self._ask(request, wall + _FAREWELL_SECONDS, cpu_seconds)))
        self._cpu_seconds += loading["cpu_seconds"]
        return loading

    def _ask(self, request: dict[str, Any], seconds: float, cpu_seconds: float) -> Any:
        """Send one request to the process before any check; any failure ends the session."""
        self._child = self._child or self._start()
        try:
            answer = self._child.ask(request, seconds)
        except ChildSilent:
            fault = verdicts.timed_out(cpu_seconds, fatal=True)
        except ChildEnded as ended:
            fault = ending(ended.status, cpu_seconds)
        except ProtocolError as problem:
            fault = verdicts.from_protocol(problem, fatal=True)
        else:
            self._done.append(request)
            return answer
        self.close()
        raise fault

    @contextlib.contextmanager
    def check(self, cpu_seconds: float, **more: Any) -> Iterator[Any]:
        """Yield the function that sends one check's requests to the loaded submission; may raise ``StudentFault``."""
        child = self._alive()
        wall = wall_seconds(cpu_seconds)
        nonce = child.send({"do": "check", "cpu_seconds": float(cpu_seconds), "wall_seconds": wall, **more})
        check = _Check(self, child, nonce, cpu_seconds, wall)
        try:
            yield check.ask
        finally:
            self._cpu_seconds += check.end()

    def _alive(self) -> Child:
        """Return the process, or a new one if the last check has ended it."""
        if self._child is None or self._child.gone:
            self.close()
            self._child = self._start()
            for request in self._done:
                try:
                    self._child.ask(request, READ_SECONDS + float(request.get("wall_seconds", 0.0)))
                except (ChildEnded, ChildSilent, ProtocolError):
                    raise StudentFault(
                        Why.CRASHED, "It ended while it was loaded again after an earlier check.", fatal=True
                    ) from None
        return self._child

    def output(self) -> Output:
        """Return what was printed so far."""
        if self._child is not None:
            self._output = self._child.output()
        return self._output

    def cpu_seconds(self) -> float:
        """Return the CPU time used so far, as reported by the process."""
        return self._cpu_seconds

    def close(self) -> None:
        """End the process; its output can still be read."""
        if self._child is not None:
            self.output()
            self._child.remove()
            self._child = None

    def __enter__(self) -> HomeSession:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()


class _Check:
    """One check in progress: sends its requests and keeps the fault that ended it."""

    def __init__(self, session: HomeSession, child: Child, nonce: bytes, cpu_seconds: float, wall: float) -> None:
        self._session, self._child, self._nonce, self._cpu_seconds = session, child, nonce, cpu_seconds
        self._wall = wall
        self._fault: StudentFault | None = None
        self._ended: dict[str, Any] | None = None

    def ask(self, request: dict[str, Any], reply_bytes: int | None = None) -> dict[str, Any]:
        """Send one request and return its reply; after a fatal fault, raise the same fault again."""
        if self._fault is not None:
            raise self._fault
        try:
            nonce = self._child.send(limited(request, reply_bytes))
            while True:
                came, value = self._child.receive(self._wall)
                if came == nonce:
                    return verdicts.answer_of(value, request)
                if came == self._nonce:
                    self._ended = dict(ENDED(value)["ended"])
                    status, used = self._ended["status"], self._ended["cpu_seconds"]
                    self._fault = verdicts.from_status(status, used, self._cpu_seconds, fatal=True)
                    break
        except ChildSilent:
            self._fault = verdicts.timed_out(self._cpu_seconds, fatal=True)
        except ChildEnded as ended:
            self._fault = ending(ended.status, self._cpu_seconds)
        except ProtocolError as problem:
            self._fault = verdicts.from_protocol(problem, fatal=True)
        raise self._fault

    def end(self) -> float:
        """End the check, and return the CPU time it took."""
        if self._ended is None and not self._child.gone:
            try:
                if self._fault is None:
                    self._child.send({"do": "end"})
                while self._ended is None:
                    came, value = self._child.receive(_FAREWELL_SECONDS)
                    if came == self._nonce:
                        self._ended = dict(ENDED(value)["ended"])
            except (ChildEnded, ChildSilent, ProtocolError):
                self._child.close()
        return float(self._ended["cpu_seconds"]) if self._ended else self._cpu_seconds


def ending(status: int, cpu_seconds: float) -> StudentFault:
    """Return the fault for a process that ended before it answered, by its exit status as given by `subprocess`."""
    if status == TIME_UP:
        return verdicts.timed_out(cpu_seconds, fatal=True)
    if hasattr(os, "WIFSIGNALED"):
        return verdicts.from_status(-status if status < 0 else status << 8, 0.0, cpu_seconds, fatal=True)
    return StudentFault(Why.CRASHED, f"It ended before it answered (exit status {status}).", fatal=True)


class Launcher:
    """Opens sessions, like the fence's clean parent.

    Parameters
    ----------
    plan : Plan
        How processes are started.
    ready : list of Started
        Processes that were started early.
    """

    def __init__(self, plan: Plan, ready: Sequence[Started] = ()) -> None:
        self._plan = plan
        self._ready = [Child(started) for started in ready]

    def open(self, limits: SessionLimits) -> HomeSession:
        """Open a session; its limits are in the plan."""
        return HomeSession(self._start, self._ready.pop(0) if self._ready else None)

    def _start(self) -> Child:
        return Child(self._plan.start())

    def close(self) -> None:
        """End processes that were started early but not used."""
        while self._ready:
            self._ready.pop().remove()
