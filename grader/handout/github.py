"""The workflow that grades on push, and the files of its private repository."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path

from grader.handout.official import official_files

FILES = Path(__file__).parent / "files"
WORKFLOW = "for-students/.github/workflows/grade.yml"


def github_files(folder: Path) -> dict[str, bytes]:
    """Return the files by path: those for the students' repository in ``for-students``, those for staff in ``private``."""
    files, assignment = official_files(folder)
    workflow = (
        (FILES / "grade.yml")
        .read_text(encoding="utf-8")
        .format(assignment=shlex.quote(assignment), python=".".join(map(str, sys.version_info[:2])))
    )
    return {WORKFLOW: workflow.encode()} | {f"private/{path}": content for path, content in files.items()}
