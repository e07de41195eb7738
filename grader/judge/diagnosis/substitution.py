"""What mending one thing would bring, found out by putting it, as the student wrote it, into the answer key.

A check that failed is run once more on the answer key with the student's own layer, loss or function in it, and nothing else of the
student's. Where it fails as it did, part by part and value by value, that one thing is why. And where it passes with all else in it that
the student has wrong and the check is made of, it would pass with that one thing mended. The student's code stays in its own process; here are only stand-ins that ask it. What is tried is bounded by numbers of checks and requests.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from fractions import Fraction
from typing import Any

import numpy as np

from grader.checks.examination import CheckLimits
from grader.checks.objects import StudentObject
from grader.checks.proxy import Student
from grader.judge.diagnosis.likeness import alike_throughout
from grader.judge.marks import CheckSpec
from grader.judge.setup import Setup
from grader.judge.trusted_code import run_on_trusted
from grader.judge.verdict import CheckRun
from grader.outcomes import StudentFault, Why
from grader.record.score import CheckOutcome, exact_sum
from grader.wire.session import Ask

MOST_CHECKS = 10
# Of one check to the student's process.
MOST_REQUESTS = 400
METHODS = ("forward", "backward")
BRINGS = "With this alone mended, checks worth {points} would pass as well."
# Of the whole network, when no check of a part of it failed.
BREAKS = "Put alone into a network that is right, your `{name}` makes this check fail: look there first."
TOGETHER = (
    "Put alone into a network that is right, each of your layers does its work: look at how they are put together."
)
Open = Callable[[CheckLimits], AbstractContextManager[Ask]]


class Unfit(Exception):
    """What was to be put into the answer key is nothing that takes and gives plain data."""


class Substitution:
    """Runs failed checks on the answer key with something of the student's in it.

    Parameters
    ----------
    open_check : callable
        Opens a child of the loaded submission.
    """

    def __init__(self, setup: Setup, open_check: Open) -> None:
        self._setup, self._open = setup, open_check
        self._left = MOST_CHECKS

    def fails_alike(self, run: CheckRun, names: Sequence[str]) -> bool:
        """Return whether a check fails as it did when only what has these names is the student's."""
        faults = self._faults(run, names)
        return faults is not None and alike_throughout(run.faults, faults)

    def fails(self, run: CheckRun, names: Sequence[str]) -> bool | None:
        """Return whether a check fails when only what has these names is the student's; None when that cannot be tried."""
        faults = self._faults(run, names)
        return None if faults is None else bool(faults)

    def _faults(self, run: CheckRun, names: Sequence[str]) -> Mapping[str, StudentFault] | None:
        spec, setup = run.spec, self._setup
        if self._left == 0 or not _is_quick(run, setup) or setup.key is None:
            return None
        self._left -= 1
        from grader.trusted import executed  # not in a bundle for students

        loaded = executed(setup.key, task=spec.task, asked=setup.assignment.names)
        try:
            with self._open(spec.limits) as ask:
                asking = Asking(ask)
                for name in names:
                    loaded.namespace.set(name, stand_in(loaded.namespace.get(name), name, asking))
                faults = run_on_trusted(run.item, spec, loaded, setup.assignment, setup.seed).faults
        except (Unfit, KeyError, StudentFault):
            return None
        return None if asking.is_lost else faults


def _is_quick(run: CheckRun, setup: Setup) -> bool:
    """Return whether a check trains nothing for long, and needs no run as a script."""
    usual = setup.assignment.limits.check_cpu_seconds
    return run.spec.limits.cpu_seconds <= usual and "script" not in getattr(run.item, "fixturenames", ())


class Asking:
    """What stand-ins ask: the student's names, so many times; ``is_lost`` says that one of them did not get its answer."""

    def __init__(self, ask: Ask) -> None:
        self._ask, self._left = ask, MOST_REQUESTS
        self.student, self.is_lost = Student(self._counted), False

    def _counted(self, request: dict[str, Any], reply_bytes: int | None = None) -> dict[str, Any]:
        self._left -= 1
        if self._left < 0:
            raise Unfit("too many requests")
        return self._ask(request, reply_bytes)

    def do(self, ask: Callable[[Student], Any]) -> Any:
        """Return what came of asking the student's code."""
        try:
            return ask(self.student)
        except Exception:
            self.is_lost = True
            raise


def stand_in(own: Any, name: str, asking: Asking) -> Any:
    """Return what looks like a thing of the answer key and asks the student's of the same name.

    Raises
    ------
    Unfit
        When it is neither a function nor a class with `forward` and `backward`.
    """
    if not isinstance(own, type):
        if not callable(own):
            raise Unfit(name)
        return lambda *args: asking.do(lambda student: _given(getattr(student, name)(*map(_plain, args))))
    if not all(callable(getattr(own, method, None)) for method in METHODS):
        raise Unfit(name)
    methods = {method: _asking(method, asking, name) for method in METHODS}
    return type(own.__name__, (own,), {"__init__": _making(own, name, asking), **methods})


def _making(own: type, name: str, asking: Asking) -> Callable[..., None]:
    def make(self: Any, *args: Any, **kwargs: Any) -> None:
        super(type(self), self).__init__(*args, **kwargs)
        # The judge assigns the weights; where they come from at first is for another check.
        plain = [each for each in args if not isinstance(each, np.random.Generator)]
        named = {key: each for key, each in kwargs.items() if key != "rng"}
        self._asked = asking.do(lambda student: getattr(student, name)(*map(_plain, plain), **named))

    return make


def _asking(method: str, asking: Asking, name: str) -> Callable[..., Any]:
    def ask(self: Any, *args: Any) -> Any:
        return asking.do(lambda student: step(student, self, args))

    def step(student: Student, self: Any, args: tuple[Any, ...]) -> Any:
        program = student.program(f"{name}.{method}")
        asked = program.on(self._asked)
        for attribute, holder in _parameters(self):
            setattr(getattr(asked, attribute), "value", holder.value)  # noqa: B010
        for attribute in _arrays(self):
            setattr(asked, attribute, getattr(self, attribute))
        program.keep(getattr(asked, method)(*map(_plain, args)))
        places = [(holder, "grad", program.keep(getattr(asked, key).grad)) for key, holder in _parameters(self)]
        places += [(self, key, program.keep(getattr(asked, key))) for key in _arrays(self)]
        came = program.run()
        for holder, key, place in places:
            if isinstance(came[place], np.ndarray):
                setattr(holder, key, came[place])
        return _given(came[0])

    return ask


def _parameters(layer: Any) -> Iterator[tuple[str, Any]]:
    for key, each in vars(layer).items():
        if not isinstance(each, StudentObject) and hasattr(each, "value") and hasattr(each, "grad"):
            yield key, each


def _arrays(layer: Any) -> list[str]:
    return [key for key, each in vars(layer).items() if isinstance(each, np.ndarray)]


def _plain(value: Any) -> Any:
    if isinstance(value, (np.ndarray, np.generic, int, float, str, bool, type(None))):
        return value
    raise Unfit(type(value).__name__)


def _given(value: Any) -> Any:
    return _plain(value) if not isinstance(value, (list, tuple)) else [_plain(each) for each in value]


def add_what_mending_brings(
    outcomes: Mapping[str, CheckOutcome], failed: Sequence[CheckRun], setup: Setup, open_check: Open
) -> dict[str, CheckOutcome]:
    """Return the outcomes where each that leads others says what mending it would bring, and a broken network which layer breaks it."""
    told, substitution = dict(outcomes), Substitution(setup, open_check)
    # What has run into a limit would do so again.
    runs = {run.spec.id: run for run in failed if run.outcome.why in (Why.WRONG, Why.CRASHED)}
    for root in [run.spec for run in runs.values() if told[run.spec.id].mend_first is None]:
        names = _names_of(root, setup)
        following = [runs[id_] for id_, each in outcomes.items() if each.mend_first == root.id and id_ in runs]
        if names and following:
            explained: list[CheckRun] = []
            for run in following:
                # What this one thing has been shown to break is not wrong by itself.
                others = set(runs) - {each.spec.id for each in explained}
                if substitution.fails_alike(run, names) and _else_passes(run, names, others, substitution, setup):
                    explained.append(run)
            lost = sum((_lost(told[run.spec.id]) for run in explained), Fraction(0))
            sentence = BRINGS.format(points=_points(lost)) if lost else None
        else:
            sentence = None if names else _what_breaks(runs[root.id], substitution, setup)
        if sentence is not None:
            told[root.id] = replace(told[root.id], remarks=(*told[root.id].remarks, sentence))
    return told


def _else_passes(
    run: CheckRun, names: Sequence[str], failed: Collection[str], substitution: Substitution, setup: Setup
) -> bool:
    """Return whether a check passes with all that is wrong in the answer key but what has these names, of what the check is made of."""
    by_id = {spec.id: spec for _, spec in setup.checks}
    made_of, waiting = {run.spec.id}, [run.spec.id]
    while waiting:
        new = set(by_id[waiting.pop()].builds_on) & set(by_id) - made_of
        made_of |= new
        waiting += new
    wrong = {name for id_ in made_of & set(failed) - {run.spec.id} for name in _names_of(by_id[id_], setup)} - set(
        names
    )
    return not wrong or substitution.fails(run, sorted(wrong)) is False


def _what_breaks(run: CheckRun, substitution: Substitution, setup: Setup) -> str | None:
    """Return which of the parts that a check builds on makes it fail, put alone into the answer key; of those that are all right, that."""
    by_id = {spec.id: spec for _, spec in setup.checks}
    tried = []
    for name in dict.fromkeys(name for id_ in run.spec.builds_on for name in _names_of(by_id[id_], setup)):
        fails = substitution.fails(run, [name])
        if fails:
            return BREAKS.format(name=name)
        tried += [name] if fails is False else []
    return TOGETHER if tried else None


def _names_of(spec: CheckSpec, setup: Setup) -> list[str]:
    """Return the names that a student writes for the task of a check."""
    return list(dict.fromkeys(name.partition(".")[0] for name in setup.assignment.task(spec.task).names))


def _lost(outcome: CheckOutcome) -> Fraction:
    return exact_sum([outcome.points]) - exact_sum([outcome.earned])


def _points(lost: Fraction) -> str:
    return f"{float(lost):g} {'point' if lost == 1 else 'points'}"
