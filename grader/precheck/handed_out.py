"""What the zip for students contains besides the checks: the recorded answers and the forms of the template."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from grader.errors import UsageError

RECORDED = "recorded.npz"


def forms_of(folder: Path) -> dict[str, Any]:
    """Return the forms of the template handed out with a zip; empty outside of one."""
    about = folder / "about.json"
    return dict(json.loads(about.read_text(encoding="utf-8"))["forms"]) if about.exists() else {}


def require_recording(folder: Path) -> None:
    """Raise ``UsageError`` unless a folder has recorded answers, as no answer key may be where code runs without a fence."""
    if not (folder / RECORDED).exists():
        raise UsageError(
            f"{folder} lacks {RECORDED}, the recorded answers of the zip for students; unzip the whole zip again, "
            f"or make one with: python -m grader bundle {folder.name} --for students"
        )
