"""Runs one test of another tool's and says what became of it."""

from __future__ import annotations

import ast
import contextlib
import doctest
import io
import linecache
import warnings
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from types import CodeType
from typing import Any

import numpy as np

from grader.checks.labels import cut
from grader.judge.foreign.conversation import CannotCross, Conversation
from grader.judge.foreign.names import TestNames
from grader.judge.foreign.trust import Trust
from grader.material.foreign.forms import Case
from grader.material.foreign.imports import MOST_KEPT, python_text
from grader.outcomes import Decided, StudentFault, Why
from grader.wire.agreed import ProtocolError

HIDDEN = "A hidden test of this question did not pass."
NOTHING_SEEN = "This test ended without a look at anything of the submission, so it earns nothing."
MAX_MESSAGE = 1500


@dataclass(frozen=True)
class Ended:
    """What became of one test.

    Attributes
    ----------
    share : float
        Which part of its points it earns, from 0 to 1.
    fault : StudentFault or None
        Why it did not pass.
    bound : mapping
        What it has bound, for the tests after it.
    unfit : str or None
        Why it could not be run here at all: it hands over something that has no form on the wire.
    """

    share: float
    word: Decided = Decided.BY_JUDGE
    fault: StudentFault | None = None
    bound: Mapping[str, Any] = field(default_factory=dict)
    remarks: tuple[str, ...] = ()
    unfit: str | None = None


def run_case(case: Case, label: str, names: TestNames, conversation: Conversation, points: float) -> Ended:
    """Run a test among these names.

    Parameters
    ----------
    case : Case
    label : str
        What it is called in tracebacks.
    names : TestNames
    conversation : Conversation
        To a child that was forked for it.
    points : float
        What it may earn: a test cell may end with a number up to that.
    """
    trust = conversation.trust
    run = {"cell": _run_cell, "doctest": _run_doctest, "function": _run_function}[case.kind]
    share, fault, unfit = 0.0, None, None
    try:
        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
            share, fault = run(case, label, names, trust, points)
    except BaseException as error:
        # What the student's code raises is theirs, whatever it is called.
        if isinstance(error, KeyboardInterrupt | MemoryError) and not hasattr(error, "_fault"):
            raise
        cause = _cause(error)
        if isinstance(cause, CannotCross):
            unfit = str(cause)
        fault = _fault(error, case, label)
    if conversation.fatal is not None:
        share, fault = 0.0, conversation.fatal
    if fault is None and not trust.observed:
        fault, share = StudentFault(Why.WRONG, NOTHING_SEEN), 0.0
    if fault is not None and case.hidden and not _in_visible(fault, case):
        fault = StudentFault(fault.why, HIDDEN, fatal=fault.fatal)
    return Ended(share, trust.word, fault, names.bound(), tuple(trust.remarks), unfit)


def _run_cell(
    case: Case, label: str, names: TestNames, trust: Trust, points: float
) -> tuple[float, StudentFault | None]:
    text = _shown_in_tracebacks(python_text(case.source), label)
    body, last, shown = _compiled_cell(text, label)
    exec(body, names)
    if last is None:
        return 1.0, None
    value = eval(shown, names)
    # A text that stands there is a comment; a number is one that the author gives.
    if value is None or (
        isinstance(last, ast.Constant) and (type(value) is bool or not isinstance(value, int | float))
    ):
        return 1.0, None
    if _is_the_submissions(last, names):
        trust.lower(Decided.BY_OBJECT)
    return _share_of(value, points)


@lru_cache(maxsize=MOST_KEPT)
def _compiled_cell(text: str, label: str) -> tuple[CodeType, ast.expr | None, CodeType]:
    """Return the code of a test cell without the expression at its end, that expression, and its code."""
    tree = ast.parse(text, label)
    last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
    shown = last.value if isinstance(last, ast.Expr) else None
    value = compile(
        ast.Expression(shown or ast.Constant(None, lineno=1, col_offset=0)), label, "eval", dont_inherit=True
    )
    return compile(tree, label, "exec", dont_inherit=True), shown, value


@lru_cache(maxsize=MOST_KEPT)
def _compiled(text: str, label: str) -> CodeType:
    return compile(text, label, "exec", dont_inherit=True)


@lru_cache(maxsize=MOST_KEPT)
def _examples(text: str, label: str) -> tuple[doctest.Example, ...]:
    return tuple(doctest.DocTestParser().get_examples(text, label))


def compile_case(case: Case, label: str) -> None:
    """Compile a test, so that each judge finds its code; of examples, `doctest` compiles each itself."""
    with contextlib.suppress(SyntaxError, ValueError), warnings.catch_warnings():
        # What Python thinks of a test's style is nothing to print before a class is graded.
        warnings.simplefilter("ignore")
        if case.kind == "cell":
            _compiled_cell(python_text(case.source), label)
        elif case.kind == "doctest":
            _examples(case.source, label)
            # It imports what a terminal needs when it runs the first one.
            _Runner(verbose=False).run(doctest.DocTest([], {}, label, label, 0, ""), out=lambda text: None)
        elif case.kind == "function":
            _compiled(case.setup, f"{label} (above)")
            _compiled(case.source, label)


def _share_of(value: Any, points: float) -> tuple[float, StudentFault | None]:
    """Return what part of the points the last expression of a cell gives: a number up to the points, or a truth value."""
    if isinstance(value, bool | np.bool_):
        fault = None if value else StudentFault(Why.WRONG, "The last line of the test is False.")
        return float(bool(value)), fault
    if isinstance(value, int | float | np.integer | np.floating) and 0 <= value <= points:
        share = float(value) / points if points else 1.0
        fault = (
            None if share == 1 else StudentFault(Why.WRONG, f"The test gave {float(value):g} of its {points:g} points.")
        )
        return share, fault
    message = f"The last line of the test gave {cut(_shown(value), 60)}, which is no number from 0 to {points:g}, so it earns nothing."
    return 0.0, StudentFault(Why.WRONG, message)


def _is_the_submissions(node: ast.expr, names: TestNames) -> bool:
    """Return whether an expression is nothing but a name of the submission, or a call of one."""
    while isinstance(node, ast.Call | ast.Attribute | ast.Subscript):
        node = node.func if isinstance(node, ast.Call) else node.value
    return isinstance(node, ast.Name) and not dict.__contains__(names, node.id) and node.id not in names._imports


def _run_doctest(
    case: Case, label: str, names: TestNames, trust: Trust, points: float
) -> tuple[float, StudentFault | None]:
    """Run examples as Otter does: white space counts."""
    test = doctest.DocTest([*_examples(case.source, label)], {}, label, label, 0, case.source)
    test.globs = names
    runner = _Runner(verbose=False)
    runner.run(test, out=lambda text: None, clear_globs=False)
    if runner.error is not None:
        raise runner.error
    return (0.0, runner.failed) if runner.failed else (1.0, None)


class _Runner(doctest.DocTestRunner):
    """Keeps the first example that failed."""

    failed: StudentFault | None = None
    error: BaseException | None = None

    def report_failure(self, out: Any, test: Any, example: doctest.Example, got: str) -> None:
        """Keep what was expected and what came."""
        if self.failed is None and self.error is None:
            code, wanted = example.source.strip(), example.want.strip()
            self.failed = StudentFault(
                Why.WRONG,
                f"`{cut(code, 300)}` must give `{cut(wanted, 300)}`, but it gave `{cut(got.strip(), 300)}`.",
                expected=cut(wanted, 300),
                actual=cut(got.strip(), 300),
            )

    def report_unexpected_exception(self, out: Any, test: Any, example: doctest.Example, exc_info: Any) -> None:
        """Keep what was raised."""
        if self.failed is None and self.error is None:
            self.error = exc_info[1]


def _run_function(
    case: Case, label: str, names: TestNames, trust: Trust, points: float
) -> tuple[float, StudentFault | None]:
    above = f"{label} (above)"
    exec(_compiled(_shown_in_tracebacks(case.setup, above), above), names)
    exec(_compiled(_shown_in_tracebacks(case.source, label), label), names)
    function = names[case.function]
    code = function.__code__
    asked = code.co_varnames[: code.co_argcount + code.co_kwonlyargcount]
    defaults = set(code.co_varnames[: code.co_argcount][code.co_argcount - len(function.__defaults__ or ()) :])
    given: dict[str, Any] = {}
    for name in asked:
        if name == "env":
            given[name] = names
        elif name in names or name not in defaults:
            given[name] = _named(names, name)
    function(**given)
    return 1.0, None


def _named(names: TestNames, name: str) -> Any:
    try:
        return names[name]
    except KeyError:
        raise NameError(f"name {name!r} is not defined", name=name) from None


def _shown_in_tracebacks(text: str, label: str) -> str:
    """Return the text of a test, which tracebacks quote, and which whoever asks for the text of its functions gets."""
    linecache.cache[label] = (len(text), None, text.splitlines(keepends=True), label)
    return text


def _cause(error: BaseException) -> BaseException:
    seen = 0
    while (error.__cause__ or error.__context__) is not None and seen < 10 and not isinstance(error, CannotCross):
        error, seen = error.__cause__ or error.__context__ or error, seen + 1
    return error


def _fault(error: BaseException, case: Case, label: str) -> StudentFault:
    """Return what a student is told of an exception that ended a test."""
    if isinstance(error, StudentFault):
        return error
    if isinstance(error, ProtocolError):
        return StudentFault(Why.CRASHED, f"Its answer could not be understood: {error}.")
    theirs = getattr(error, "_fault", None)
    place = _line(error, label)
    if isinstance(theirs, StudentFault):
        return _located(theirs, place)
    code = cut(place[1], 300) if place else ""
    text = cut(_shown_error(error), MAX_MESSAGE)
    if isinstance(error, NameError) and error.name:
        return StudentFault(
            Why.MISSING, f"`{cut(error.name, 80)}` is not defined in your submission.", missing=cut(error.name, 80)
        )
    if isinstance(error, AssertionError):
        said = f" {text}" if text else ""
        message = f"`{code}` does not hold.{said}" if code.startswith("assert ") else text or f"`{code}` does not hold."
        return _located(StudentFault(Why.WRONG, message), place)
    message = (
        f"`{code}` raised {type(error).__name__}{f': {text}' if text else ''}"
        if code
        else f"The test raised {type(error).__name__}: {text}"
    )
    return _located(StudentFault(Why.WRONG, message if message.endswith((".", "!", "?")) else f"{message}."), place)


def _located(fault: StudentFault, place: tuple[int, str] | None) -> StudentFault:
    """Return the fault with the line of the test, to tell what of it is hidden."""
    fault.test_line = place[0] if place else None  # type: ignore[attr-defined]
    return fault


def _line(error: BaseException, label: str) -> tuple[int, str] | None:
    """Return number and text of the line of the test that an exception passed through, the last of them."""
    found, step = None, error.__traceback__
    while step is not None:
        if step.tb_frame.f_code.co_filename == label:
            found = step.tb_lineno, linecache.getline(label, step.tb_lineno).strip()
        step = step.tb_next
    return found


def _in_visible(fault: StudentFault, case: Case) -> bool:
    """Return whether a student may read what failed: it stands in the part of the test that they have."""
    if case.kind != "cell" or fault.fatal:
        return fault.fatal
    line = getattr(fault, "test_line", None)
    lines = python_text(case.source).splitlines()
    if line is None or not 0 < line <= len(lines):
        return False
    return lines[line - 1].strip() in {each.strip() for each in python_text(case.visible).splitlines()}


def _shown(value: Any) -> str:
    try:
        return repr(value)
    except Exception:
        return f"a {type(value).__name__}"


def _shown_error(error: BaseException) -> str:
    try:
        return str(error).strip()
    except Exception:
        return ""
