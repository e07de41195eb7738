"""A term in one go: three assignments, sixty students, resubmissions, late ones, an extension, two graders, an override, grading again, exports.

Every number is computed a second time by ``recompute``, which knows nothing of the grader. The records are written as ``grade`` writes
them; where the layouts of platforms come in, ``hand_in`` is the place to grade their downloads instead.
"""

import csv
import io
import random
import zipfile
from datetime import UTC, datetime, timedelta

from openpyxl import load_workbook

from grader.record.record import read_record, record_path, write_record
from tests.course.klass import a_record, done, write_reports, write_sheet

STUDENTS = [f"s{n:03}" for n in range(1, 61)]
DUE = {
    "hw1": datetime(2026, 10, 10, 16, tzinfo=UTC),
    "hw2": datetime(2026, 10, 24, 22, tzinfo=UTC),
    "hw3": datetime(2026, 11, 7, 16, tzinfo=UTC),
}
COURSE = """\
[course]
title = "A term"
time_zone = "Europe/Berlin"
[late]
grace_minutes = 10
late_days = 3
""" + "".join(f'[[assignment]]\nid = "{name}"\ndue = "{due.isoformat()}"\npoints = 50\n' for name, due in DUE.items())


def recompute(hand_ins, marks, overrides, excused, extended, student):
    """Return the points of one student for each assignment, None for what does not count; thirty lines, in floats of quarters."""
    left, points = 3, {}
    for name in sorted(DUE):
        points[name] = None
        if (student, name) in excused:
            continue
        last = max(DUE[name], extended.get((student, name), DUE[name]))
        for at, tasks, answer in reversed(hand_ins[student, name]):
            days = 0
            if at is not None and at > last + timedelta(minutes=10):
                days = 1
                # Summer time ends in the night to 25 October 2026, in the first day behind the second date.
                while at > last + timedelta(days=days, hours=(name == "hw2" and last == DUE["hw2"]) or 0):
                    days += 1
            if days > left:
                points[name] = 0.0
                continue
            left -= days
            one, two = tasks
            one += sum(marks.get((student, name, answer), (0, 0)))
            one = overrides.get((student, name, "1"), one)
            points[name] = overrides.get((student, name, ""), one + two)
            break
        else:
            points[name] = overrides.get((student, name, ""), points[name])
    return points


class Term:
    """What happens, and what is known of it beside the gradebook."""

    def __init__(self, folder, capsys):
        self.folder, self.capsys = folder, capsys
        self.draw = random.Random(20261010)
        self.hand_ins, self.marks, self.overrides, self.excused, self.extended = {}, {}, {}, set(), {}

    def command(self, *words):
        """Run a command; return its output."""
        return done(self.capsys, *words)

    def hand_in(self, name, student, hours, *, attempt=1):
        """Have a student hand in so many hours after the due date; None for a download that knows no time."""
        at = None if hours is None else DUE[name] + timedelta(hours=hours)
        tasks = (self.draw.randrange(0, 41) / 4, self.draw.randrange(0, 41) / 4)
        answer = f"Because of {student}, {attempt}."
        record = a_record(student, assignment=name, earned=tasks, answer=answer, text=str(attempt))
        record["handed_in"] = {
            "layout": "moodle",
            "students": [],
            "attempt": attempt,
            "submitted_at": at.isoformat() if at else None,
            "late": None,
            "remark": "",
        }
        self.hand_ins.setdefault((student, name), []).append((at, tasks, answer))
        return record

    def grade(self, name, records):
        """Have these records in the reports of an assignment, as a run of grade leaves them."""
        write_reports(self.folder / "reports" / name, records, pages=False)
        self.command("course", "show", records[0]["slug"])

    def merge(self, name, grader, students):
        """Have a grader fill and merge the rows of some students."""
        out = self.folder / "reports" / name
        records = [read_record(record_path(out, student)) for student in STUDENTS]
        given = {}
        for student in students:
            one, two = self.draw.randrange(0, 13) / 4, self.draw.randrange(0, 5) / 4
            given[student] = (str(one).replace(".", ","), str(two), f"By {grader}.")
            self.marks[student, name, self.hand_ins[student, name][-1][2]] = (one, two)
        sheet = write_sheet(self.folder / f"{grader}.csv", records, given, only=students)
        return self.command("merge", sheet, "--out", out, "--by", grader, "--quiet")

    def wanted(self, name):
        """Return the points of everybody, computed apart."""
        known = (self.hand_ins, self.marks, self.overrides, self.excused, self.extended)
        return {student: recompute(*known, student)[name] for student in STUDENTS}


def exported(term, name):
    """Return the scores of an assignment as the table has them: points, or None for an empty cell."""
    term.command("export", "--to", "csv", "--assignment", name, "--by", "kim")
    text = (term.folder / "reports" / name / f"{name}-csv.csv").read_text(encoding="utf-8-sig")
    return {
        row["id"]: float(row["score"]) / 50 * 24 if row["score"] else None for row in csv.DictReader(io.StringIO(text))
    }


def assert_right(term):
    """Compare every number of every assignment."""
    for name in DUE:
        found, wanted = exported(term, name), term.wanted(name)
        assert {s: None if p is None else round(p, 3) for s, p in found.items()} == {
            s: None if p is None else round(p, 3) for s, p in wanted.items()
        }, name


def test_a_term(tmp_path, monkeypatch, capsys):
    """From the first hand-in to the last export, with every number computed twice."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "grader.toml").write_text(COURSE)
    term = Term(tmp_path, capsys)
    lateness = [-30, -1, 0.1, 0.5, 20, 24.5, 26, 47, 49.5, 72, 100, None]
    for name in DUE:
        term.grade(name, [term.hand_in(name, student, term.draw.choice(lateness)) for student in STUDENTS])
        term.merge(name, "kim", STUDENTS[:30])
        term.merge(name, "lee", STUDENTS[25:])  # five rows have two graders
    assert_right(term)

    for student in STUDENTS[::7]:  # the first assignment comes in a second time, some of it too late to be counted
        write_record(
            record_path(tmp_path / "reports" / "hw1", student),
            term.hand_in("hw1", student, term.draw.choice(lateness), attempt=2),
        )
    term.merge("hw1", "kim", STUDENTS[::7])
    assert_right(term)

    for student, name, hours in (("s003", "hw1", 48), ("s010", "hw2", 30), ("s060", "hw3", 200)):
        until = term.extended[student, name] = DUE[name] + timedelta(hours=hours)
        term.command(
            "course", "extend", student, until.isoformat(), "--assignment", name, "--why", "ill", "--by", "kim"
        )
    term.command("course", "excuse", "s004", "--assignment", "hw2", "--why", "ill", "--by", "lee")
    term.excused.add(("s004", "hw2"))
    on_time = next(student for student in STUDENTS if term.hand_ins[student, "hw3"][0][0] is None)
    for student, name, task, points in (
        ("s005", "hw1", "1", 13.25),
        ("s006", "hw2", "", 24.0),
        (on_time, "hw3", "1", 0.0),
    ):
        words = ["--task", task] if task else []
        term.command(
            "course", "override", student, points, *words, "--assignment", name, "--why", "looked again", "--by", "kim"
        )
        term.overrides[student, name, task] = points
    assert_right(term)

    out = tmp_path / "reports" / "hw3"  # the assignment is mended, and everybody graded again
    for student in STUDENTS:
        record = read_record(record_path(out, student))
        at, (one, two), answer = term.hand_ins[student, "hw3"][0]
        again = a_record(
            student, assignment="hw3", earned=(one, 10.0 if two >= 5 else two), answer=answer, text="1"
        ) | {"handed_in": record["handed_in"], "provenance": "mended"}
        term.hand_ins[student, "hw3"][0] = (at, (one, 10.0 if two >= 5 else two), answer)
        write_record(record_path(out, student), again)
    term.merge("hw3", "lee", STUDENTS[:1])
    assert_right(term)

    check_exports(term, on_time)


def check_exports(term, decided):
    """Compare what goes into the platforms' files, the workbook and the zip of pages, with the numbers computed apart."""
    wanted = {s: p for s, p in term.wanted("hw3").items() if p is not None}
    canvas = term.folder / "canvas.csv"
    rows = "".join(f'"Last{n}, First",{9000 + n},{student},NN,,1.5\r\n' for n, student in enumerate(STUDENTS))
    canvas.write_text(
        f"Student,ID,SIS Login ID,Section,Homework hw3 (77),Other (78)\r\n    Points Possible,,,,50,2\r\n{rows}",
        newline="",
    )
    term.command("export", "--to", "canvas", canvas, "--assignment", "hw3", "--by", "kim")
    found = {
        row["SIS Login ID"]: float(row["Homework hw3 (77)"])
        for row in csv.DictReader(io.StringIO(canvas.read_text()))
        if row["ID"]
    }
    assert found == {student: round(points * 50 / 24 + 1e-9, 2) for student, points in wanted.items()}
    term.command("export", "--to", "xlsx", "--assignment", "hw3", "--by", "kim")
    sheet = load_workbook(term.folder / "reports" / "hw3" / "hw3-xlsx.xlsx").active
    assert {row[1].value: round(row[3].value, 3) for row in sheet.iter_rows(min_row=2)} == {
        s: round(p * 50 / 24, 3) for s, p in wanted.items()
    }
    term.command("export", "--feedback", "folder", "--assignment", "hw3", "--output", term.folder / "pages.zip")
    with zipfile.ZipFile(term.folder / "pages.zip") as archive:
        assert archive.namelist() == [f"{student}.html" for student in STUDENTS]
        with_it = [name for name in archive.namelist() if "decided by kim: looked again" in archive.read(name).decode()]
        assert with_it == [f"{decided}.html"]
