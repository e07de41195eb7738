"""Describes in words how the loading or the run of a submission ended."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from grader.outcomes import Frame, StudentFault, Why
from grader.wire.faults import HINTS, why_raised
from grader.wire.versions import version_hint

WHY = {
    "raised": Why.CRASHED,
    "exited": Why.CRASHED,
    "timed_out": Why.TIMED_OUT,
    "out_of_memory": Why.OUT_OF_MEMORY,
    "forbidden": Why.FORBIDDEN,
}
HINT = {
    "timed_out": 'Look for a loop that never ends. Training belongs below `if __name__ == "__main__":`.',
    "out_of_memory": "Look for an array or a list that grows without bound.",
    "forbidden": "Write it with NumPy alone; the assignment lists what may be imported.",
}


def frames_of(error: Mapping[str, Any] | None) -> tuple[Frame, ...]:
    """Return the student's own frames of an error that the child described."""
    return tuple(Frame(**frame) for frame in (error or {}).get("frames", ()))


def where(error: Mapping[str, Any] | None) -> str:
    """Return `` at line 3 of main.py`` for the innermost of the student's frames, or nothing."""
    frames = frames_of(error)
    return f" at line {frames[-1].line} of {frames[-1].file}" if frames else ""


def stopped_at(*faults: StudentFault | None) -> str | None:
    """Return ``line 3 of main.py`` if the submission's own code failed there, so that the lines after it did not run; else None."""
    for fault in faults:
        unread = fault is not None and fault.raised == "unreadable"
        if fault is not None and not unread and fault.frames and fault.why not in (Why.TIMED_OUT, Why.OUT_OF_MEMORY):
            # The statement of the program itself, not a function that it called.
            return f"line {fault.frames[0].line} of {fault.frames[0].file}"
    return None


def has_ended_itself(fault: StudentFault | None) -> bool:
    """Return whether the process of a submission ended early for a reason other than time or memory."""
    return fault is not None and fault.raised == "death" and fault.why is Why.CRASHED


def _as_sentence(error: Mapping[str, Any] | None) -> str:
    """Return the exception as the end of a sentence."""
    said = f"{error['type']}: {error['message']}".removesuffix(": ") if error else "an error"
    return said if said.endswith((".", "!", "?")) else f"{said}."


def early_end(ended: Mapping[str, Any], doing: str, cpu_seconds: float) -> StudentFault | None:
    """Return the fault that stopped a loading or a run, or None if it ran to its end.

    Parameters
    ----------
    ended : mapping
        ``status`` and ``error`` as the child reported them.
    doing : str
        ``"Loading"`` or ``"Running"``: the first word of the message.
    cpu_seconds : float
        Its limit.
    """
    status, error = ended["status"], ended["error"]
    if status not in WHY:
        return None
    if error and error["type"] == "NotImplementedError" and error["message"].startswith("Task"):
        return _not_written(error, doing)
    place = where(error)
    why, hint = WHY[status], HINT.get(status)
    if error:
        hint = version_hint(error["type"], error["message"]) or hint
    if status == "raised" and error and why_raised(error["type"], error["message"]) is Why.BLOCKED:
        why, hint = Why.BLOCKED, HINTS[Why.BLOCKED]
    if status == "timed_out":
        reason = f"was stopped{_timed_out_cell(ended) or place} after {cpu_seconds:g} seconds of computing time"
    elif status == "out_of_memory":
        reason = f"ran out of memory{place}"
    elif status == "exited":
        reason = f"ended{place}, because the code asked Python to exit{_last_words(error)}"
    elif ended.get("cells"):
        return StudentFault(
            why,
            f"A cell of your notebook stopped{place} with {_as_sentence(error)} The cells after it were run all the same.",
            hint=hint,
            frames=frames_of(error),
            raised=error["type"] if error else status,
        )
    else:
        reason = f"stopped{place} with {_as_sentence(error)}"
    return StudentFault(
        why,
        f"{doing} your submission {reason}{'' if reason.endswith('.') else '.'}",
        hint=hint,
        frames=frames_of(error),
        raised=error["type"] if error else status,
    )


def _last_words(error: Mapping[str, Any] | None) -> str:
    """Return the argument with which the code asked to exit, unless it is a number."""
    message = error["message"] if error else ""
    return "" if not message or message.lstrip("-").isdigit() else f': "{message}"'


def _timed_out_cell(ended: Mapping[str, Any]) -> str:
    """Return `` in cell 3`` for the first cell of a notebook that used up its time, or nothing."""
    cells = (cell["execution_count"] for cell in ended.get("cells", ()) if cell["status"] == "timed_out")
    number = next(cells, None)
    return "" if number is None else f" in cell {number}"


def _not_written(error: Mapping[str, Any], doing: str) -> StudentFault:
    """Return the fault for code that reached a stub of the template: nothing crashed, but something is not written yet."""
    return StudentFault(
        Why.MISSING,
        f"{doing} your submission came upon what is not written yet ({error['message']}).",
        frames=frames_of(error),
        raised=error["type"],
    )
