"""The autograder zip for Gradescope, for staff only: it contains the answer key and the secret seed."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from grader.handout.official import ELSEWHERE, official_files
from grader.handout.toml import as_toml
from grader.material.assignment import Limits
from grader.material.document import Document
from grader.material.foreign.nbgrader import LIMITS
from grader.seed import secret_seed

FILES = Path(__file__).parent / "files"
PROGRAMS = ("run_autograder", "setup.sh")
SEED = "seed"
# The limits for Gradescope's smallest container, with 768 MB, half a CPU and ten minutes: 180 seconds of computing time,
# and a check that begins then, take eight minutes there. Larger containers have the same limits, so that a score does not
# depend on the size.
CONTAINER = {
    "load_cpu_seconds": 60.0,
    "run_cpu_seconds": 90.0,
    "check_cpu_seconds": 20.0,
    "total_cpu_seconds": 180.0,
    "memory_bytes": 448 << 20,
}


def gradescope_files(folder: Path) -> dict[str, bytes]:
    """Return the files of the zip by path: the set-up script, the run script, and what official grading needs."""
    files, assignment = official_files(folder)
    if (folder / "assignment.toml").is_file():
        place = ELSEWHERE if assignment.startswith("./") else f"grader/assignments/{assignment}"
        files[f"{place}/assignment.toml"] = contained(Document.read(folder / "assignment.toml").data).encode()
    else:
        # Another tool's has no limits of its own; the grader takes these where they lie.
        files[f"{assignment.removeprefix('./').partition('/')[0]}/{LIMITS}"] = as_toml({"limits": CONTAINER}).encode()
    run = (FILES / "run_autograder").read_text(encoding="utf-8").format(assignment=shlex.quote(assignment))
    return {
        "run_autograder": run.encode(),
        "setup.sh": (FILES / "setup.sh").read_bytes(),
        SEED: f"{secret_seed()}\n".encode("ascii"),
        **files,
    }


def contained(document: Mapping[str, Any]) -> str:
    """Return the text of an ``assignment.toml`` with its limits reduced to those of the container."""
    limits = asdict(Limits()) | document.get("limits", {})
    lowered = {name: most for name, most in CONTAINER.items() if limits[name] > most}
    return as_toml({**document, "limits": document.get("limits", {}) | lowered})
