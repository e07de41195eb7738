"""What is told of known mistakes that have no words of their own, and of two that cannot be told apart. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from grader.judge.diagnosis.likeness import OR, TOLD
from grader.material.misconceptions import Misconception
from grader.outcomes import Diagnosis

# Of a mistake whose author has said no more than what it is: why it is told, and where to look.
PLAIN = (
    "What your code gave is, number for number, what this mistake gives.",
    "See whether your code does this, and compare it with what the template says.",
)
# Of two mistakes that give the same.
EITHER = "One of two mistakes, which give the same here. Either: {} Or: {}"


def plain_words(mistake: Misconception) -> Diagnosis | None:
    """Return what is told of a mistake that has no words but its title."""
    return Diagnosis(mistake.id, mistake.title, *PLAIN) if mistake.title else None


def one_of(causes: Sequence[Diagnosis | None]) -> Diagnosis | None:
    """Return the cause; of two that cannot be told apart, both as one; None for more, and where one of them has no words."""
    worded = [each for each in causes if each is not None]
    if len(worded) < len(causes) or not 0 < len(worded) <= TOLD:
        return None
    if len(worded) == 1:
        return worded[0]
    return Diagnosis(
        OR.join(each.id for each in worded),
        EITHER.format(*(each.title for each in worded)),
        " ".join(dict.fromkeys(each.explanation for each in worded)),
        " ".join(dict.fromkeys(each.hint for each in worded)),
    )
