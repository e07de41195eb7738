"""Decides whether a machine confines students' code well enough to grade on it. Of our modules it imports only levels and errors."""

from __future__ import annotations

from grader.errors import UsageError
from grader.fence.levels import IsolationLevel

LOWEST_BY_DEFAULT = IsolationLevel.NO_NAMESPACES


def accepted_level(wanted: str | None) -> IsolationLevel:
    """Return the lowest level to accept.

    Parameters
    ----------
    wanted : str or None
        The instructor's choice; None for the default, which containers and hardened desktops reach.

    Raises
    ------
    UsageError
        If there is no such level.
    """
    if wanted is None:
        return LOWEST_BY_DEFAULT
    try:
        return IsolationLevel(wanted)
    except ValueError:
        levels = ", ".join(IsolationLevel)
        raise UsageError(
            f"There is no isolation level {wanted!r}; from the strongest to the weakest they are {levels}."
        ) from None


def acceptable(found: IsolationLevel, lowest: IsolationLevel) -> bool:
    """Return whether ``found`` is at least as strong as ``lowest``."""
    order = list(IsolationLevel)
    return order.index(found) <= order.index(lowest)


def require_level(found: IsolationLevel, lowest: IsolationLevel) -> None:
    """Stop the grading if the machine's level is lower than the lowest accepted.

    Raises
    ------
    UsageError
        If it is; the sentence names both levels and the remedies.
    """
    if not acceptable(found, lowest):
        raise UsageError(
            f"This machine confines students' code at the level {found} only, and the lowest that is accepted is {lowest}. "
            f"`python -m grader doctor` says what is missing; `--isolation {found}` accepts it as it is."
        )
