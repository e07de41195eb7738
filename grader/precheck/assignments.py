"""What of an assignment is needed before anything heavy is imported, so that a student's process starts at once. Imports the standard library only."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import Any

MEMORY_BYTES = 1 << 30
SUBMISSION_BYTES = 32 << 20


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
