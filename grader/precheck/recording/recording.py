"""Records the questions of the public checks to the answer key, and verifies that they do not depend on the submission.

The recording is made with the answer key as the submission. The checks are then run again on the recording alone, with
answers distorted in several ways, as wrong submissions would give. A check that then asks something else depends on the
student's answers and cannot be recorded.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import numpy as np

from grader.errors import AssignmentError
from grader.judge.diagnosis.naming import faults_shown_by, mistakes_for
from grader.judge.diagnosis.tried import is_quick
from grader.material.assignment import Assignment
from grader.material.misconceptions import misconceptions
from grader.outcomes import Result, StudentFault, Why
from grader.precheck.judging import PUBLIC_SEED, Checks, Judgement, judge
from grader.precheck.recording.answers import Pool, pack
from grader.precheck.recording.mistakes import note_mistake
from grader.precheck.recording.recorder import Recorder
from grader.precheck.recording.replay import Replay
from grader.precheck.running import forks
from grader.precheck.session import HomeSession, Launcher
from grader.precheck.starting import Plan
from grader.submissions import Submission
from grader.wire.limits import SessionLimits
from grader.wire.values import Handle

REMEDY = (
    "Let the check draw what it needs instead of reading it from the student, give each part that draws its own generator "
    '(`first, second = rng.spawn(2)`), or mark it visibility("hidden").'
)


def _raise(value: Any) -> Any:
    raise StudentFault(Why.CRASHED, "It raised ValueError: bent")


def _on_arrays(change: Callable[[np.ndarray], np.ndarray]) -> Callable[[Any], Any]:
    def bend(value: Any) -> Any:
        if isinstance(value, np.ndarray) and value.dtype.kind in "iuf":
            return change(value)
        if isinstance(value, (list, tuple)):
            return type(value)(bend(item) for item in value)
        return value

    return bend


# The distortions: another value, another orientation, another shape, nothing, an exception.
BENT: dict[str, Callable[[Any], Any]] = {
    "other values": _on_arrays(lambda value: 1.5 * value + 0.25),
    "the other sign": _on_arrays(lambda value: -value.astype(np.float64)),
    "the transpose": _on_arrays(lambda value: value.T.copy()),
    "another shape": _on_arrays(lambda value: value.ravel()),
    "nothing": lambda value: None,
    "an exception": _raise,
}


class _Kept(Launcher):
    """Opens one session, read and loaded only once; ``bend`` is applied to each of its answers to checks."""

    def __init__(self, plan: Plan) -> None:
        super().__init__(plan)
        self.bend: Callable[[Any], Any] = lambda value: value
        self._session: _KeptSession | None = None

    def open(self, limits: SessionLimits) -> HomeSession:
        """Return the session."""
        self._session = self._session or _KeptSession(self._start, self)
        return self._session

    def close(self) -> None:
        """End the session."""
        if self._session is not None:
            self._session.end()


class _KeptSession(HomeSession):
    """A session that stays open between runs of the judge."""

    def __init__(self, start: Callable[[], Any], owner: _Kept) -> None:
        super().__init__(start)
        self._owner = owner
        self._answers: dict[str, dict[str, Any]] = {}

    def read(self, *args: Any, **more: Any) -> dict[str, Any]:
        """Read the submission the first time only."""
        if "read" not in self._answers:
            self._answers["read"] = super().read(*args, **more)
        return self._answers["read"]

    def load(self, run_name: str, cpu_seconds: float, **more: Any) -> dict[str, Any]:
        """Load the submission the first time only."""
        if "load" not in self._answers:
            self._answers["load"] = super().load(run_name, cpu_seconds, **more)
        return self._answers["load"]

    @contextlib.contextmanager
    def check(self, cpu_seconds: float, **more: Any) -> Iterator[Any]:
        """Yield the function that asks and distorts the answers."""
        with super().check(cpu_seconds, **more) as ask:

            def asked(request: dict[str, Any], reply_bytes: int | None = None) -> dict[str, Any]:
                reply = ask(request, reply_bytes)
                # Functions and classes that are looked up are not distorted.
                if request["op"] == "get" and isinstance(reply["value"], Handle):
                    return dict(reply)
                return {**reply, "value": self._owner.bend(reply["value"])}

            yield asked

    def close(self) -> None:
        """Do nothing, so that the session stays open."""

    def end(self) -> None:
        """End the process."""
        super().close()


def record_answers(assignment: Assignment, checks: Checks, right: Submission, key: Any) -> tuple[Recorder, bytes]:
    """Record the answers to the checks' questions, and return the recorder and the file.

    Parameters
    ----------
    checks : sequence of (Item, CheckSpec)
        The public checks, each after those it requires.
    right : Submission
        The answer key, as a student would hand it in.
    key : module
        The answer key.

    Raises
    ------
    AssignmentError
        If the answer key does not pass, or a check asks something that cannot be recorded.
    """
    asking = [(item, spec) for item, spec in checks if "reference" in getattr(item, "fixturenames", ())]
    needed = _with_required(asking, checks)
    recorder = Recorder(key)
    plan = Plan(forks(), int(assignment.limits.memory_bytes), assignment.preload)
    launcher = _Kept(plan)
    try:
        _judge(assignment, needed, right, launcher, recorder.begin)
        replay = Replay(recorder.answers, recorder.pool.rows())
        for launcher.bend in BENT.values():
            _judge(assignment, asking, right, launcher, replay.begin, passing=False)
    finally:
        launcher.close()
    mistakes = known_mistakes(assignment, checks, recorder.pool)
    return recorder, pack({"answers": recorder.answers, "mistakes": mistakes}, recorder.pool)


def known_mistakes(assignment: Assignment, checks: Checks, pool: Pool) -> list[dict[str, Any]]:
    """Return the failures of each known mistake in the public checks as plain data, adding arrays to the pool."""
    known = misconceptions(assignment.folder)
    shows: dict[str, dict[str, Any]] = {mistake.id: {} for mistake in known}
    for item, spec in checks:
        near = {other.id for _, other in checks if other.task == spec.task}
        beside = [mistake for mistake in known if near & set(mistake.checks) and is_quick(item, spec, assignment)]
        for mistake in dict.fromkeys([*mistakes_for(item, spec, known), *beside]):
            faults = faults_shown_by(mistake, item, spec, assignment, PUBLIC_SEED)
            if faults:
                shows[mistake.id][spec.id] = faults
    return [note_mistake(mistake, shows[mistake.id], pool) for mistake in known if shows[mistake.id]]


def _judge(
    assignment: Assignment,
    checks: Checks,
    submission: Submission,
    launcher: Launcher,
    key: Callable[[], Any],
    *,
    passing: bool = True,
) -> Judgement:
    """Judge a submission while recording or testing the recording; raise ``AssignmentError`` naming a check that fails."""
    free = [(item, spec if passing else _without_required(spec)) for item, spec in checks]
    result = judge(submission, assignment, free, launcher, key)
    for fault in result.faults:
        raise AssignmentError(
            f"The check {fault['where']} of {assignment.folder} cannot be recorded for the pre-check: "
            f"{fault['message'].partition(': ')[2]}. {REMEDY}"
        )
    for outcome in result.outcomes if passing else ():
        if outcome.result is not Result.PASSED:
            raise AssignmentError(
                f"The answer key of {assignment.folder} must pass every public check, but not {outcome.id}: {outcome.message}"
            )
    return result


def _with_required(asking: Checks, checks: Checks) -> Checks:
    names = {spec.id for _, spec in asking}
    for _, spec in reversed(checks):
        if spec.id in names:
            names |= set(spec.requires)
    return [(item, spec) for item, spec in checks if spec.id in names]


def _without_required(spec: Any) -> Any:
    return replace(spec, requires=())
