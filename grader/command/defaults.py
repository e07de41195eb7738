"""Defaults for options that were not given: from the environment, or else the section ``[grader]`` of tox.ini."""

from __future__ import annotations

import configparser
import os
from pathlib import Path

from grader.errors import UsageError
from grader.material.assignment import shipped_ids

TOX_INI = Path(__file__).resolve().parents[2] / "tox.ini"


def default(name: str) -> str | None:
    """Return ``GRADER_<NAME>`` from the environment, or ``name`` from the section ``[grader]``, or None.

    Raises
    ------
    UsageError
        If tox.ini cannot be parsed.
    """
    given = os.environ.get(f"GRADER_{name.upper()}")
    if given:
        return given
    file = configparser.ConfigParser(interpolation=None)
    try:
        file.read(TOX_INI, encoding="utf-8")
    except configparser.Error as error:
        raise UsageError(f"{TOX_INI} cannot be read: {error}.") from error
    return file.get("grader", name, fallback="") or None


def switched_on(name: str) -> bool:
    """Return whether a setting is ``on``.

    Raises
    ------
    UsageError
        If it is neither ``on`` nor ``off``.
    """
    value = default(name) or "off"
    if value not in ("on", "off"):
        raise UsageError(f"The setting {name} must be on or off, not {value!r}; see the section [grader] of tox.ini.")
    return value == "on"


def default_assignment(given: str | None) -> str:
    """Return the assignment's name, or its path.

    Raises
    ------
    UsageError
        If no assignment is named anywhere.
    """
    name = given or default("assignment")
    if not name:
        raise UsageError(
            f"No assignment is named. Give --assignment {shipped_ids()[0]}, or name one in the section [grader] of tox.ini."
        )
    return name
