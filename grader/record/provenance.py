"""A fingerprint of everything that a record depends on, except the submission."""

from __future__ import annotations

import hashlib
import os
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from grader.material.assignment import Assignment
from grader.seed import fingerprint

GRADER = Path(__file__).resolve().parents[1]
ANSWER_KEY = GRADER.parent / "reference"
ASSIGNMENTS = GRADER / "assignments"


def provenance(installed: str, seed: str) -> str:
    """Return a fingerprint of everything that a record depends on, except the submission, in hexadecimal.

    Two runs with the same fingerprint give the same record for the same submission, so the second can be skipped.
    A reader of the record cannot test guesses of the seed against it, because it is keyed with a secret of this machine.

    Parameters
    ----------
    installed : str
        What ``installation`` returned.
    seed : str
    """
    return fingerprint("provenance", f"{installed}\0{seed}")


def installation(assignment: Assignment) -> str:
    """Return a digest of the grader, the assignment, the answer key and the packages, for comparison between machines."""
    total = hashlib.sha256(f"{sys.version}\0{assignment.id}\0{assignment.rubric is not None}\0".encode())
    total.update("\0".join(assignment.allowed_imports).encode() + b"\0")
    for package in sorted(_packages()):
        total.update(os.fsencode(package) + b"\0")
    own = [ANSWER_KEY, assignment.folder]
    if assignment.form is not None:
        # All that was read of it, wherever it lies; there may be hand-ins in its folder.
        total.update(repr(replace(assignment.form, folder=Path())).encode("utf-8", "backslashreplace"))
        own = []
    for folder in (GRADER, ASSIGNMENTS / "vocabulary", *own):
        for path in sorted(files_below(str(folder))):
            name, content = os.fsencode(os.path.relpath(path, folder)), Path(path).read_bytes()
            total.update(len(name).to_bytes(8, "big") + name + len(content).to_bytes(8, "big") + content)
    return total.hexdigest()


def _packages() -> Iterator[str]:
    """Yield the name and version of every installed package, as students' code may import any of them.

    They come from the names of the folders that every installer leaves; reading the files in them is thirty times slower.
    """
    for folder in dict.fromkeys(sys.path):
        if os.path.isdir(folder or "."):
            yield from (name for name in os.listdir(folder or ".") if name.endswith((".dist-info", ".egg-info")))


def files_below(folder: str) -> Iterator[str]:
    """Yield the files below a folder that could affect a record; other assignments cannot."""
    if os.path.isfile(folder):
        yield folder
        return
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.name.startswith(".") or entry.name == "__pycache__" or entry.path == str(ASSIGNMENTS):
                continue
            if entry.is_dir(follow_symlinks=False):
                yield from files_below(entry.path)
            elif entry.is_file() and not entry.name.endswith(".pyc"):
                yield entry.path
