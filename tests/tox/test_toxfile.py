"""Tests of toxfile.py with the real tox: what is accepted as typed, and that everything mistyped still fails."""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import subprocess
from pathlib import Path
from types import ModuleType

import pytest
from tox.report import HandledError

ROOT = Path(__file__).parents[2]
# Builds a wheel of one module with the standard library alone, so that an installation needs no network.
BACKEND = """\
import zipfile
def build_wheel(folder, settings=None, metadata=None):
    name = "little-1-py3-none-any.whl"
    with zipfile.ZipFile(f"{folder}/{name}", "w") as wheel:
        wheel.writestr("little.py", "WORD = 'little'")
        wheel.writestr("little-1.dist-info/METADATA", "Metadata-Version: 2.1\\nName: little\\nVersion: 1\\n")
        wheel.writestr("little-1.dist-info/WHEEL", "Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n")
        wheel.writestr("little-1.dist-info/RECORD", "")
    return name
"""
ONLY = "paths are taken by grade and precheck only, one of them at a time: tox -e grade submissions/"


def words_of(finished: subprocess.CompletedProcess[str]) -> list[str]:
    """What the environment's command was given; fails with tox's own output when it did not run."""
    lines = [line for line in finished.stdout.splitlines() if line.startswith("words ")]
    assert finished.returncode == 0 and len(lines) == 1, finished.stdout + finished.stderr
    words: list[str] = json.loads(lines[0].removeprefix("words "))
    return words


@pytest.fixture(scope="module")
def toxfile() -> ModuleType:
    """The plugin as a module."""
    spec = importlib.util.spec_from_file_location("toxfile_under_test", ROOT / "toxfile.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(
    ("typed", "given"),
    [
        (["-e", "grade"], []),
        (["-e", "grade", "submissions/"], ["submissions/"]),
        (["submissions/", "-e", "grade"], ["submissions/"]),
        (["-e", "grade", "a", "b"], ["a", "b"]),
        (["-e", "grade", "a", "-q", "b"], ["a", "b"]),
        (["-q", "-e", "grade", "my class/week 1"], ["my class/week 1"]),
        (["-e", "grade", "--", "submissions/", "--option", "value"], ["submissions/", "--option", "value"]),
        (["-e", "grade", "submissions/", "--", "--option", "a value"], ["submissions/", "--option", "a value"]),
        (["-e", "grade", "--", "--option", "value"], ["--option", "value"]),
        (["run", "-e", "precheck", "submissions/"], ["submissions/"]),
    ],
)
def test_toxfile_hands_on_what_is_typed(run_tox, typed, given):
    """Paths reach the command in their order, with or without two dashes, before what stands behind these."""
    assert words_of(run_tox(*typed)) == given


def test_toxfile_takes_paths_when_the_environment_variable_selects(run_tox):
    """TOXENV=grade is as good as -e grade."""
    assert words_of(run_tox("submissions/", TOXENV="grade")) == ["submissions/"]


def test_toxfile_keeps_paths_right_from_another_folder(run_tox, project):
    """Typed elsewhere with -c, relative paths still mean what they meant there, executable files included."""
    elsewhere = project / "my class"
    script = elsewhere / "s001.py"
    script.write_text("", encoding="utf-8")
    script.chmod(0o755)
    words = words_of(run_tox("-c", "..", "-e", "grade", "s001.py", "week 1", "../submissions", cwd=elsewhere))
    assert words == [os.path.join("my class", "s001.py"), os.path.join("my class", "week 1"), "submissions"]


def test_toxfile_leaves_absolute_paths_alone(run_tox, project, tmp_path):
    """An absolute path outside the project arrives as it was typed, from any folder."""
    assert words_of(run_tox("-c", str(project), "-e", "grade", str(tmp_path), cwd=tmp_path)) == [str(tmp_path)]


@pytest.mark.parametrize("status", [0, 1, 2, 3])
def test_tox_exits_with_the_status_of_the_command(run_tox, status):
    """What the grader exits with is what tox exits with."""
    assert run_tox("-e", "status", "--", str(status)).returncode == status


@pytest.mark.parametrize(
    ("typed", "unrecognised"),
    [
        (["grde"], "grde"),
        (["grade"], "grade"),
        (["submissions/"], "submissions/"),
        (["grade", "submissions/"], "grade submissions/"),
        (["-e", "tests", "submissions/"], "submissions/"),
        (["-e", "grade,tests", "submissions/"], "submissions/"),
        (["-e", "grade", "-e", "precheck", "submissions/"], "submissions/"),
        (["-e", "grde", "submissions/"], "submissions/"),
        (["list", "submissions/"], "submissions/"),
        (["exec", "-e", "grade", "submissions/"], "submissions/"),
    ],
)
def test_toxfile_refuses_paths_elsewhere(run_tox, typed, unrecognised):
    """A path without exactly one environment that takes paths ends with what was not understood and what to type."""
    finished = run_tox(*typed)
    assert finished.returncode == 254
    assert finished.stdout == f"ROOT: HandledError| unrecognized arguments: {unrecognised}\n{ONLY}\n"


def test_toxfile_refuses_options_without_dashes(run_tox):
    """An option of the grader without two dashes before it ends with the form that works."""
    finished = run_tox("-e", "grade", "submissions/", "--jobs", "2")
    assert finished.returncode == 254
    assert finished.stdout == (
        "ROOT: HandledError| unrecognized options: --jobs\n"
        "options of the grader stand behind two dashes: tox -e grade -- submissions/ --option value\n"
    )


def test_tox_names_the_environment_that_was_meant(run_tox):
    """An environment that does not exist is refused by tox itself, with the nearest name."""
    finished = run_tox("-e", "grde")
    assert finished.returncode == 254
    assert "grde - did you mean grade?" in finished.stdout


def test_refuse_old_python_names_the_remedy(toxfile):
    """A tox on an old Python is told which version is needed and how to get there."""
    with pytest.raises(HandledError) as caught:
        toxfile.refuse_old_python((3, 10))
    assert str(caught.value) == (
        "the grader needs Python 3.11 or newer, and this tox runs on 3.10; "
        "try `python3.11 -m pip install tox` and `python3.11 -m tox` in place of `tox`"
    )


def test_refuse_old_python_accepts_newer_ones(toxfile):
    """The oldest accepted version and a later one pass without a word."""
    toxfile.refuse_old_python((3, 11))
    toxfile.refuse_old_python((3, 14))


def test_the_first_installation_is_announced_with_its_size(run_tox, tmp_path):
    """Before pip works in silence it is said what is loaded and where to; a second run installs nothing and says nothing."""
    project = tmp_path / "project"
    package = project / "little"
    package.mkdir(parents=True)
    (package / "pyproject.toml").write_text(
        '[project]\nname = "little"\nversion = "1"\n[build-system]\nrequires = []\nbuild-backend = "backend"\n'
        'backend-path = ["."]\n[dependency-groups]\n',
        encoding="utf-8",
    )
    (package / "backend.py").write_text(BACKEND, encoding="utf-8")
    (project / "pyproject.toml").write_text(
        f'[project]\nname = "p"\nversion = "1"\n[dependency-groups]\ngrade = ["little @ {package.as_uri()}"]\n',
        encoding="utf-8",
    )
    shutil.copy(ROOT / "toxfile.py", project)
    ini = "[tox]\nno_package = true\n[testenv:grade]\nskip_install = true\ndependency_groups = grade\n"
    (project / "tox.ini").write_text(
        f"{ini}commands = python -c 'import little; print(little.WORD)'\n", encoding="utf-8"
    )
    offline = {"PIP_NO_INDEX": "1", "PIP_CONFIG_FILE": "/dev/null", "VIRTUALENV_NO_SEED": "0"}
    first, second = (run_tox("-e", "grade", cwd=project, **offline) for _ in range(2))
    assert (first.returncode, second.returncode) == (0, 0), first.stdout + first.stderr
    assert (
        "grade: the first run installs about 60 packages (90 MB, unless pip has them in its cache) into .tox/grade; "
        "this takes a minute or more\n" in first.stdout
    )
    told = first.stdout.splitlines()
    assert first.stdout.count("the first run installs") == 1
    announced, installed, done = (
        next(place for place, line in enumerate(told) if words in line)
        for words in ("the first run installs", "pip install", "later runs begin at once")
    )
    assert announced < installed < done
    assert "installs" not in second.stdout
    assert "later runs" not in second.stdout
