"""Takes out of a cell what Otter Assign does not hand to students: solutions, seeds and ignored lines; serves READ. Pure."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from grader.material.foreign.regions import Mending

PROMPT = "..."
_DROPPED = ("# SOLUTION NO PROMPT", "#SOLUTION NO PROMPT", "# BEGIN PROMPT", "# END PROMPT", "# SEED")


def solved_lines(lines: Sequence[str]) -> list[str]:
    """Return the lines of a cell with each solution replaced by ``...``, or left out.

    Raises
    ------
    Mending
        When a block is not closed, or closed twice.
    """
    kept: list[str] = []
    is_open = False
    for line in lines:
        end = line.rstrip()
        if end.endswith("# END SOLUTION"):
            if not is_open:
                raise Mending("'# END SOLUTION' has no '# BEGIN SOLUTION' before it.")
            is_open = False
        elif is_open:
            if end.lstrip().startswith("# BEGIN SOLUTION"):
                raise Mending("a second '# BEGIN SOLUTION' stands before the '# END SOLUTION' of the first.")
        elif end.endswith(_DROPPED):
            continue
        elif end.lstrip().startswith("# BEGIN SOLUTION"):
            is_open = True
            kept += [] if end.endswith("NO PROMPT") else [_indent(line) + PROMPT]
        else:
            kept.append(_without_solution(line))
    if is_open:
        raise Mending("'# BEGIN SOLUTION' has no '# END SOLUTION' after it.")
    return kept


def kept_lines(lines: Sequence[str]) -> list[str]:
    """Return the lines of a cell that are not to be ignored: neither marked so themselves nor in a block that is.

    Raises
    ------
    Mending
        When a block is not closed, or closed twice.
    """
    kept: list[str] = []
    is_open = False
    for line in lines:
        end = line.rstrip()
        words = end.replace("#", "# ").split()
        if end.endswith("# END IGNORE"):
            if not is_open:
                raise Mending("'# END IGNORE' has no '# BEGIN IGNORE' before it.")
            is_open = False
        elif [word.upper() for word in words[:3]] == ["#", "BEGIN", "IGNORE"]:
            is_open = True
        elif not is_open and not end.endswith("# IGNORE"):
            kept.append(line)
    if is_open:
        raise Mending("'# BEGIN IGNORE' has no '# END IGNORE' after it.")
    return kept


def _without_solution(line: str) -> str:
    """Return a line without the solution that its comment marks; what stands before ``=`` stays."""
    end = line.rstrip()
    if not end.endswith(("# SOLUTION", "#SOLUTION")):
        return line
    code = line.strip()
    indent = _indent(line)
    try:
        (statement,) = ast.parse(code).body
    except (SyntaxError, ValueError):
        return indent + PROMPT
    if not isinstance(statement, ast.Assign):
        return indent + PROMPT
    target = statement.targets[0]
    # The column counts bytes.
    before = code.encode()[: target.end_col_offset].decode()
    opened = code.encode()[target.end_col_offset :].decode()
    return f"{indent}{before}{opened[: opened.index('=') + 1]} {PROMPT}"


def _indent(line: str) -> str:
    return line[: len(line) - len(line.lstrip())]
