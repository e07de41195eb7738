"""Test that paths survive when tox first installs what tox.ini requires, from wheels made here: no network."""

from __future__ import annotations

import re
import shutil
import zipfile
from importlib.metadata import Distribution, distribution
from pathlib import Path

from packaging.requirements import Requirement

MARKER = "tox-provision-marker"


def wheel_again(source: Distribution, folder: Path) -> None:
    """Pack an installed pure-Python distribution into a wheel again."""
    name = re.sub(r"[-_.]+", "_", source.metadata["Name"]).lower()
    dropped = ("INSTALLER", "REQUESTED", "direct_url.json")
    with zipfile.ZipFile(folder / f"{name}-{source.version}-py3-none-any.whl", "w") as wheel:
        for file in source.files or ():
            inside = not str(file).startswith("..") and file.suffix != ".pyc"
            if inside and file.name not in dropped:
                wheel.write(str(file.locate()), str(file))


def needed_by(name: str, found: dict[str, Distribution]) -> dict[str, Distribution]:
    """Collect a distribution and all that it needs on this Python."""
    if name not in found:
        found[name] = distribution(name)
        for line in found[name].requires or ():
            requirement = Requirement(line)
            if requirement.marker is None or requirement.marker.evaluate({"extra": ""}):
                needed_by(requirement.name, found)
    return found


def marker_wheel(folder: Path) -> None:
    """Write an empty distribution that no environment has, so that tox must provision itself."""
    info = f"{MARKER.replace('-', '_')}-1.0.dist-info"
    with zipfile.ZipFile(folder / f"{MARKER.replace('-', '_')}-1.0-py3-none-any.whl", "w") as wheel:
        wheel.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: {MARKER}\nVersion: 1.0\n")
        wheel.writestr(
            f"{info}/WHEEL", "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        )
        wheel.writestr(f"{info}/RECORD", "")


def test_toxfile_survives_provisioning(run_tox, project, tmp_path):
    """A tox that has to install itself anew hands the same words to the inner one."""
    wheels, copy = tmp_path / "wheels", tmp_path / "a copy"
    wheels.mkdir()
    for source in needed_by("tox", {}).values():
        wheel_again(source, wheels)
    marker_wheel(wheels)
    copy.mkdir()
    for name in ("toxfile.py", "constraints.txt"):
        shutil.copy(project / name, copy)
    ini = (project / "tox.ini").read_text(encoding="utf-8")
    (copy / "tox.ini").write_text(ini.replace("requires =\n", f"requires =\n    {MARKER}\n"), encoding="utf-8")

    offline = {
        "PIP_NO_INDEX": "1",
        "PIP_FIND_LINKS": str(wheels),
        "VIRTUALENV_NO_SEED": "0",
        "PIP_CONFIG_FILE": "/dev/null",
    }
    finished = run_tox("-e", "grade", "sub missions/", "--", "--option", "value", cwd=copy, **offline)
    assert finished.returncode == 0, finished.stdout + finished.stderr
    assert "provision>" in finished.stdout
    assert 'words ["sub missions/", "--option", "value"]' in finished.stdout
