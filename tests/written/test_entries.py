"""A grading sheet is read whatever a spreadsheet has made of it."""

import pytest

from grader.material.questions import Criterion, Question, Rubric
from grader.written.entries import NotASheet, read_rows
from grader.written.people import People
from grader.written.sheet import Entry, sheet
from tests.report import factory

CRITERIA = (Criterion("it saturates", 1.5), Criterion("at both ends", 0.5))
RUBRIC = Rubric(tuple(Question(f"1.1{k}", "1.1", "Why?", 2.0, "=model", CRITERIA) for k in "abcd"))
HEADER = "student,question,criterion 1,points 1,criterion 2,points 2,comment,key\n"
ROW = "s001,1a Why?,so (at most 1),1,,,Good.,essay/s001/1a/abc\n"


def written(*records, entries=None):
    """Return a sheet as bytes, as it is written."""
    pieces = sheet(records or (factory.written(),), RUBRIC, People("x").marks, entries)
    return "".join(pieces).encode("utf-8", "backslashreplace")


def test_sheet_comes_back_as_it_was_written():
    """A row a student and question, question by question, known by its key, with its criteria."""
    rows = read_rows(written(factory.written("s007"), factory.written("s006")))
    assert [(row.student, row.key.split("/")[:3]) for row in rows][:3] == [
        ("s007", ["backprop", "s007", "1.1a"]), ("s006", ["backprop", "s006", "1.1a"]),
        ("s007", ["backprop", "s007", "1.1b"]),
    ]  # fmt: skip
    assert rows[0].criteria == ("it saturates (at most 1.5)", "at both ends (at most 0.5)")
    assert not rows[0].entry


def test_sheet_says_what_to_do_with_each_row():
    """State, note and what the answer belongs to stand beside it; the model answer is there for the graders."""
    text = written().decode("utf-8-sig")
    assert ',"Its gradient is at most 1/4.","to grade","",' in text
    assert ',"Its gradient is at most 1/4.","graded","",' in text
    assert ',"Write your answer here.","untouched","",' in text
    assert ',"","empty","No place for this answer was found.",' in text
    assert '"plt.plot(x, sigmoid(x))\n[printed]\n0.25\n[1 figure(s), see the student\'s page]"' in text
    assert "'=model" in text


def test_sheet_carries_over_what_was_entered():
    """What a person typed comes back in the new sheet, comments that begin like formulas as well."""
    key = read_rows(written())[0].key
    entry = Entry(("1,5", "x"), "- first\n- second")
    assert read_rows(written(entries={key: entry}))[0].entry == entry


def test_sheet_marks_an_answer_that_has_changed():
    """The former points and comment are told, and nothing is filled in."""
    former = read_rows(written())[0].key.rpartition("/")[0] + "/000000000000"
    text = written(entries={former: Entry(("1.5", "0"), "Fine.")}).decode()
    assert '"The answer has changed; previously, 1.5, 0 was entered. Fine."' in text
    assert not read_rows(text.encode())[0].entry


@pytest.mark.parametrize("text", factory.HOSTILE)
def test_sheet_holds_no_formula_of_a_student(text):
    """No cell of any row begins as a formula does, and the rows can be read again."""
    content = written(factory.hostile(text, "h01"))
    read_rows(content)
    import csv
    import io

    for cells in csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")):
        assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]


@pytest.mark.parametrize(
    "content",
    [
        HEADER + ROW,
        "\ufeff" + HEADER + ROW,
        (HEADER + ROW).replace(",", ";"),
        (HEADER + ROW).replace(",", "\t"),
        (HEADER + ROW).replace("\n", "\r\n"),
        HEADER + ROW + "\n,,,,,,,\n",
    ],
)
def test_read_rows_takes_what_spreadsheets_save(content):
    """Commas, semicolons, tabs; with a byte order mark or without; empty rows."""
    (row,) = read_rows(content.encode())
    assert (row.student, row.key, row.number, row.line) == ("s001", "essay/s001/1a/abc", 2, 2)
    assert row.entry == Entry(("1", ""), "Good.")


def test_read_rows_counts_lines_and_rows():
    """A cell of several lines moves the lines on, not the rows."""
    rows = read_rows((HEADER + ROW.replace("Good.", '"Good,\nreally."') + ROW).encode())
    assert [row.where for row in rows] == ["line 2", "line 4 (row 3)"]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"PK\x03\x04\xff\xfe", "it is not UTF-8 text; save it as CSV in UTF-8, not as a workbook"),
        (b"", "line 1 must name the column 'student' once; keep the original header"),
        (b"student,key\n", "line 1 must name the column 'comment' once; keep the original header"),
        (b"student,key,comment,key\n", "line 1 must name the column 'key' once; keep the original header"),
        (b'student,comment,key\n"a\n', "it is not CSV: unexpected end of data"),
    ],
)
def test_read_rows_refuses_what_is_no_sheet(content, message):
    """One sentence says what to save."""
    with pytest.raises(NotASheet) as caught:
        read_rows(content)
    assert str(caught.value) == message
