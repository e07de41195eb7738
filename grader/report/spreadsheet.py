"""Text for the cells of a spreadsheet, of which none may be taken for a formula. Imports nothing but text."""

from __future__ import annotations

import re

from grader.report.text import excerpt, one_line

FORMULA = tuple("=+-@\t\r\uff1d\uff0b\uff0d\uff20")
# What Excel takes in a cell; a longer one it cuts, or spreads over others.
MOST_CHARACTERS = 32_767
_CUT = "\n[cut here]"
# Opened with another separator than the comma, a cell ends at these, whatever quotes are around it. The mark is a letter
# that looks like an apostrophe: nobody types it there, so that taking it out again leaves everything else as it was.
GUARD = "\u02bc"
# Each run of separators, blanks and quotes is looked at once, from its beginning: the time grows with the text.
_RUN = r'(?<![;\s"])([;\s"]++)'
_FORMULA = rf"(?=[{re.escape(''.join(FORMULA).strip())}])"
_BEHIND = re.compile(rf"{_RUN}({GUARD}*+){_FORMULA}")
_GUARDED = re.compile(rf"{_RUN}{GUARD}({GUARD}*+){_FORMULA}")
_ENDS_A_CELL = frozenset(";\t\n\r")


def inert(text: str) -> str:
    """Return ``text`` on one line, with ``'`` in front when a spreadsheet would read it as a formula."""
    return _guarded(text, one_line(text))


def inert_lines(text: str) -> str:
    """Return ``text`` with its lines kept, with ``'`` in front when a spreadsheet would read it as a formula."""
    return _guarded(text, excerpt(text, 20_000, 8_000).strip())


def inert_entry(text: str) -> str:
    """Return what a person entered, unchanged but for what keeps it from being a formula: ``as_written`` gives it back."""
    return _guarded(text, text, most=None)


def as_written(cell: str) -> str:
    """Return what a person wrote into a cell, without what made it no formula."""
    text = cell.strip()
    text = text[1:] if text.startswith("'") and text[1:].startswith(FORMULA) else text
    return _GUARDED.sub(_without_guard, text)


def _with_guard(found: re.Match[str]) -> str:
    run, guards = found.groups()
    return f"{run}{GUARD * _ends_a_cell(run)}{guards}"


def _without_guard(found: re.Match[str]) -> str:
    run, guards = found.groups()
    return f"{run}{GUARD * (not _ends_a_cell(run))}{guards}"


def _ends_a_cell(run: str) -> bool:
    return not _ENDS_A_CELL.isdisjoint(run)


def _guarded(text: str, shown: str, most: int | None = MOST_CHARACTERS) -> str:
    """Return ``shown`` with a mark before every character that a spreadsheet would read as the beginning of a formula."""
    shown = _BEHIND.sub(_with_guard, shown)
    if text.startswith(FORMULA) or shown.startswith(FORMULA):
        shown = f"'{shown}"
    return shown if most is None or len(shown) <= most else shown[: most - len(_CUT)] + _CUT
