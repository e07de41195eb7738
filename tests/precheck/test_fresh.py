"""The bundle in fresh environments that hold NumPy, Matplotlib and pytest, and nothing else."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.precheck.test_home import RIGHT, ROOT, run

VERSIONS = ("3.11", "3.12", "3.13")


def interpreter(version: str) -> Path | None:
    """Return an interpreter of a version, where there is one."""
    if sys.version.startswith(f"{version}."):
        return Path(sys.executable)
    found = [*sorted(Path.home().glob(f".pyenv/versions/{version}.*/bin/python")), shutil.which(f"python{version}")]
    return next((Path(each) for each in found if each), None)


def works(version: str, home: Path, place: Path) -> None:
    """Install what the bundle asks for into a fresh environment, and run the pre-check in it."""
    python = interpreter(version)
    assert python is not None, f"Python {version} is not installed here"
    subprocess.run([str(python), "-m", "venv", str(place)], check=True)
    fresh = place / "bin" / "python"
    install = [str(fresh), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r", "requirements.txt"]
    subprocess.run(install, cwd=home, check=True)
    assert run(home, python=fresh)[0] == 0
    shutil.copy(RIGHT, home / "backprop.py")
    status, out, err = run(home, "backprop.py", python=fresh)
    assert (status, err) == (0, "")
    assert "Points so far: 86 of the 86 that these checks carry" in out
    shutil.copy(ROOT / "submissions" / "s002.ipynb", home / "backprop.ipynb")
    _, out, _ = run(home, "backprop.ipynb", "--task", "2.2", python=fresh)
    assert "done   2.2   Linear: backward" in out


@pytest.mark.soak
@pytest.mark.parametrize("version", VERSIONS)
def test_the_bundle_works_in_a_fresh_environment(version: str, home: Path, tmp_path: Path):
    """With nothing but the packages that it names, scripts and notebooks are checked, with every version of Python that is promised."""
    works(version, home, tmp_path / "environment")


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
        f"precheck: Python 3.11 or newer is needed, but this is Python {version}; install a newer one, and run this with it.\n"
    )
