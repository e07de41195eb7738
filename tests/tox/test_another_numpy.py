"""Tests of grading with another NumPy than the one that is pinned."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.tox.test_toxfile import ROOT, words_of

NUMPY_22_ONLY = """\
import numpy as np


def double(x):
    return np.array([[float(np.array([[each]])) * 2.0 for each in row] for row in x])


def total(x, axis):
    return x.sum(axis=axis)


print(42)
"""


@pytest.mark.parametrize(
    ("typed", "environment", "made"),
    [
        (["--", "--numpy", "2.2"], {}, "2.2"),
        (["--", "submissions/", "--numpy=2.2.6"], {}, "2.2.6"),
        ([], {"GRADER_NUMPY": "2.2"}, "2.2"),
        (["--", "--numpy", "2.3"], {"GRADER_NUMPY": "2.2"}, "2.3"),
    ],
)
def test_another_numpy_has_an_environment_of_its_own(run_tox, project, typed, environment, made):
    """The option, or the variable without one, leads to another folder, and to constraints that differ in that line, and have no hashes."""
    told = run_tox("config", "-e", "grade", "-k", "env_dir", "constraints", *typed, **environment).stdout
    assert f"env_dir = {project}/.tox/grade-numpy{made}\n" in told
    assert f"constraints = .tox/constraints-numpy{made}.txt\n" in told
    pinned = (project / ".tox" / f"constraints-numpy{made}.txt").read_text(encoding="utf-8")
    wanted = made if made == "2.2.6" else f"{made}.*"
    assert pinned == f"# Locked.\nscipy==1.17.1 ; python_full_version < '3.99'\nnumpy=={wanted}\n"


@pytest.mark.parametrize("numpy", ["2.4", "2.4.6"])
def test_the_pinned_numpy_needs_no_other_environment(run_tox, project, numpy):
    """Whoever asks for what is pinned gets the usual environment."""
    told = run_tox("config", "-e", "grade", "-k", "env_dir", "constraints", "--", "--numpy", numpy).stdout
    assert f"env_dir = {project}/.tox/grade\n" in told
    assert "constraints = constraints.txt\n" in told


@pytest.mark.parametrize("numpy", [None, "2.2"])
def test_a_package_of_the_course_is_let_in(run_tox, project, numpy):
    """An environment with a package of its own has the locked versions without hashes, of which pip would want one for that package."""
    ini = project / "tox.ini"
    before = ini.read_text(encoding="utf-8")
    try:
        ini.write_text(before + "\n[testenv:grade]\ndeps = a-package\n", encoding="utf-8")
        asked = ["--", "--numpy", numpy] if numpy else []
        told = run_tox("config", "-e", "grade,status", "-k", "constraints", *asked).stdout
    finally:
        ini.write_text(before, encoding="utf-8")
    name = f"constraints-numpy{numpy}.txt" if numpy else "constraints-without-hashes.txt"
    assert re.findall(r"constraints = (\S+)", told) == [f".tox/{name}", "constraints.txt"]
    assert "hash" not in (project / ".tox" / name).read_text(encoding="utf-8")


def test_the_grader_is_told_too(run_tox):
    """The words behind the dashes reach the command with the option in them, which it compares with what is installed."""
    assert words_of(run_tox("-e", "grade", "submissions/", "--", "--numpy", "2.2")) == [
        "submissions/", "--numpy", "2.2"
    ]  # fmt: skip


@pytest.mark.parametrize("numpy", ["1.26", "new", "2", "2.2; print(1)"])
def test_what_is_no_version_of_numpy_2_is_refused(run_tox, numpy):
    """Anything but a version of NumPy 2 ends in one sentence, before anything is installed."""
    finished = run_tox("-e", "grade", "--", "--numpy", numpy)
    assert finished.returncode == 254
    assert finished.stdout == (
        "ROOT: HandledError| the grader works with NumPy 2, so a version of it is needed, such as 2.2, "
        f"and not {numpy!r}\n"
    )


def test_the_grader_refuses_a_numpy_that_is_not_here(tmp_path):
    """Without tox the option ends in one sentence that names what is here and the command that helps."""
    command = [sys.executable, "-m", "grader", "grade", "submissions", "--numpy", "2.0.0", "--out", str(tmp_path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300, check=False)
    import numpy

    assert (done.returncode, done.stderr) == (
        2,
        f"grader: NumPy 2.0.0 was asked for, but this Python has NumPy {numpy.__version__}. Use tox, which sets up an environment with "
        "the other: tox -e grade -- PATH --numpy 2.0.0\n",
    )


@pytest.mark.soak
def test_another_numpy_grades(clean_environment, tmp_path: Path):
    """What only an older NumPy accepts earns its points with that one; the record names it, and how to repeat it."""
    (tmp_path / "s001.py").write_text(NUMPY_22_ONLY, encoding="utf-8")
    environment = {**clean_environment, "VIRTUALENV_NO_SEED": "0", "PYTHONWARNINGS": ""}
    work, out = tmp_path / "tox", tmp_path / "reports"
    words = ["--assignment", str(ROOT / "tests" / "tiny"), "--out", str(out), "--numpy", "2.2"]
    command = [sys.executable, "-m", "tox", "--workdir", str(work), "-e", "grade", "--", str(tmp_path / "s001.py")]
    subprocess.run([*command, *words], cwd=ROOT, env=os.environ | environment, timeout=1800, check=True)
    record = json.loads((out / "records" / "s001.json").read_text(encoding="utf-8"))
    assert record["versions"]["numpy"].startswith("2.2.")
    assert record["score"]["points"] == 10.0
    assert " --numpy 2.2 " in record["repeat"]
