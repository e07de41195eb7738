"""Scores into files of each system's true shape: the scores are in it, and every other byte is as it was."""

import csv
import io
import re
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from grader.course.events import Member
from grader.course.export import brightspace, canvas, gradescope, moodle
from grader.course.export.cells import Table
from grader.course.export.columns import Asked
from grader.course.export.grades import Grade, Students, compact, match, two_decimals
from grader.course.export.table import as_csv, as_xlsx
from grader.errors import UsageError
from tests.report.factory import HOSTILE


def grade(name, points, *ids, slug=None, total=10, state="final", **more):
    """Return what a student gets."""
    shown = None if points is None else Fraction(str(points))
    return Grade(slug or name, slug or name, name, shown, Fraction(total), state, ids, **more)


def cells(content, encoding="utf-8-sig"):
    """Return the rows of a file as Python's own reader has them."""
    return list(csv.reader(io.StringIO(content.decode(encoding), newline="")))


def changed(before, after):
    """Return the cells that differ between two files, as (row, column, text), by Python's own reader."""
    old, new = cells(before), cells(after)
    assert [len(row) for row in old] == [len(row) for row in new]
    return [(r, c, new[r][c]) for r in range(len(old)) for c in range(len(old[r])) if old[r][c] != new[r][c]]


CANVAS = (
    "\ufeffStudent,ID,SIS User ID,SIS Login ID,Section,Warm-up (101),Homework 1 (102),Homework 1 bonus (103),Current Score,Final Score\r\n"
    ",,,,,Manual Posting,,,(read only),(read only)\r\n"
    '    Points Possible,,,,,5,10,2,(read only),(read only)\r\n'
    '"Doe, Jane",4711,A100,jdoe,"NN ""A"", Mo",5.00,,,100.0,100.0\r\n'
    '"Müller, Jörg",4712,A101,jm@example.org,NN,4,3.5,,80.0,80.0\r\n'
    '"Lee, Kim",4713,A102,klee,NN,,,,,\r\n'
    '"Lee, Kim",4714,A103,klee2,NN,,,,,\r\n'
    '"Student, Test",99,,,NN,,,,,\r\n'
).encode()  # fmt: skip
WANTED = ["hw1", "Homework 1"]


def test_canvas_has_one_column_filled_and_nothing_else_changed():
    """By Canvas' number, the login, or the name as Canvas writes it into downloads; EX for what does not count."""
    grades = [
        grade("doejane", 8.125),
        grade("jm", 7),
        grade("4713", None, state="excused"),
        grade("4714", None, state="waiting"),
        grade("elsewhere", 3),
    ]
    filled = canvas.fill_file(CANVAS, "g.csv", grades, Asked(WANTED))
    assert changed(CANVAS, filled.content) == [(3, 6, "8.13"), (4, 6, "7.00"), (5, 6, "EX")]
    assert filled.content == (
        CANVAS.replace(b'Mo",5.00,,,', b'Mo",5.00,8.13,,')
        .replace(b"NN,4,3.5,", b"NN,4,7.00,")
        .replace(b"A102,klee,NN,,,", b"A102,klee,NN,,EX,")
    )
    assert (filled.written, filled.replaced) == (3, ["jm: 3.5 -> 7.00"])
    assert (filled.waiting, filled.no_row, filled.doubtful, filled.remarks) == (["4714"], ["elsewhere"], [], [])


def test_canvas_leaves_a_name_that_two_rows_have():
    """Nobody gets the score of a namesake."""
    filled = canvas.fill_file(CANVAS, "g.csv", [grade("leekim", 8)], Asked(WANTED))
    assert filled.content == CANVAS
    assert (filled.written, filled.doubtful, filled.no_row) == (0, ["row 6 (Lee, Kim)", "row 7 (Lee, Kim)"], [])


def test_canvas_tells_when_points_are_of_another_total():
    """A score of 100 in a column of 10 is seen before it is uploaded."""
    filled = canvas.fill_file(CANVAS, "g.csv", [grade("jm", 70, total=100)], Asked(WANTED))
    assert filled.remarks == [
        "Canvas has 10 points possible in 'Homework 1 (102)', but these scores are out of 100.00; --points 10 rescales them."
    ]


@pytest.mark.parametrize(
    ("column", "message"),
    [
        ("Homework", "g.csv has no column 'Homework'; name one with --column. There are 'Warm-up (101)', 'Homework 1 (102)', 'Homework 1 bonus (103)'."),
        ("Current Score", "g.csv has no column 'Current Score'; name one with --column. There are 'Warm-up (101)', 'Homework 1 (102)', 'Homework 1 bonus (103)'."),
    ],
)  # fmt: skip
def test_canvas_asks_for_the_column_that_it_does_not_find(column, message):
    """The whole header and the title alone are both accepted; a column that Canvas computes is none."""
    for known in ("Homework 1 (102)", "Homework 1", "homework 1"):
        assert canvas.fill_file(CANVAS, "g.csv", [grade("jm", 7)], Asked(["x"], known)).written == 1
    with pytest.raises(UsageError) as caught:
        canvas.fill_file(CANVAS, "g.csv", [grade("jm", 7)], Asked(WANTED, column))
    assert str(caught.value) == message


def moodle_file(language="en", *, bom=True, end="\r\n", comma=False, comments=True):
    """Return a grading worksheet as Moodle writes it."""
    heads = {
        "en": ("Identifier", "Full name", "Email address", "Status", "Grade", "Maximum Grade", "Grade can be changed", "Last modified (submission)", "Last modified (grade)", "Feedback comments"),
        "de": ("ID", "Vollständiger Name", "E-Mail-Adresse", "Status", "Bewertung", "Bestwertung", "Bewertung kann geändert werden", "Zuletzt geändert (Abgabe)", "Zuletzt geändert (Bewertung)", "Feedback als Kommentar"),
        "xx": ("Ид", "Имя", "Почта", "Состояние", "Балл работы", "Наибольший балл", "Можно менять", "Изменено", "Изменено (балл)", "Отзыв"),
    }[language]  # fmt: skip
    word = {"en": "Participant", "de": "Teilnehmer/in", "xx": "Участник"}[language]
    most = "10,00" if comma else "10.00"
    rows = [
        ("1001", "Jane Doe", "jdoe@example.org", "Submitted for grading - ", "", most, "Yes", "Friday, 23 October 2026, 9:15 PM", "-", ""),
        ("1002", "Jörg Müller", "jm@example.org", "Submitted for grading - ", "3,50" if comma else "3.50", most, "Yes", "-", "-", 'See "1", please'),
        ("1003", "Kim Lee", "kl@example.org", "No submission", "", most, "Yes", "-", "-", ""),
    ]  # fmt: skip

    def line(words):
        return ",".join('"' + w.replace('"', '""') + '"' if re.search(r'[\s",]', w) else w for w in words)

    lines = [line(heads[: 10 if comments else 9])]
    lines += [line((f"{word} {row[0]}", *row[1:])[: 10 if comments else 9]) for row in rows]
    return (("\ufeff" if bom else "") + end.join(lines) + end).encode()


@pytest.mark.parametrize("language", ["en", "de", "xx"])
@pytest.mark.parametrize(("bom", "end", "comma"), [(True, "\r\n", False), (False, "\n", True), (True, "\n", True)])
def test_moodle_is_filled_in_any_language(language, bom, end, comma):
    """The grade's column is known by name, or by the highest grade beside it; byte order mark, ends of line and decimals stay."""
    before = moodle_file(language, bom=bom, end=end, comma=comma)
    filled = moodle.fill_file(
        before, "m.csv", [grade("Jane Doe_1001", 8.5), grade("jm", 7, comment="Good & <well>\ndone")], Asked(())
    )
    point = "," if comma else "."
    wanted = [(1, 4, f"8{point}50"), (2, 4, f"7{point}00")]
    wanted += [(2, 9, "<p>Good &amp; &lt;well&gt;<br>done</p>")] if language != "xx" else []
    assert changed(before, filled.content) == wanted
    assert filled.content.startswith(b"\xef\xbb\xbf") == bom
    assert (b"\r\n" in filled.content) == (end == "\r\n")


def test_moodle_takes_other_columns_by_name():
    """Where neither name nor neighbour tells."""
    before = moodle_file("xx")
    filled = moodle.fill_file(before, "m.csv", [grade("1003", 4, comment="x")], Asked((), "Состояние", "Отзыв"))
    assert changed(before, filled.content) == [(3, 3, "4.00"), (3, 9, "<p>x</p>")]
    with pytest.raises(UsageError) as caught:
        moodle.fill_file(b"a,b\r\nParticipant 1,x\r\n", "m.csv", [], Asked(()))
    assert str(caught.value) == "Which column of m.csv is for the grade? Name it with --column; there are 'a', 'b'."


BRIGHTSPACE = (
    "OrgDefinedId,Username,Last Name,First Name,Homework 1 Points Grade <Numeric MaxPoints:10 Weight:20>,Quiz Points Grade <Numeric MaxPoints:5>,End-of-Line Indicator\r\n"
    "#12345,#jdoe,Doe,Jane,,4,#\r\n"
    "#012346,#jm,Müller,Jörg,3,,#\r\n"
).encode()


def test_brightspace_has_one_column_filled():
    """Ids keep their sign and their zeros, and each row its end."""
    filled = brightspace.fill_file(BRIGHTSPACE, "b.csv", [grade("jdoe", 8.5), grade("012346", 7)], Asked(WANTED))
    assert changed(BRIGHTSPACE, filled.content) == [(1, 4, "8.50"), (2, 4, "7.00")]
    assert filled.content.endswith(b"7.00,,#\r\n")
    assert (
        brightspace.new_file([grade("kim", 3.5)], "Homework 1")
        == b"OrgDefinedId,Username,Homework 1 Points Grade,End-of-Line Indicator\r\n,#kim,3.50,#\r\n"
    )


GRADESCOPE = (
    "First Name,Last Name,SID,Email,Sections,Homework 1,Homework 1 - Max Points,Homework 1 - Submission Time,Homework 1 - Lateness (H:M:S),Total Lateness (H:M:S)\n"
    "Jane,Doe,A100,jdoe@example.org,,,10.0,,00:00:00,0:00:00\n"
    "Jörg,Müller,A101,jm@example.org,,3.0,10.0,2026-10-23 21:15:00 +0800,00:00:00,0:00:00\n"
).encode()


def test_gradescope_has_one_column_filled():
    """Not the one of its most points."""
    filled = gradescope.fill_file(GRADESCOPE, "g.csv", [grade("A100", 8.5), grade("jm@example.org", 7)], Asked(WANTED))
    assert changed(GRADESCOPE, filled.content) == [(1, 5, "8.50"), (2, 5, "7.00")]
    assert gradescope.new_file([grade("kim", 3.5)], "HW") == b"SID,HW,HW - Max Points\r\nkim,3.50,10.00\r\n"


@pytest.mark.parametrize("fill", [canvas.fill_file, brightspace.fill_file, gradescope.fill_file, moodle.fill_file])
@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"PK\x03\x04zip",
        b"a,b\nc,d\n",
        b'"never closed,\n1,2\n',
        "student,größe\n".encode("utf-16"),
        b"\xff\xff,\xfe\n",
    ],
)
def test_another_file_is_refused_in_one_sentence(fill, content):
    """Whatever it is."""
    with pytest.raises(UsageError) as caught:
        fill(content, "x.csv", [grade("kim", 1)], Asked(WANTED))
    assert "\n" not in str(caught.value)
    assert "x.csv" in str(caught.value)


def test_two_who_could_be_one_row_get_nothing():
    """An id goes before a name, and what fits two students is told."""
    students = Students(
        [grade("Jane Doe", 1, slug="jane-1"), grade("jane doe", 2, slug="jane-2"), grade("kim", 3, "A7")]
    )
    sure, doubtful = match({1: ([], ["Doe, Jane"]), 2: (["A7"], ["Jane Doe"]), 3: ([], ["Nobody"])}, students)
    assert ({row: one.key for row, one in sure.items()}, doubtful) == ({2: "kim"}, [1])


def test_members_of_a_group_get_a_row_each():
    """One record, and a row for each of them."""
    members = [Member(name="Jane Doe", login="jdoe"), Member(name="Jörg Müller", email="jm@example.org")]
    grades = [grade(m.name, 9, m.login, m.email, slug=f"team/{n}", member=m) for n, m in enumerate(members)]
    filled = canvas.fill_file(CANVAS, "g.csv", grades, Asked(WANTED))
    assert changed(CANVAS, filled.content) == [(3, 6, "9.00"), (4, 6, "9.00")]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("0.005", "0.01"),
        ("2.675", "2.68"),
        ("86.004999", "86.00"),
        ("0", "0.00"),
        ("100", "100.00"),
        ("-0.001", "0.00"),
    ],
)
def test_two_decimals_round_a_half_up(value, text):
    """As people do, and not as binary numbers happen to fall."""
    assert two_decimals(Fraction(value)) == text


plain = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0\r\ufeff"), max_size=12)


@given(
    st.lists(st.lists(plain, min_size=2, max_size=4), min_size=1, max_size=5),
    st.sampled_from([csv.QUOTE_ALL, csv.QUOTE_MINIMAL]),
    st.sampled_from(["\r\n", "\n"]),
    st.booleans(),
    st.data(),
)
def test_any_file_keeps_its_other_bytes(rows, quoting, end, bom, data):
    """Python's writer makes a file, one cell is replaced, Python's reader reads it: that cell alone is another."""
    rows = [["a", "b"], *rows]
    buffer = io.StringIO(newline="")
    csv.writer(buffer, quoting=quoting, lineterminator=end).writerows(rows)
    content = (b"\xef\xbb\xbf" if bom else b"") + buffer.getvalue().encode()
    table = Table(content, "x")
    assert table.delimiter == b","
    assert [[cell.text for cell in row] for row in table.rows] == cells(content)
    assert table.written() == content
    row = data.draw(st.integers(1, len(rows) - 1))
    text = data.draw(plain)
    assert table.put(row, 1, text)
    if rows[row][1].strip() == text:
        assert table.written() == content
        return
    rows[row][1] = text
    assert cells(table.written()) == rows


@pytest.mark.parametrize("encoding", ["utf-8", "cp1252"])
def test_the_encoding_of_a_file_stays(encoding):
    """A worksheet that Excel saved in its own encoding is not half rewritten."""
    content = "Student,ID,HW (1)\r\nJörg,5,\r\n".encode(encoding)
    filled = canvas.fill_file(content, "g.csv", [grade("5", 7)], Asked(["HW"]))
    assert filled.content == "Student,ID,HW (1)\r\nJörg,5,7.00\r\n".encode(encoding)


def test_own_tables_hold_no_formula(tmp_path):
    """Names, comments and labels of strangers, in CSV and in a workbook."""
    grades = [
        grade(text, 5, slug=f"s{n:03}", comment=text, tasks=((text[:40], 5.0),)) for n, text in enumerate(HOSTILE)
    ]
    content = as_csv(grades)
    assert not [cell for row in cells(content) for cell in row if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]
    (tmp_path / "x.xlsx").write_bytes(as_xlsx(grades))
    sheet = load_workbook(tmp_path / "x.xlsx").active
    assert {cell.data_type for row in sheet.iter_rows() for cell in row} <= {"s", "inlineStr", "n"}
    assert sheet.max_row == len(HOSTILE) + 1
    assert [row[3].value for row in sheet.iter_rows(min_row=2)] == [5] * len(HOSTILE)


def test_names_are_compared_by_their_letters():
    """As Canvas writes them into the names of files."""
    assert compact("Müller, Jörg-Ann O'Neil") == "müllerjörgannoneil"
