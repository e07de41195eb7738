"""The written answers of a class for grading: by question, with answers that say the same grouped together."""

from __future__ import annotations

import hashlib
import hmac
import random
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from grader.material.questions import Rubric
from grader.written.alike import groups_of
from grader.written.answers import State

ORDERS = {
    "different": "a different random order for each question",
    "random": "one random order for all questions",
    "stable": "the order of the reports",
}


@dataclass(frozen=True)
class Written:
    """One answer; its ``id`` does not reveal the author."""

    id: str
    slug: str
    student: str
    text: str
    sha256: str
    truncated: bool
    state: str


@dataclass(frozen=True)
class Stack:
    """Answers that are graded together; ``id`` is that of the first."""

    answers: tuple[Written, ...]
    identical: frozenset[str]

    @property
    def id(self) -> str:
        """The id used in addresses."""
        return self.answers[0].id

    @property
    def first(self) -> Written:
        """The answer to show."""
        return self.answers[0]


@dataclass
class Asked:
    """One question with all answers of the class.

    ``most`` are the rubric's points by criterion; ``model_answer`` is for graders and empty where the rubric is not at hand.
    ``is_elsewhere`` is whether the texts only say where to look, as at a report: then those that say the same are no groups.
    """

    id: str
    title: str
    asks: str
    task: str
    points: float
    most: dict[str, float]
    model_answer: str = ""
    is_elsewhere: bool = False
    answers: list[Written] = field(default_factory=list)
    _stacks: list[Stack] | None = None
    _orders: dict[tuple[str, str], dict[str, Stack]] = field(default_factory=dict)
    _making: threading.Lock = field(default_factory=threading.Lock)

    @property
    def stacks(self) -> list[Stack]:
        """The answers in groups, computed once, without those that need no grading."""
        if self._stacks is None:
            with self._making:
                self._stacks = self._stacks or self._grouped()
        return self._stacks

    def in_order(self, order: str, seed: str) -> dict[str, Stack]:
        """Return the groups by id, in the order for a grader; sorted once per grader."""
        found = self._orders.get((order, seed))
        if found is None:
            found = {stack.id: stack for stack in ordered(self.stacks, order, self.id, seed)}
            self._orders[order, seed] = found
        return found

    def _grouped(self) -> list[Stack]:
        own = [answer for answer in self.answers if answer.state in (State.WAITING, State.GRADED)]
        if self.is_elsewhere:
            return [Stack((answer,), frozenset({answer.id})) for answer in own]
        groups = groups_of([answer.text for answer in own])
        return [
            Stack(tuple(own[place] for place in group.members), frozenset(own[place].id for place in group.identical))
            for group in groups
        ]

    @cached_property
    def by_id(self) -> dict[str, Stack]:
        """The group of each answer."""
        return {answer.id: stack for stack in self.stacks for answer in stack.answers}

    @property
    def idle(self) -> int:
        """The number of students without an answer."""
        return sum(answer.state in (State.EMPTY, State.UNTOUCHED) for answer in self.answers)


def ordered(stacks: Sequence[Stack], order: str, question: str, seed: str) -> list[Stack]:
    """Return the groups in the order for a grader, as chosen by ``order`` and the same each time."""
    if order == "stable":
        return list(stacks)
    drawn = random.Random(f"{seed}/{question if order == 'different' else ''}")
    places = {slug: drawn.random() for slug in sorted({answer.slug for stack in stacks for answer in stack.answers})}
    return sorted(stacks, key=lambda stack: places[stack.first.slug])


class Questions:
    """All questions of an assignment, filled record by record.

    Parameters
    ----------
    rubric : Rubric or None
        For the model answers, which are not in the records.
    secret : bytes
        The key from which the ids of answers are derived.
    """

    def __init__(self, rubric: Rubric | None, secret: bytes) -> None:
        self._model = {question.id: question.model_answer for question in rubric.questions} if rubric else {}
        self._order = {question.id: place for place, question in enumerate(rubric.questions)} if rubric else {}
        self._elsewhere = {question.id for question in rubric.questions if question.in_report} if rubric else set()
        self._secret = secret
        self._asked: dict[str, Asked] = {}

    def add(self, record: Mapping[str, Any]) -> None:
        """Add the answers of a record."""
        for answer in record.get("answers") or ():
            name = str(answer["id"])
            asked = self._asked.get(name)
            if asked is None:
                asked = self._asked[name] = Asked(
                    name,
                    str(answer.get("title") or ""),
                    str(answer.get("asks") or ""),
                    str(answer["task"]),
                    float(answer["points"]),
                    {str(one["name"]): float(one["points"]) for one in answer["criteria"]},
                    self._model.get(name, ""),
                    name in self._elsewhere or bool(answer.get("check")),
                )
            text = str(answer.get("text") or "")
            state = str(answer.get("was") or answer["state"])
            asked.answers.append(
                Written(
                    self._id(record["slug"], name),
                    str(record["slug"]),
                    str(record["student"]),
                    text,
                    str(answer["sha256"]),
                    bool(answer.get("truncated")),
                    state,
                )
            )

    def _id(self, slug: str, question: str) -> str:
        return hmac.new(self._secret, f"answer/{slug}/{question}".encode(), hashlib.sha256).hexdigest()[:12]

    def __iter__(self) -> Any:
        return iter(sorted(self._asked.values(), key=lambda asked: (self._order.get(asked.id, 0), asked.id)))

    def __len__(self) -> int:
        return len(self._asked)

    def get(self, name: str) -> Asked | None:
        """Return a question by its id."""
        return self._asked.get(name)
