"""The weakest of verdicts: the text that a student has of a test runs in their own process, where alone it can be decided."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Any

import numpy as np

from grader.judge.foreign.author import Author
from grader.judge.foreign.case import Ended, _fault
from grader.judge.foreign.conversation import Conversation
from grader.judge.foreign.remote import Remote, wrap
from grader.judge.foreign.trust import Trust
from grader.material.foreign.forms import Case
from grader.material.foreign.imports import python_text
from grader.outcomes import Decided, StudentFault, Why
from grader.wire.frames import ProtocolError
from grader.wire.session import Ask

NOT_HELD = "The assertions of this test did not all hold."


def run_in_child(case: Case, label: str, open_child: Callable[[], Ask], author: Author) -> Ended:
    """Run a test that is wholly visible there; its hidden part, had it one, never would be.

    An assertion that must fail is tried before and after, those that held are counted, and what was compared is compared here again.
    """
    text = case.visible or case.source
    try:
        conversation = Conversation(open_child(), Trust(), wrap)
        told = conversation.send({"op": "asserted", "text": text, "name": label})
        problem = _problem(told, python_text(text))
    except StudentFault as fault:
        return Ended(0.0, Decided.IN_CHILD, fault)
    except ProtocolError as error:
        problem = f"Its answer could not be understood: {error}."
    except Exception as error:
        return Ended(0.0, Decided.IN_CHILD, _fault(error, case, label))
    if problem is not None:
        return Ended(0.0, Decided.IN_CHILD, StudentFault(Why.WRONG, problem))
    return Ended(1.0, Decided.IN_CHILD)


def _problem(told: Any, text: str) -> str | None:
    """Return why what was told is no pass; None when it is one."""
    if not isinstance(told, dict) or not isinstance(told.get("pairs"), list):
        return "Its answer could not be understood."
    if told.get("canaries") != [True, True]:
        return "An assertion that must fail does not fail in your program: do not change what Python itself does."
    least = sum(isinstance(node, ast.Assert) for node in ast.parse(text).body)
    held = told.get("held")
    if not isinstance(held, int) or held < least:
        return NOT_HELD
    for pair in told["pairs"]:
        if not isinstance(pair, list) or len(pair) != 2 or not _may_be_equal(*pair):
            return NOT_HELD
    return None


def _may_be_equal(left: Any, right: Any) -> bool:
    """Return whether two values that an assertion held equal are so, where they are plain data."""
    if _holds_objects(left) or _holds_objects(right):
        return True
    try:
        return bool(np.all(left == right))
    except (ValueError, TypeError):
        return True


def _holds_objects(value: Any) -> bool:
    if isinstance(value, (list, tuple, set, frozenset)):
        return any(map(_holds_objects, value))
    if isinstance(value, dict):
        return any(map(_holds_objects, value.values()))
    return type(value) is Remote or callable(value)
