"""The audit as one HTML page that needs no network."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import jinja2

from grader.audit.table import identical, remedy
from grader.material.equivalents import is_open

TEMPLATES = Path(__file__).parent / "templates"


def render_audit(result: Mapping[str, Any]) -> str:
    """Return the page of an audit.

    Parameters
    ----------
    result : mapping
        What ``audit`` returned.
    """
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES), autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True
    )
    environment.filters["identical"] = identical
    environment.filters["remedy"] = remedy
    drawn = result.get("drawn", ())
    return environment.get_template("audit.html").render(
        result=result,
        open_ones=[row for row in drawn if is_open(row)],
        marked=[row for row in drawn if not row["rejected_by"] and not is_open(row)],
        operators=_by_operator(drawn),
    )


def _by_operator(drawn: Any) -> list[dict[str, Any]]:
    """Return for each operator how many mutants it made, and how many were rejected."""
    names = sorted({row["operator"] for row in drawn})
    rows = []
    for name in names:
        own = [row for row in drawn if row["operator"] == name]
        rows.append({"name": name, "drawn": len(own), "rejected": sum(bool(row["rejected_by"]) for row in own)})
    return rows
