"""Tests of the students' bundle of an assignment that lies outside this repository, made with the commands an instructor types."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from grader.errors import AssignmentError
from grader.handout.students import student_files
from tests.precheck.test_home import ROOT, ran_with, run


def grader(*words: str, cwd: Path) -> str:
    """Run a command of the grader; return what it prints."""
    done = subprocess.run(
        [sys.executable, "-m", "grader", *words],
        cwd=cwd,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_students_of_an_own_assignment_get_a_precheck(tmp_path: Path):
    """What `new` makes can be bundled and unzipped anywhere; its checks pass what is right and explain what is wrong."""
    grader("new", "own", cwd=tmp_path)
    listed = grader("bundle", "own", "--for", "students", cwd=tmp_path)
    assert "  precheck_files/assignment/recorded.npz\n" in listed
    assert listed.rstrip().endswith(" files") and "bytes in own-students.zip" in listed
    with zipfile.ZipFile(tmp_path / "own-students.zip") as archive:
        assert not [name for name in archive.namelist() if "reference" in name or "mutants" in name]
        archive.extractall(tmp_path / "home")
    home = tmp_path / "home" / "own"
    status, out, err = run(home)
    assert (status, err) == (0, "")
    assert out == (
        "Own: modules\n\n"
        "next   1.1   softplus                                                 0 / 10\n\n"
        "Next: 1.1, `softplus` is log(1 + exp(x)), for large inputs as well\n"
        "  missing: `softplus(array (4, 7))`: It is not implemented yet (Task 1.1: write softplus).\n"
        '  main.py, line 20: raise NotImplementedError("Task 1.1: write softplus")\n\n'
        "Points so far: 0 of 10 in these checks. Official grading uses other inputs, so your code must work\n"
        f"  for all inputs.\n{ran_with()}\n"
    )
    shutil.rmtree(tmp_path / "own" / "reference")
    right, wrong = (tmp_path / "own" / "examples" / name for name in ("s001.py", "s002.py"))
    assert "done   1.1   softplus                                                10 / 10\n" in run(home, str(right))[1]
    assert "\n  likely cause: softplus overflows for large inputs." in run(home, str(wrong))[1]


def test_an_assignment_without_a_template_is_told_what_to_write(tmp_path: Path):
    """There is nothing to hand out without a template; one sentence says where it is described."""
    folder = Path(shutil.copytree(ROOT / "tests" / "tiny", tmp_path / "tiny"))
    with pytest.raises(AssignmentError) as raised:
        student_files(folder)
    assert str(raised.value) == (
        f"{folder / 'assignment.toml'} has no table [template], so there is nothing to hand out to students; "
        "name the modules of the answer key in it, as docs/assignment.md shows."
    )
