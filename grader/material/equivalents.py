"""Reads an assignment's ``equivalents.toml``: mutants that change nothing, and code that the contract leaves open.

The file has two kinds of tables::

    [[free]]
    piece = "solve"                        # a definition, or a statement or expression as ast.unparse writes it
    reason = "How to train is the student's choice."

    [[equivalent]]
    digest = "0123456789abcdef"            # as printed by the audit with the diff
    reason = "Both sides are zero there."
    inputs = 10000                         # the number of drawn inputs with identical outputs; 0 where checks give none

Stands outside the flow.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from grader.material.document import Document

NEEDED_INPUTS = 10_000
MOST = 0.05


@dataclass(frozen=True)
class Equivalents:
    """The content of ``equivalents.toml``: reasons by piece, and reasons by digest."""

    free: Mapping[str, str] = field(default_factory=dict)
    marked: Mapping[str, str] = field(default_factory=dict)


def read_equivalents(folder: Path, needed: int = NEEDED_INPUTS) -> Equivalents:
    """Read the file of an assignment; without a file, nothing is free and nothing is marked.

    Parameters
    ----------
    folder : Path
    needed : int
        How many inputs a mark must have been tried on: none where no name is asked for, so that checks look at whole runs.

    Raises
    ------
    AssignmentError
        If an entry lacks its reason, or was not tried on enough inputs.
    """
    path = folder / "equivalents.toml"
    if not path.exists():
        return Equivalents()
    top = Document.read(path).top
    top.only(("equivalent", "free"), "table called")
    free, marked = {}, {}
    for entry in top.tables("free", required=False):
        entry.only(("piece", "reason"), "key of [[free]] called")
        free[entry.string("piece", 'a definition like "solve"')] = entry.string(
            "reason", 'a sentence like "How to train is the student\'s choice."'
        )
    for entry in top.tables("equivalent", required=False):
        entry.only(("digest", "reason", "inputs"), "key of [[equivalent]] called")
        digest = entry.string("digest", 'the digest that the audit prints, like "0123456789abcdef"')
        inputs = entry.number("inputs", "a number like 10000", 0)
        if inputs < needed:
            raise entry.fail(
                "inputs" if "inputs" in entry.data else None,
                f"{digest!r} was tried on {inputs:.0f} inputs, but it must be at least {needed}; "
                "the audit prints the entry to copy.",
            )
        marked[digest] = entry.string("reason", 'a sentence like "Both sides are zero there."')
    return Equivalents(free, marked)


def is_open(row: Mapping[str, Any]) -> bool:
    """Return whether a drawn mutant survives without a mark, or with a mark that inputs disprove."""
    return not row["rejected_by"] and (row["reason"] is None or row["identical_on"] is None)
