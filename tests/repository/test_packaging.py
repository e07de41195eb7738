"""Tests that all places that state the same fact about the project agree."""

from __future__ import annotations

import ast
import configparser
import os
import re
import subprocess
import tomllib
from collections.abc import Iterable
from importlib.metadata import distribution
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

import grader

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def pyproject() -> dict:
    """The parsed pyproject.toml."""
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def tox_ini() -> configparser.ConfigParser:
    """The parsed tox.ini."""
    parsed = configparser.ConfigParser(interpolation=None)
    parsed.read(ROOT / "tox.ini", encoding="utf-8")
    return parsed


def test_version_is_the_same_everywhere(pyproject):
    """The versions in pyproject.toml, in the package and in the newest entry of the changelog are the same."""
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    newest = re.search(r"(?m)^## (\S+)", changelog)
    assert newest is not None
    assert pyproject["project"]["version"] == grader.__version__ == newest.group(1)


def test_every_dependency_has_both_bounds(pyproject):
    """Each requirement has a lower and an upper bound, or is one exact version, so that new major versions break nothing."""
    for group in pyproject["dependency-groups"].values():
        for line in (line for line in group if isinstance(line, str)):
            operators = {specifier.operator for specifier in Requirement(line).specifier}
            assert operators in ({">=", "<"}, {"=="}), line


@pytest.fixture(scope="module")
def pins() -> list[Requirement]:
    """The lines of constraints.txt."""
    return [Requirement(line) for line, _ in locked()]


def locked() -> list[tuple[str, list[str]]]:
    """Return each package of constraints.txt with its hashes."""
    text = (ROOT / "constraints.txt").read_text(encoding="utf-8").replace("\\\n", "")
    lines = [line.split("--hash=") for line in text.splitlines() if not line.startswith("#")]
    return [(name.strip(), [one.strip() for one in hashes]) for name, *hashes in lines]


def test_every_package_is_locked_with_the_hashes_of_its_files():
    """Only the locked files are installed, even if a package index offers others under the pinned version."""
    assert [name for name, hashes in locked() if not hashes] == []
    assert {bool(re.fullmatch(r"sha256:[0-9a-f]{64}", one)) for _, hashes in locked() for one in hashes} == {True}


def needed(names: Iterable[str]) -> dict[str, list[Requirement]]:
    """Return the requirements of installed distributions, recursively, grouped by the name of the required package."""
    found: dict[str, list[Requirement]] = {}
    waiting = list(names)
    while waiting:
        for line in distribution(waiting.pop()).requires or ():
            each = Requirement(line)
            if each.marker is None or each.marker.evaluate({"extra": ""}):
                name = canonicalize_name(each.name)
                waiting += [] if name in found else [name]
                found.setdefault(name, []).append(each)
    return found


def test_every_distribution_of_the_groups_is_pinned(pyproject, pins):
    """For every supported Python, constraints.txt pins one version of each package in tox's groups, within its range."""
    groups = {name: lines for name, lines in pyproject["dependency-groups"].items() if name != "oracle"}
    direct = [Requirement(line) for lines in groups.values() for line in lines if isinstance(line, str)]
    assert [[each.operator for each in pin.specifier] for pin in pins] == [["=="]] * len(pins)
    for python in ("3.11", "3.12", "3.13", "3.14"):
        environment = {"python_version": python, "python_full_version": f"{python}.0"}
        here = {
            canonicalize_name(pin.name): next(iter(pin.specifier)).version
            for pin in pins
            if pin.marker is None or pin.marker.evaluate(environment)
        }
        assert not [str(line) for line in direct if not line.specifier.contains(here.get(line.name, "0"))]


def test_what_the_packages_need_is_pinned_as_well(pyproject, pins):
    """All direct and indirect dependencies of the tests are pinned to versions that all dependants accept."""
    here = {
        canonicalize_name(pin.name): next(iter(pin.specifier)).version
        for pin in pins
        if pin.marker is None or pin.marker.evaluate()
    }
    groups = (pyproject["dependency-groups"][name] for name in ("grade", "dask", "test"))
    asked = needed(Requirement(line).name for lines in groups for line in lines if isinstance(line, str))
    assert len(asked) > 50
    assert not [
        f"{each} is pinned to {here.get(name)}"
        for name, lines in asked.items()
        for each in lines
        if not each.specifier.contains(here.get(name, "0"))
    ]


def test_every_environment_takes_what_is_pinned(tox_ini):
    """No environment of tox has its own constraints, except the one that writes them."""
    assert tox_ini["testenv"]["constraints"] == "constraints.txt"
    assert [name for name in tox_ini.sections() if "constraints" in tox_ini[name]] == ["testenv", "testenv:lock"]


def test_tox_never_installs_the_project(tox_ini):
    """The project is not installed, as students' code can read the environment and must not find the answer key."""
    assert tox_ini["tox"]["no_package"] == "true"
    assert tox_ini["testenv"]["skip_install"] == "true"


def test_tox_environments_use_groups_that_exist(tox_ini, pyproject):
    """Each environment's packages come from a group of pyproject.toml."""
    named = {name: tox_ini[name].get("dependency_groups") for name in tox_ini.sections() if name.startswith("testenv:")}
    assert named
    assert set(named.values()) <= set(pyproject["dependency-groups"])


def test_plugin_and_tox_ini_name_the_same_environments(tox_ini):
    """Every environment that takes paths exists."""
    tree = ast.parse((ROOT / "toxfile.py").read_text(encoding="utf-8"))
    assigned = {node.targets[0].id: node.value for node in tree.body if isinstance(node, ast.Assign)}
    for name in ast.literal_eval(assigned["TAKES_PATHS"]):
        assert f"testenv:{name}" in tox_ini


def test_default_assignment_exists(tox_ini):
    """The assignment named in tox.ini is a folder with an assignment.toml."""
    assert (ROOT / "grader" / "assignments" / tox_ini["grader"]["assignment"] / "assignment.toml").is_file()


def test_ci_run_is_an_executable_bash_script():
    """.ci/run is executable, and bash parses it without errors."""
    script = ROOT / ".ci" / "run"
    assert os.access(script, os.X_OK)
    assert subprocess.run(["bash", "-n", script], check=False).returncode == 0
