"""Edits single cells of a CSV file and keeps every other byte: quotes, line endings, byte order mark, encoding."""

from __future__ import annotations

import re
from dataclasses import dataclass

from grader.errors import UsageError

_BOM = b"\xef\xbb\xbf"


@dataclass(frozen=True)
class Cell:
    """A cell: the position of its bytes, including quotes, and its text."""

    start: int
    end: int
    text: str
    quoted: bool


class Table:
    """The cells of a CSV file.

    Parameters
    ----------
    content : bytes
    name : str
        The name of the file, for messages.

    Raises
    ------
    UsageError
        If it is not CSV in UTF-8 or in Windows' Western encoding.
    """

    def __init__(self, content: bytes, name: str) -> None:
        if (
            content.startswith((b"PK\x03\x04", b"\xff\xfe", b"\xfe\xff", b"\xd0\xcf\x11\xe0"))
            or b"\0" in content[:4096]
        ):
            raise UsageError(f"{name} is not a CSV file; download it as CSV, or save it as CSV in UTF-8.")
        self.content, self.name = content, name
        self.encoding = _encoding(content)
        start = len(_BOM) if content.startswith(_BOM) else 0
        head = content[start:].split(b"\n", 1)[0]
        self.delimiter = max(b",;\t", key=head.count).to_bytes(1, "big")
        self.rows = self._parse(start)
        if not self.rows:
            raise UsageError(f"{name} is empty.")
        self.header = [cell.text.strip() for cell in self.rows[0]]
        self._always_quoted = all(cell.quoted for cell in self.rows[0])
        self._edits: dict[Cell, str] = {}

    def _parse(self, start: int) -> list[list[Cell]]:
        d = re.escape(self.delimiter)
        pattern = re.compile(rb'("[^"]*+(?:""[^"]*+)*+"|)([^"%b\r\n][^%b\r\n]*+|)(%b|\r\n|\n|\r|\Z)' % (d, d, d))
        rows: list[list[Cell]] = []
        row: list[Cell] = []
        place = start
        while place < len(self.content) or row:
            found = pattern.match(self.content, place)
            if found is None:
                line = self.content.count(b"\n", 0, place) + 1
                raise UsageError(
                    f"{self.name}, line {line}: a quoted cell does not end with a quotation mark; nothing was changed."
                )
            row.append(self._cell(found))
            place = found.end()
            if found[3] != self.delimiter:
                rows.append(row)
                row = []
        return rows

    def _cell(self, found: re.Match[bytes]) -> Cell:
        quoted, rest = found[1], found[2]
        raw = quoted[1:-1].replace(b'""', b'"') + rest if quoted else rest
        return Cell(found.start(), found.end(2), raw.decode(self.encoding), bool(quoted))

    def text(self, row: int, column: int | None) -> str:
        """Return the text of a cell, empty if there is no such cell."""
        cells = self.rows[row]
        return cells[column].text.strip() if column is not None and column < len(cells) else ""

    def put(self, row: int, column: int, text: str) -> bool:
        """Set the text of a cell; return False if the row has no such cell."""
        if column >= len(self.rows[row]):
            return False
        cell = self.rows[row][column]
        if cell.text.strip() != text:
            self._edits[cell] = text
        return True

    def written(self) -> bytes:
        """Return the file with the changed cells."""
        pieces: list[bytes] = []
        place = 0
        for cell, text in sorted(self._edits.items(), key=lambda edit: edit[0].start):
            pieces += [self.content[place : cell.start], self._bytes(text, cell)]
            place = cell.end
        return b"".join([*pieces, self.content[place:]])

    def _bytes(self, text: str, cell: Cell) -> bytes:
        special = any(mark in text for mark in (self.delimiter.decode(), '"', "\n", "\r"))
        escaped = text.replace('"', '""')
        shown = f'"{escaped}"' if special or cell.quoted or self._always_quoted else text
        return shown.encode(self.encoding, "xmlcharrefreplace" if self.encoding != "utf-8" else "backslashreplace")

    def column(self, names: tuple[str, ...]) -> int | None:
        """Return the first column with one of these names, ignoring case; None if there is none."""
        wanted = [name.casefold() for name in names]
        return next((k for k, name in enumerate(self.header) if name.casefold() in wanted), None)


def _encoding(content: bytes) -> str:
    try:
        content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return "cp1252" if _decodes(content, "cp1252") else "latin-1"
    return "utf-8"


def _decodes(content: bytes, encoding: str) -> bool:
    try:
        content.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True
