"""The commands of the course, on a class whose records lie on the disk and a gradebook that is a real one."""

import zipfile

import pytest

from grader.record.record import read_record, record_path, write_record
from tests.course import klass
from tests.course.klass import a_record, done, run, write_reports, write_sheet

COURSE = """\
[course]
title = "Neural networks"
time_zone = "Asia/Taipei"

[[assignment]]
id = "hw1"
due = 2026-10-24 23:59:00
points = 40

[late]
percent = 10
cap_percent = 50
"""


def handed_in(at, *students, attempt=None, late=None):
    """Return the part of a record that says when and by whom it was handed in."""
    return {
        "layout": "moodle",
        "students": list(students),
        "attempt": attempt,
        "submitted_at": at,
        "late": late,
        "remark": "",
    }


def late_record(slug, at, **more):
    """Return the record of somebody who handed in at a time; 16 of 20 points."""
    return a_record(slug, **more) | {"handed_in": handed_in(at)}


@pytest.fixture
def course(tmp_path, monkeypatch):
    """A course's folder with one assignment, two students on time and one late by a day and an hour; it is the current folder."""
    (tmp_path / "grader.toml").write_text(COURSE)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GRADER_BY", "kim")
    records = [
        late_record("s001", "2026-10-24T10:00:00+08:00"),
        late_record("s002", "2026-10-26T01:00:00+08:00"),
        a_record("s003", earned=(10.0, 10.0)),
    ]
    return write_reports(tmp_path / "reports" / "hw1", records)


def page(out, student):
    """Return the text of a student's page."""
    return (out / "students" / f"{student}.html").read_text(encoding="utf-8")


def test_show_prints_a_sum_with_its_sources(course, capsys):
    """Tasks, what is taken off for being late, and the dates, in the zone of the course."""
    assert done(capsys, "course", "show", "s002").splitlines() == [
        "s002, hw1: 12.8 of 20",
        "        6 of 10    1 layers    checks",
        "       10 of 10    2 training  checks",
        "     -3.2          Late        1 day 1 hour late, 2 days begun: 20 % of the points earned",
        "  attempt 1, handed in 2026-10-26 01:00 CST, graded 2026-10-25 18:00 CST by grader 0.4.0",
        "  due 2026-10-24 23:59 CST",
    ]


def test_an_extension_takes_effect_at_once_and_everywhere(course, capsys):
    """The score, the history and the page follow; nobody grades again."""
    done(capsys, "export", "--to", "csv")
    assert (
        done(capsys, "course", "extend", "s002", "2026-10-26", "--why", "ill")
        == "s002, hw1: 16 of 20 (before: 12.8 of 20)\n"
    )
    assert (
        done(capsys, "course", "extend", "s002", "--back", "--why", "no letter")
        == "s002, hw1: 12.8 of 20 (before: 16 of 20)\n"
    )
    lines = done(capsys, "course", "history", "s002").splitlines()
    assert [line[22:] for line in lines] == [
        "hw1  kim: graded attempt 1 with grader 0.4.0 -> 12.8 of 20",
        "hw1  kim: extended until 2026-10-26 23:59 CST (ill) -> 16 of 20",
        "hw1  kim: withdrew the extension (no letter) -> 12.8 of 20",
    ]
    assert "1 day 1 hour late, 2 days begun: 20 % of the points earned" in page(course, "s002")


def test_a_date_that_moves_moves_the_scores(course, capsys):
    """The course file is changed, nothing else is done."""
    assert "12.8 of 20" in done(capsys, "course", "show", "s002")
    file = course.parents[1] / "grader.toml"
    file.write_text(COURSE.replace("2026-10-24", "2026-10-25"))
    assert "s002, hw1: 14.4 of 20" in done(capsys, "course", "show", "s002")
    assert "s002, hw1: 16 of 20" in done(capsys, "course", "show", "s002", "--due", "hw1=2026-10-27")


def test_an_override_survives_grading_again_and_stands_on_the_page(course, capsys):
    """As decided by a person; the total before the late penalty, a task inside the sum."""
    assert (
        done(capsys, "course", "override", "s001", "9", "--task", "1", "--why", "the grader misread it")
        == "s001, hw1: 19 of 20 (before: 16 of 20)\n"
    )
    assert "decided by kim: the grader misread it" in page(course, "s001")
    write_record(record_path(course, "s001"), late_record("s001", "2026-10-24T10:00:00+08:00", earned=(2.0, 8.0)))
    assert "s001, hw1: 17 of 20" in done(capsys, "course", "show", "s001")
    assert (
        done(capsys, "course", "override", "s002", "20", "--why", "fair")
        == "s002, hw1: 16 of 20 (before: 12.8 of 20)\n"
    )
    assert (
        done(capsys, "course", "override", "s002", "--back", "--why", "was wrong")
        == "s002, hw1: 12.8 of 20 (before: 16 of 20)\n"
    )


def test_an_excuse_and_comments_reach_the_student(course, capsys):
    """What is hostile in them is text."""
    done(capsys, "course", "comment", "s003", "Well *done*: $x^2$ <script>alert(1)</script>", "--why", "praise")
    done(capsys, "course", "excuse", "s001", "--why", "</td><script>")
    shown = page(course, "s003")
    assert "<em>done</em>" in shown and "<script>alert" not in shown and '<math display="inline">' in shown
    assert "This assignment does not count for you." in page(course, "s001")
    assert "<script>" not in page(course, "s001")


def test_a_student_without_a_result_can_have_an_extension(course, capsys):
    """As before the due date; a name that was mistyped is told."""
    status, output, errors = run(capsys, "course", "extend", "s010", "2026-11-01", "--why", "ill")
    assert (status, output) == (0, "s010, hw1: nothing has been graded yet\n")
    assert errors == "The gradebook has no result of 's010' yet; did you mean s001 or s002 or s003?\n"


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["override", "s001", "9"], "error: the following arguments are required: --why"),
        (["override", "s001", "9", "--why", " "], "grader: --why needs a reason, which is kept in the history."),
        (["override", "s001", "nine", "--why", "x"], "grader: The points must be a number of at least 0, not 'nine'; --back withdraws an earlier decision."),
        (["override", "s001", "nan", "--why", "x"], "grader: The points must be a number of at least 0, not 'nan'; --back withdraws an earlier decision."),
        (["override", "s001", "--why", "x"], "grader: Give the points, or --back to withdraw an earlier decision."),
        (["override", "s001", "1", "--task", "3", "--why", "x"], "grader: hw1 has no task '3'; there are 1, 2."),
        (["extend", "s001", "2026-10-20", "--why", "x"], "grader: hw1 is due 2026-10-24 23:59 CST, and 2026-10-20 23:59 CST is earlier; an extension must give more time."),
        (["extend", "s001", "soon", "--why", "x"], "grader: 'soon' is not a date; write one like 2026-10-24 or '2026-10-24 23:59'."),
        (["excuse", "s001", "--assignment", "hw2", "--why", "x"], "grader: The gradebook and the course know no assignment 'hw2'; did you mean 'hw1'?"),
        (["show", "s01"], "grader: The gradebook {folder}/gradebook.db has no student 's01'; did you mean s001?"),
        (["show", "s001", "--assignment", "hw9"], "grader: The gradebook has nothing from 's001' for 'hw9'; it has hw1."),
        (["comment", "s001", "x", "--answers", "7", "--why", "x"], "grader: 's001' has no request 7 for hw1; `course requests` lists them."),
        (["show", "s001", "--penalty", "much"], "grader: A penalty is a rate like 10%/day or 1%/hour, not 'much'."),
    ],
)  # fmt: skip
def test_a_wrong_command_is_one_sentence(course, capsys, words, message):
    """Status 2, what is wrong and what to try; nothing is written."""
    done(capsys, "course", "show", "s001")
    status, output, errors = run(capsys, "course", *words)
    assert (status, output) == (2, "")
    assert errors.splitlines()[-1].endswith(message.format(folder=course.parents[1]))
    assert len(done(capsys, "course", "history", "s001").splitlines()) == 1


def test_requests_come_in_once_and_are_answered(course, capsys, tmp_path):
    """A line of a CSV each; the same file twice asks nothing new."""
    asked = tmp_path / "asked.csv"
    asked.write_text(
        "student,assignment,text\ns001,hw1,Please look at task 1 again.\ns002,,\x1b[31mWhy?\n", encoding="utf-8"
    )
    output = done(capsys, "course", "requests", asked, "--assignment", "hw1")
    assert output.splitlines()[0] == "2 of 2 requests are new."
    assert "\x1b" not in output
    assert done(capsys, "course", "requests", asked, "--assignment", "hw1").startswith("0 of 2 requests are new.")
    done(capsys, "course", "comment", "s001", "It is right.", "--answers", "1", "--why", "looked")
    assert (
        done(capsys, "course", "requests").splitlines()[-1]
        == "1 waiting for an answer; to answer, run: course comment STUDENT TEXT --answers N"
    )


def test_late_days_are_spent_over_the_term(tmp_path, monkeypatch, capsys):
    """The second assignment needs what the first has used, until an extension gives it back."""
    monkeypatch.chdir(tmp_path)
    rules = '[course]\n[late]\nlate_days = 2\n[[assignment]]\nid = "a"\ndue = "2026-10-01 12:00"\n[[assignment]]\nid = "b"\ndue = "2026-10-08 12:00"\n'
    (tmp_path / "grader.toml").write_text(rules)
    write_reports(tmp_path / "reports" / "a", [late_record("s001", "2026-10-02T13:00:00Z", assignment="a")])
    write_reports(tmp_path / "reports" / "b", [late_record("s001", "2026-10-08T13:00:00Z", assignment="b")])
    output = done(capsys, "course", "show", "s001")
    assert "s001, a: 16 of 20" in output
    assert "  due 2026-10-01 12:00 UTC; late days used 2, left 0" in output
    assert "s001, b: not counted, 1 hour late: it needs 1 late day, and 0 late days are left" in output
    done(capsys, "course", "extend", "s001", "2026-10-02 12:30", "--assignment", "a", "--why", "ill")
    output = done(capsys, "course", "show", "s001")
    assert "s001, b: 16 of 20" in output


def test_export_writes_into_the_downloaded_file(course, capsys, tmp_path):
    """The late score, scaled to the points of the course; the event says what went out."""
    file = tmp_path / "canvas.csv"
    content = b"Student,ID,SIS Login ID,Section,Homework hw1 (7)\r\n    Points Possible,,,,40\r\nA,1,s001,,\r\nB,2,s002,,\r\nC,3,s009,,\r\n"
    file.write_bytes(content)
    status, output, errors = run(capsys, "export", "--to", "canvas", file)
    assert (status, output) == (0, f"2 scores written to {file}\n")
    assert errors == "grader: 1 have a score but no row in the file: s003\n"
    assert file.read_bytes() == content.replace(b"s001,,", b"s001,,32.00").replace(b"s002,,", b"s002,,25.60")
    other = tmp_path / "other.csv"
    done(capsys, "export", "--to", "canvas", file, "--output", other, "--points", "20")
    assert b"s002,,12.80" in other.read_bytes() and b"s002,,25.60" in file.read_bytes()


def test_export_leaves_out_what_waits_unless_asked(tmp_path, capsys):
    """A plain folder of reports, without a course."""
    out = write_reports(tmp_path / "reports", [a_record("s001", answer="Because."), a_record("s002", answer="")])
    status, output, errors = run(capsys, "export", "--to", "csv", "--out", out)
    assert (status, output) == (0, f"0 scores written to {out}/hw1-csv.csv\n")
    assert (
        errors
        == "grader: 2 still wait for a person and were left out; --unfinished exports them as they are: s001, s002\n"
    )
    assert (
        done(capsys, "export", "--to", "csv", "--out", out, "--unfinished")
        == f"2 scores written to {out}/hw1-csv.csv\n"
    )
    assert '"s001","s001","waiting",16,24,' in (out / "hw1-csv.csv").read_text(encoding="utf-8-sig")


def test_export_overwrites_no_file_of_somebody_else(course, capsys, tmp_path):
    """As when the downloaded file is named for csv."""
    file = tmp_path / "grades.csv"
    file.write_text("Student,ID\n")
    status, _, errors = run(capsys, "export", "--to", "csv", file)
    assert (status, errors) == (
        2,
        f"grader: {file} was not written by this command and would be overwritten; name another file.\n",
    )
    assert file.read_text() == "Student,ID\n"


MOODLE = "Identifier,Full name,Email address,Grade,Maximum Grade\r\nParticipant 11,Ann_A Lee,s001@example.org,,20.00\r\nParticipant 12,Bo,s002@example.org,,20.00\r\nParticipant 13,Cy,s009@example.org,,20.00\r\n"


def test_feedback_lies_where_moodle_takes_it(course, capsys, tmp_path):
    """From the worksheet, or from the names of the download; the pages are those of now."""
    (tmp_path / "m.csv").write_text(MOODLE)
    done(capsys, "course", "comment", "s001", "See task 1.", "--why", "help")
    status, output, errors = run(
        capsys, "export", "--feedback", "moodle", tmp_path / "m.csv", "--output", tmp_path / "f.zip"
    )
    assert (status, output) == (0, f"2 pages written to {tmp_path}/f.zip\n")
    assert errors == f"grader: 1 have no page in {course}, or no place in the zip: s003\n".replace(
        str(course), "reports/hw1"
    )
    with zipfile.ZipFile(tmp_path / "f.zip") as archive:
        assert archive.namelist() == [
            "Ann A Lee_11_assignfeedback_file/report.html",
            "Bo_12_assignfeedback_file/report.html",
        ]
        assert "See task 1." in archive.read(archive.namelist()[0]).decode()
    with zipfile.ZipFile(tmp_path / "download.zip", "w") as archive:
        archive.writestr("s001_11_assignsubmission_file_/a.py", "")
        archive.writestr("s002_12_assignsubmission_onlinetext.html", "")
    done(capsys, "export", "--feedback", "moodle", tmp_path / "download.zip", "--output", tmp_path / "g.zip")
    with zipfile.ZipFile(tmp_path / "g.zip") as archive:
        assert archive.namelist() == [
            "s001_11_assignfeedback_file/report.html",
            "s002_12_assignfeedback_file/report.html",
        ]


def test_feedback_lies_where_canvas_takes_it(course, capsys, tmp_path):
    """Under the names of the download, of several files of one student the newest; the first two numbers are user and attachment."""
    names = [
        "s001_501_9001_hw.py",
        "s001_501_9002_hw-1.py",
        "s002_LATE_502_9003_a_1_b.ipynb",
        "nobody_503_9004_x.py",
        "s003_504_text.html",
    ]
    with zipfile.ZipFile(tmp_path / "download.zip", "w") as archive:
        for name in names:
            archive.writestr(name, "")
    done(capsys, "export", "--feedback", "canvas", tmp_path / "download.zip", "--output", tmp_path / "f.zip")
    with zipfile.ZipFile(tmp_path / "f.zip") as archive:
        found = archive.namelist()
    assert found == ["s001_501_9002_report.html", "s002_LATE_502_9003_report.html"]
    assert [[word for word in name.split("_") if word.isdecimal()][:2] for name in found] == [
        ["501", "9002"],
        ["502", "9003"],
    ]


def test_a_part_of_the_sheet_merges_and_two_graders_are_told(tmp_path, capsys):
    """Rows of how many, what was added and changed, and whose points gave way; grader and time are in the history."""
    records = [a_record(f"s{n:03}", answer="Because.") for n in range(1, 5)]
    out = write_reports(tmp_path / "reports", records)
    first = write_sheet(
        tmp_path / "a.csv", records, {"s001": ("3", "1", ""), "s002": ("2", "0", "Hm")}, only=("s001", "s002")
    )
    output = done(capsys, "merge", first, "--out", out, "--by", "kim")
    assert (
        output.splitlines()[-1]
        == "Merged 2 of 4 rows of the class, 2 of them with points or a comment: 2 added, 0 changed, 0 unchanged."
    )
    second = write_sheet(tmp_path / "b.csv", records, {"s002": ("3", "0", ""), "s003": ("1", "1", "")})
    lines = done(capsys, "merge", second, "--out", out, "--by", "lee").splitlines()
    assert (
        lines[-3]
        == "Merged 4 of 4 rows of the class, 2 of them with points or a comment: 1 added, 1 changed, 0 unchanged."
    )
    assert lines[-2].startswith("s002, question 1a: 3 points instead of 2 points, which kim gave at 2")
    assert (
        lines[-1]
        == "Several graders gave points in these rows: kim and lee. The points of lee now count; history shows all."
    )
    assert (
        done(capsys, "merge", second, "--out", out, "--by", "lee")
        .splitlines()[-1]
        .endswith("0 added, 0 changed, 2 unchanged.")
    )
    history = [line[22:] for line in done(capsys, "course", "history", "s002", "--out", out).splitlines()]
    assert history[1:] == [
        "hw1  kim: gave question 1a 2 points -> 18 of 24",
        "hw1  lee: gave question 1a 3 points -> 19 of 24",
    ]
    assert read_record(record_path(out, "s002"))["score"]["sum"] == 19.0
    assert klass.run(capsys, "course", "show", "s004", "--out", out)[1].startswith(
        "s004, hw1: 16 of 24 so far, 4 wait for a person"
    )


def test_points_of_before_the_gradebook_are_taken_over_once(tmp_path, capsys):
    """A file that was merged by an earlier version counts; a copy that the gradebook made does not come back."""
    from dataclasses import replace

    from grader.written.people import read_people, write_people
    from grader.written.points import Mark

    records = [a_record(f"s{n:03}", answer="Because.") for n in range(1, 3)]
    out = write_reports(tmp_path / "reports", records)
    old = Mark("s001", "1a", records[0]["answers"][0]["sha256"], (("the step", 1.0), ("the sign", 0.0)))
    write_people(out, replace(read_people(out, "hw1"), marks=(old,)))
    stale = (out / "people" / "hw1.json").read_bytes()
    sheet = write_sheet(tmp_path / "a.csv", records, {"s002": ("3", "1", "")})
    assert (
        done(capsys, "merge", sheet, "--out", out, "--by", "kim")
        .splitlines()[-1]
        .endswith("1 added, 0 changed, 0 unchanged.")
    )
    assert [m.slug for m in read_people(out, "hw1").marks] == ["s001", "s002"]
    sheet = write_sheet(tmp_path / "b.csv", records, {"s001": ("3", "1", "")})
    done(capsys, "merge", sheet, "--out", out, "--by", "kim")
    (out / "people" / "hw1.json").write_bytes(stale)
    done(capsys, "merge", write_sheet(tmp_path / "c.csv", records, {}), "--out", out, "--by", "kim")
    assert [m.earned[0][1] for m in read_people(out, "hw1").marks] == [3.0, 3.0]
    lines = [line[22:] for line in done(capsys, "course", "history", "s001", "--out", out).splitlines()]
    assert lines[1:] == [
        "hw1  merged before the gradebook: gave question 1a 1 points -> 17 of 24",
        "hw1  kim: gave question 1a 4 points -> 20 of 24",
    ]
