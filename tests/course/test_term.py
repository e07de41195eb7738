"""A term in one go: roster, platform zips, three assignments, resubmissions, late ones, an extension, two graders, an override, grading again, exports.

Every number is computed a second time by ``recompute``, which knows nothing of the grader.
"""

import csv
import io
import random
import shutil
import subprocess
import sys
import zipfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from openpyxl import load_workbook

from grader.record.record import read_record, record_path
from tests.course.klass import done
from tests.grading import PROJECT, environment

ZONE = ZoneInfo("Europe/Berlin")
DUE = {
    "hw1": datetime(2026, 10, 10, 16, tzinfo=UTC),
    "hw2": datetime(2026, 10, 24, 22, tzinfo=UTC),
    "hw3": datetime(2026, 11, 7, 16, tzinfo=UTC),
}
ASSIGNMENT = """
[[assignment]]
id = "{name}"
assignment = "checks/{name}"
due = "{due}"
points = 48
submissions = "downloads/{name}"
"""
COURSE = """\
[course]
title = "A term"
time_zone = "Europe/Berlin"
roster = "roster.csv"
[late]
grace_minutes = 10
late_days = 3
""" + "".join(ASSIGNMENT.format(name=name, due=due.isoformat()) for name, due in DUE.items())
CODE = "import numpy as np\ndef layers(x): return x * {}\ndef training(x): return x * {}\n"
PARTS = (4, 3, 2, 1)
# In hours behind the due date; None where the platform tells no time.
LATENESS = (-30, -1, 0.1, 0.5, 20, 24.5, 26, 47, 49.5, 72, 100)


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

    def __init__(self, folder, capsys, students):
        self.folder, self.capsys = folder, capsys
        self.students = [f"s{n:03}" for n in range(1, students + 1)]
        self.draw = random.Random(20261010)
        self.hand_ins, self.marks, self.overrides, self.excused, self.extended = {}, {}, {}, set(), {}
        self.files = {}
        (folder / "grader.toml").write_text(COURSE)
        rows = "".join(f"{s},Ann-{s} Lee,{s}@example.org\n" for s in self.students)
        (folder / "roster.csv").write_text(f"id,name,email\n{rows}s999,Zoe Zimmer,zoe@example.org\n")
        for name in DUE:
            shutil.copytree(Path(__file__).with_name("term"), folder / "checks" / name)
            (folder / "downloads" / name).mkdir(parents=True)

    def command(self, *words):
        """Run a command; return its output."""
        return done(self.capsys, *words)

    def hand_in(self, name, student, hours):
        """Have a student hand in so many hours after the due date; None for a download that knows no time."""
        at = None if hours is None else DUE[name] + timedelta(hours=hours)
        right = [[self.draw.random() < 0.7 for _ in PARTS] for _ in "ab"]
        tasks = tuple(float(sum(p for p, fine in zip(PARTS, own, strict=True) if fine)) for own in right)
        hand_ins = self.hand_ins.setdefault((student, name), [])
        answer = f"Because of {student}, {len(hand_ins)}."
        code = CODE.format(*(f"np.array({[2.0 if fine else 3.0 for fine in own]})" for own in right))
        hand_ins.append((at, tasks, answer))
        self.files.setdefault((student, name), []).append({"main.py": code, "answers.md": f"## 1a\n\n{answer}\n"})

    def grade(self, name):
        """Have the platform's zip made, and graded."""
        PLATFORMS[name](self, name)
        ran = subprocess.run(
            [sys.executable, "-m", "grader", "grade", "--assignment", name, "--jobs", "1"], cwd=self.folder,
            env=environment(PYTHONPATH=str(PROJECT), GRADER_BY="kim"), capture_output=True, text=True, timeout=1200, stdin=subprocess.DEVNULL,
        )  # fmt: skip
        assert (ran.returncode, ran.stderr) == (0, f"Did not hand in, 1 of {len(self.students) + 1}: s999\n"), ran
        return ran.stdout

    def merge(self, name, grader, students):
        """Have a grader fill the rows of some students in the sheet, leave out the others, and merge it."""
        out = self.folder / "reports" / name
        rows = list(
            csv.DictReader(io.StringIO((out / "grading-sheet.csv").read_text(encoding="utf-8-sig"), newline=""))
        )
        kept = []
        for row in rows:
            student = row["key"].split("/")[1]
            if student in students:
                one, two = self.draw.randrange(0, 13) / 4, self.draw.randrange(0, 5) / 4
                row |= {"points 1": str(one).replace(".", ","), "points 2": str(two), "comment": f"By {grader}."}
                self.marks[student, name, self.hand_ins[student, name][-1][2]] = (one, two)
                kept.append(row)
        assert len(kept) == len(students)
        part = self.folder / f"{grader}.csv"
        with open(part, "w", encoding="utf-8-sig", newline="") as file:
            writer = csv.DictWriter(file, rows[0])
            writer.writeheader()
            writer.writerows(kept)
        return self.command("merge", part, "--out", out, "--by", grader, "--quiet")

    def wanted(self, name):
        """Return the points of everybody, computed apart."""
        known = (self.hand_ins, self.marks, self.overrides, self.excused, self.extended)
        return {student: recompute(*known, student)[name] for student in self.students}

    def zip(self, path, files):
        """Write a platform's zip."""
        with zipfile.ZipFile(self.folder / "downloads" / path, "w") as archive:
            for name, text in files.items():
                archive.writestr(name, text)


def brightspace(term, name):
    """Write Brightspace's zip, a folder for each attempt, and the student's own zip in it."""
    files = {"index.html": "<html></html>"}
    for n, student in enumerate(term.students):
        for k, (own, (at, _, _)) in enumerate(
            zip(term.files[student, name], term.hand_ins[student, name], strict=True)
        ):
            local = at.astimezone(ZONE)
            when = f"{local:%b} {local.day}, {local.year} {local.hour % 12 or 12}{local:%M %p}"
            inner = io.BytesIO()
            with zipfile.ZipFile(inner, "w") as archive:
                for path, text in own.items():
                    archive.writestr(f"hw/{path}", text)
            files[f"{700 + n}-{9000 + 2 * n + k} - Ann-{student} Lee - {when}/hw.zip"] = inner.getvalue()
    term.zip(f"{name}/brightspace.zip", files)


def blackboard(term, name):
    """Write Blackboard's flat zip."""
    files = {}
    for student in term.students:
        for own, (at, _, _) in zip(term.files[student, name], term.hand_ins[student, name], strict=True):
            head = f"Homework_{student}_attempt_{at.astimezone(ZONE):%Y-%m-%d-%H-%M-%S}"
            files |= {f"{head}_{path}": text for path, text in own.items()}
            files[f"{head}.txt"] = f"Name: Ann-{student} Lee ({student})\nAssignment: Homework\n"
    term.zip(f"{name}/blackboard.zip", files)


def two_at_once(term, name):
    """Write Gradescope's export for those whose time is known, and Moodle's zip for the others."""
    known, files = ["---"], {}
    others = {}
    for n, student in enumerate(term.students):
        (own,), ((at, _, _),) = term.files[student, name], term.hand_ins[student, name]
        if at is None:
            folder = f"Ann-{student} Lee_{4000 + n}_assignsubmission_file_"
            others |= {f"{folder}/{path}": text for path, text in own.items()}
            continue
        known += [f"submission_{n}:", "  :submitters:", f"  - :name: Ann-{student} Lee", f"    :sid: {student}", f"    :email: {student}@example.org", f"  :created_at: {at:%Y-%m-%d %H:%M:%S} Z"]  # fmt: skip
        files |= {f"assignment_1_export/submission_{n}/{path}": text for path, text in own.items()}
    term.zip(f"{name}/gradescope.zip", files | {"assignment_1_export/submission_metadata.yml": "\n".join(known) + "\n"})
    term.zip(f"{name}/moodle.zip", others)


PLATFORMS = {"hw1": brightspace, "hw2": blackboard, "hw3": two_at_once}


def exported(term, name):
    """Return the scores of an assignment as the table has them: points, or None for an empty cell."""
    term.command("export", "--to", "csv", "--assignment", name, "--by", "kim")
    text = (term.folder / "reports" / name / f"{name}-csv.csv").read_text(encoding="utf-8-sig")
    rows = {row["id"]: row for row in csv.DictReader(io.StringIO(text))}
    assert rows.pop("s999")["state"] == "missing"
    return {student: float(row["score"]) / 2 if row["score"] else None for student, row in rows.items()}


def assert_right(term):
    """Compare every number of every assignment."""
    for name in DUE:
        found, wanted = exported(term, name), term.wanted(name)
        assert {s: None if p is None else round(p, 3) for s, p in found.items()} == {
            s: None if p is None else round(p, 3) for s, p in wanted.items()
        }, name


def play(folder, capsys, students):
    """Play a term; every assertion is in here."""
    term = Term(folder, capsys, students)
    half = students // 2
    for name in DUE:
        for student in term.students:
            untimed = name == "hw3" and term.draw.random() < 0.3
            term.hand_in(name, student, None if untimed else term.draw.choice(LATENESS))
        output = term.grade(name)
        assert f": {students} students, " in output.splitlines()[0]
        term.merge(name, "kim", term.students[:half])
        told = term.merge(name, "lee", term.students[half - 2 :])  # two rows have two graders
        assert told == ""
    assert_right(term)

    again = term.students[::7]
    for student in again:  # the first assignment comes in a second time, some of it too late to be counted
        before = (term.hand_ins[student, "hw1"][0][0] - DUE["hw1"]) / timedelta(hours=1)
        term.hand_in("hw1", student, term.draw.choice([hours for hours in (*LATENESS[6:], 120) if hours > before]))
    assert f"{len(again)} older attempts left out" in term.grade("hw1").splitlines()[0]
    term.merge("hw1", "kim", again)
    assert_right(term)

    for student, name, hours in (("s003", "hw1", 48), ("s010", "hw2", 30), (term.students[-1], "hw3", 200)):
        until = term.extended[student, name] = DUE[name] + timedelta(hours=hours)
        term.command(
            "course", "extend", student, until.isoformat(), "--assignment", name, "--why", "ill", "--by", "kim"
        )
    term.command("course", "excuse", "s004", "--assignment", "hw2", "--why", "ill", "--by", "lee")
    term.excused.add(("s004", "hw2"))
    on_time = next(student for student in term.students if term.hand_ins[student, "hw3"][0][0] is None)
    decided = (("s005", "hw1", "1", 13.25), ("s006", "hw2", "", 24.0), (on_time, "hw3", "1", 0.0))
    for student, name, task, points in decided:
        words = ["--task", task] if task else []
        term.command(
            "course", "override", student, points, *words, "--assignment", name, "--why", "looked again", "--by", "kim"
        )
        term.overrides[student, name, task] = points
    assert_right(term)

    mended = folder / "checks" / "hw3" / "check_term.py"  # the assignment is mended, and everybody graded again
    mended.write_text(mended.read_text().replace("ENOUGH = 11", "ENOUGH = 5"))
    moved = 0
    for student in term.students:
        at, (one, two), answer = term.hand_ins[student, "hw3"][0]
        moved += 5 <= two < 10 and exported_points(term, student) > 0
        term.hand_ins[student, "hw3"][0] = (at, (one, 10.0 if two >= 5 else two), answer)
    told = term.grade("hw3")
    assert f"{moved} scores changed since the gradebook last saw them:" in told
    assert told.count("(the assignment changed)") == moved
    assert_right(term)
    check_exports(term, on_time)


def exported_points(term, student):
    """Return the points of a student for the last assignment, 0 for one that is not counted."""
    points = term.wanted("hw3")[student]
    return 0.0 if points is None else points


def test_a_term(tmp_path, monkeypatch, capsys):
    """From the first platform's zip to the last export, with every number computed twice."""
    monkeypatch.chdir(tmp_path)
    play(tmp_path, capsys, 12)


@pytest.mark.soak
def test_a_term_of_sixty(tmp_path, monkeypatch, capsys):
    """The same with sixty students."""
    monkeypatch.chdir(tmp_path)
    play(tmp_path, capsys, 60)


def check_exports(term, decided):
    """Compare what goes into the platforms' files, the workbook and the zip of pages, with the numbers computed apart."""
    wanted = {s: p for s, p in term.wanted("hw3").items() if p is not None}
    canvas = term.folder / "canvas.csv"
    rows = "".join(f'"Last{n}, First",{9000 + n},{student},NN,,1.5\r\n' for n, student in enumerate(term.students))
    canvas.write_text(
        f"Student,ID,SIS Login ID,Section,Homework hw3 (77),Other (78)\r\n    Points Possible,,,,48,2\r\n{rows}",
        newline="",
    )
    with open(term.folder / "grader.toml", "a") as course:
        course.write('[export.canvas]\nhw3 = "Homework hw3 (77)"\n')
    term.command("export", "--to", "canvas", canvas, "--assignment", "hw3", "--by", "kim")
    found = {
        row["SIS Login ID"]: float(row["Homework hw3 (77)"])
        for row in csv.DictReader(io.StringIO(canvas.read_text()))
        if row["ID"]
    }
    assert found == {student: round(points * 2 + 1e-9, 2) for student, points in wanted.items()}
    term.command("export", "--to", "xlsx", "--assignment", "hw3", "--by", "kim")
    sheet = load_workbook(term.folder / "reports" / "hw3" / "hw3-xlsx.xlsx").active
    found = {row[1].value: row[3].value for row in sheet.iter_rows(min_row=2) if row[2].value != "missing"}
    assert {student: round(value, 3) for student, value in found.items()} == {
        s: round(p * 2, 3) for s, p in wanted.items()
    }
    term.command("export", "--feedback", "moodle", term.folder / "downloads/hw3/moodle.zip", "--assignment", "hw3", "--output", term.folder / "moodle-pages.zip")  # fmt: skip
    untimed = [n for n, s in enumerate(term.students) if term.hand_ins[s, "hw3"][0][0] is None]
    with zipfile.ZipFile(term.folder / "moodle-pages.zip") as archive:
        assert [name.split("_")[1:] for name in archive.namelist()] == [
            [str(4000 + n), "assignfeedback", "file/report.html"] for n in untimed
        ]
    term.command("export", "--feedback", "folder", "--assignment", "hw3", "--output", term.folder / "pages.zip")
    with zipfile.ZipFile(term.folder / "pages.zip") as archive:
        assert archive.namelist() == [f"{student}.html" for student in term.students]
        with_it = [name for name in archive.namelist() if "decided by kim: looked again" in archive.read(name).decode()]
        assert with_it == [f"{decided}.html"]
    out = term.folder / "reports" / "hw3"
    assert read_record(record_path(out, decided))["handed_in"]["students"][0]["email"] == f"{decided}@example.org"
