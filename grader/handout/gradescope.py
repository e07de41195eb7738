"""The autograder zip for Gradescope. It holds the answer key and the secret seed: for the course's staff only. Stands outside the flow."""

from __future__ import annotations

import shlex
from pathlib import Path

from grader.handout.official import official_files
from grader.seed import secret_seed

FILES = Path(__file__).parent / "files"
PROGRAMS = ("run_autograder", "setup.sh")
SEED = "seed"


def gradescope_files(folder: Path) -> dict[str, bytes]:
    """Return the files of the zip by path: set-up script, run script, and what official grading needs."""
    files, assignment = official_files(folder)
    run = (FILES / "run_autograder").read_text(encoding="utf-8").format(assignment=shlex.quote(assignment))
    return {
        "run_autograder": run.encode(),
        "setup.sh": (FILES / "setup.sh").read_bytes(),
        SEED: f"{secret_seed()}\n".encode("ascii"),
        **files,
    }
