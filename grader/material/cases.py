"""Wrong and unusual answers of an assignment, read from its folders ``mutants`` and ``variants``. Stands outside the flow.

A mutant file ``mutants/<noun>.toml`` holds many mutants of the answer key's script form::

    [[mutant]]
    id = "linear-bias-averaged"
    title = "The bias gradient is averaged over the batch."
    replace = [["self.bias.grad = grad_output.sum(axis=0)", "self.bias.grad = grad_output.mean(axis=0)"]]
    rejected_by = ["check_linear_backward"]
    expected = { points = 89, bonus = 20 }          # optional
    explanation = "Why it matters, for the student." # these three optional, together: the mistake has a name, and
    hint = "Where to look."                          # a failed check may tell the student of it by its title
    source = "Where the mistake is described."       # optional
    same_as = "another-id"                           # optional: nothing tells the two apart, so they share the other's name

Variants stand in ``variants/*.toml`` as tables ``[[variant]]`` with the same keys but ``rejected_by``. Instead of ``replace``, a table
may name a whole submission beside it with ``file = "closures.py"``. A variant earns every point unless ``expected`` says otherwise.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from grader.errors import AssignmentError


@dataclass(frozen=True)
class Case:
    """One answer that checks are tried on.

    Attributes
    ----------
    id, title : str
    source : str
        The submission, one script.
    rejected_by : tuple of str
        Checks that must fail; empty for a variant.
    points, bonus : float or None
        What it must earn, where that is said.
    explanation, hint : str
        What a student is told about the mistake beside its title; empty where it is not to be named.
    cited : str
        Where the mistake is described (``source`` in the file), or empty.
    same_as : str
        The id of another mutant that gives the same values wherever a check looks: the two have one name, that of the other.
    """

    id: str
    title: str
    source: str
    rejected_by: tuple[str, ...] = ()
    points: float | None = None
    bonus: float | None = None
    explanation: str = ""
    hint: str = ""
    cited: str = ""
    same_as: str = ""


def mutants(folder: Path, answer_key: str) -> Iterator[Case]:
    """Yield the mutants of the assignment in ``folder``, given the script form of its answer key.

    Raises
    ------
    AssignmentError
        When a piece to replace does not stand exactly once in the answer key.
    """
    for path in sorted((folder / "mutants").glob("*.toml")):
        for entry in tomllib.loads(path.read_text(encoding="utf-8"))["mutant"]:
            yield _patched(path, entry, answer_key)


def variants(folder: Path, answer_key: str) -> Iterator[Case]:
    """Yield the variants of the assignment in ``folder``, given the script form of its answer key.

    Raises
    ------
    AssignmentError
        When a piece to replace does not stand exactly once in the answer key.
    """
    for path in sorted((folder / "variants").glob("*.toml")):
        for entry in tomllib.loads(path.read_text(encoding="utf-8"))["variant"]:
            whole = path.with_name(entry["file"]).read_text(encoding="utf-8") if "file" in entry else answer_key
            yield _patched(path, entry, whole)


def _patched(path: Path, entry: Mapping[str, Any], answer_key: str) -> Case:
    source = answer_key
    for old, new in entry.get("replace", []):
        if source.count(old) != 1:
            raise AssignmentError(
                f"{path}: {entry['id']!r} replaces a piece that stands {source.count(old)} times in the answer key, "
                f"but it must stand there once: {old!r}."
            )
        source = source.replace(old, new)
    for old, new in entry.get("replace_all", []):
        if old not in source:
            raise AssignmentError(f"{path}: {entry['id']!r} replaces a piece that is not in the answer key: {old!r}.")
        source = source.replace(old, new)
    expected = entry.get("expected", {})
    return Case(
        entry["id"],
        entry["title"],
        source + entry.get("append", ""),
        tuple(entry.get("rejected_by", ())),
        expected.get("points"),
        expected.get("bonus"),
        entry.get("explanation", ""),
        entry.get("hint", ""),
        entry.get("source", ""),
        entry.get("same_as", ""),
    )
