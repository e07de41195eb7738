"""Tests of collecting the checks of assignments, several in one process."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from grader.errors import AssignmentError
from grader.judge.collecting import collect_checks

CHECK = 'def check_one():\n    """{title}"""\n'


def titles(folder: Path) -> list[str]:
    """Return the docstrings of the checks in a folder."""
    found: list[str] = []
    collect_checks(folder, lambda items: found.extend(item.function.__doc__ for item in items))  # type: ignore[attr-defined]
    return found


def test_checks_of_one_name_are_those_of_their_own_folder(tmp_path: Path):
    """Two assignments may have files of one name, and a file that was changed is read again."""
    for name in ("first", "second"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "check_layers.py").write_text(CHECK.format(title=name))
    assert [titles(tmp_path / name) for name in ("first", "second", "first")] == [["first"], ["second"], ["first"]]
    (tmp_path / "first" / "check_layers.py").write_text(CHECK.format(title="changed since"))
    assert titles(tmp_path / "first") == ["changed since"]
    assert "check_layers" not in sys.modules


def test_checks_that_cannot_be_collected_are_shown(tmp_path: Path):
    """What went wrong in a file of checks is part of the message."""
    (tmp_path / "check_layers.py").write_text("1 / 0\n")
    with pytest.raises(AssignmentError) as raised:
        titles(tmp_path)
    assert str(raised.value).startswith(f"The checks of {tmp_path} cannot be collected:\n")
    assert "ZeroDivisionError" in str(raised.value)
