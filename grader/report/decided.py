"""People's decisions about a score, as shown on a student's page; copied from the gradebook. Imports only text.

They are kept in ``decided/<slug>.json`` in the folder of the reports, so that a page can show them without a gradebook.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

FORMAT = "neural network grader decisions"
VERSION = 1
_EMPTY: dict[str, Any] = {
    "state": "final",
    "points": 0.0,
    "total": 0.0,
    "waiting": 0.0,
    "why": "",
    "lines": (),
    "comments": (),
}


def decided_path(out: Path, slug: str) -> Path:
    """Return the path of the decisions about the student with this slug."""
    return out / "decided" / f"{slug}.json"


def read_decided(out: Path, slug: str) -> dict[str, Any] | None:
    """Return the decisions shown on a page; None if there are none, or the file is not one of ours."""
    try:
        found = json.loads(decided_path(out, slug).read_bytes())
    except (OSError, ValueError, RecursionError):
        return None
    if not isinstance(found, dict) or (found.get("format"), found.get("version")) != (FORMAT, VERSION):
        return None
    shown = _EMPTY | {name: found[name] for name in _EMPTY if name in found}
    return shown if shown["lines"] or shown["comments"] or shown["why"] else None


def decided_text(decided: Mapping[str, Any]) -> bytes:
    """Return the content of the file."""
    text = json.dumps({"format": FORMAT, "version": VERSION} | dict(decided), indent=1, allow_nan=False)
    return text.encode("ascii") + b"\n"
