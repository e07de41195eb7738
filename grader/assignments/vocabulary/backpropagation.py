"""Whether the training of a program with unknown names follows the gradient of its own loss, judged from single iterations.

The child runs iterations of the program's own training loop from parameters that are drawn here, and reports the
results. This module decides which arrays are parameters, which computed value is the network's answer, and whether the
step of the training goes, up to one positive factor for all parameters, down the central differences of the loss.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from itertools import combinations
from typing import Any

import numpy as np
from numpy.typing import NDArray

from grader.checks import Student, StudentFault, shown_shape

Floats = NDArray[np.float64]

# A step and the differences of a loss are the same up to rounding, and to the curvature along a difference.
TOLERANCE = 2e-4
SINGLE_TOLERANCE = 3e-2
STEP, SINGLE_STEP = 1e-5, 3e-3
# A step closer than this to the right one is not a textbook mistake and is not called wrong.
NEAR = 0.05
POINTS, DIRECTIONS = 2, 2
# Points that an adapter is asked about: no batch of one.
ROWS = 7
MOST_LOOPS, MOST_SEEN, MOST_GROUPS = 8, 40, 3
# Of all that is seen in the rounds of one plan, as numbers; a reply holds about half a million.
MOST_NUMBERS = 250_000
MANY = 6
FEWEST_DIFFERENCES = 20
FEWEST_POINTS = 8
# Lengths of steps from different parameters are not that near to one another by chance.
SAME_LENGTH = 1e-8
# The round that is looked at besides the first: in most programs the data has been gone through by then.
LATER = 150
ATTEMPTS = 2
# What is carried on by a training, and is more than an accumulator of gradients.
CARRIED = 0.05
# How near to one that is which nothing is taken from: the averages of optimizers keep 0.999 at most.
ADDED = 2e-4
TINY = 1e-11


class Verdict(StrEnum):
    """The verdict on a training."""

    RIGHT = "right"
    WRONG = "wrong"
    UNSURE = "unsure"


@dataclass(frozen=True)
class Trained:
    """Where a program trains, and what.

    Attributes
    ----------
    run : mapping
        How it was run.
    loop : (str, int)
        File and line of the loop.
    places, shapes : tuple
        Of the parameters, as the loop can reach them.
    besides : tuple of (str, ndarray)
        What else a round changes, and what it is before.
    """

    run: Mapping[str, Any]
    loop: tuple[str, int]
    places: tuple[str, ...]
    shapes: tuple[tuple[int, ...], ...]
    besides: tuple[tuple[str, Floats], ...]


@dataclass(frozen=True)
class Finding:
    """The findings about a training, in sentences for the page.

    Attributes
    ----------
    verdict : Verdict
    sentence : str
        Why, when it is not right.
    parameters : tuple of str
        What is changed, as the program calls it, with shapes.
    place : str
        Where the loop is.
    loss : str
        By what it goes down.
    agreement : float
        The largest difference from the step that it should be, as a share of it.
    is_whole : bool
        Whether all parameters are changed in one round, so that no loop around it can be the one to look at.
    adds_up : bool
        Whether arrays like the parameters are added to, round after round: gradients that nobody sets to zero, or what they add up to.
    trained : Trained or None
        What was looked at, to look at it again.
    """

    verdict: Verdict
    sentence: str = ""
    hint: str = ""
    parameters: tuple[str, ...] = ()
    place: str = ""
    loss: str = ""
    agreement: float = 0.0
    answers: bool = False
    is_whole: bool = False
    adds_up: bool = False
    trained: Trained | None = None


NOTHING = Finding(
    Verdict.UNSURE,
    "No loop was found in which arrays change, and what the network answers depends on them.",
)

UNSEEN = Finding(Verdict.UNSURE, "The program cannot be run once more here, so its training was not seen.")


def look_for_backpropagation(student: Student, rng: np.random.Generator, runs: Sequence[Mapping[str, Any]]) -> Finding:
    """Return the findings about the training of a program.

    Parameters
    ----------
    student : Student
    rng : numpy.random.Generator
        Draws parameters and directions.
    runs : sequence of mappings
        How the program may be run: ``args`` and ``stdin``. The first one in which it trains is looked at.
    """
    best = NOTHING
    for run in runs:
        survey = student.rehearse(dict(run))
        if "loops" not in survey:
            return UNSEEN
        loops = [loop for loop in _maps(survey.get("loops")) if _whole(loop.get("moved")) >= 1]
        for loop in sorted(loops, key=_promise)[:MOST_LOOPS]:
            for finding in _of_loop(student, rng, run, loop):
                if finding.verdict is Verdict.RIGHT:
                    return finding
                if best is NOTHING or (best.verdict is Verdict.UNSURE and finding.verdict is Verdict.WRONG):
                    best = finding
            if best.verdict is Verdict.WRONG and best.is_whole:
                return best
        if best is not NOTHING:
            break
    return best


def _promise(loop: Mapping[str, Any]) -> tuple[int, int]:
    """Order loops: those that change many arrays first, and of these the innermost, which goes round most often."""
    return -min(_whole(loop.get("moved")), MANY), -_whole(loop.get("rounds"))


def _of_loop(
    student: Student, rng: np.random.Generator, run: Mapping[str, Any], loop: Mapping[str, Any]
) -> Iterator[Finding]:
    """Yield what can be said of one loop: of its first round, and of a later one where the first is right, or does not tell."""
    findings = list(_of_round(student, rng, run, loop, 0))
    right = next((finding for finding in findings if finding.verdict is Verdict.RIGHT), None)
    if _whole(loop.get("rounds")) > 1 and findings:
        if right is not None:
            kept = _kept_from_before(student, rng, run, loop, right)
            findings = findings if kept is None else [kept]
        elif all(finding.verdict is Verdict.UNSURE for finding in findings):
            # Now all that an optimizer keeps is there.
            findings += _of_round(student, rng, run, loop, 1)
    yield from findings


def _kept_from_before(
    student: Student, rng: np.random.Generator, run: Mapping[str, Any], loop: Mapping[str, Any], first: Finding
) -> Finding | None:
    """Return what is said of a training whose first step is right and a later one is not, None where both are.

    What a training keeps from before shows there: a gradient that is computed once for all, or one that adds up.
    """
    places = frozenset(first.trained.places if first.trained else ())
    later, rights = list[Finding](), list[Finding]()
    for visit in dict.fromkeys((min(_whole(loop.get("rounds")) - 1, LATER), 1)):
        # One point tells whether a later step is as right as the first.
        later = list(_of_round(student, rng, run, loop, visit, from_zero=not first.adds_up, known=places))
        rights = [finding for finding in later if finding.verdict is Verdict.RIGHT]
        if not later or any(not _lost(first, finding) for finding in rights):
            return None
        if not rights and any(finding.trained and places.issubset(finding.trained.places) for finding in later):
            break
        # What was no number any more by then, in a training that fails, is still one in the second round, and units that have died still live.
    if rights:
        return _told_of_lost(first, rights[0])
    return _told_of_later(later, first.adds_up)


def _lost(first: Finding, later: Finding) -> list[str]:
    """Return the parameters of a first round that those of a later one do not include: by name, or under another name by shape."""
    others = Counter(_shape_told(told) for told in later.parameters if told not in first.parameters)
    lost = []
    for told in first.parameters:
        if told not in later.parameters:
            others[_shape_told(told)] -= 1
            if others[_shape_told(told)] < 0:
                lost.append(told)
    return lost


def _shape_told(told: str) -> str:
    """Return the shape of a parameter as sentences tell it."""
    return told.rpartition("` ")[2]


def _told_of_lost(first: Finding, later: Finding) -> Finding:
    """Return what is said of later steps that are right for fewer parameters than the first: the others no longer decide anything."""
    lost = ", ".join(_lost(first, later))
    sentence = f"In later rounds of the training, what the network answers no longer depends on {lost}."
    return replace(later, verdict=Verdict.UNSURE, sentence=sentence, parameters=first.parameters)


def _told_of_later(later: Sequence[Finding], adds_up: bool) -> Finding:
    """Return what is said of later steps that are not right."""
    wrong = next((finding for finding in later if finding.verdict is Verdict.WRONG), None)
    if adds_up or wrong is None:
        sentence = "The first step of the training follows the gradient, and a later one does not"
        sentence += ": it adds up what was there before." if adds_up else "."
        return replace(later[0], verdict=Verdict.UNSURE, sentence=sentence)
    sentence = wrong.sentence.replace("One step of your training", "A later step of your training")
    return replace(
        wrong, sentence=sentence, hint="The first step is right: look for what is kept from one to the next."
    )


def _of_round(
    student: Student,
    rng: np.random.Generator,
    run: Mapping[str, Any],
    loop: Mapping[str, Any],
    visit: int,
    *,
    from_zero: bool = True,
    known: frozenset[str] | None = None,
) -> Iterator[Finding]:
    """Yield what can be said of one round of a loop, for each group of arrays that may be its parameters.

    ``known`` are the places of the parameters where they were found in an earlier round, and right: nothing else that stays as it is can be one.
    """
    place: dict[str, Any] = {"loop": [str(loop.get("file")), _whole(loop.get("line"))], "visit": visit}
    where = f"line {_whole(loop.get('line'))} of {str(loop.get('file')).rpartition('/')[2][:80]}"
    seed = int(rng.integers(2**31))
    loop_seen = None
    for warm in (False, True):
        explored = student.rehearse({**run, **place, "seed": seed, "warm": warm})
        try:
            loop_seen = Explored.of(explored)
        except (KeyError, TypeError, ValueError, IndexError):
            return
        if loop_seen.has_labels or not loop_seen.groups():
            break
    assert loop_seen is not None
    if loop_seen.has_labels and (grown := loop_seen.grown()):
        sentence = f"One step of your training makes {grown[0].told} an array of {shown_shape(grown[0].grown)}."
        hint = "The gradient of a bias is summed over all points, so that it has the shape of the bias."
        told = tuple(array.told for array in loop_seen.arrays if array.moved or array.grown)
        yield Finding(Verdict.WRONG, sentence, hint, parameters=told, place=where, is_whole=True)
        return
    place = {**place, "warm": warm}
    # Before the step, what decides the answers is all there is; without labels nobody knows what was computed before it.
    for group in loop_seen.groups(known)[: 1 if loop_seen.has_labels else MOST_GROUPS]:
        if group.is_by_differences():
            yield Finding(
                Verdict.UNSURE,
                "The training computes the answers as often as there are parameters: it seems to find its gradient by differences.",
                parameters=tuple(array.told for array in group.arrays),
                place=where,
            )
            return
        for attempt in range(ATTEMPTS):
            plan = group.plan(rng, POINTS if known is None else 1, from_zero=visit > 0 and from_zero)
            came = student.rehearse({**run, **place, **plan})
            try:
                finding = judge_rounds(group, plan, came, where)
            except (KeyError, TypeError, ValueError, IndexError, StudentFault):
                finding = Finding(Verdict.UNSURE, "What a round of the training does could not be read.", place=where)
            if finding.verdict is Verdict.RIGHT or attempt == ATTEMPTS - 1:
                trained = group.trained(run, (place["loop"][0], place["loop"][1]))
                yield replace(finding, adds_up=finding.adds_up and group.adds_up(), trained=trained)
                break


@dataclass(frozen=True, eq=False)
class Array:
    """An array that a loop can reach: its name, where it is, its values, whether a round changes it, how much of a push a round carries on, and its shape after a round that has made it larger."""

    name: str
    place: str
    values: Floats
    moved: bool
    carried: float
    single: bool
    grown: tuple[int, ...] = ()

    @property
    def told(self) -> str:
        """Its name in sentences."""
        return f"`{self.name}` {shown_shape(self.values.shape)}"


@dataclass
class Explored:
    """What a loop can reach, and what depends on what.

    ``touched`` is for each array in how many entries each value that is computed changes when it is pushed; ``halves`` likewise for both halves.
    """

    arrays: list[Array]
    keys: list[str]
    sizes: list[int]
    touched: dict[int, Floats]
    halves: dict[int, list[Floats]]
    steady: list[bool]
    has_labels: bool
    tally: dict[str, int]

    @classmethod
    def of(cls, came: Mapping[str, Any]) -> Explored:
        """Return what the child has told, as far as it has the agreed form."""
        arrays = []
        for one, carried in zip(came["arrays"], came["carried"], strict=True):
            values, start = _floats(one["value"]), _floats(one["start"])
            ends = [_floats(end) for end in one["end"] or () if end is not None]
            moved = any(end.shape == start.shape and bool((end != start).any()) for end in ends)
            single = np.asarray(one["value"]).dtype.itemsize < 8
            # A list that has become longer holds one more loss.
            larger = (end.shape for end in ends if _has_grown(start.shape, end.shape))
            grown = () if one["listed"] is True else next(larger, ())
            arrays.append(Array(str(one["path"])[:80], str(one["place"]), values, moved, float(carried), single, grown))
        touched: dict[int, Floats] = {}
        halves: dict[int, list[Floats]] = {}
        for (index, part), row in zip(came["asked"], came["touched"], strict=True):
            numbers = _floats(row)
            if part == 0:
                touched[int(index)] = numbers
            else:
                halves.setdefault(int(index), []).append(numbers)
        keys = [str(seen["key"]) for seen in came["seen"]]
        sizes = [int(seen["size"]) for seen in came["seen"]]
        steady = [seen["steady"] is True for seen in came["seen"]]
        own = {f"end {array.name}" for array in arrays if array.moved}
        has_labels = any(not calm for key, calm in zip(keys, steady, strict=True) if key in own) and any(steady)
        return cls(
            arrays,
            keys,
            sizes,
            touched,
            halves,
            steady,
            has_labels,
            {str(key): int(count) for key, count in came["tally"]},
        )

    def groups(self, known: frozenset[str] | None = None) -> list[Group]:
        """Return what may be the parameters, largest group first: what is carried on, and together decides some value.

        Of what stays as it is, only those at the ``known`` places are taken, if these are given.
        """
        kept = [
            i
            for i, array in enumerate(self.arrays)
            if array.moved and (array.carried != 0.0 if self.has_labels else abs(array.carried - 1.0) <= CARRIED)
        ]
        own = {f"end {self.arrays[i].name}" for i in kept}
        by_group: dict[tuple[int, ...], list[int]] = {}
        for seen, key in enumerate(self.keys):
            # What does not depend on the labels is computed before the step.
            if key not in own and (self.steady[seen] or not self.has_labels):
                deciding = tuple(i for i in kept if self.touched[i][seen] != 0)
                if deciding:
                    by_group.setdefault(deciding, []).append(seen)
        groups = []
        for deciding in sorted(by_group, key=len, reverse=True):
            all_seen = [
                number
                for number, key in enumerate(self.keys)
                if key not in own and all(self.touched[i][number] != 0 for i in deciding)
            ]
            places = [i for i, array in enumerate(self.arrays) if known is None or array.place in known]
            frozen = [i for i in places if self._is_frozen(i, by_group[deciding])]
            chosen = [*deciding, *frozen]
            if sum(self.arrays[i].values.size for i in chosen) >= 9:
                groups.append(Group(self, chosen, self._fitting(all_seen, len(chosen))))
        return groups

    def grown(self) -> list[Array]:
        """Return the arrays that decide something before the step, and are larger behind it."""
        steady = [number for number, calm in enumerate(self.steady) if calm]
        return [
            array
            for i, array in enumerate(self.arrays)
            if array.grown and any(self.touched.get(i, np.zeros(len(self.keys)))[number] > 0 for number in steady)
        ]

    def _fitting(self, seen: Sequence[int], arrays: int) -> list[int]:
        """Return the first of what was seen, in its order, as many as a reply holds; what is too large is left out."""
        left, chosen = MOST_NUMBERS // (POINTS * 2 * (1 + 2 * DIRECTIONS * arrays)), list[int]()
        for number in sorted(seen):
            if self.sizes[number] <= left and len(chosen) < MOST_SEEN:
                left -= self.sizes[number]
                chosen.append(number)
        return chosen

    def _is_frozen(self, index: int, seen: Sequence[int]) -> bool:
        """Return whether an array that stays as it is looks like weights: it decides values, and is no data."""
        array = self.arrays[index]
        if array.moved or not 1 <= array.values.ndim <= 2:
            return False
        decided = [number for number in seen if self.touched[index][number] != 0]
        return bool(decided) and not self._is_data(index, decided)

    def _is_data(self, index: int, decided: Sequence[int]) -> bool:
        """Return whether parts of an array decide parts of the answers, as points do; every weight decides all."""
        halves = self.halves.get(index, [])
        for one, other in zip(halves[0::2], halves[1::2], strict=True):
            if all(one[number] + other[number] <= self.touched[index][number] for number in decided):
                return True
        return (self.arrays[index].values.size > 1 and not halves) or self._is_of_data(self.arrays[index].values)

    def _is_of_data(self, values: Floats) -> bool:
        """Return whether two numbers are the means, or the spreads, or the ends of points that are there."""
        if values.size != 2:
            return False
        for array in self.arrays:
            if array.values.ndim == 2 and array.values.shape[1] == 2 and len(array.values) >= FEWEST_POINTS:
                told = (
                    array.values.mean(0),
                    array.values.std(0),
                    array.values.std(0, ddof=1),
                    array.values.min(0),
                    array.values.max(0),
                )
                if any(np.allclose(values.ravel(), one) for one in told):
                    return True
        return False


def _has_grown(before: tuple[int, ...], after: tuple[int, ...]) -> bool:
    """Return whether an array has been repeated along an axis, as a bias is to which the gradients of all points were added one by one."""
    try:
        return before != after and np.broadcast_shapes(before, after) == after
    except ValueError:
        return False


@dataclass
class Group:
    """Arrays that may be the parameters of a network, and the keys of the values that all of them decide."""

    explored: Explored
    chosen: list[int]
    seen: list[int]
    directions: list[list[Floats]] = field(default_factory=list)

    @property
    def arrays(self) -> list[Array]:
        """The arrays themselves."""
        return [self.explored.arrays[i] for i in self.chosen]

    def trained(self, run: Mapping[str, Any], loop: tuple[str, int]) -> Trained:
        """Return where and what a program trains when these are its parameters."""
        besides = [array for i, array in enumerate(self.explored.arrays) if array.moved and i not in self.chosen]
        places = tuple(array.place for array in self.arrays)
        return Trained(run, loop, places, self.shapes, tuple((array.place, array.values) for array in besides))

    @property
    def shapes(self) -> tuple[tuple[int, ...], ...]:
        """Their shapes."""
        return tuple(array.values.shape for array in self.arrays)

    @property
    def single(self) -> bool:
        """Whether some are computed in single precision."""
        return any(array.single for array in self.arrays)

    def has_sure_weights(self, places: Sequence[int]) -> bool:
        """Return whether some arrays are weights beyond doubt: they change, or they are a matrix, or as long as a matrix is wide.

        What never changes and is as long as a point may be the mean of the data.
        """
        arrays = [self.arrays[place] for place in places]
        matrices = [array for array in self.arrays if array.values.ndim == 2 and min(array.values.shape) > 1]
        widths = {length for array in matrices for length in array.values.shape} - {2} | {1}
        return not arrays or any(array.moved or array in matrices or array.values.size in widths for array in arrays)

    def adds_up(self) -> bool:
        """Return whether a round adds to an array beside the parameters that has the shape of one, and keeps all that was in it."""
        shapes = {array.values.shape for array in self.arrays if array.values.size > 1}
        return any(
            array.moved
            and number not in self.chosen
            and array.values.shape in shapes
            and abs(array.carried - 1) < ADDED
            for number, array in enumerate(self.explored.arrays)
        )

    def is_by_differences(self) -> bool:
        """Return whether a round computes the answers for several points as often as there are parameters."""
        sizes = dict(zip(self.explored.keys, self.explored.sizes, strict=True))
        entries = sum(array.values.size for array in self.arrays)
        return any(
            count >= max(entries, FEWEST_DIFFERENCES) and sizes.get(f"{key}#0", 0) > 1 and self._is_answer(f"{key}#0")
            for key, count in self.explored.tally.items()
        )

    def _is_answer(self, key: str) -> bool:
        """Return whether what was seen under a key is decided by all parameters."""
        number = self.explored.keys.index(key)
        return all(self.explored.touched[i][number] != 0 for i in self.chosen)

    def plan(self, rng: np.random.Generator, count: int = POINTS, *, from_zero: bool = False) -> dict[str, Any]:
        """Return what to ask: rounds from drawn parameters, with all labels 1 and all labels 0, and along drawn directions.

        ``from_zero`` has what an optimizer may have collected begin anew.
        """
        shapes = self.shapes
        points = [drawn(rng, shapes) for _ in range(count)]
        directions = [[_unit(rng.standard_normal(shape)) for _ in range(DIRECTIONS)] for shape in shapes]
        others = [array for number, array in enumerate(self.explored.arrays) if number not in self.chosen]
        also = [array for array in others if array.values.shape in shapes]
        return {
            "arrays": [array.place for array in self.arrays],
            "points": points,
            "directions": directions,
            "step": SINGLE_STEP if self.single else STEP,
            "seen": [self.explored.keys[number] for number in self.seen],
            "labels": [1.0, 0.0] if self.explored.has_labels else [None],
            "also": [array.place for array in also],
            "zeroed": [array.place for array in also if array.moved] if from_zero else [],
        }


def drawn(rng: np.random.Generator, shapes: Sequence[tuple[int, ...]]) -> list[Floats]:
    """Return parameters that nobody has trained."""
    return [_scale(shape) * rng.standard_normal(shape) for shape in shapes]


def _scale(shape: Sequence[int]) -> float:
    """Return the spread of drawn parameters: wide enough that nothing is linear, and not so wide that it saturates."""
    return 1.0 if max(shape, default=1) <= 4 else 2.0 / float(np.sqrt(max(shape)))


def _unit(direction: Floats) -> Floats:
    return direction / max(float(np.linalg.norm(direction)), 1e-12)


# Losses by their values and a label; each takes all answers of a round, and the factor in front of it does not matter.


def _squares(answers: Floats, label: float) -> float:
    return float(((answers - label) ** 2).sum())


def _signed_squares(answers: Floats, label: float) -> float:
    return float(((answers - (2.0 * label - 1.0)) ** 2).sum())


def _entropy(answers: Floats, label: float) -> float:
    if not ((answers > 0) & (answers < 1)).all():
        return float("nan")
    return -float(np.log(answers if label else 1.0 - answers).sum())


def _entropy_of_logits(answers: Floats, label: float) -> float:
    return float(np.logaddexp(0.0, -answers if label else answers).sum())


def _in_columns(loss: Callable[[Floats, Floats], Floats]) -> Callable[[Floats, float], float]:
    def of(answers: Floats, label: float) -> float:
        if answers.ndim < 2 or 2 not in answers.shape[-2:]:
            return float("nan")
        columns = answers if answers.shape[-1] == 2 else np.swapaxes(answers, -1, -2)
        return float(loss(columns, np.array([1.0 - label, label])).sum())

    return of


def _log_of_right(answers: Floats, one_hot: Floats) -> Floats:
    return -np.log(np.where(answers > 0, answers, np.nan)) * one_hot


def _softmax_of_right(answers: Floats, one_hot: Floats) -> Floats:
    top = answers.max(axis=-1, keepdims=True)
    logs = answers - top - np.log(np.exp(answers - top).sum(axis=-1, keepdims=True))
    return -logs * one_hot


LOSSES: dict[str, Callable[[Floats, float], float]] = {
    "squared errors": _squares,
    "squared errors from 1 and -1": _signed_squares,
    "cross-entropy": _entropy,
    "cross-entropy of logits": _entropy_of_logits,
    "squared errors of two outputs": _in_columns(lambda answers, one_hot: (answers - one_hot) ** 2),
    "cross-entropy of two outputs": _in_columns(_log_of_right),
    "cross-entropy of a softmax": _in_columns(_softmax_of_right),
}


@dataclass
class Slopes:
    """The slopes of one value along all directions, round by round: (rounds, arrays, directions), and what it is."""

    what: str
    values: Floats
    is_formula: bool
    key: str


def judge_rounds(group: Group, plan: Mapping[str, Any], came: Mapping[str, Any], where: str) -> Finding:
    """Return what rounds say of a training."""
    rounds = _maps(came["rounds"])
    parameters = tuple(array.told for array in group.arrays)
    moves = np.array([_moves(group, plan, one, number) for number, one in enumerate(rounds)])
    flips = len(plan["labels"]) == 2
    told: dict[str, Any] = {"parameters": parameters, "place": where}
    if not np.isfinite(moves).all():
        return Finding(Verdict.UNSURE, "A round of the training from drawn parameters gave nothing finite.", **told)
    if flips and np.array_equal(moves[0::2], moves[1::2]):
        return Finding(Verdict.UNSURE, "The training does not depend on the labels that were found.", **told)
    tolerance = SINGLE_TOLERANCE if group.single else TOLERANCE
    tried = (fit(moves, slopes, tolerance, plan) for slopes in slopes_of(plan, rounds, flips))
    fits = [one for one in tried if one is not None]
    right = [one for one in fits if one.is_right and (one.slopes.is_formula or not flips)]
    if right and flips:
        best = min(right, key=lambda one: one.agreement)
        told["adds_up"] = True
        return Finding(Verdict.RIGHT, loss=best.slopes.what, agreement=best.agreement, answers=True, **told)
    own = [one for one in fits if one.is_right and not one.slopes.is_formula]
    if own and flips and _leads_to_labels(plan, rounds, moves):
        best = min(own, key=lambda one: one.agreement)
        return Finding(Verdict.RIGHT, loss=best.slopes.what, agreement=best.agreement, answers=True, **told)
    scaled = _scaled(plan, rounds, flips, tolerance) if flips else None
    if scaled is not None:
        return Finding(Verdict.RIGHT, loss=scaled.slopes.what, agreement=scaled.agreement, answers=True, **told)
    if _is_cut_off(plan, rounds):
        return Finding(
            Verdict.UNSURE,
            "The step of the training is cut off where it is long, so that central differences do not tell whether it is right.",
            **told,
        )
    return _wrong_or_unsure(group, fits, flips, told)


def _is_cut_off(plan: Mapping[str, Any], rounds: Sequence[Mapping[str, Any]]) -> bool:
    """Return whether different steps have one and the same length, or longest entry: gradients are clipped."""
    labels = len(plan["labels"])
    for place in range(len(plan["directions"])):
        steps = [_longest(plan["points"][n // labels][place], one["ends"][place]) for n, one in enumerate(rounds)]
        if any(_are_cut(one, other) for one, other in combinations(steps, 2)):
            return True
    return False


def _are_cut(one: Floats, other: Floats) -> bool:
    """Return whether two steps differ, and one is exactly as long as the other."""
    if one.size < 2 or not one.any() or np.allclose(one, other, rtol=1e-6, atol=0.0):
        return False
    pairs = [
        (float(abs(one).max()), float(abs(other).max())),
        (float(np.linalg.norm(one)), float(np.linalg.norm(other))),
    ]
    return any(abs(a - b) <= SAME_LENGTH * a for a, b in pairs)


def _scaled(plan: Mapping[str, Any], rounds: Sequence[Mapping[str, Any]], flips: bool, tolerance: float) -> Fit | None:
    """Return how a training that scales each entry of its step, as Adam and RMSprop do, follows a gradient; None where it does not.

    The first step of these is as long in every entry, against the sign of the gradient; its size stands in what they collect: the gradient
    itself, or its square, up to one factor.
    """
    labels, also = len(plan["labels"]), plan.get("also") or []
    steps = []
    for number, one in enumerate(rounds):
        own = [_longest(start, ends) for start, ends in zip(plan["points"][number // labels], one["ends"], strict=True)]
        sizes = np.concatenate([np.abs(step).ravel() for step in own])
        # Units that answer nothing to any point have no gradient, and take no step.
        sizes = sizes[sizes > 0] if np.isfinite(sizes).all() else sizes[:0]
        if not sizes.size or np.percentile(sizes, 95) > 1.05 * np.percentile(sizes, 25):
            return None
        steps.append(own)
    for squared in (False, True):
        moves = np.full((len(rounds), len(plan["directions"]), len(plan["directions"][0])), np.nan)
        for j, directions in enumerate(plan["directions"]):
            best: tuple[float, Any] | None = None
            for place in range(len(also)):
                gradients: list[Any] = [
                    _collected(one["also"][place], step[j], squared) for one, step in zip(rounds, steps, strict=True)
                ]
                if any(gradient is None for gradient in gradients):
                    continue
                along = [_agreement(g, s[j]) for g, s in zip(gradients, steps, strict=True)]
                if max(along) < -0.98 and (best is None or max(along) < best[0]):
                    best = max(along), gradients
            if best is None:
                break
            moves[:, j, :] = [[-float((g * direction).sum()) for direction in directions] for g in best[1]]
        if np.isnan(moves).any():
            continue
        fits = [fit(moves, slopes, tolerance, plan) for slopes in slopes_of(plan, rounds, flips) if slopes.is_formula]
        right = [one for one in fits if one is not None and one.is_right]
        if right:
            return min(right, key=lambda one: one.agreement)
    return None


def _agreement(gradient: Floats, step: Floats) -> float:
    """Return how far the signs of a gradient and of a step agree where there is a step, from -1 to 1; nothing follows a gradient that moves nothing."""
    moving = step != 0
    if not moving.any():
        return -1.0 if not gradient.any() else 1.0
    still = bool(gradient[~moving].any())
    return 1.0 if still else float((np.sign(gradient[moving]) * np.sign(step[moving])).mean())


def _collected(ends: Any, step: Floats, squared: bool) -> Floats | None:
    """Return the gradient that an optimizer has collected: what one of its arrays holds, or the root of it with the sign of the step."""
    for end in ends or ():
        if end is not None and _floats(end).shape == step.shape and _floats(end).any():
            values = _floats(end)
            return -np.sign(step) * np.sqrt(np.abs(values)) if squared else values
    return None


def _longest(start: Floats, ends: Any) -> Floats:
    """Return how far an array has gone, whichever of the ways to it leads to where it is now."""
    steps = [_floats(end) - start for end in ends or () if end is not None and _floats(end).shape == start.shape]
    return max(steps, key=lambda step: float(abs(step).max(initial=0.0)), default=np.full(start.shape, np.nan))


def _moves(group: Group, plan: Mapping[str, Any], one: Mapping[str, Any], number: int) -> Floats:
    """Return how far a round moves along each direction: (arrays, directions)."""
    point = plan["points"][number // len(plan["labels"])]
    rows = []
    for start, ends, directions in zip(point, one["ends"], plan["directions"], strict=True):
        step = _longest(start, ends)
        rows.append([float((step * direction).sum()) for direction in directions])
    return np.array(rows)


def slopes_of(plan: Mapping[str, Any], rounds: Sequence[Mapping[str, Any]], flips: bool) -> Iterator[Slopes]:
    """Yield the slopes of everything that may be the loss: numbers that depend on the labels, and formulas of what does not."""
    shape = (len(plan["directions"]), len(plan["directions"][0]))
    step = float(plan["step"])
    labels = [one["label"] for one in rounds]
    for place, key in enumerate(plan["seen"]):
        bases: list[Any] = [_at(one["seen"], place) for one in rounds]
        sides: list[Any] = [[(_at(plus, place), _at(minus, place)) for plus, minus in one["sides"]] for one in rounds]
        flat = [*bases, *(value for row in sides for pair in row for value in pair)]
        if any(value is None or value.shape != flat[0].shape for value in flat) or _is_an_end(bases, rounds):
            continue
        forward = flips and all(np.array_equal(bases[i], bases[i + 1]) for i in range(0, len(bases), 2))

        def along(value_of: Callable[[Floats, float], float], sides: Any = sides) -> Floats:
            with np.errstate(all="ignore"):
                return np.array(
                    [
                        np.reshape([(value_of(p, y) - value_of(m, y)) / (2 * step) for p, m in row], shape)
                        for row, y in zip(sides, labels, strict=True)
                    ]
                )

        name = _named(key)
        if forward:
            for what, loss in LOSSES.items():
                yield Slopes(f"{what} of {name}", along(loss), True, key)
        elif bases[0].size == 1:
            yield Slopes(name, along(lambda value, _: float(value.ravel()[0])), False, key)


def _is_an_end(bases: Sequence[Any], rounds: Sequence[Mapping[str, Any]]) -> bool:
    """Return whether a number is what a parameter is at the end of each round, and no loss."""
    if any(base.size != 1 or not one["ends"] for base, one in zip(bases, rounds, strict=True)):
        return False
    values = [base.item() for base in bases]
    return any(
        all(
            any(np.size(end) == 1 and np.asarray(end).item() == value for end in one["ends"][place] or ())
            for one, value in zip(rounds, values, strict=True)
        )
        for place in range(len(rounds[0]["ends"]))
    )


@dataclass
class Fit:
    """How the moves compare with the slopes of one loss, array by array.

    ``factors`` are minus the moves divided by the slopes, nan where they are not parallel or both nothing; ``errors`` what is left, as shares.
    """

    slopes: Slopes
    factors: Floats
    errors: Floats
    silent: NDArray[np.bool_]
    still: NDArray[np.bool_]
    factor: float
    agrees: NDArray[np.bool_]
    agreement: float

    @property
    def is_right(self) -> bool:
        """Whether all arrays go down the loss with one positive factor."""
        return self.factor > 0 and bool((self.agrees | self.silent).all()) and bool(self.agrees.any())


def fit(moves: Floats, slopes: Slopes, tolerance: float, plan: Mapping[str, Any]) -> Fit | None:
    """Return how moves compare with the slopes of a loss; None when these are not finite, or nothing."""
    d = np.swapaxes(slopes.values, 0, 1).reshape(moves.shape[1], -1)
    m = np.swapaxes(moves, 0, 1).reshape(moves.shape[1], -1)
    if not np.isfinite(d).all() or not d.any():
        return None
    floor = TINY / float(plan["step"]) * max(1.0, float(abs(d).max()))
    silent = (abs(d).max(axis=1) <= 10 * floor) & (abs(m).max(axis=1) <= 1e-9 * abs(m).max(initial=0.0))
    still = abs(m).max(axis=1) <= 1e-12 * max(float(abs(m).max()), 1e-300)
    squares = (d * d).sum(axis=1)
    factors = -(m * d).sum(axis=1) / np.where(squares > 0, squares, 1.0)
    errors = np.array(
        [
            np.abs(row + f * slope).max() / max(float(np.abs(row).max()), 1e-300)
            for row, slope, f in zip(m, d, factors, strict=True)
        ]
    )
    noise = np.array(
        [floor * abs(f) / max(float(np.abs(row).max()), 1e-300) for row, f in zip(m, factors, strict=True)]
    )
    parallel = (errors <= tolerance + 10 * noise) & ~still & ~silent
    best, agrees = 0.0, np.zeros(len(factors), bool)
    for factor in factors[parallel]:
        same = parallel & (abs(factors - factor) <= (2 * tolerance + 10 * noise) * abs(factor))
        if same.sum() > agrees.sum():
            best, agrees = float(np.median(factors[same])), same
    shared = [float(errors[i]) for i in range(len(errors)) if agrees[i]]
    if agrees.any() and not (agrees | silent).all():
        agrees = agrees | _decayed(m, d, best, plan, tolerance, agrees, moves.shape)
    return Fit(slopes, factors, errors, silent, still, best, agrees, max(shared, default=1.0))


def _decayed(
    m: Floats,
    d: Floats,
    factor: float,
    plan: Mapping[str, Any],
    tolerance: float,
    agrees: NDArray[np.bool_],
    shape: Any,
) -> NDArray[np.bool_]:
    """Return which of the other arrays follow the gradient and shrink besides, all by the same small share: weight decay."""
    labels = len(plan["labels"])
    shares, found = [], np.zeros(len(agrees), bool)
    for index in np.flatnonzero(~agrees):
        along = [
            float((plan["points"][number // labels][index] * direction).sum())
            for number in range(shape[0])
            for direction in plan["directions"][index]
        ]
        weight, rest = np.array(along), m[index] + factor * d[index]
        share = -float((rest * weight).sum()) / max(float((weight * weight).sum()), 1e-300)
        if 0 < share < 0.5 and np.abs(rest + share * weight).max() <= tolerance * np.abs(m[index]).max():
            shares.append(share)
            found[index] = True
    same = bool(shares) and max(shares) - min(shares) <= 1e-2 * max(shares)
    return found if same and found.sum() + agrees.sum() == len(agrees) else np.zeros(len(agrees), bool)


def _leads_to_labels(plan: Mapping[str, Any], rounds: Sequence[Mapping[str, Any]], moves: Floats) -> bool:
    """Return whether moves raise the answers where labels are 1, and lower them where they are 0, as far as the directions tell."""
    shape = (len(plan["directions"]), len(plan["directions"][0]))
    for place, _ in enumerate(plan["seen"]):
        bases: list[Any] = [_at(one["seen"], place) for one in rounds]
        sides: list[Any] = [[(_at(plus, place), _at(minus, place)) for plus, minus in one["sides"]] for one in rounds]
        flat = [*bases, *(value for row in sides for pair in row for value in pair)]
        if any(value is None or value.shape != flat[0].shape for value in flat):
            continue
        if not all(np.array_equal(bases[i], bases[i + 1]) for i in range(0, len(bases), 2)):
            continue
        rises = np.array([np.reshape([_risen(p) - _risen(m) for p, m in row], shape) for row in sides])
        toward = [float((rise * move).sum()) for rise, move in zip(rises, moves, strict=True)]
        if all(value > 0 for value in toward[0::2]) and all(value < 0 for value in toward[1::2]):
            return True
    return False


def _risen(answers: Floats) -> float:
    """Return how much answers say class 1."""
    if answers.ndim >= 2 and answers.shape[-1] == 2 and answers.size > 2:
        return float((answers[..., 1] - answers[..., 0]).sum())
    return float(answers.sum())


def _wrong_or_unsure(group: Group, fits: Sequence[Fit], flips: bool, told: Mapping[str, Any]) -> Finding:
    """Return what is said of a training that does not follow the gradient of any loss that it may have."""
    unsure = Finding(
        Verdict.UNSURE,
        "The training changes the parameters, but not along the gradient of a loss that could be recognised.",
        **told,
    )
    known = [one for one in fits if one.agrees.any() and (one.slopes.is_formula or flips)]
    if not known:
        return unsure
    best = max(known, key=lambda one: (int(one.agrees.sum()), one.factor > 0, one.slopes.is_formula, -one.agreement))
    told = {**told, "loss": best.slopes.what}
    if not group.has_sure_weights([i for i in range(len(group.arrays)) if not best.agrees[i] and not best.silent[i]]):
        sentence = "All that changes follows the gradient; some numbers decide the answers and never change, which may be constants."
        return Finding(Verdict.UNSURE, sentence, **told)
    if bool((best.agrees | best.silent).all()):
        if not best.slopes.is_formula:
            return unsure
        sentence = "One step of your training goes up the loss, in the direction of the gradient and not against it."
        return Finding(Verdict.WRONG, sentence, "Look at the sign of the update.", **told)
    if best.factor < 0 or not flips:
        return unsure
    others = [i for i in range(len(group.arrays)) if not best.agrees[i] and not best.silent[i]]
    if max(float(best.errors[i]) for i in others) < NEAR and all(
        abs(best.factors[i] / best.factor - 1.0) < NEAR for i in others
    ):
        sentence = "The step of your training is near the gradient of its loss, but not the same."
        return Finding(Verdict.UNSURE, sentence, **told)
    told["is_whole"] = not best.still.any()
    lines = [f"{group.arrays[i].told} {_how(best, i)}" for i in others]
    right = ", ".join(group.arrays[i].told for i in np.flatnonzero(best.agrees))
    sentence = (
        f"One step of your training follows the gradient of its loss ({best.slopes.what}) for {right}, but not for all "
        f"parameters: {'; '.join(lines)}."
    )
    return Finding(Verdict.WRONG, sentence, "Write down the chain rule for these, layer by layer, and compare.", **told)


def _how(best: Fit, index: int) -> str:
    """Return how the step of one array differs."""
    if best.still[index]:
        return "is never changed"
    if best.errors[index] <= 100 * TOLERANCE and best.factors[index]:
        ratio = best.factors[index] / best.factor
        return f"has {ratio:.4g} times the step that it should have"
    return "goes another way"


def _named(key: str) -> str:
    """Return how sentences call what was seen under a key."""
    if key.startswith("local "):
        name, _, function = key.removeprefix("local ").partition(":")[0].partition(" in ")
        return f"`{name}` in `{function}`"
    name = key.removeprefix("end ")
    return f"`{name}`" if key.startswith("end ") else f"what `{name.partition(':')[0]}` returns"


def _at(seen: Any, place: int) -> Floats | None:
    if not isinstance(seen, (list, tuple)) or place >= len(seen) or seen[place] is None:
        return None
    return _floats(seen[place])


def _floats(value: Any) -> Floats:
    array = np.asarray(value, dtype=np.float64)
    if not np.isfinite(array).all():
        raise ValueError("not finite")
    return array


def _maps(value: Any) -> list[Mapping[str, Any]]:
    return [one for one in value if isinstance(one, Mapping)] if isinstance(value, (list, tuple)) else []


def _whole(value: Any) -> int:
    return value if type(value) is int else 0


def ask_adapter(student: Student, rng: np.random.Generator, run: Mapping[str, Any], text: str) -> Finding | None:
    """Return what three functions of the program, or of a person's lines behind it, say of its gradients; None where they are not there.

    ``gradients(x, y)`` is compared with central differences of the losses of what ``forward(x)`` returns, at drawn parameters. It counts only
    where it runs what the training has run: a gradient that nobody trains with is no back-propagation.
    """
    came = student.rehearse({**run, "adapter": text})
    shapes: Any = came.get("shapes")
    try:
        shapes = [tuple(int(length) for length in shape) for shape in shapes]
    except TypeError:
        return None
    if not shapes or len(shapes) > 100:
        return None
    plan: dict[str, Any] = {
        "x": rng.random((ROWS, 2)),
        "points": [drawn(rng, shapes) for _ in range(POINTS)],
        "directions": [[_unit(rng.standard_normal(shape)) for _ in range(DIRECTIONS)] for shape in shapes],
        "step": STEP,
        "labels": [1.0, 0.0],
        "seen": ["end forward(x)"],
        "also": [],
    }
    group = Group(
        Explored(
            [Array(f"parameters()[{i}]", "", np.zeros(s), True, 1.0, False) for i, s in enumerate(shapes)],
            [],
            [],
            {},
            {},
            [],
            True,
            {},
        ),
        list(range(len(shapes))),
        [],
    )
    try:
        asked = student.rehearse(plan)
        rounds = [dict(one) for one in _maps(asked["rounds"])]
        for number, one in enumerate(rounds):
            values = plan["points"][number // 2]
            # A step against the gradient, so that the same is asked of it as of a training.
            one["ends"] = [
                [value - _floats(gradient).reshape(value.shape)]
                for value, gradient in zip(values, one["gradients"], strict=True)
            ]
        finding = judge_rounds(group, plan, {"rounds": rounds}, "the adapter")
    except (KeyError, TypeError, ValueError, IndexError):
        return Finding(
            Verdict.UNSURE, "What forward(x), parameters() and gradients(x, y) return does not fit together."
        )
    if finding.verdict is Verdict.RIGHT and asked.get("trains") is not True:
        return Finding(
            Verdict.UNSURE,
            "The gradients of gradients(x, y) are right, but it is not seen that the training uses them.",
            place="the adapter",
        )
    if finding.verdict is Verdict.WRONG:
        sentence = finding.sentence.replace(
            "One step of your training", "A step along the gradients of gradients(x, y)"
        )
        return replace(finding, sentence=sentence)
    return finding
