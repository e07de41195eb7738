"""What is seen of a child becomes one word and one sentence."""

import signal

import pytest

from grader.outcomes import Why
from grader.wire import faults as verdicts
from grader.wire.agreed import ProtocolError

FRAME = {"file": "s001.py", "line": 3, "function": "f", "code": "return 1 / 0"}


def error(name, message=""):
    """Return an error map as a child sends it."""
    return {"type": name, "message": message, "frames": [FRAME]}


RAISED = [
    ("ZeroDivisionError", "division by zero", Why.CRASHED, "It raised ZeroDivisionError: division by zero"),
    ("KeyError", "", Why.CRASHED, "It raised KeyError."),
    ("NotImplementedError", "Task 2.2: backward", Why.MISSING, "It is not implemented yet (Task 2.2: backward)."),
    ("NotImplementedError", "later", Why.CRASHED, "It raised NotImplementedError: later"),
    ("MemoryError", "", Why.OUT_OF_MEMORY, "It raised MemoryError."),
    ("ForbiddenImport", "torch", Why.FORBIDDEN, "It raised ForbiddenImport: torch"),
    ("PermissionError", "socket", Why.BLOCKED, "It raised PermissionError: socket"),
    ("SystemExit", "0", Why.CRASHED, "It raised SystemExit: 0"),
]


@pytest.mark.parametrize(("name", "message", "why", "sentence"), RAISED)
def test_from_error_finds_the_word(name, message, why, sentence):
    """The type, and for a stub the message, decide the word; the frames come along."""
    fault = verdicts.from_error(error(name, message))
    assert (fault.why, fault.message, fault.raised) == (why, sentence, name)
    assert fault.frames[0].line == 3


def test_from_error_survives_a_lie():
    """An error that is no error map is a crash with a sentence, too."""
    fault = verdicts.from_error({"type": 3})
    assert fault.why is Why.CRASHED
    assert fault.message == "Its answer could not be understood: a message lacks frames, message."


def test_answer_of_hands_on_what_is_missing():
    """A missing name stays data, bounded: only who asked knows what lacks it."""
    reply = {"missing": "n" * 300, "near": ["a", "b", "c", "d"], "inside": None, "step": 2, "more": 1}
    assert verdicts.answer_of(reply, {"op": "program"}) == {
        "missing": "n" * 200, "near": ["a", "b", "c"], "inside": None, "step": 2, "warnings": [],
    }  # fmt: skip


@pytest.mark.parametrize("lie", [{"missing": 3}, {"near": None}, {"near": [3]}, {"inside": 3}, {"step": "x"}])
def test_answer_of_refuses_a_lie_about_what_is_missing(lie):
    """A missing name that is not described by texts does not have the agreed form."""
    with pytest.raises(ProtocolError):
        verdicts.answer_of({"missing": "f", "near": [], "inside": None, "step": 0, **lie}, {"op": "program"})


STATUS = [
    (3 << 8, 0.1, Why.CRASHED, "It ended before it answered (exit status 3)."),
    (None, 0.1, Why.CRASHED, "It ended before it answered (no exit status)."),
    (-1, 0.1, Why.CRASHED, "It ended before it answered (no exit status)."),
    (0x137F, 0.1, Why.CRASHED, "It ended before it answered (no exit status)."),
    (2**31, 0.1, Why.CRASHED, "It ended before it answered (no exit status)."),
    (signal.SIGSEGV, 0.1, Why.CRASHED, "It ended before it answered (signal SIGSEGV)."),
    (signal.SIGKILL, 0.1, Why.CRASHED, "It ended before it answered (signal SIGKILL)."),
    (signal.SIGKILL, 1.95, Why.TIMED_OUT, "It did not finish within 2 seconds of computing time."),
    (signal.SIGXCPU, 0.1, Why.TIMED_OUT, "It did not finish within 2 seconds of computing time."),
    (signal.SIGALRM, 0.0, Why.TIMED_OUT, "It did not finish within 2 seconds of computing time."),
    (signal.SIGSYS, 0.0, Why.BLOCKED, "It was stopped for asking the system for something that is not allowed here."),
]


@pytest.mark.parametrize(("status", "cpu_seconds", "why", "sentence"), STATUS)
def test_from_status_tells_endings_apart(status, cpu_seconds, why, sentence):
    """How a process ended, and what it had used, decide the word."""
    fault = verdicts.from_status(status, cpu_seconds, 2.0, fatal=True)
    assert (fault.why, fault.message, fault.fatal) == (why, sentence, True)


@pytest.mark.parametrize(
    ("kind", "why", "sentence"),
    [
        ("memory", Why.OUT_OF_MEMORY, "Its processes together took more memory than they may."),
        ("time", Why.TIMED_OUT, "Its processes together took more computing time than they may."),
    ],
)
def test_from_overrun_names_what_ran_over(kind, why, sentence):
    """A session stopped by its init has a sentence for it."""
    fault = verdicts.from_overrun(kind)
    assert (fault.why, fault.message) == (why, sentence)


def test_from_overrun_is_silent_without_one():
    """A session that was not stopped has no such fault."""
    assert verdicts.from_overrun(None) is None


def test_from_protocol_says_what_came():
    """A malformed answer is a crash that tells what was wrong with it."""
    fault = verdicts.from_protocol(ProtocolError("a text is not UTF-8"))
    assert (fault.why, fault.message) == (Why.CRASHED, "Its answer could not be understood: a text is not UTF-8.")
