"""Text for the cells of a spreadsheet, of which none may be taken for a formula: REPORTED. Imports nothing but text."""

from __future__ import annotations

from grader.report.text import one_line, visible

FORMULA = tuple("=+-@\t\r\uff1d\uff0b\uff0d\uff20")


def inert(text: str) -> str:
    """Return ``text`` on one line, with ``'`` in front when a spreadsheet would read it as a formula."""
    line = one_line(text)
    return f"'{line}" if text.startswith(FORMULA) or line.startswith(FORMULA) else line


def inert_lines(text: str) -> str:
    """Return ``text`` with its lines kept, with ``'`` in front when a spreadsheet would read it as a formula."""
    shown = visible(text).strip()
    return f"'{shown}" if text.startswith(FORMULA) or shown.startswith(FORMULA) else shown


def as_written(cell: str) -> str:
    """Return what a person wrote into a cell, without the ``'`` that made it no formula."""
    text = cell.strip()
    return text[1:] if text.startswith("'") and text[1:].startswith(FORMULA) else text
