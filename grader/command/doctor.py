"""Check whether this machine can grade and how well it confines submissions."""

from __future__ import annotations

import argparse
import contextlib
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from grader.errors import GraderError
from grader.terminal import say

MEBIBYTE = 2**20
# Enough for the reports of a class of 150 with figures.
FREE_BYTES = 100 * MEBIBYTE


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of ``doctor``, which has none."""


def run(options: argparse.Namespace) -> int:
    """Print the findings, and return 0 if grading is possible as things are, or else 2."""
    from grader.fence import diagnose
    from grader.judge.private import private_paths

    lines, usable = diagnose(private=private_paths())
    troubles = list(_troubles())
    say(*lines, *(f"  Remedy: {trouble}" for trouble in (*troubles, *_advice(Path.cwd()))))
    return 0 if usable and not troubles else 2


def _troubles() -> Iterator[str]:
    """Yield what would stop ``grade`` before the first student, each with its remedy."""
    from grader.command.defaults import default_assignment
    from grader.judge.granted import require_granted
    from grader.judge.setup import limits_of_judge, limits_of_session
    from grader.material.assignment import find_assignment, load_assignment

    try:
        limits = load_assignment(find_assignment(default_assignment(None))).limits
        require_granted(
            limits_of_judge(limits, limits.check_cpu_seconds), limits_of_session(limits, limits.check_cpu_seconds)
        )
    except GraderError as error:
        yield str(error)


def _advice(folder: Path) -> Iterator[str]:
    """Yield other obstacles: a seed that cannot be read, a folder that cannot hold the reports."""
    from grader.seed import seed_path

    seed = seed_path()
    with contextlib.suppress(FileNotFoundError, NotADirectoryError):
        if not os.environ.get("GRADER_SEED") and not _readable(seed):
            yield f"The secret seed in {seed} cannot be read; name another file in GRADER_SEED_FILE, or give --seed."
    if not os.access(folder, os.W_OK | os.X_OK):
        yield f"{folder} cannot be written to; run the command in another folder, or name the folder of the reports with --out."
        return
    free = shutil.disk_usage(folder).free
    if free < FREE_BYTES:
        yield (
            f"{free / MEBIBYTE:,.0f} MiB are free in {folder}, and the reports of a class may need {FREE_BYTES // MEBIBYTE}; free some space, "
            "or name the folder of the reports with --out."
        )


def _readable(path: Path) -> bool:
    """Return whether a file can be read; raise ``FileNotFoundError`` if there is none."""
    try:
        path.stat()
    except PermissionError:
        return False
    return os.access(path, os.R_OK)
