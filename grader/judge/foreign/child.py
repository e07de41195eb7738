"""The weakest of verdicts: the text that a student has of a test runs in their own process, where alone it can be decided."""

from __future__ import annotations

import ast
import doctest
import textwrap
from collections.abc import Callable
from typing import Any

import numpy as np

from grader.judge.foreign.author import Author
from grader.judge.foreign.case import Ended, _fault
from grader.judge.foreign.conversation import Conversation
from grader.judge.foreign.remote import is_remote, wrap
from grader.judge.foreign.trust import Trust
from grader.material.foreign.forms import Case
from grader.material.foreign.imports import python_text
from grader.outcomes import Decided, StudentFault, Why
from grader.wire.agreed import ProtocolError
from grader.wire.session import Ask

_GLOBALS = "globals()"
NOT_HELD = "The assertions of this test did not all hold."


def run_in_child(case: Case, label: str, open_child: Callable[[], Ask], author: Author) -> Ended:
    """Run a test that is wholly visible there; its hidden part, had it one, never would be.

    An assertion that must fail is tried before and after, those that held are counted, and what was compared is compared here again.
    """
    try:
        text, least = as_statements(case)
        conversation = Conversation(open_child(), Trust(), wrap)
        told = conversation.send({"op": "asserted", "text": text, "name": label})
        problem = _problem(told, least)
    except StudentFault as fault:
        return Ended(0.0, Decided.IN_CHILD, fault)
    except ProtocolError as error:
        problem = f"Its answer could not be understood: {error}."
    except Exception as error:
        return Ended(0.0, Decided.IN_CHILD, _fault(error, case, label))
    if problem is not None:
        return Ended(0.0, Decided.IN_CHILD, StudentFault(Why.WRONG, problem))
    return Ended(1.0, Decided.IN_CHILD)


def as_statements(case: Case) -> tuple[str, int]:
    """Return a test as statements to run, and how many of its assertions are made in any case."""
    if case.kind == "doctest":
        statements = [_of_example(one) for one in doctest.DocTestParser().get_examples(case.visible or case.source)]
        text = "\n".join(statements)
        return text, _asserts(ast.parse(text).body)
    text = case.visible or case.source
    if case.kind == "cell":
        return text, _asserts(ast.parse(python_text(text)).body)
    definition = next(node for node in ast.parse(text).body if isinstance(node, ast.FunctionDef))
    names = [each.arg for each in (*definition.args.posonlyargs, *definition.args.args, *definition.args.kwonlyargs)]
    values = ", ".join(f"{name}={_GLOBALS if name == 'env' else f'{_GLOBALS}.get({name!r})'}" for name in names)
    return f"{case.setup}\n{text}\n{definition.name}({values})", _asserts(definition.body)


def _asserts(statements: list[ast.stmt]) -> int:
    return sum(isinstance(node, ast.Assert) for node in statements)


def _of_example(example: doctest.Example) -> str:
    """Return one example of a doctest as statements that assert what it shows."""
    body = ast.parse(example.source).body
    if example.exc_msg is not None:
        kind = example.exc_msg.partition(":")[0].strip().rpartition(".")[2]
        said = textwrap.indent(example.source, "    ")
        return f"__raised = ''\ntry:\n{said}\nexcept Exception as __error:\n    __raised = type(__error).__name__\nassert __raised == {kind!r}"
    if len(body) == 1 and isinstance(body[0], ast.Expr):
        value = ast.unparse(body[0].value)
        shown = example.want.rstrip("\n")
        return f"assert repr({value}) == {shown!r}" if shown else f"assert ({value}) is None"
    if not example.want:
        return example.source.rstrip("\n")
    said = textwrap.indent(example.source, "    ")
    head = "import io as __io, contextlib as __contextlib\n__shown = __io.StringIO()\n"
    return f"{head}with __contextlib.redirect_stdout(__shown):\n{said}\nassert __shown.getvalue() == {example.want!r}"


def _problem(told: Any, least: int) -> str | None:
    """Return why what was told is no pass; None when it is one."""
    if not isinstance(told, dict) or not isinstance(told.get("pairs"), list):
        return "Its answer could not be understood."
    if told.get("canaries") != [True, True]:
        return "An assertion that must fail does not fail in your program: do not change what Python itself does."
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
    return is_remote(value) or callable(value)
