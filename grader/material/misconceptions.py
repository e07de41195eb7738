"""The named mistakes of an assignment: its mutants, those with words for students among them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
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
        What a student is told; None when the mistake has no words, and then it only keeps others from being named too soon.
    cited : str
        Where the mistake is described, or empty.
    shows : mapping or None
        What it fails its checks with, by check and part, where that was recorded; None where the source is run to see it.
    """

    id: str
    source: str
    checks: tuple[str, ...]
    diagnosis: Diagnosis | None
    cited: str = ""
    shows: Mapping[str, Mapping[str, StudentFault]] | None = None


def misconceptions(folder: Path) -> tuple[Misconception, ...]:
    """Return the known mistakes of the assignment in ``folder``; none when it has no answer key in the form of a script.

    Raises
    ------
    AssignmentError
        When one of them no longer fits the answer key.
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
        )
        for case in mutants(folder, key)
        if not case.same_as
    )
