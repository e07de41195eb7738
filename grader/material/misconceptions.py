"""The known mistakes of an assignment: its mutants, some with a text for students."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from grader.outcomes import Diagnosis, StudentFault


@dataclass(frozen=True)
class Misconception:
    """A mistake that submissions are compared with.

    Attributes
    ----------
    id : str
    source : str
        The answer key with this mistake in it, as a script.
    checks : tuple of str
        The checks that it fails.
    diagnosis : Diagnosis or None
        What a student is told; None when the mistake has no words of its own.
    cited : str
        Where the mistake is described; may be empty.
    pieces : tuple of pairs of str
        The pieces of the answer key that it replaces, and their replacements; empty if it is made another way or recorded.
    key : str
        The answer key without it, where there are pieces.
    title : str
        What it is, in one sentence.
    shows : mapping or None
        The recorded failures by check and part; None if the source is run to find them.
    """

    id: str
    source: str
    checks: tuple[str, ...]
    diagnosis: Diagnosis | None
    cited: str = ""
    pieces: tuple[tuple[str, str], ...] = ()
    key: str = field(default="", repr=False)
    title: str = ""
    shows: Mapping[str, Mapping[str, StudentFault]] | None = None


def misconceptions(folder: Path) -> tuple[Misconception, ...]:
    """Return the known mistakes of the assignment in ``folder``; none if its answer key is not a script.

    Raises
    ------
    AssignmentError
        If one of them no longer fits the answer key.
    """
    from grader.material.cases import mutants
    from grader.material.script import answer_key

    key = answer_key(folder)
    if key is None:
        return ()
    return tuple(
        Misconception(
            case.id,
            case.source,
            case.rejected_by,
            Diagnosis(case.id, case.title, case.explanation, case.hint) if case.explanation and case.hint else None,
            case.cited,
            case.pieces,
            key,
            case.title,
        )
        for case in mutants(folder, key)
        if not case.same_as
    )


def both(first: Misconception, second: Misconception) -> Misconception | None:
    """Return two mistakes combined, or None if they change the same place of the answer key."""
    if not first.pieces or not second.pieces or first.diagnosis is None or second.diagnosis is None:
        return None
    source = first.source
    for old, new in second.pieces:
        if source.count(old) != 1 or any(_overlap(old, other, first.key) for other, _ in first.pieces):
            return None
        source = source.replace(old, new)
    words = (first.diagnosis, second.diagnosis)
    diagnosis = Diagnosis(
        f"{first.id}+{second.id}",
        "Two mistakes at once: " + " ".join(each.title for each in words),
        " ".join(each.explanation for each in words),
        " ".join(each.hint for each in words),
    )
    checks = tuple(dict.fromkeys((*first.checks, *second.checks)))
    return Misconception(diagnosis.id, source, checks, diagnosis)


def _overlap(one: str, other: str, key: str) -> bool:
    """Return whether two pieces of the answer key have a character in common."""
    begin, start = key.find(one), key.find(other)
    return begin < start + len(other) and start < begin + len(one)
