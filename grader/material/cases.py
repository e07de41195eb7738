"""Reads an assignment's wrong and unusual answers from its folders ``mutants`` and ``variants``.

A file ``mutants/<noun>.toml`` holds many mutants of the answer key as a script::

    [[mutant]]
    id = "linear-bias-averaged"
    title = "The bias gradient is averaged over the batch."
    replace = [["self.bias.grad = grad_output.sum(axis=0)", "self.bias.grad = grad_output.mean(axis=0)"]]
    rejected_by = ["check_linear_backward"]
    expected = { points = 89, bonus = 20 }          # optional
    explanation = "Why it matters, for the student." # these two optional, together: the mistake has words of its own;
    hint = "Where to look."                          # otherwise a failed check tells the student only its title
    source = "Where the mistake is described."       # optional
    same_as = "another-id"                           # optional: nothing tells the two apart, so both have that name

A mutant of another right answer names that answer, a file among the variants, with ``file = "closures.py"``.

Variants are tables ``[[variant]]`` in ``variants/*.toml`` with the same keys except ``rejected_by``. Instead of ``replace``,
a table may name a complete submission in the same folder with ``file = "closures.py"``. A variant earns every point unless
``expected`` says otherwise.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from grader.errors import reason
from grader.material.document import Document, Table

KEYS = ("id", "title", "replace", "replace_all", "append", "expected")


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
        What it must earn, if that is given.
    explanation, hint : str
        What a student is told about the mistake besides its title; empty if it must not be named.
    cited : str
        Where the mistake is described (``source`` in the file); may be empty.
    same_as : str
        The id of another mutant that gives the same values in every check; both are then given its name.
    pieces : tuple of pairs of str
        The pieces of the answer key that it replaces, each once, and their replacements; empty if it is made another way.
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
    pieces: tuple[tuple[str, str], ...] = ()


def mutants(folder: Path, answer_key: str) -> Iterator[Case]:
    """Yield the mutants of the assignment in ``folder``, given the script form of its answer key.

    Raises
    ------
    AssignmentError
        If a file is not valid, or a piece to replace does not occur exactly once in the answer key.
    """
    for path in sorted((folder / "mutants").glob("*.toml")):
        for table in Document.read(path).top.tables("mutant"):
            table.only(
                (*KEYS, "file", "rejected_by", "explanation", "hint", "source", "same_as"), "key of [[mutant]] called"
            )
            beside = folder / "variants" / path.name
            yield _patched(table, _whole(table, beside) if "file" in table.data else answer_key)


def variants(folder: Path, answer_key: str) -> Iterator[Case]:
    """Yield the variants of the assignment in ``folder``, given the script form of its answer key.

    Raises
    ------
    AssignmentError
        If a file is not valid, or a piece to replace does not occur exactly once in the answer key.
    """
    for path in sorted((folder / "variants").glob("*.toml")):
        for table in Document.read(path).top.tables("variant"):
            table.only((*KEYS, "file", "source"), "key of [[variant]] called")
            yield _patched(table, _whole(table, path) if "file" in table.data else answer_key)


def _whole(table: Table, path: Path) -> str:
    """Return the complete submission named by a variant."""
    name = table.string("file", 'the name of a file like "closures.py"')
    try:
        return path.with_name(name).read_text(encoding="utf-8")
    except (OSError, ValueError) as error:
        raise table.fail("file", f"'file' names {name!r}, which cannot be read: {reason(error)}.") from error


def _patched(table: Table, answer_key: str) -> Case:
    name, source = table.string("id", 'a string like "linear-bias-averaged"'), answer_key
    for old, new in _pairs(table, "replace"):
        if source.count(old) != 1:
            raise table.fail(
                "replace",
                f"{name!r} replaces a piece that occurs {source.count(old)} times in the answer key, "
                f"but it must occur exactly once: {old!r}.",
            )
        source = source.replace(old, new)
    for old, new in _pairs(table, "replace_all"):
        if old not in source:
            raise table.fail("replace_all", f"{name!r} replaces a piece that is not in the answer key: {old!r}.")
        source = source.replace(old, new)
    expected = table.table("expected")
    expected.only(("points", "bonus"), "key of expected called")
    points, bonus = (
        expected.number(key, "a number like 89", -1) if key in expected.data else None for key in ("points", "bonus")
    )
    case = Case(
        name,
        table.string("title", 'a string like "The bias gradient is averaged over the batch."'),
        source + table.value("append", str, "Python code", ""),
        table.strings("rejected_by", example='["check_linear_backward"]'),
        points,
        bonus,
        *(table.value(key, str, "a string", "") for key in ("explanation", "hint", "source", "same_as")),
    )
    return replace(case, pieces=_pieces(table))


def _pieces(table: Table) -> tuple[tuple[str, str], ...]:
    """Return the pieces that a case replaces, if it does nothing else."""
    if "replace_all" in table.data or "append" in table.data:
        return ()
    return tuple((old, new) for old, new in _pairs(table, "replace"))


def _pairs(table: Table, key: str) -> list[list[str]]:
    """Return the pairs of a piece and its replacement."""
    words = 'a list of pairs of strings like [["mean(axis=0)", "sum(axis=0)"]]'
    pairs = table.value(key, list, words, [])
    for pair in pairs:
        if not (isinstance(pair, list) and len(pair) == 2 and all(isinstance(piece, str) for piece in pair)):
            raise table.fail(key, f"{key!r} must be {words}, not {pair!r}.")
    return list(pairs)
