"""How a loading ended is told in one sentence, with the place and a hint."""

import pytest

from grader.judge.endings import early_end
from grader.outcomes import Why

ERROR = {
    "type": "KeyError",
    "message": "'key'",
    "frames": [{"file": "main.py", "line": 3, "function": "<module>", "code": "d['key']"}],
}


@pytest.mark.parametrize(
    ("status", "error", "cells", "why", "message"),
    [
        (
            "raised",
            ERROR,
            [],
            Why.CRASHED,
            "Loading your submission stopped at line 3 of main.py with KeyError: 'key'.",
        ),
        (
            "raised",
            ERROR,
            [{"status": "raised"}],
            Why.CRASHED,
            "A cell of your notebook stopped at line 3 of main.py with KeyError: 'key'. The cells after it were run all the same.",
        ),
        (
            "raised",
            {"type": "StopIteration", "message": "", "frames": []},
            [],
            Why.CRASHED,
            "Loading your submission stopped with StopIteration.",
        ),
        (
            "timed_out",
            ERROR,
            [],
            Why.TIMED_OUT,
            "Loading your submission was stopped at line 3 of main.py after 60 seconds of computing time.",
        ),
        (
            "out_of_memory",
            ERROR,
            [],
            Why.OUT_OF_MEMORY,
            "Loading your submission ran out of memory at line 3 of main.py.",
        ),
        (
            "exited",
            ERROR,
            [],
            Why.CRASHED,
            "Loading your submission ended at line 3 of main.py, because the code asked Python to exit: \"'key'\".",
        ),
        (
            "raised",
            {"type": "NotImplementedError", "message": "Task 6.2: write solve", "frames": []},
            [{"status": "raised"}],
            Why.MISSING,
            "Loading your submission came upon what is not written yet (Task 6.2: write solve).",
        ),
        ("forbidden", None, [], Why.FORBIDDEN, "Loading your submission stopped with an error."),
        (
            "raised",
            {"type": "PermissionError", "message": "[Errno 1] Operation not permitted", "frames": []},
            [],
            Why.BLOCKED,
            "Loading your submission stopped with PermissionError: [Errno 1] Operation not permitted.",
        ),
        (
            "raised",
            {
                "type": "URLError",
                "message": "<urlopen error [Errno -3] Temporary failure in name resolution>",
                "frames": [],
            },
            [{"status": "raised"}],
            Why.BLOCKED,
            "A cell of your notebook stopped with URLError: <urlopen error [Errno -3] Temporary failure in name resolution>. "
            "The cells after it were run all the same.",
        ),
        (
            "exited",
            {"type": "SystemExit", "message": "please install numpy 9", "frames": []},
            [],
            Why.CRASHED,
            'Loading your submission ended, because the code asked Python to exit: "please install numpy 9".',
        ),
        (
            "timed_out",
            {"type": "TimedOut", "message": "", "frames": []},
            [{"status": "ok", "execution_count": 1}, {"status": "timed_out", "execution_count": 2}],
            Why.TIMED_OUT,
            "Loading your submission was stopped in cell 2 after 60 seconds of computing time.",
        ),
    ],
)
def test_ended_early_says_what_stopped_it(status, error, cells, why, message):
    """Each status has its word and its sentence."""
    fault = early_end({"status": status, "error": error, "cells": cells}, "Loading", 60.0)
    assert (fault.why, fault.message) == (why, message)
    assert (fault.hint is None) is (why in (Why.CRASHED, Why.MISSING))


def test_ended_early_is_nothing_for_a_loading_that_came_to_its_end():
    """What was loaded needs no explanation."""
    assert early_end({"status": "loaded", "error": None}, "Loading", 60.0) is None
