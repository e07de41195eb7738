"""Checks that the NumPy that was asked for is the installed one; only tox installs another."""

from __future__ import annotations

from grader.command.defaults import default
from grader.errors import UsageError


def asked_numpy(given: str | None) -> str | None:
    """Return the version of NumPy that was asked for, such as ``2.2``: by the option, the environment or tox.ini; else None."""
    return given or default("numpy")


def require_numpy(given: str | None, command: str) -> None:
    """Compare versions; NumPy is not imported.

    Parameters
    ----------
    given : str or None
        The value of ``--numpy``.
    command : str
        The environment of tox that this runs in.

    Raises
    ------
    UsageError
        When another version was asked for than is installed.
    """
    wanted = asked_numpy(given)
    if wanted is None:
        return
    from importlib.metadata import version  # takes a while, and is hardly ever needed

    here = version("numpy")
    if not f"{here}.".startswith(f"{wanted}."):
        raise UsageError(
            f"NumPy {wanted} was asked for, but NumPy {here} is installed beside this Python. tox makes an environment with the other: "
            f"tox -e {command} -- PATH --numpy {wanted}"
        )
