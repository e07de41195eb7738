"""Tests that the page about the record names what a record has."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from grader.report import wording
from tests.report import factory

_PAGE = (Path(__file__).parents[2] / "docs" / "record.md").read_text(encoding="utf-8")


def _names(value: Any) -> set[str]:
    """Return the names of all fields below ``value``, except those that are ids of checks."""
    if isinstance(value, dict):
        return {key for key in value if not key.startswith("check_")} | set().union(*map(_names, value.values()))
    return set().union(*map(_names, value)) if isinstance(value, list) else set()


def test_documentation_names_every_field_of_a_record():
    """A field that the reports read stands in docs/record.md as code."""
    documented = set(re.findall(r"`([a-z_0-9]+)`", _PAGE))
    found = _names(factory.written()) | _names(factory.partly_wrong()) | _names(factory.faulty())
    assert found - documented == set()


def test_documentation_names_every_reason():
    """Every result and every reason has its row."""
    for word in (*wording.WHY_WORDS, *wording.RESULT_WORDS):
        assert f"\n| `{word}` |" in _PAGE
