"""Where a notebook asks for a question to be judged: ``grader.check("q1")``; serves READ. The text may be a student's, and is not run."""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Collection, Iterator

# What students write has a name of their own for the notebook object; older courses say `grade`.
METHODS = ("check", "grade")
_CALL = re.compile(r"[^\W\d]\w{0,60}\.(?:check|grade)\(\s{0,20}(?:'([^'\n]{1,200})'|\"([^\"\n]{1,200})\")")
MOST_CHARACTERS = 200_000


def checks_in(source: str) -> list[str]:
    """Return the names that the checks at the top level of a cell ask for, in order."""
    return [name for _, names in parts(source) for name in names]


def parts(source: str, known: Collection[str] | None = None) -> list[tuple[str, list[str]]]:
    """Return a cell cut behind its checks: each part with the names to judge after it has run.

    Parameters
    ----------
    source : str
        The text of a code cell; of a cell with magics only whole lines are looked at.
    known : collection of str, optional
        Only these names count.

    Notes
    -----
    Each part begins on the line that it had in the cell, so that messages name the right one.
    """
    if not any(f".{method}(" in source for method in METHODS) or len(source) > MOST_CHARACTERS:
        return [(source, [])]
    found = [(line, name) for line, name in _calls(source) if known is None or name in known]
    lines = source.split("\n")
    cut: list[tuple[str, list[str]]] = []
    start = 0
    for line, name in found:
        if cut and line <= start:
            cut[-1][1].append(name)
            continue
        cut.append(("\n" * start + "\n".join(lines[start:line]), [name]))
        start = line
    rest = "\n".join(lines[start:])
    if rest.strip() or not cut:
        cut.append(("\n" * start + rest, []))
    return cut


def _calls(source: str) -> Iterator[tuple[int, str]]:
    """Yield the last line of each statement that is a check, and the name that it asks for."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        yield from _in_lines(source)
        return
    for node in tree.body:
        value = node.value if isinstance(node, (ast.Expr, ast.Assign)) else None
        if (
            isinstance(value, ast.Call)
            and isinstance(value.func, ast.Attribute)
            and value.func.attr in METHODS
            and value.args
        ):
            name = value.args[0]
            if isinstance(name, ast.Constant) and isinstance(name.value, str):
                yield node.end_lineno or node.lineno, name.value


def _in_lines(source: str) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(source.split("\n"), 1):
        if found := _CALL.match(line[:400]):
            yield number, found[1] or found[2]
