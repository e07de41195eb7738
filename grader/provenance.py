"""RECORDED: a fingerprint of everything but the submission that a record depends on. May not import fence, checks or report."""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

from grader.assignment import Assignment

GRADER = Path(__file__).resolve().parent
ANSWER_KEY = GRADER.parent / "reference"
ASSIGNMENTS = GRADER / "assignments"


def provenance(assignment: Assignment, seed: str) -> str:
    """Return a digest of the grader, the assignment, the answer key, the packages and the seed, in hexadecimal.

    Two runs with the same digest give the same record for the same submission, so the second need not repeat the first.
    The seed cannot be told from it, as long as nobody could guess the seed.
    """
    total = hashlib.sha256(f"{sys.version}\0{assignment.id}\0{seed}\0{assignment.rubric is not None}\0".encode())
    for package in sorted(f"{name}=={version}" for name, version in _packages()):
        total.update(package.encode() + b"\0")
    for folder in (GRADER, ANSWER_KEY, assignment.folder):
        for path in sorted(_files(folder)):
            name, content = str(path.relative_to(folder)).encode(), path.read_bytes()
            total.update(len(name).to_bytes(8, "big") + name + len(content).to_bytes(8, "big") + content)
    return total.hexdigest()


def _packages() -> Iterator[tuple[str, str]]:
    """Yield what is installed beside this interpreter; students' code may import any of it."""
    for found in metadata.distributions():
        yield found.name, found.version


def _files(folder: Path) -> Iterator[Path]:
    """Yield the files below a folder that could change a record; assignments other than the one at hand could not."""
    for path in folder.rglob("*"):
        elsewhere = folder == GRADER and path.is_relative_to(ASSIGNMENTS)
        hidden = any(part.startswith(".") for part in path.relative_to(folder).parts)
        if path.is_file() and path.suffix != ".pyc" and not elsewhere and not hidden:
            yield path
