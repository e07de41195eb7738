"""Says in plain lines what the fence guarantees on this machine, for `doctor`."""

from __future__ import annotations

from collections.abc import Sequence

from grader.errors import GraderError
from grader.fence.acceptance import LOWEST_BY_DEFAULT, acceptable
from grader.fence.clean_parent import CleanParent, CleanParentInfo
from grader.fence.levels import IsolationLevel
from grader.fence.privacy import Private


def diagnose(level: IsolationLevel | str | None = None, private: Sequence[Private] = ()) -> tuple[list[str], bool]:
    """Run the self-test and describe its outcome.

    Parameters
    ----------
    level : IsolationLevel or str or None
        Level to use; None for the best that works here.
    private : sequence of Private
        The paths that students' code must not read.

    Returns
    -------
    lines : list of str
    usable : bool
        Whether grading would be possible, by default or at the given level.
    """
    try:
        with CleanParent(preload=("numpy",), level=level, private=private) as clean_parent:
            info = clean_parent.start()
    except GraderError as error:
        return [str(error)], False
    return describe(info), acceptable(info.level, LOWEST_BY_DEFAULT if level is None else IsolationLevel(level))


def describe(info: CleanParentInfo) -> list[str]:
    """Return one line for the level, one for each guarantee, and one for each remedy."""
    versions = ", ".join(f"{name} {version}" for name, version in info.versions.items())
    lines = [f"Isolation level: {info.level} ({versions})."]
    for finding in info.report.findings:
        state = "held    " if finding.held else "not held"
        lines.append(f"  {state}  A submission {finding.guarantee.claim}.")
    return lines + [f"  Remedy: {remedy}" for remedy in info.report.remedies]
