"""The workflow that grades on push, and what its private repository holds."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path

from grader.handout.official import official_files

FILES = Path(__file__).parent / "files"
WORKFLOW = "for-students/.github/workflows/grade.yml"


def github_files(folder: Path) -> dict[str, bytes]:
    """Return the files by path: below ``for-students`` what goes into their repository, below ``private`` what they must not read."""
    files, assignment = official_files(folder)
    workflow = (
        (FILES / "grade.yml")
        .read_text(encoding="utf-8")
        .format(assignment=shlex.quote(assignment), python=".".join(map(str, sys.version_info[:2])))
    )
    return {WORKFLOW: workflow.encode()} | {f"private/{path}": content for path, content in files.items()}
