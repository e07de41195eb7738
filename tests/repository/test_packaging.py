"""Tests that the places which repeat a fact about the project agree."""

from __future__ import annotations

import ast
import configparser
import os
import re
import subprocess
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement

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
    """The version of pyproject.toml, of the package and of the newest entry of the changelog are one."""
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    newest = re.search(r"(?m)^## (\S+)", changelog)
    assert newest is not None
    assert pyproject["project"]["version"] == grader.__version__ == newest.group(1)


def test_every_dependency_has_both_bounds(pyproject):
    """Each requirement of each group has a lower bound and an upper one, or is one version, so that a new major version breaks nobody."""
    for group in pyproject["dependency-groups"].values():
        for line in (line for line in group if isinstance(line, str)):
            operators = {specifier.operator for specifier in Requirement(line).specifier}
            assert operators in ({">=", "<"}, {"=="}), line


def test_tox_never_installs_the_project(tox_ini):
    """The answer key must not be in the environment that students' code may read."""
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
    """The assignment that tox.ini names is a folder with an assignment.toml."""
    assert (ROOT / "grader" / "assignments" / tox_ini["grader"]["assignment"] / "assignment.toml").is_file()


def test_ci_run_is_an_executable_bash_script():
    """.ci/run can be started as it is, and bash reads it without an error."""
    script = ROOT / ".ci" / "run"
    assert os.access(script, os.X_OK)
    assert subprocess.run(["bash", "-n", script], check=False).returncode == 0
