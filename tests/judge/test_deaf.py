"""Only the check files affect pytest in the judge, the pre-check and the audit, for any place of the assignment."""

import json
import shutil
import subprocess
import sys

import pytest

from grader.handout.starter import write_assignment
from tests.grading import PROJECT, RIGHT, TINY, environment, write_class

# Each of them, heard, would let every check pass, leave all of them out, or end pytest.
SPOILING = """
import pytest

@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem):
    return True

def pytest_collection_modifyitems(items):
    del items[1:]
"""
SETTINGS = "addopts = -k nothing -p no_such_plugin\npython_files = other_*.py\nusefixtures = no_such_fixture\n"
FILES = {
    "conftest.py": SPOILING,
    "pytest.ini": f"[pytest]\n{SETTINGS}",
    ".pytest.ini": f"[pytest]\n{SETTINGS}",
    "pytest.toml": "[pytest]\naddopts = ['-k', 'nothing', '-p', 'no_such_plugin']\n",
    "tox.ini": f"[pytest]\n{SETTINGS}",
    "setup.cfg": f"[tool:pytest]\n{SETTINGS}",
    "pyproject.toml": "[tool.pytest.ini_options]\naddopts = '-k nothing -p no_such_plugin'\n",
}
WRONG = RIGHT.replace("2.0 * x", "3.0 * x")
WORDS = {
    "options": {"PYTEST_ADDOPTS": "-k nothing -p no_such_plugin --collect-only", "PYTEST_PLUGINS": "no_such_plugin"},
    "broken options": {"PYTEST_ADDOPTS": "--no-such-option '", "PYTEST_DEBUG": "1", "PYTHONWARNINGS": "error"},
    "plugins": {
        "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "",
        "PYTEST_ADDOPTS": "-p spoiling",
        "PYTEST_PLUGINS": "spoiling",
    },
}
# A check of its own that warns.
WARNING = '''

@pytest.mark.points(1)
@pytest.mark.task("1")
def check_warning(student):
    """This check warns."""
    import warnings
    warnings.warn("of nothing", RuntimeWarning)
    warnings.warn("of nothing", DeprecationWarning)
'''


def run(*words, **more):
    """Run `python -m grader` with these words; return status, output and errors."""
    done = subprocess.run(
        [sys.executable, "-m", "grader", *map(str, words)],
        cwd=PROJECT, env=environment(**more), capture_output=True, text=True, timeout=300,
    )  # fmt: skip
    return done.returncode, done.stdout, done.stderr


@pytest.fixture
def course(tmp_path):
    """A folder of a course whose every level has settings for pytest, and a class; the assignment is in ``week``."""
    folder = tmp_path / "course [2026]" / "part::one" / "week"
    shutil.copytree(TINY, folder, ignore=shutil.ignore_patterns("__pycache__"))
    checks, about = folder / "check_tiny.py", folder / "assignment.toml"
    checks.write_text(checks.read_text() + WARNING)
    about.write_text(about.read_text().replace("total = 10", "total = 11"))
    write_class(tmp_path / "class", right=RIGHT, wrong=WRONG)
    return folder


@pytest.fixture
def installed(tmp_path):
    """A folder of the search path with a plugin for pytest that is installed: a module, and a distribution with an entry point."""
    site = tmp_path / "site"
    (site / "spoiling-1.dist-info").mkdir(parents=True)
    (site / "spoiling.py").write_text(SPOILING)
    (site / "spoiling-1.dist-info" / "METADATA").write_text("Metadata-Version: 2.1\nName: spoiling\nVersion: 1\n")
    (site / "spoiling-1.dist-info" / "entry_points.txt").write_text("[pytest11]\nspoiling = spoiling\n")
    return {"PYTHONPATH": str(site)}


def points(course, **more):
    """Grade the class; return the points by student, and what was printed when something else came of it."""
    out = course.parents[2] / "out"
    status, output, errors = run("grade", course.parents[2] / "class", "--assignment", course, "--out", out, **more)
    assert (status, errors) == (0, ""), output + errors
    return {path.stem: json.loads(path.read_bytes())["score"]["sum"] for path in (out / "records").glob("*.json")}


EARNED = {"right": 11.0, "wrong": 3.0}


@pytest.mark.parametrize("name", ["conftest.py", "pytest.ini", "tox.ini", "setup.cfg", "pyproject.toml"])
def test_no_file_in_or_above_the_assignment_has_a_say(course, name):
    """Settings and plugins for pytest lie in the assignment and in every folder above it, and change nothing."""
    for place in (course, *course.parents[:3]):
        (place / name).write_text(FILES[name])
    assert points(course) == EARNED


@pytest.mark.parametrize("what", WORDS)
def test_nothing_in_the_environment_has_a_say(course, installed, what):
    """Neither options nor plugins for the instructor's own pytest, installed ones included, change anything."""
    assert points(course, **installed, **WORDS[what]) == EARNED


def test_the_same_things_are_heard_by_pytest_itself(course, installed):
    """The control: each file, each word and the installed plugin reach a pytest that is started by hand."""

    def heard(**more):
        words = [
            sys.executable,
            "-m",
            "pytest",
            "-p",
            "grader.judge.plugin",
            "-o",
            "python_functions=check_*",
            "check_tiny.py",
        ]
        env = environment(**{"PYTHONPATH": str(PROJECT)} | more)
        done = subprocess.run(words, cwd=course, env=env, capture_output=True, text=True, timeout=300)
        return done.stdout + done.stderr

    silent = heard()
    assert "4 errors" in silent, silent
    for name, text in FILES.items():
        (course / name).write_text(text)
        assert heard() != silent, name
        (course / name).unlink()
    path = {"PYTHONPATH": f"{PROJECT}:{installed['PYTHONPATH']}"}
    assert "1 error in" in heard(**path)
    assert "1 error in" in heard(**path, PYTEST_DISABLE_PLUGIN_AUTOLOAD="1", PYTEST_PLUGINS="spoiling")
    assert "no_such_plugin" in heard(PYTEST_ADDOPTS="-p no_such_plugin")


def test_the_precheck_and_the_audit_hear_as_little(course, installed):
    """What stands around an assignment and in the environment changes nothing for the pre-check, and nothing for the audit."""
    for place in (course, *course.parents[:3]):
        for name, text in FILES.items():
            (place / name).write_text(text)
    words = {**installed, "PYTEST_ADDOPTS": "-k nothing", "PYTEST_PLUGINS": "no_such_plugin", "PYTHONWARNINGS": "error"}
    status, output, errors = run("precheck", course.parents[2] / "class" / "wrong.py", "--assignment", course, **words)
    assert (status, errors) == (0, ""), output + errors
    assert "Points so far: 3 of 11 in these checks." in " ".join(output.split())
    own = course.parent / "own"
    write_assignment(own)
    where = course.parents[2] / "audit"
    status, output, errors = run("audit", own, "--part", "ends", "--quiet", "--out", where, **words)
    assert (status, errors) == (0, ""), output + errors
    assert json.loads((where / "audit-own.json").read_bytes())["ends"]["reference"]["earned"] == 10.0
