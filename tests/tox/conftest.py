"""A tiny project with this repository's toxfile.py, to test the real tox without a network."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TOX_INI = """\
[tox]
env_list = tests
no_package = true
requires =
    tox~=4.30

[testenv]
skip_install = true
constraints = constraints.txt
set_env = PYTHONWARNINGS = default
commands = python -c "import json, sys; print('words', json.dumps(sys.argv[1:]))" {posargs}

[testenv:{grade,precheck}]

[testenv:status]
commands = python -c "import sys; sys.exit(int(sys.argv[1]))" {posargs}
"""

HASH = " \\\n    --hash=sha256:" + "0a" * 32
CONSTRAINTS = f"# Locked.\nnumpy==2.4.6{HASH}\nscipy==1.17.1 ; python_full_version < '3.99'{HASH}{HASH}\n"


RunTox = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture(scope="session")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a space in its name, the real toxfile.py and environments that only print their words."""
    folder = tmp_path_factory.mktemp("tox") / "a project"
    (folder / "submissions").mkdir(parents=True)
    (folder / "my class" / "week 1").mkdir(parents=True)
    shutil.copy(ROOT / "toxfile.py", folder)
    (folder / "tox.ini").write_text(TOX_INI, encoding="utf-8")
    (folder / "constraints.txt").write_text(CONSTRAINTS, encoding="utf-8")
    return folder


@pytest.fixture(scope="session")
def clean_environment() -> dict[str, str]:
    """The environment without variables of an outer tox, pytest or CI (with CI set, tox runs pip); new ones have no pip."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("TOX", "PYTEST", "VIRTUAL")) and name != "CI"
    }
    return {**kept, "NO_COLOR": "1", "VIRTUALENV_NO_SEED": "1"}


@pytest.fixture
def run_tox(project: Path, clean_environment: dict[str, str]) -> RunTox:
    """Run tox with the given words, in the project unless told otherwise."""

    def run(*words: str, cwd: Path = project, **environment: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "tox", *words],
            cwd=cwd,
            env={**clean_environment, **environment},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )

    return run
