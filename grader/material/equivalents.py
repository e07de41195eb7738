"""Mutants that change nothing, and places where the contract leaves everything open: ``equivalents.toml`` of an assignment.

The file has two kinds of tables::

    [[free]]
    piece = "solve"                        # a definition, or a statement or expression as ast.unparse writes it
    reason = "How to train is the student's choice."

    [[equivalent]]
    digest = "0123456789abcdef"            # as the audit prints it beside the diff
    reason = "Both sides are zero there."
    inputs = 10000                         # on how many drawn inputs the outputs were found to be identical

Stands outside the flow.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from grader.errors import AssignmentError

NEEDED_INPUTS = 10_000
MOST = 0.05


@dataclass(frozen=True)
class Equivalents:
    """What ``equivalents.toml`` says: reasons by piece, reasons by digest."""

    free: Mapping[str, str] = field(default_factory=dict)
    marked: Mapping[str, str] = field(default_factory=dict)


def read_equivalents(folder: Path) -> Equivalents:
    """Read the file of an assignment; without one nothing is free and nothing marked.

    Raises
    ------
    AssignmentError
        When an entry lacks its reason, or was not tried on enough inputs.
    """
    path = folder / "equivalents.toml"
    if not path.exists():
        return Equivalents()
    document = tomllib.loads(path.read_text(encoding="utf-8"))
    for entry in document.get("equivalent", ()):
        if entry.get("inputs", 0) < NEEDED_INPUTS:
            raise AssignmentError(
                f"{path}: {entry.get('digest')!r} was tried on {entry.get('inputs', 0)} inputs, but it must be at least {NEEDED_INPUTS}; "
                "the audit prints the entry to copy."
            )
    for entry in (*document.get("equivalent", ()), *document.get("free", ())):
        if not entry.get("reason"):
            raise AssignmentError(f"{path}: {entry.get('digest') or entry.get('piece')!r} needs a reason.")
    return Equivalents(
        {entry["piece"]: entry["reason"] for entry in document.get("free", ())},
        {entry["digest"]: entry["reason"] for entry in document.get("equivalent", ())},
    )


def is_open(row: Mapping[str, Any]) -> bool:
    """Return whether a drawn mutant survives without a mark, or with one that is not borne out."""
    return not row["rejected_by"] and (row["reason"] is None or row["identical_on"] is None)
