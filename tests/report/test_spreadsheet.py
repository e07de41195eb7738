"""No cell of a table is a formula, whatever separator it is opened with, and what people entered comes back as it was."""

import csv
import io
import random

import pytest

from grader.report.spreadsheet import MOST_CHARACTERS, as_written, inert, inert_entry, inert_lines

PIECES = ";\t\n\r \"=+-@a',\u02bc\uff1d"
FORMULA = ("=", "+", "-", "@", "\uff1d", "\uff0b")


def texts(number=4000):
    """Return short texts of separators, quotes and the beginnings of formulas, drawn with a fixed seed."""
    rng = random.Random(7)
    return ["".join(rng.choice(PIECES) for _ in range(rng.randrange(10))) for _ in range(number)]


def cells(row, separator):
    """Return the cells of one row of ours, opened with another separator."""
    buffer = io.StringIO(newline="")
    csv.writer(buffer, quoting=csv.QUOTE_ALL, lineterminator="\r\n").writerow(row)
    buffer.seek(0)
    return [cell for found in csv.reader(buffer, delimiter=separator) for cell in found]


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_no_cell_is_a_formula(separator):
    """Wherever a text stands in a row, no cell begins as a formula does, blanks in front or not."""
    for text in texts():
        for row in ([inert(text), "b"], ["s001", inert_lines(text), "k"], ["s001", "b", inert_entry(text.strip())]):
            assert not [cell for cell in cells(row, separator) if cell.lstrip(" ").startswith(FORMULA)], ascii(text)


def test_a_text_without_the_guard_is_a_formula():
    """The control: the same text as it was handed in opens as a formula behind a semicolon."""
    assert cells(["s001", "It rests;=2+5"], ";")[1].startswith("=2+5")


def test_entries_come_back_as_they_were_written():
    """Blanks around an entry go, and an apostrophe in front of a formula, as in any spreadsheet; nothing else."""
    for text in map(str.strip, texts()):
        if not (text.startswith("'") and text[1:].startswith((*FORMULA, "\t", "\r"))):
            assert as_written(inert_entry(text)) == text, ascii(text)


@pytest.mark.parametrize("text", ["=" * 50_000, ";=" * 30_000, "\n" * 70_000 + "x", "a" * 100_000])
def test_a_cell_has_room_in_every_spreadsheet(text):
    """What is for reading is cut at what Excel takes."""
    assert len(inert_lines(text)) <= MOST_CHARACTERS
