"""Makes text safe for spreadsheet cells, so that none is read as a formula. Imports only text."""

from __future__ import annotations

import re

from grader.report.text import excerpt, one_line

FORMULA = tuple("=+-@\t\r\uff1d\uff0b\uff0d\uff20")
# The most that Excel accepts in a cell; it cuts longer text or spreads it over other cells.
MOST_CHARACTERS = 32_767
_CUT = "\n[cut here]"
# If the file is opened with another separator than the comma, a cell ends at these, even inside quotes. The mark is a
# letter that looks like an apostrophe: people do not type it there, so removing it again changes nothing else.
GUARD = "\u02bc"
# Each run of separators, spaces and quotes is matched once, from its beginning, so the time is linear.
_RUN = r'(?<![;\s"])([;\s"]++)'
_FORMULA = rf"(?=[{re.escape(''.join(FORMULA).strip())}])"
_BEHIND = re.compile(rf"{_RUN}({GUARD}*+){_FORMULA}")
_GUARDED = re.compile(rf"{_RUN}{GUARD}({GUARD}*+){_FORMULA}")
_ENDS_A_CELL = frozenset(";\t\n\r")


def inert(text: str) -> str:
    """Return ``text`` on one line, with ``'`` in front if a spreadsheet would read it as a formula."""
    return _guarded(text, one_line(text))


def inert_lines(text: str) -> str:
    """Return ``text`` with its lines kept, and with ``'`` in front if a spreadsheet would read it as a formula."""
    return _guarded(text, excerpt(text, 20_000, 8_000).strip())


def inert_entry(text: str) -> str:
    """Return what a person entered, changed only as needed to keep it from being a formula; ``as_written`` undoes it."""
    return _guarded(text, text, most=None)


def as_written(cell: str) -> str:
    """Return the original text of a cell that ``inert_entry`` has protected."""
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
