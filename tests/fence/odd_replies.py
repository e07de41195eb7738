"""Judges a right answer whose replies were recorded, with an odd value at one place of one reply: ``python -m tests.fence.odd_replies``.

The checks run as in the judge, and every reply crosses the wire as bytes; only the child is a recording, so that a case costs
milliseconds. Whatever must not be is printed, one JSON line each: a fault of the grader, an exception, a pass, much time or much memory.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import math
import random
import resource
import signal
import time
import traceback
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from grader.audit.setup import uses_run
from grader.checks.examination import Examination, Run
from grader.handout.starter import write_assignment
from grader.judge.collecting import collect_checks
from grader.judge.diagnosis.likeness import alike
from grader.judge.diagnosis.transformations import transformation
from grader.judge.marks import catalogue
from grader.judge.trusted_code import NO_RUN
from grader.judge.verdict import run_check
from grader.material.answer_key import import_answer_key
from grader.material.assignment import Assignment, load_assignment
from grader.material.script import answer_key
from grader.outcomes import Result, StudentFault, Why
from grader.trusted import InProcess, executed, run_of
from grader.wire.agreed import ProtocolError
from grader.wire.faults import answer_of
from grader.wire.frames import HEADER_BYTES, decode_body, encode_frame
from grader.wire.messages import FIGURE
from grader.wire.shapes import items as list_of
from grader.wire.values import Handle
from tests.fence.odd_values import ODD, at, ends, places, replaced, twisted
from tests.fence.odd_values import Path as Place
from tests.grading import RIGHT, TINY

SHIPPED = Path(__file__).parents[2] / "grader" / "assignments"
ASSIGNMENTS = ("backprop", "components", "autograd", "layers", "tiny", "starter")
NONCE = bytes(8)
CASE_SECONDS = 4.0
MORE_BYTES = 2**29
MOST_CHARACTERS = 3000
# A trained network that is sure of its answers gives the same ones, to what is asked for, with somewhat other weights.
TRAINED = ("_set", "_on_xor", "_on_linear")
# Of initial weights no more is asked for than about how far they are spread.
DRAWN = ("_network_parameters",)


@dataclass(frozen=True)
class Case:
    """One odd value: in which check, in which of its replies (-1: what the run drew), at which place, and which one."""

    check: int
    reply: int
    place: Place
    odd: int


class TooLong(BaseException):
    """A case took longer than the limit."""


def over_the_wire(reply: Any, request: Any) -> dict[str, Any]:
    """Return a reply as the judge receives it, or raise the exception it stands for."""
    try:
        return answer_of(decode_body(encode_frame(NONCE, reply)[HEADER_BYTES:])[1], request)
    except ProtocolError as problem:
        raise StudentFault(Why.CRASHED, f"Its answer could not be understood: {problem}.", fatal=True) from problem


def signature(request: Any) -> Any:
    """Return a key of a request that is the same in other runs."""
    steps = [(step["op"], step.get("name") if step["op"] != "set" else None) for step in request.get("steps", ())]
    return request["op"], request.get("name"), request.get("on"), steps


def given(came: Any) -> Any:
    """Return the reply, or raise it if it is a fault."""
    if isinstance(came, StudentFault):
        raise came
    return came


# What a request looked like, the reply to it, and what the judge made of that.
Kept = tuple[Any, Any, Any]


class Recording:
    """Asks the answer key, and records the requests and replies."""

    def __init__(self, ask: Any) -> None:
        self._ask = ask
        self.kept: list[Kept] = []

    def __call__(self, request: Any, reply_bytes: int | None = None) -> Any:
        """Answer a request."""
        reply = self._ask(request, reply_bytes)
        try:
            came: Any = over_the_wire(reply, request)
        except StudentFault as fault:
            came = fault
        self.kept.append((signature(request), reply, came))
        return given(came)


class Replayed:
    """Replies as recorded, with one reply changed; if a check then asks something else, its child counts as crashed."""

    def __init__(self, kept: list[Kept], number: int, changed: Any) -> None:
        self._kept, self._number, self._changed = kept, number, changed
        self._asked = 0

    def __call__(self, request: Any, reply_bytes: int | None = None) -> Any:
        """Answer a request."""
        number, self._asked = self._asked, self._asked + 1
        if number == self._number:
            return over_the_wire(self._changed, request)
        if number >= len(self._kept) or self._kept[number][0] != signature(request):
            raise StudentFault(Why.CRASHED, "It raised RuntimeError: the recording knows no answer to this.")
        return given(self._kept[number][2])


class Bench:
    """The checks of one assignment, and the answer key's replies to each."""

    def __init__(self, assignment: Assignment, checks: Any, key: str) -> None:
        self._assignment, self.checks = assignment, checks
        self.run = run_of(key) if any(map(uses_run, checks)) else NO_RUN
        self.kept: list[list[Kept]] = []
        self.free: dict[Any, tuple[bool, ...]] = {}
        for check in checks:
            recording = Recording(InProcess(executed(key, task=check[1].task, asked=assignment.names)))
            outcome, fault = self.judge(check, recording)
            assert outcome.result is Result.PASSED, (check[1].id, outcome.message, fault and fault.text)
            self.kept.append(recording.kept)

    def judge(self, check: Any, ask: Any, run: Any = None) -> Any:
        """Return the outcome of a check, and any fault on our side."""
        opened = contextlib.nullcontext(ask)
        judged = run_check(*check, Examination(self._assignment, "odd", lambda limits: opened, run or self.run))
        self.faults = judged.faults
        return judged.outcome, judged.our_fault

    def cases(self) -> Iterator[Case]:
        """Yield every case."""
        for number, (check, kept) in enumerate(zip(self.checks, self.kept, strict=True)):
            for reply in ends([repr(asked) for asked, _, _ in kept]):
                whole = kept[reply][1]
                for place in places(whole):
                    yield from (Case(number, reply, place, odd) for odd in range(len(odd_ones(whole, place))))
            if uses_run(check):
                drawn = list(self.run.figures)
                for place in places(drawn):
                    yield from (Case(number, -1, place, odd) for odd in range(len(odd_ones(drawn, place))))

    def is_free(self, case: Case, odd: Any) -> bool:
        """Tell whether a check does not judge what stands at a place; or only that it is an array, or numbers of a shape, and the odd value is."""
        place, was = (case.check, case.reply, case.place), at(self.whole(case), case.place)
        if place not in self.free:
            # Whether a check looks at what the run drew at all.
            unseen = case.reply < 0 and self.is_passed(case, replace(self.run, figures=()))
            right = shape_of(was)
            others = (
                [] if right is None else [np.full(right, 7.25), np.linspace(-0.9, 0.3, math.prod(right)).reshape(right)]
            )
            if numbers(was) is not None:
                others += [0.3 + numbers(was), 1.7 * numbers(was) - 0.9]
            lists = ([np.zeros(2), np.ones(3)], [np.full((2, 2), 7.25)])
            absurd = (None, "x", {"x": [1j]}, np.full((1, 2, 1), 7.25))
            dicts = ({"a": 1.0}, {"b": np.zeros(3), "c": "x"})
            probes = (absurd, others, absurd[3:], lists, dicts)
            self.free[place] = tuple(unseen or all(self.passes(case, each) for each in ones) for ones in probes)
        if case.reply >= 0 and self.kept[case.check][case.reply][0][0] == "rewind":
            # How many moments there are is asked of a notebook, and this is a recording.
            return True
        anything, such, any_array, any_list, any_dict = self.free[place]
        if isinstance(odd, str) and isinstance(was, str):
            return self.passes(case, "another text")
        right, came = shape_of(was), shape_of(odd)
        alike = (
            right is not None
            and came is not None
            and (came in (right, right[::-1]) or math.prod(right) == math.prod(came) == 1)
        )
        return (
            anything
            or (such and alike)
            or (any_array and isinstance(odd, np.ndarray))
            or (any_list and isinstance(odd, list))
            or (any_dict and isinstance(odd, dict))
            or same_arrays(was, odd)
        )

    def passes(self, case: Case, value: Any) -> bool:
        """Return whether a check passes with a value at a place."""
        try:
            return self.outcome(case, value)[0].result is Result.PASSED
        except (ProtocolError, StudentFault):
            return False

    def is_passed(self, case: Case, run: Run) -> bool:
        """Return whether a check passes with another run."""
        replayed = Replayed(self.kept[case.check], -1, None)
        return self.judge(self.checks[case.check], replayed, run)[0].result is Result.PASSED

    def whole(self, case: Case) -> Any:
        """Return the reply, or the figures, that a case changes."""
        return self.kept[case.check][case.reply][1] if case.reply >= 0 else list(self.run.figures)

    def odd(self, case: Case) -> Any:
        """Return the odd value of a case."""
        return odd_ones(self.whole(case), case.place)[case.odd]

    def outcome(self, case: Case, odd: Any) -> Any:
        """Judge one case."""
        check, kept, whole = self.checks[case.check], self.kept[case.check], self.whole(case)
        changed = replaced(whole, case.place, odd)
        if case.reply >= 0:
            return self.judge(check, Replayed(kept, case.reply, changed))
        figures = list_of(FIGURE)(over_the_wire({"value": changed}, {"op": "get"})["value"])
        return self.judge(check, Replayed(kept, -1, None), replace(self.run, figures=tuple(figures)))


# What is as good as zero: the sigmoid far to the left.
NOTHING = 1e-15


def as_good(was: Any, odd: Any) -> bool:
    """Return whether an odd value equals the right one: the same numbers up to float32 precision, or the same elements."""
    if isinstance(was, (list, tuple)) and isinstance(odd, (list, tuple)):
        return len(was) == len(odd) and all(map(as_good, was, odd))
    if isinstance(was, dict) and isinstance(odd, dict):
        return was.keys() == odd.keys() and all(as_good(was[key], odd[key]) for key in was)
    left, right = numbers(was), numbers(odd)
    if odd is None and left is not None:
        # A gradient that was taken away is zero, or there is none.
        return not left.any()
    if left is None or right is None:
        # A recording does not care which object it is asked about.
        return type(was) is type(odd) and (isinstance(was, Handle) or bool(np.array_equal(was, odd)))
    # How many zeros a bias begins with is judged where its shape is.
    if left.shape == right.shape[::-1] != right.shape:
        right = right.T
    fits = left.shape == right.shape or left.size == right.size == 1 or not (left.any() or right.any())
    if left.shape != right.shape and fits:
        return not (left.any() or right.any()) or bool(np.isclose(left.ravel()[0], right.ravel()[0], rtol=2e-3))
    return fits and bool(
        np.allclose(left.ravel(), right.ravel(), rtol=2e-3, atol=1e-5 * np.max(np.abs(left), initial=0.0) + NOTHING)
    )


def same_arrays(was: Any, odd: Any) -> bool:
    """Tell whether an odd value is a list of the right arrays in another order, as parameters may be."""
    if not (isinstance(was, list) and isinstance(odd, list)) or len(was) != len(odd):
        return False
    if not all(isinstance(each, np.ndarray) for each in (*was, *odd)):
        return False
    return sorted(each.tobytes() for each in was) == sorted(each.tobytes() for each in odd)


def shape_of(value: Any) -> tuple[int, ...] | None:
    """Return the shape of real or complex numbers, None when the value holds others."""
    try:
        array = np.asarray(value)
    except ValueError:
        return None
    return array.shape if array.dtype.kind in "biufc" else None


def nearly(was: Any, odd: Any) -> bool:
    """Return whether an odd value is numbers of the right shape, all within 1 of the right ones."""
    left, right = numbers(was), numbers(odd)
    return (
        left is not None
        and right is not None
        and left.shape == right.shape
        and bool(np.all(np.abs(left - right) < 1.0))
    )


def numbers(value: Any) -> np.ndarray | None:
    """Return real numbers as an array; None if the value contains anything else."""
    try:
        array = np.asarray(float(value) if isinstance(value, int) else value)
    except ValueError:
        return None
    return array.astype(np.float64) if array.dtype.kind in "biuf" else None


def odd_ones(whole: Any, place: Place) -> tuple[Any, ...]:
    """Return the values to try at a place: other forms of the right value, and all odd values."""
    return (*twisted(at(whole, place)), *ODD)


def wrong(bench: Bench, case: Case) -> dict[str, Any] | None:
    """Judge a case; return what is wrong with its outcome, or None."""
    kept, odd = bench.whole(case), bench.odd(case)
    check = bench.checks[case.check][1].id
    said = {
        "check": check,
        "case": [case.check, case.reply, list(case.place), case.odd],
        "was": repr(at(kept, case.place))[:100],
        "odd": repr(odd)[:100],
    }
    signal.setitimer(signal.ITIMER_VIRTUAL, CASE_SECONDS)
    try:
        outcome, fault = bench.outcome(case, odd)
        for each in bench.faults.values():
            if each.evidence is not None:
                transformation(each.evidence)
                alike(each, each)
    except (ProtocolError, StudentFault):
        return None
    except BaseException as error:
        return said | {"wrong": "escaped", "error": "".join(traceback.format_exception(error))[-1500:]}
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0.0)
    if fault is not None:
        return said | {"wrong": "grader_fault", "error": fault.text[-1500:]}
    if outcome.result is Result.PASSED:
        if case.place == () and isinstance(odd, dict) and "value" in odd:
            # A whole reply, and a value is all that there is to it.
            case, odd = replace(case, place=("value",)), odd["value"]
        # A layer that lacks a name is passed over, and so is one that has it as an odd value.
        passed_over = isinstance(kept, dict) and "missing" in kept
        trained = check.endswith(TRAINED) and nearly(at(kept, case.place), odd)
        drawn = check.endswith(DRAWN) and isinstance(odd, np.ndarray) and odd.shape == np.shape(at(kept, case.place))
        free = passed_over or trained or drawn or as_good(at(kept, case.place), odd) or bench.is_free(case, odd)
        return None if free else said | {"wrong": "passed", "error": ""}
    words = [
        outcome.message,
        outcome.hint,
        outcome.expected,
        outcome.actual,
        *outcome.remarks,
        *(part.message for part in outcome.parts),
    ]
    text = json.dumps(words, allow_nan=False)
    if len(text) > MOST_CHARACTERS * 5 or not (outcome.message or "").strip() or " object at 0x" in text:
        return said | {"wrong": "said", "error": text[:500]}
    return None


def benched(name: str, folder: Path, work: Any) -> None:
    """Make the bench of an assignment and do something with it."""
    if name == "starter":
        write_assignment(folder / "starter")
    place = {"tiny": TINY, "starter": folder / "starter"}.get(name, SHIPPED / name)
    assignment = load_assignment(place)
    key = RIGHT if name == "tiny" else answer_key(place)
    if name != "tiny":
        import_answer_key(assignment)
    collect_checks(place, lambda found: work(Bench(assignment, catalogue(found, assignment), key or "")))


def main() -> None:
    """Judge all cases of some assignments, or a random sample of each, or one part of all."""
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path, help="for what the tests write")
    parser.add_argument("assignments", nargs="+", choices=ASSIGNMENTS)
    parser.add_argument("--count", type=int, help="how many cases of each are drawn")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--part", default="0/1", help="every so manyth case, from which one on: 0/8")
    wanted = parser.parse_args()
    signal.signal(signal.SIGVTALRM, too_long)
    part, parts = map(int, wanted.part.split("/"))

    def work(bench: Bench) -> None:
        _, hard = resource.getrlimit(resource.RLIMIT_AS)
        every = list(bench.cases())
        chosen = every[part::parts]
        if wanted.count is not None and wanted.count < len(chosen):
            chosen = random.Random(wanted.seed).sample(chosen, wanted.count)
        for number, case in enumerate(chosen):
            if number % 50 == 0:
                # What all cases together leave behind is none of theirs.
                resource.setrlimit(resource.RLIMIT_AS, (address_space() + MORE_BYTES, hard))
            if found := wrong(bench, case):
                print(json.dumps(found), flush=True)
        resource.setrlimit(resource.RLIMIT_AS, (hard, hard))
        print(
            json.dumps({"judged": len(chosen), "of": len(every), "seconds": round(time.process_time(), 1)}), flush=True
        )

    for name in wanted.assignments:
        benched(name, wanted.folder, work)


def address_space() -> int:
    """Return how many bytes this process has in its address space."""
    return int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()


def too_long(*_: Any) -> None:
    """End a case."""
    raise TooLong


if __name__ == "__main__":
    main()
