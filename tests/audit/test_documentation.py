"""The worked example of the page on checks: what it shows is an assignment, and its audit holds."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "checks.md"
FILE = re.compile(r"^`([\w./]+)`:.*?\n\n```\w+\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def written(folder: Path) -> list[str]:
    """Write the files that the page shows into a folder; return their names."""
    files = FILE.findall(PAGE.read_text(encoding="utf-8"))
    for name, text in files:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return [name for name, _ in files]


def test_the_worked_example_passes_the_audit(tmp_path: Path):
    """The files of the page are an assignment whose mutants are all rejected, whose variant earns everything, and whose mistakes are named."""
    assert written(tmp_path / "softmax") == [
        "assignment.toml",
        "reference/__init__.py",
        "reference/softmax.py",
        "check_softmax.py",
        "mutants/softmax.toml",
        "variants/softmax.toml",
        "equivalents.toml",
    ]
    parts = [word for part in ("ends", "mutants", "variants", "diagnosis") for word in ("--part", part)]
    command = [
        sys.executable,
        "-m",
        "grader",
        "audit",
        str(tmp_path / "softmax"),
        "--seed",
        "1",
        "--out",
        str(tmp_path),
        *parts,
    ]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    result = json.loads((tmp_path / "audit-softmax.json").read_text(encoding="ascii"))
    claims = [(verdict["holds"], verdict["claim"]) for verdict in result["verdicts"]]
    assert (done.returncode, claims) == (
        0,
        [
            (True, "The reference earns every point."),
            (True, "The template earns none."),
            (True, "Every named mutant is caught."),
            (True, "Every drawn mutant is caught, or marked as equivalent."),
            (True, "No check breaks on a wrong answer."),
            (True, "Every right answer is accepted."),
            (True, "Known mistakes are named."),
            (True, "Nothing is named wrongly."),
        ],
    ), done.stdout + done.stderr
    assert (tmp_path / "audit-softmax.html").read_text(encoding="utf-8").startswith("<!doctype html>")
