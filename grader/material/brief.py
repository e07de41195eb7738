"""What of an assignment is needed before anything heavy is imported, so that a student's process starts at once. Imports the standard library and errors only."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import Any

from grader.errors import UsageError

MEMORY_BYTES = 1 << 30
SUBMISSION_BYTES = 32 << 20
RECORDED = "recorded.npz"


def limits_of(folder: Path) -> tuple[int, int, list[str]]:
    """Return how many bytes a submission may take and how many it may have, and what it may find imported."""
    document = tomllib.loads((folder / "assignment.toml").read_text(encoding="utf-8"))
    limits = document.get("limits", {})
    return (
        int(limits.get("memory_bytes", MEMORY_BYTES)),
        int(limits.get("submission_bytes", SUBMISSION_BYTES)),
        document["assignment"].get("preload", ["numpy"]),
    )


def forms_of(folder: Path) -> dict[str, Any]:
    """Return the forms of the template that were handed out with a bundle; none outside of one."""
    about = folder / "about.json"
    return dict(json.loads(about.read_text(encoding="utf-8"))["forms"]) if about.exists() else {}


def require_recording(folder: Path) -> None:
    """Raise ``UsageError`` unless a folder holds recorded answers: no answer key may lie where code runs without a fence."""
    if not (folder / RECORDED).exists():
        raise UsageError(
            f"{folder} must hold {RECORDED}, the recorded answers of the zip for students, but does not; unzip the whole zip again, "
            f"or make one with: python -m grader bundle {folder.name} --for students"
        )
