"""Runs collected checks and returns their outcomes."""

from __future__ import annotations

import time
import traceback
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from _pytest.outcomes import OutcomeException

from grader.checks.claims import is_claim
from grader.checks.examination import Examination, Run
from grader.checks.notes import Notes
from grader.checks.parts import Parts
from grader.checks.proxy import Student
from grader.judge.marks import CheckSpec
from grader.judge.misuse import trace_misuse
from grader.judge.plugin import EXAMINATION, NOTES, PARTS, PHASES, SPEC, STUDENT
from grader.outcomes import LEFT, ForAPerson, Result, StudentFault, Why
from grader.record.score import CheckOutcome, exact_sum

EARLY_END = "The check ended early, so it earns nothing more: {reason}"


class Fault(Exception):
    """Something went wrong on our side while a check ran; ``text`` is the traceback for the instructor."""

    def __init__(self, message: str, text: str) -> None:
        super().__init__(message)
        self.text = text


@dataclass(frozen=True)
class CheckRun:
    """The result of one run of a check, or that it was not run.

    Attributes
    ----------
    item, spec : pytest.Item, CheckSpec
        The check.
    outcome : CheckOutcome
        The outcome for the record.
    faults : mapping of str to StudentFault
        The faults by the names of its parts, or under ``""`` for the whole check.
    exhibits : tuple of dict
        Curves and points for the report.
    our_fault : Fault or None
        The fault on our side, if the outcome is ``grader_fault``.
    seconds : float
        Wall-clock time.
    """

    item: pytest.Item
    spec: CheckSpec
    outcome: CheckOutcome
    faults: Mapping[str, StudentFault] = field(default_factory=dict)
    exhibits: tuple[dict[str, Any], ...] = ()
    our_fault: Fault | None = None
    seconds: float = 0.0

    @property
    def failed(self) -> bool:
        """Whether the submission failed the check."""
        return self.outcome.result is Result.FAILED


def run_checks(
    checks: Iterable[tuple[pytest.Item, CheckSpec]], examine: Callable[[], Examination]
) -> Iterator[CheckRun]:
    """Run every check whose prerequisites passed; yield each result as soon as it is available.

    Parameters
    ----------
    checks : iterable of (Item, CheckSpec)
        Each after those it requires.
    examine : callable
        Returns the submission as an ``Examination``; called for each check that is run.
    """
    outcomes: dict[str, CheckOutcome] = {}
    for item, spec in checks:
        before = time.perf_counter()
        outcome = skip_check(spec, outcomes)
        run = CheckRun(item, spec, outcome) if outcome is not None else run_check(item, spec, examine())
        outcomes[spec.id] = run.outcome
        yield replace(run, seconds=time.perf_counter() - before)


def run_check(item: pytest.Item, spec: CheckSpec, examination: Examination) -> CheckRun:
    """Run one check on a submission through pytest's own protocol."""
    item.config.stash[EXAMINATION] = examination
    item.stash = pytest.Stash()
    item.stash[SPEC] = spec
    item.config.hook.pytest_runtest_protocol(item=item, nextitem=None)
    phases = item.stash.get(PHASES, {})
    notes, parts = item.stash.get(NOTES, Notes()), item.stash.get(PARTS, Parts())
    fields, fault = _judge(spec, phases, parts, _explain(item), item.stash.get(STUDENT, None))
    fields |= {"measured": tuple(notes.measurements), "remarks": tuple(notes.remarks)}
    outcome = outcome_of(spec, parts=tuple(parts.outcomes), **fields)
    return CheckRun(item, spec, outcome, _faults(phases, parts), tuple(notes.exhibits), fault)


def _faults(phases: Mapping[str, Any], parts: Parts) -> dict[str, StudentFault]:
    """Return the student's faults by part."""
    if parts.faults:
        return dict(parts.faults)
    ended = next((info.value for info in phases.values() if info is not None), None)
    return {"": ended} if isinstance(ended, StudentFault) else {}


def skip_check(spec: CheckSpec, outcomes: Mapping[str, CheckOutcome]) -> CheckOutcome | None:
    """Return the outcome of a check whose prerequisites did not all pass, or None if they all passed."""
    for name in spec.requires:
        required = outcomes[name]
        if required.result is not Result.PASSED:
            root = required.mend_first or required.id
            return outcome_of(
                spec,
                result=Result.NOT_CHECKED,
                message=f"This was not checked, because it needs what task {outcomes[root].task} asks for. "
                f"Fix this first: {outcomes[root].title}.",
                mend_first=root,
            )
    return None


def outcome_of(spec: CheckSpec, **fields: Any) -> CheckOutcome:
    """Return the outcome of a check, from its marks and the other ``fields`` of ``CheckOutcome``."""
    return CheckOutcome(
        id=spec.id, title=spec.title, task=spec.task, points=spec.points, visibility=spec.visibility, **fields
    )


def _explain(item: pytest.Item) -> Callable[[StudentFault], StudentFault]:
    """Return a function that names the earlier event which caused a fault: a loading or a run that ended early."""
    examination = item.config.stash[EXAMINATION]
    uses_run = "script" in getattr(item, "fixturenames", ())

    def explain(fault: StudentFault) -> StudentFault:
        cause = examination.loading if fault.missing in examination.source_names else None
        came = fault.shown or fault.diagnosis is not None
        if uses_run and cause is None and not came and isinstance(examination.run, Run):
            cause = examination.run.fault
        if cause is None or cause is fault:
            return fault
        return StudentFault(
            cause.why,
            f"{fault.message} {cause.message}",
            hint=cause.hint or fault.hint,
            expected=fault.expected,
            actual=fault.actual,
            frames=cause.frames,
            raised=cause.raised,
            fatal=fault.fatal,
        )

    return explain


def _judge(
    spec: CheckSpec,
    phases: Mapping[str, Any],
    parts: Parts,
    explain: Callable[[StudentFault], StudentFault],
    student: Student | None = None,
) -> tuple[dict[str, Any], Fault | None]:
    """Return the outcome's fields from the results of the phases. Only a call that returned can pass."""
    for when in ("setup", "call", "teardown"):
        if when not in phases:
            return _ours(f"pytest never reached the {when} of the check", "")
        info = phases[when]
        if info is not None:
            return _from_exception(trace_misuse(info.value, student), explain)
    if parts.first_fault is not None:
        return _from_exception(parts.first_fault, explain)
    if parts.outcomes and exact_sum(part.points for part in parts.outcomes) != exact_sum([spec.points]):
        return _ours(f"the parts of the check do not add up to its {spec.points:g} points", "")
    return {"result": Result.PASSED}, None


def _from_exception(
    error: BaseException, explain: Callable[[StudentFault], StudentFault]
) -> tuple[dict[str, Any], Fault | None]:
    if isinstance(error, StudentFault):
        error = explain(error)
        value = error.evidence.digest if error.evidence is not None else None
        fields = {"result": Result.FAILED, "frames": error.frames, "value": value}
        return fields | error.as_fields() | {"why": error.why}, None
    if isinstance(error, ForAPerson):
        return {"result": Result.NOT_CHECKED, "message": f"{LEFT} {error}", "for_person": True}, None
    if isinstance(error, AssertionError) and is_claim(error):
        return {
            "result": Result.FAILED,
            "why": Why.WRONG,
            "message": str(error) or "An assertion of the check failed.",
        }, None
    if isinstance(error, OutcomeException):
        failed = isinstance(error, pytest.fail.Exception) and not isinstance(error, pytest.xfail.Exception)
        message = str(error.msg) if failed else EARLY_END.format(reason=error.msg)
        why = {"why": Why.WRONG} if failed else {}
        return {"result": Result.FAILED if failed else Result.NOT_CHECKED, "message": message} | why, None
    text = "".join(traceback.format_exception(error))
    return _ours(f"{type(error).__name__}: {error}", text)


def _ours(message: str, text: str) -> tuple[dict[str, Any], Fault]:
    sentence = (
        "This check could not be judged because of a fault of the grader. It is not scored; your instructor is told."
    )
    return {"result": Result.GRADER_FAULT, "message": sentence}, Fault(message, text)
