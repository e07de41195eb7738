"""Tests that no file of the repository contains paths of a machine, package hosts or loose ends."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
HERE = Path(__file__).relative_to(ROOT)
BINARY = {".gz", ".ico", ".jpg", ".npz", ".pdf", ".png", ".zip"}
NOT_OURS = {
    ".git",
    ".tox",
    "__pycache__",
    "reports",
    "venv",
    ".mypy_cache",
    ".pytest_cache",
    ".ruff_cache",
    ".hypothesis",
}

UNWANTED = {
    "a path of one machine": r"(?<![\w.])/(?:work|root|home/\w+|Users/\w+)/|/tmp/(?:venv|plan)\b",
    "a package host": r"\b(?:pypi\.org|pythonhosted\.org|anaconda\.org)",
    "a number of an issue": r"(?i)\bissue\s*#?\d+",
    "a loose end": r"\b(?:TODO|FIXME|XXX)\b",
}


def files() -> list[Path]:
    """Return the files that git tracks or would track; without git, all files not made by tools."""
    asked = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    try:
        listed = subprocess.run(asked, cwd=ROOT, capture_output=True, text=True, check=True).stdout.split("\0")
    except (OSError, subprocess.CalledProcessError):
        listed = [str(path.relative_to(ROOT)) for path in ROOT.rglob("*")]
    environments = {path.parent.name for path in ROOT.glob("*/pyvenv.cfg")}
    found = [Path(name) for name in listed if name and (ROOT / name).is_file()]
    return [path for path in found if not (NOT_OURS | environments).intersection(path.parts) and path != HERE]


@pytest.mark.parametrize("what", UNWANTED)
def test_no_file_holds(what):
    """No text file of the repository contains an unwanted pattern."""
    pattern = re.compile(UNWANTED[what])
    texts = [path for path in files() if path.suffix.lower() not in BINARY]
    assert len(texts) > 50, "the files of the repository were not found"
    wrong = [
        f"{path}:{number}: {found.group()}"
        for path in texts
        for number, line in enumerate((ROOT / path).read_text(encoding="utf-8", errors="replace").splitlines(), 1)
        if (found := pattern.search(line))
    ]
    assert not wrong


@pytest.mark.parametrize(
    ("what", "example"),
    [
        ("a path of one machine", "see /home/someone/grader"),
        ("a package host", "files.pythonhosted.org"),
        ("a number of an issue", "as Issue #12 says"),
        ("a loose end", "# TODO later"),
    ],
)
def test_the_patterns_find_an_example(what, example):
    """Each pattern finds its example."""
    assert re.search(UNWANTED[what], example)
