"""Tests of collecting the checks of assignments, several in one process."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from grader.errors import AssignmentError
from grader.judge.collecting import collect_checks
from tests.grading import PROJECT

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
    """What went wrong in a file of checks is told with its line, and without a traceback."""
    (tmp_path / "check_layers.py").write_text("\n1 / 0\n")
    with pytest.raises(AssignmentError) as raised:
        titles(tmp_path)
    assert str(raised.value) == (
        f"{tmp_path}/check_layers.py, line 2: importing the file stops here with ZeroDivisionError: division by zero; "
        "correct this line."
    )


@pytest.mark.parametrize("name", ["[2026]", "a::b", "-x", "@y", "mutants", "a b % ü", ".hidden", "build*"])
def test_checks_are_collected_whatever_the_folder_is_called(tmp_path: Path, name: str):
    """No name of a folder is taken for a word of pytest's command line, or for one that it leaves out."""
    (tmp_path / name).mkdir()
    (tmp_path / name / "check_layers.py").write_text(CHECK.format(title="found"))
    (tmp_path / name / "check_others.py").write_text(CHECK.format(title="another file"))
    assert titles(tmp_path / name) == ["found", "another file"]
    found: list[str] = []
    collect_checks(tmp_path / name, lambda items: found.extend(item.name for item in items), ["check_others.py"])
    assert found == ["check_one"]


def test_an_error_in_the_work_comes_out_as_it_is(tmp_path: Path):
    """What goes wrong while something is done with the checks is no fault of the collection, and environment and working folder are put back."""
    (tmp_path / "check_layers.py").write_text(CHECK.format(title="found"))
    before = dict(os.environ), Path.cwd()
    with pytest.raises(ZeroDivisionError):
        collect_checks(tmp_path, lambda items: len(items) / 0)
    assert (dict(os.environ), Path.cwd()) == before


def test_pytest_is_started_in_one_place():
    """The judge, the pre-check, the audit and the zip for students collect their checks by the same function."""
    starting = [path for path in (PROJECT / "grader").rglob("*.py") if "pytest.main(" in path.read_text("utf-8")]
    assert [path.relative_to(PROJECT).as_posix() for path in starting] == ["grader/judge/collecting.py"]
