"""Copies what the students of the gallery hand in to submissions/: ``python tests/gallery/publish.py``; imports nothing of the grader."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

GALLERY = Path(__file__).parent
SUBMISSIONS = GALLERY.parents[1] / "submissions"
NOT_HANDED_IN = frozenset({"expected.toml", "__pycache__"})


def handed_in() -> Iterator[tuple[str, Path]]:
    """Yield the name of each folder of the gallery and the one entry in it that a student handed in."""
    for folder in sorted(GALLERY.glob("s*/")):
        (entry,) = [path for path in folder.iterdir() if path.name not in NOT_HANDED_IN]
        yield folder.name, entry


def publish(destination: Path) -> None:
    """Make ``destination`` hold every entry of the gallery and nothing else."""
    shutil.rmtree(destination, ignore_errors=True)
    destination.mkdir(parents=True)
    for _, entry in handed_in():
        if entry.is_dir():
            shutil.copytree(entry, destination / entry.name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copyfile(entry, destination / entry.name)


if __name__ == "__main__":
    publish(SUBMISSIONS)
