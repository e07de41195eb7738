"""Checks that the requested version of NumPy is installed; only tox installs another one."""

from __future__ import annotations

from grader.command.defaults import default
from grader.errors import UsageError


def asked_numpy(given: str | None) -> str | None:
    """Return the NumPy version requested by the option, the environment or tox.ini, such as ``2.2``; None if there is none."""
    return given or default("numpy")


def require_numpy(given: str | None, command: str) -> None:
    """Compare versions without importing NumPy.

    Parameters
    ----------
    given : str or None
        The value of ``--numpy``.
    command : str
        The environment of tox that this runs in.

    Raises
    ------
    UsageError
        If another version is requested than the installed one.
    """
    wanted = asked_numpy(given)
    if wanted is None:
        return
    from importlib.metadata import version  # slow, and rarely needed

    here = version("numpy")
    if not f"{here}.".startswith(f"{wanted}."):
        raise UsageError(
            f"NumPy {wanted} was asked for, but this Python has NumPy {here}. Use tox, which sets up an environment with the other: "
            f"tox -e {command} -- PATH --numpy {wanted}"
        )
