"""Written answers through the real commands: grade, fill the sheet, merge, grade again."""

import csv
import io
import json
import shutil
import subprocess
import sys

import pytest

from tests.essay.hand_ins import STUB, notebook, write_class
from tests.grading import PROJECT, environment

ESSAY = PROJECT / "tests" / "essay"
RIGHT = notebook("A line of slope two.", "=It overshoots: $|1-\\eta h|>1$.")
UNTOUCHED = notebook(code=STUB)


def run(*words, **more):
    """Run a command of the grader; return its exit status, output and errors."""
    done = subprocess.run(
        [sys.executable, "-m", "grader", *map(str, words)],
        cwd=PROJECT,
        env=environment(COLUMNS="140", **more),
        capture_output=True,
        text=True,
        timeout=300,
        stdin=subprocess.DEVNULL,
    )
    return done.returncode, done.stdout, done.stderr


def grade(work, *words):
    """Grade the class in a folder; return what was printed."""
    status, output, errors = run("grade", work / "class", "--assignment", ESSAY, "--out", work / "reports", *words)
    assert status == 0, output + errors
    return output


def rows_of(path):
    """Return the rows of a sheet as dicts."""
    return list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8-sig"), newline="")))


def fill(path, *, to=None, **entries):
    """Enter points and a comment into rows of a sheet, as ``s001_1a=("1.5", "0.5", "Good.")``."""
    rows = rows_of(path)
    for row in rows:
        given = entries.get("_".join(row["key"].split("/")[1:3]))
        if given:
            *points, row["comment"] = given
            row.update({f"points {k}": cell for k, cell in enumerate(points, 1)})
    with open(to or path, "w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows(rows)
    return to or path


def record(work, student):
    """Return the record of a student."""
    return json.loads((work / "reports" / "records" / f"{student}.json").read_text())


@pytest.fixture(scope="module")
def once(tmp_path_factory):
    """A class of three, graded once: right, without the second answer, untouched; and what was printed."""
    work = tmp_path_factory.mktemp("essay")
    write_class(work / "class", s001=RIGHT, s002=notebook("A line.", None), s003=UNTOUCHED)
    return work, grade(work)


@pytest.fixture
def graded(once, tmp_path):
    """A copy of the graded class, to change."""
    shutil.copytree(once[0], tmp_path / "work")
    return tmp_path / "work"


FULL = {"s001_1a": ("1.5", "0,5", "Good: $y=2x$."), "s001_2a": ("4", ""), "s002_1a": ("1", "0", "")}


def test_grade_says_what_waits_and_where_the_sheet_is(once):
    """The row is not final, and the last line says how to go on."""
    work, output = once
    sheet = work / "reports" / "grading-sheet.csv"
    rows = [line.split() for line in output.splitlines() if line.startswith("s00")]
    assert " ".join(rows[0]) == "s001 4/10 so far not final 6 points wait for a person"
    assert (
        " ".join(rows[1])
        == "s002 4/10 so far not final no place found for the answer to 2a; 2 points wait for a person"
    )
    assert " ".join(rows[2]) == "s003 0/10 0 % nothing written yet"
    assert output.splitlines()[-1] == (
        f"3 answers wait for a person: fill in {sheet}, then run python -m grader merge {sheet} --out {work / 'reports'}"
    )


def test_grade_keeps_each_answer_with_what_it_belongs_to(once):
    """Text, state and the tagged cell's source, print and figure are in the record."""
    plot, rate = record(once[0], "s001")["answers"]
    assert (plot["text"], plot["state"], plot["place"]) == ("A line of slope two.", "waiting", "s001.ipynb")
    assert (rate["text"], rate["belongs_to"]) == ("=It overshoots: $|1-\\eta h|>1$.", [])
    (cell,) = plot["belongs_to"]
    assert cell["printed"] == "the last value is 2.0\n"
    assert cell["figures"] == [0]
    states = {s: [a["state"] for a in record(once[0], s)["answers"]] for s in ("s002", "s003")}
    assert states == {"s002": ["waiting", "empty"], "s003": ["untouched", "untouched"]}


def test_grade_of_an_untouched_notebook_waits_for_nobody(once):
    """Zero points, and final."""
    score = record(once[0], "s003")["score"]
    assert (score["sum"], score["total"], score["waiting"]) == (0.0, 10.0, 0.0)


def test_grade_shows_no_model_answer(once):
    """Neither the pages nor the records hold one; the sheet does."""
    for path in (once[0] / "reports").rglob("*"):
        if path.is_file() and path.name != "grading-sheet.csv":
            assert "through the origin" not in path.read_text(encoding="utf-8", errors="replace"), path
    assert "through the origin" in (once[0] / "reports" / "grading-sheet.csv").read_text(encoding="utf-8-sig")


def test_merge_adds_the_points_and_writes_all_reports(graded):
    """Totals are final in the table, the records, the pages and the files for other systems."""
    out = graded / "reports"
    status, output, errors = run("merge", fill(out / "grading-sheet.csv", **FULL), "--out", out)
    assert (status, errors) == (0, "")
    scores = {s: (record(graded, s)["score"]["sum"], record(graded, s)["score"]["waiting"]) for s in ("s001", "s002")}
    assert scores == {"s001": (10.0, 0.0), "s002": (5.0, 0.0)}
    assert "10/10     100 %" in output
    assert "Not final" not in (out / "students" / "s001.html").read_text()
    assert '<math display="inline">' in (out / "students" / "s001.html").read_text()
    table = {row["student"]: row for row in csv.DictReader((out / "scores.csv").read_text().splitlines())}
    assert (table["s001"]["score"], table["s001"]["status"], table["s001"]["2 questions"]) == ("10", "graded", "4")
    assert json.loads((out / "gradescope" / "s001.json").read_text())["score"] == 10.0
    assert "not final" not in (out / "summary.md").read_text() + (out / "index.html").read_text()


def test_merge_of_a_part_leaves_the_rest_waiting(graded):
    """Rows without points go on waiting."""
    out = graded / "reports"
    status, output, _ = run("merge", fill(out / "grading-sheet.csv", s001_1a=FULL["s001_1a"]), "--out", out)
    assert status == 0
    assert "6/10 so far   not final   4 points wait for a person" in output


def test_merge_merges_nothing_when_anything_is_wrong(graded):
    """Status 2, every problem with its line, and no file is changed."""
    out = graded / "reports"
    wrong = FULL | {"s001_1a": ("9", "x", ""), "s002_1a": ("1", "", "")}
    sheet = fill(out / "grading-sheet.csv", to=graded / "filled.csv", **wrong)
    before = {path: path.read_bytes() for path in out.rglob("*") if path.is_file()}
    status, output, errors = run("merge", sheet, "--out", out)
    assert (status, output) == (2, "")
    assert errors.splitlines() == [
        f"grader: Nothing was merged from {sheet}:",
        "line 2: 9 points for 'a straight line' are above its maximum of 1.5.",
        "line 2: 'x' for 'slope two' is not a number; enter one from 0 to 0.5.",
        "line 10 (row 3): 'slope two' has no points; enter a number from 0 to 0.5.",
    ]
    assert {path: path.read_bytes() for path in out.rglob("*") if path.is_file()} == before


def test_grade_again_keeps_points_and_marks_changed_answers(graded):
    """The same answer keeps its points, also when it is graded anew; a changed one waits again and says what it had."""
    out = graded / "reports"
    run("merge", fill(out / "grading-sheet.csv", **FULL), "--out", out)
    write_class(graded / "class", s002=notebook("A straight line.", None))
    grade(graded, "--again")
    assert record(graded, "s001")["score"]["sum"] == 10.0
    assert (record(graded, "s002")["score"]["sum"], record(graded, "s002")["score"]["waiting"]) == (4.0, 2.0)
    rows = {tuple(row["key"].split("/")[1:3]): row for row in rows_of(out / "grading-sheet.csv")}
    assert (rows["s001", "1a"]["points 1"], rows["s001", "1a"]["points 2"]) == ("1.5", "0,5")
    assert rows["s001", "1a"]["comment"] == "Good: $y=2x$."
    assert rows["s002", "1a"]["note"] == "The answer has changed; previously, 1, 0 was entered."
    assert rows["s002", "1a"]["points 1"] == ""


def test_grade_again_carries_over_what_was_not_merged_yet(graded):
    """What a person has typed into the sheet is not lost to a second run; where it no longer fits, the sheet is kept."""
    out = graded / "reports"
    fill(out / "grading-sheet.csv", **FULL)
    filled = (out / "grading-sheet.csv").read_bytes()
    write_class(graded / "class", s002=notebook("Something else.", None))
    output = grade(graded)
    assert rows_of(out / "grading-sheet.csv")[0]["points 1"] == "1.5"
    assert (out / "grading-sheet.1.csv").read_bytes() == filled
    assert (
        "The old grading sheet has entries for which the new one has no row; it is kept as "
        f"{out / 'grading-sheet.1.csv'}." in output.splitlines()
    )
    assert record(graded, "s001")["score"]["waiting"] == 6.0


def test_grade_keeps_a_sheet_it_cannot_read(graded):
    """A workbook saved over the sheet is set aside, not overwritten."""
    out = graded / "reports"
    (out / "grading-sheet.csv").write_bytes(b"PK\x03\x04\xff")
    grade(graded)
    assert (out / "grading-sheet.1.csv").read_bytes() == b"PK\x03\x04\xff"
    assert len(rows_of(out / "grading-sheet.csv")) == 6


def test_grade_refuses_points_that_do_not_add_up(tmp_path):
    """Both sums are named, that of the checks and that of the rubric."""
    broken = shutil.copytree(ESSAY, tmp_path / "essay", ignore=shutil.ignore_patterns("__pycache__"))
    text = (broken / "assignment.toml").read_text()
    (broken / "assignment.toml").write_text(text.replace("total = 10", "total = 11"))
    write_class(tmp_path / "class", s001=RIGHT)
    status, _, errors = run("grade", tmp_path / "class", "--assignment", broken, "--out", tmp_path / "reports")
    assert (status, errors) == (
        2,
        f"grader: {broken}/assignment.toml, line 5: total is 11, but the points of its checks add up to 4 and those of its "
        "rubric to 6, which makes 10 (check_double 4).\n",
    )


def test_fail_under_fails_only_what_cannot_reach_it(graded):
    """While six points wait, four of ten may still become ten."""
    words = ("grade", graded / "class", "--assignment", ESSAY, "--out", graded / "reports", "--only")
    assert run(*words, "s001", "--fail-under", "100")[0] == 0
    assert run(*words, "s002", "--fail-under", "61")[0] == 1


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["nowhere.csv"], "grader: The sheet nowhere.csv cannot be read: No such file or directory."),
        (["{sheet}", "--out", "nowhere"], "grader: There is no folder nowhere. With --out, name the folder that grade wrote to."),
        (["{sheet}", "--out", "{empty}"], "grader: No row of {sheet} belongs to the reports in {empty}. Name the right folder of reports with --out."),
        (["{other}"], "grader: {other} cannot be merged: line 1 must name the column 'student' once; keep the original header."),
    ],
)  # fmt: skip
def test_merge_answers_a_wrong_command_with_one_sentence(once, tmp_path, words, message):
    """Status 2, and what to try."""
    names = {
        "sheet": once[0] / "reports" / "grading-sheet.csv",
        "empty": tmp_path,
        "other": once[0] / "reports" / "scores.csv",
    }
    names["other"] = tmp_path / "other.csv"
    names["other"].write_text("a,b\n1,2\n")
    status, output, errors = run("merge", *(word.format(**names) for word in words))
    assert (status, output, errors.strip()) == (2, "", message.format(**names))


def test_many_long_cells_stop_no_class(tmp_path):
    """Seventeen cells of one question, each as long as is kept: a sheet that every spreadsheet opens, and reports for everybody."""
    long = {"cell_type": "code", "id": "z", "metadata": {"tags": ["cell:1a"]}, "execution_count": None, "outputs": []}
    many = json.loads(RIGHT)
    many["cells"] += [long | {"id": f"z{k}", "source": "# my notes\n" * 800} for k in range(17)]
    write_class(tmp_path / "class", s001=json.dumps(many), s002=RIGHT)
    for words in ((), ("--again",), ()):
        grade(tmp_path, *words)
        assert len(rows_of(tmp_path / "reports" / "grading-sheet.csv")) == 4
    cells = [cell for row in rows_of(tmp_path / "reports" / "grading-sheet.csv") for cell in row.values()]
    assert max(map(len, cells)) <= 32_767
    assert "s002" in (tmp_path / "reports" / "index.html").read_text()


@pytest.mark.parametrize(
    "comments",
    [
        ("x;=y", "- a\n- b\n\t=c", 'a";"=b'),
        ("=1+1", "@you; -1", "soft\u00adhyphen \u200b"),
        ("z" * 200_000, "+1", "a\n=b"),
    ],
)
def test_comments_come_back_exactly(graded, comments):
    """Typed, carried over into a second sheet, merged, written once more and merged again: the same texts."""
    out = graded / "reports"
    sheet = out / "grading-sheet.csv"
    csv.field_size_limit(1 << 24)
    one, two, three = comments
    fill(sheet, s001_1a=("1.5", "0.5", one), s001_2a=("4", two), s002_1a=("1", "0", three))
    grade(graded)
    for _ in range(2):
        assert run("merge", sheet, "--out", out, "--quiet") == (0, "", "")
        said = {
            name: {each["id"]: each["comment"] for each in record(graded, name)["answers"]} for name in ("s001", "s002")
        }
        assert (said["s001"]["1a"], said["s001"]["2a"], said["s002"]["1a"]) == comments
        grade(graded)
    text = sheet.read_text(encoding="utf-8-sig")
    for separator in ",;\t":
        cells = [cell for row in csv.reader(io.StringIO(text, newline=""), delimiter=separator) for cell in row]
        assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@"))]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b'student,comment,key\n"' + b"x" * (1 << 25), "{sheet} cannot be merged: it is not CSV: field larger than field limit (16777216)."),
        (b"student,comment,key\ns,c," + b"k" * 9000 + b"/s/1a/abc\n", "No row of {sheet} belongs to the reports in {out}. Name the right folder of reports with --out."),
        (b"student,comment,key\ns,c,../../x/s/1a/abc\n", "No row of {sheet} belongs to the reports in {out}. Name the right folder of reports with --out."),
    ],
)  # fmt: skip
def test_merge_refuses_a_hostile_sheet_in_one_sentence(graded, tmp_path, content, message):
    """Cells without an end, names of files in keys: status 2."""
    sheet, out = tmp_path / "hostile.csv", graded / "reports"
    sheet.write_bytes(content)
    assert run("merge", sheet, "--out", out) == (2, "", f"grader: {message.format(sheet=sheet, out=out)}\n")


def test_merge_names_the_first_of_many_problems(graded, tmp_path):
    """Thousands of wrong rows are fifty lines, none of them longer than can be read, and no control character in them."""
    sheet = tmp_path / "many.csv"
    lines = (graded / "reports" / "grading-sheet.csv").read_text(encoding="utf-8-sig")
    header = lines.splitlines()[0].count(",")
    extra = "".join(f'"\x1b[2J",{"," * (header - 1)}essay/{"k" * 5000}{number}/x/y\r\n' for number in range(200))
    sheet.write_text(lines + extra, encoding="utf-8-sig", newline="")
    status, output, errors = run("merge", sheet, "--out", graded / "reports")
    assert (status, output, len(errors.splitlines())) == (2, "", 52)
    assert errors.splitlines()[-1] == "and 150 more"
    assert "\x1b" not in errors
    assert max(map(len, errors.splitlines())) < 600


def test_points_that_are_damaged_stop_no_report(graded):
    """The class has its reports, and one sentence says that points could not be added."""
    out = graded / "reports"
    (out / "people" / "essay.json").write_text("{")
    (out / "index.html").unlink()
    status, _, errors = run("grade", graded / "class", "--assignment", ESSAY, "--out", out, "--quiet")
    assert (status, errors.count("\n")) == (2, 1)
    assert errors.startswith(f"grader: {out}/people/essay.json does not contain the points given by people (")
    assert (out / "index.html").exists()
