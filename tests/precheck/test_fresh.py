"""The bundle in fresh environments that hold NumPy, Matplotlib and pytest, and nothing else."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.precheck.bundles import NAMES, ROOT, TASKS, right_answer, unzipped
from tests.precheck.test_home import run

VERSIONS = ("3.11", "3.12", "3.13")


def interpreter(version: str) -> Path | None:
    """Return an interpreter of a version, where there is one."""
    if sys.version.startswith(f"{version}."):
        return Path(sys.executable)
    found = [*sorted(Path.home().glob(f".pyenv/versions/{version}.*/bin/python")), shutil.which(f"python{version}")]
    return next((Path(each) for each in found if each), None)


def in_use(python: Path, name: str, place: Path) -> None:
    """Unzip a bundle, install what it asks for, and run the pre-check on the template, on a right answer, and on one task of it."""
    home = unzipped(name, place)
    install = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r", "requirements.txt"]
    subprocess.run(install, cwd=home, check=True)
    status, out, err = run(home, python=python)
    assert (status, err) == (0, "")
    assert "\nnext   " in out and "It is not implemented yet (Task " in out
    right = right_answer(name, home)
    status, out, err = run(home, right.name, python=python)
    assert (status, err) == (0, "")
    assert re.search(r"Points so far: (\d+) of \1 in these checks", out), out
    assert f"done   {TASKS[name]} " in run(home, right.name, "--task", TASKS[name], python=python)[1]


@pytest.mark.soak
@pytest.mark.parametrize("version", VERSIONS)
def test_the_bundles_work_in_a_fresh_environment(version: str, tmp_path: Path):
    """With nothing but the packages that they name, all bundles work with every version of Python that is promised."""
    python = interpreter(version)
    assert python is not None, f"Python {version} is not installed here"
    place = tmp_path / "environment"
    subprocess.run([str(python), "-m", "venv", str(place)], check=True)
    # Each asks for what the one before has, and perhaps for more.
    for name in NAMES:
        in_use(place / "bin" / "python", name, tmp_path)
    shutil.copy(ROOT / "submissions" / "s002.ipynb", tmp_path / "backprop" / "backprop.ipynb")
    _, out, _ = run(tmp_path / "backprop", "backprop.ipynb", "--task", "2.2", python=place / "bin" / "python")
    assert "done   2.2   Linear: backward" in out


@pytest.mark.parametrize("version", ["2.7", "3.8", "3.10"])
def test_an_old_python_is_told_in_one_sentence(version: str, home: Path):
    """A Python that is too old gets one sentence, whether it is here or stands in by its version alone."""
    python = interpreter(version)
    if python is None:
        python, text = Path(sys.executable), (home / "precheck.py").read_text(encoding="utf-8")
        pretended = f"sys.version_info = ({version.replace('.', ', ')})\nNEEDED"
        (home / "precheck.py").write_text(text.replace("NEEDED", pretended, 1), encoding="utf-8")
    _, _, err = run(home, python=python)
    assert err == (
        f"precheck: Python 3.11 or newer is needed, but this is Python {version}; install a newer one and use it.\n"
    )
