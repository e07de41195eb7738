"""Turns the observed end of a fenced child into a `StudentFault`."""

from __future__ import annotations

import os
import signal
from collections.abc import Mapping
from typing import Any

from grader.outcomes import Frame, StudentFault, Why
from grader.wire.agreed import ProtocolError
from grader.wire.messages import ERROR, MISSING, STEP, TESTED, VALUES, WARNINGS
from grader.wire.shapes import anything
from grader.wire.versions import version_hint

# A killed process that had used nearly all its time was stopped by its limit: the kernel counts in ticks, and not all
# of them.
_CPU_SHARE = 0.75
HINTS = {
    Why.TIMED_OUT: "Look for a loop that does not end, or for loops where an array operation would do.",
    Why.OUT_OF_MEMORY: "Look for an array that is larger than it should be, for example from broadcasting (n,) with (n, 1).",
    Why.BLOCKED: (
        "Only computing, printing, drawing and files in the working folder are possible here: no network, no other "
        "programs, no pools of processes."
    ),
    Why.CRASHED: None,
    Why.MISSING: None,
    Why.FORBIDDEN: "Use only the packages that the assignment allows.",
}


def from_error(error: Any) -> StudentFault:
    """Return the fault for an exception that the child reports; `error` is what it sent, not yet validated."""
    try:
        checked = ERROR(error)
    except ProtocolError as problem:
        return from_protocol(problem)
    name, message = checked["type"], checked["message"]
    why = why_raised(name, message)
    said = f"It raised {name}: {message}" if message else f"It raised {name}."
    if why is Why.MISSING:
        said = f"It is not implemented yet ({message})."
    if name == "ValueTooLarge":
        return StudentFault(why, f"It gave far more than is asked for: {message}.", hint=HINTS[Why.OUT_OF_MEMORY])
    frames = [Frame(frame["file"], frame["line"], frame["function"], frame["code"]) for frame in checked["frames"]]
    hint = version_hint(name, message) or HINTS.get(why)
    return StudentFault(why, said, hint=hint, frames=frames, raised=name)


def why_raised(name: str, message: str) -> Why:
    """Return the word for an exception of a student's code; an exception that only the fence causes has its own word."""
    if name == "NotImplementedError" and message.startswith("Task"):
        return Why.MISSING
    return {
        "MemoryError": Why.OUT_OF_MEMORY,
        "ForbiddenImport": Why.FORBIDDEN,
        "PermissionError": Why.BLOCKED,
        # Without a network no name has an address.
        "gaierror": Why.BLOCKED,
        "URLError": Why.BLOCKED,
        "TimedOut": Why.TIMED_OUT,
        "ValueTooLarge": Why.WRONG,
    }.get(name, Why.CRASHED)


def from_status(status: int | None, cpu_seconds: float, limit_seconds: float, *, fatal: bool = False) -> StudentFault:
    """Return the fault for a process that ended before it answered.

    Parameters
    ----------
    status : int or None
        The status from `os.wait`; None if unknown.
    cpu_seconds : float
        The time that the process had used.
    limit_seconds : float
        The time that it was allowed.
    """
    if status is not None and not 0 <= status <= 0xFFFF:
        # The status comes from the loader and may be anything; -1 means that an honest loader could not start a child.
        status = None
    number = os.WTERMSIG(status) if status is not None and os.WIFSIGNALED(status) else 0
    if number == signal.SIGSYS:
        return StudentFault(
            Why.BLOCKED, "It was stopped for asking the system for something that is not allowed here.",
            hint=HINTS[Why.BLOCKED], fatal=fatal,
        )  # fmt: skip
    if number in (signal.SIGXCPU, signal.SIGALRM):
        return timed_out(limit_seconds, fatal=fatal)
    if number == signal.SIGKILL and cpu_seconds >= _CPU_SHARE * limit_seconds:
        return timed_out(limit_seconds, fatal=fatal)
    return StudentFault(Why.CRASHED, f"It ended before it answered ({_ending(status)}).", fatal=fatal)


def from_overrun(kind: str | None) -> StudentFault | None:
    """Return the fault for a session that was stopped because all its processes together used too much."""
    if kind == "memory":
        message = "Its processes together took more memory than they may."
        return StudentFault(Why.OUT_OF_MEMORY, message, hint=HINTS[Why.OUT_OF_MEMORY], fatal=True)
    if kind == "time":
        message = "Its processes together took more computing time than they may."
        return StudentFault(Why.TIMED_OUT, message, hint=HINTS[Why.TIMED_OUT], fatal=True)
    return None


def _ending(status: int | None) -> str:
    if status is None or os.WIFSTOPPED(status):
        return "no exit status"
    if os.WIFSIGNALED(status):
        number = os.WTERMSIG(status)
        names = {int(item): item.name for item in signal.Signals}
        return f"signal {names.get(number, number)}"
    return f"exit status {os.waitstatus_to_exitcode(status)}"


def timed_out(limit_seconds: float, *, fatal: bool = False) -> StudentFault:
    """Return the fault for work that took too long."""
    return StudentFault(
        Why.TIMED_OUT,
        f"It did not finish within {limit_seconds:g} seconds of computing time.",
        hint=HINTS[Why.TIMED_OUT],
        fatal=fatal,
    )


def from_protocol(problem: ProtocolError, *, fatal: bool = False) -> StudentFault:
    """Return the fault for an answer that does not have the agreed form."""
    return StudentFault(Why.CRASHED, f"Its answer could not be understood: {problem}.", fatal=fatal)


def _tested(reply: dict[str, Any]) -> dict[str, Any]:
    """Return the reply to a test of another tool, in which an exception of the student's is data like any other."""
    told = TESTED(reply)
    if "raised" in reply:
        told["raised"] = from_error(reply["raised"])
    elif "missing" in reply:
        told |= MISSING(reply)
    elif "callback" not in told:
        if "value" not in reply:
            raise ProtocolError("a reply has no value")
        told["value"] = reply["value"]
    return told


def answer_of(reply: Any, request: Mapping[str, Any]) -> dict[str, Any]:
    """Return a reply map with the value that the request must get, or with the missing name; otherwise raise the fault that it reports.

    Only the caller knows which object lacks a missing name, so the name is returned as data.
    """
    if not isinstance(reply, dict):
        raise ProtocolError(f"a reply is a {type(reply).__name__} and no map")
    if request.get("exact"):
        return _tested(reply)
    if "raised" in reply:
        raise from_error(reply["raised"])
    warnings = WARNINGS(reply.get("warnings", []))
    if "missing" in reply:
        return MISSING(reply) | STEP(reply) | {"warnings": warnings}
    if "value" not in reply:
        raise ProtocolError("a reply has no value")
    value = VALUES.get(request["op"], anything)(reply["value"])
    if request["op"] == "program" and len(value) != len(request["keep"]):
        raise ProtocolError(f"{len(value)} values came where {len(request['keep'])} were asked for")
    return {"value": value, "warnings": warnings}
