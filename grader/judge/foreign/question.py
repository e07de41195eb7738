"""Judges one question of a foreign assignment with the state in which a submission stands still."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass, field
from types import ModuleType
from typing import Any

from grader.judge.foreign.author import Author, binds, compared_names, draws_shared, free_names, text_of, used_names
from grader.judge.foreign.case import HIDDEN, Ended, run_case
from grader.judge.foreign.child import run_in_child
from grader.judge.foreign.conversation import Conversation
from grader.judge.foreign.names import TestNames
from grader.judge.foreign.remote import wrap
from grader.judge.foreign.trust import OPTIONS, Trust, suffices, weakest
from grader.material.foreign.forms import Case, Question
from grader.material.foreign.imports import tree_of
from grader.outcomes import Decided, Result, StudentFault, Why
from grader.record.score import PartOutcome
from grader.wire.session import Ask

Open = Callable[[], AbstractContextManager[Ask]]
NOT_TRUSTED = "It passed, but its verdict was {word}, and `--evidence {least}` counts nothing that is weaker."


@dataclass
class State:
    """What tests of one notebook leave for those after them: the names that they have bound."""

    names: TestNames | None = None
    # Those of them that came of a look at the submission: a test that uses one has looked at it, too.
    seen: set[str] = field(default_factory=set)

    @property
    def kept(self) -> dict[str, Any]:
        """What tests have bound."""
        return self.names.bound() if self.names is not None else {}

    def forget(self, names: Iterable[str]) -> None:
        """Forget names that the submission has bound again since."""
        for name in names:
            if self.names is not None:
                dict.pop(self.names, name, None)
            self.seen.discard(name)

    def back_to(self, kept: Mapping[str, Any], seen: set[str]) -> None:
        """Forget what a test has bound."""
        if self.names is not None:
            self.forget(self.kept.keys() - kept.keys())
            dict.update(self.names, kept)
        self.seen = seen


class Child:
    """The process in which the tests of one question meet the submission; there is one at a time.

    Parameters
    ----------
    open_child : callable
        Forks one as the submission is now.
    stack : ExitStack
        Lets the last one go.
    """

    def __init__(self, open_child: Open, stack: ExitStack) -> None:
        self._open, self._stack = open_child, stack
        self._ask: Ask | None = None

    def ask(self) -> Ask:
        """Return what asks the present one; there is one from now on."""
        if self._ask is None:
            self._ask = self._stack.enter_context(self._open())
        return self._ask

    def leave(self) -> None:
        """Let the present one go."""
        self._ask = None
        self._stack.close()

    def anew(self) -> Ask:
        """Return what asks a fresh one."""
        self.leave()
        return self.ask()


class OurFault(Exception):
    """A test could not be judged, and not through the submission; ``text`` is for the instructor."""

    def __init__(self, message: str, text: str = "") -> None:
        super().__init__(message)
        self.text = text


def judge_question(
    question: Question, author: Author, child: Child, reads: frozenset[str], state: State, least: Decided
) -> list[Ended]:
    """Run the tests of a question, each as its tool does; return what became of each.

    Parameters
    ----------
    question : Question
    author : Author
    child : Child
        As the submission is now.
    reads : frozenset of str
        Global names that the submission's functions read.
    state : State
        Learns what the tests bind.
    least : Decided
        The weakest verdict that counts.

    Raises
    ------
    OurFault
        When a test cannot be run, through no fault of the submission.
    """
    ended: list[Ended] = []
    for case in question.tests:
        one = _judge_case(question, case, author, child, reads, state)
        if one.fault is not None and one.fault.fatal:
            child.leave()
        if one.share and not suffices(one.word, least):
            option = next(name for name, word in OPTIONS.items() if word is least)
            one = Ended(0.0, one.word, StudentFault(Why.WRONG, NOT_TRUSTED.format(word=one.word, least=option)))
        ended.append(one)
    return ended


def may_go_on(question: Question, author: Author, state: State) -> bool:
    """Return whether the tests of a question may meet the child in which others have passed, with the verdict that a fresh one would give.

    They change nothing but values, and use nothing that a test before them has bound.
    """
    # A library, or a function that the author gives, is the same wherever it is met.
    kept = {name for name, value in state.kept.items() if type(value) is not ModuleType} - author.helpers.keys()
    return bool(question.tests) and all(
        case in author.computing and kept.isdisjoint(free_names(text_of(case))) for case in question.tests
    )


def label_of(question: Question) -> str:
    """Return what the tests of a question are called in tracebacks."""
    return f"the test of {question.id}"


def _judge_case(
    question: Question,
    case: Case,
    author: Author,
    child: Child,
    reads: frozenset[str],
    state: State,
) -> Ended:
    label = label_of(question)
    points = case.points if question.tests[1:] else question.points
    if author.only_there(case):
        return run_in_child(case, label, child.anew, author)
    if author.unpickles(case):
        raise OurFault(
            "a hidden part of the test unpickles or evaluates what the submission may have written, which would then run here"
        )
    try:
        trust = Trust()
        names = _names_of(state, author, child.ask(), trust, carries_random=draws_shared(case))
    except StudentFault as fault:
        return Ended(0.0, fault=fault)
    conversation, before = names.conversation, names.bound()
    text = text_of(case)
    # What a function binds is its own.
    shared = reads & frozenset(binds(text)) - compared_names(text) if case.kind != "function" else frozenset()
    names.share(shared)
    trust.observed = author.form.kind == "nbgrader" and not state.seen.isdisjoint(used_names(case.source))
    names.watch(
        tree_of(text if case.kind != "function" else f"{case.setup}\n{text}"), author.form.files, is_hidden=case.hidden
    )
    try:
        ended = run_case(case, label, names, conversation, points)
    finally:
        names.leave()
    if ended.unfit is not None:
        if not case.hidden:
            return run_in_child(case, label, child.anew, author)
        raise OurFault(f"the test hands {ended.unfit} to the submission, which has no form in which it could go there")
    if author.form.kind == "nbgrader":
        fresh = {name for name, value in ended.bound.items() if before.get(name) is not value}
        if trust.observed:
            state.seen |= fresh
    return ended


def _names_of(state: State, author: Author, ask: Ask, trust: Trust, *, carries_random: bool) -> TestNames:
    """Return the names of the next test: those of nbgrader's go on from cell to cell."""
    names = state.names if author.form.kind == "nbgrader" else None
    if names is None:
        conversation = Conversation(ask, trust, wrap, carries_random=carries_random)
        names = state.names = TestNames(conversation, author.imports, author.helpers, author.written, author.mutated)
    else:
        names.begin(anew=names.conversation.begin(ask, trust, carries_random=carries_random))
    return names


def outcome_fields(question: Question, ended: list[Ended], points: float) -> dict[str, Any]:
    """Return the fields of a question's outcome by what became of its tests.

    Parameters
    ----------
    points : float
        What the question is worth here.
    """
    faults = [one.fault for one in ended if one.fault is not None]
    earning = [one for one in ended if one.share]
    fields: dict[str, Any] = {
        "evidence": str(weakest(*(one.word for one in earning or ended))) if ended else "",
        "remarks": tuple(dict.fromkeys(remark for one in ended for remark in one.remarks)),
    }
    if not faults and ended:
        return fields | {"result": Result.PASSED, "message": _said(question, ended, points)}
    first = faults[0] if faults else StudentFault(Why.WRONG, "There is no test of this question.")
    fields |= {"result": Result.FAILED, "frames": first.frames} | first.as_fields() | {"why": first.why}
    if question.all_or_nothing or not earning:
        return fields
    return fields | {"parts": tuple(_parts(question, ended, points))}


def _said(question: Question, ended: list[Ended], points: float) -> str | None:
    said = [case.success for case, one in zip(question.tests, ended, strict=True) if case.success and not case.hidden]
    return " ".join(said)[:1000] or None


def _parts(question: Question, ended: list[Ended], points: float) -> Iterable[PartOutcome]:
    """Yield a part for each test; a single test that gave a number has two, what it gave and what is missing."""
    if len(ended) == 1:
        share = points * ended[0].share
        yield PartOutcome("given by the test", share, Result.PASSED)
        yield PartOutcome(
            "not given", points - share, Result.FAILED, why=Why.WRONG, message=_message(question.tests[0], ended[0])
        )
        return
    factor = points / question.points if question.points else 0.0
    seen: dict[str, int] = {}
    for case, one in zip(question.tests, ended, strict=True):
        name = "a hidden test" if case.hidden else case.name or question.id
        seen[name] = seen.get(name, 0) + 1
        name = name if seen[name] == 1 else f"{name} ({seen[name]})"
        if one.fault is None:
            yield PartOutcome(name, case.points * factor, Result.PASSED)
        else:
            fault = one.fault
            yield PartOutcome(
                name, case.points * factor, Result.FAILED, why=fault.why, message=_message(case, one), hint=fault.hint,
                expected=fault.expected, actual=fault.actual,
            )  # fmt: skip


def _message(case: Case, ended: Ended) -> str:
    assert ended.fault is not None
    if case.hidden and ended.fault.message == HIDDEN:
        return HIDDEN
    return f"{case.failure} {ended.fault.message}".strip() if not case.hidden else ended.fault.message


def our_fault(error: BaseException) -> dict[str, str]:
    """Return what the record keeps of a fault of ours."""
    text = getattr(error, "text", "") or "".join(traceback.format_exception(error))
    return {"message": f"{type(error).__name__}: {error}", "traceback": text}
