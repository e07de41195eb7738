"""Tests of the reader of nbgrader: metadata of all versions, regions, a course's folders, its configuration and its gradebook."""

from __future__ import annotations

import contextlib
import json
import shutil
import sqlite3

import pytest

from grader.errors import AssignmentError
from grader.material.foreign.assignment import foreign_assignment
from grader.material.foreign.reading import is_form, read_form
from tests.material.foreign.writing import cell, marked, notebook, raw, text, words

ANSWER = "def double(x):\n    ### BEGIN SOLUTION\n    return 2 * x\n    ### END SOLUTION"
STUB = "def double(x):\n    # YOUR CODE HERE\n    raise NotImplementedError()"
TEST = (
    "assert double(1) == 2\n### BEGIN HIDDEN TESTS\nassert double(5) == 10\n### END HIDDEN TESTS\nassert double(0) == 0"
)
TASK = "Draw it.\n=== BEGIN MARK SCHEME ===\n2 points for axes\n=== END MARK SCHEME ==="


def cells():
    """Return the cells of an assignment with one of each kind."""
    return [
        words("# Doubling"),
        marked("import math", "setup", "locked"),
        marked(ANSWER, "double", "answer"),
        marked(TEST, "test-double", "test", 2),
        words("Why does it work?"),
        marked("Because it adds.", "why", "manual", 3, "markdown"),
        marked(TASK, "draw", "task", 4, "markdown"),
    ]


def refusal(path):
    """Return what is said of an assignment that is refused."""
    with pytest.raises(AssignmentError) as error:
        read_form(path)
    return str(error.value)


def test_each_kind_of_cell_has_its_role_its_points_and_what_students_get_of_it(tmp_path):
    """Tests keep hidden regions apart, answers become stubs, a person's cells have what the people who grade need."""
    notebook(tmp_path / "source" / "ps1" / "p1.ipynb", *cells())
    text(tmp_path / "source" / "ps1" / "data" / "x.csv", "1,2\n")
    form = read_form(tmp_path / "source" / "ps1")
    assert (form.name, form.kind, form.points, dict(form.files)) == ("ps1", "nbgrader", 9, {"data/x.csv": b"1,2\n"})
    roles = [each.role for each in form.notebooks[0].cells]
    assert roles == ["given", "locked", "answer", "test", "given", "manual", "task"]
    released = {each.grade_id: each.released for each in form.notebooks[0].cells}
    assert released["double"] == STUB
    assert released["why"] == "YOUR ANSWER HERE"
    test, why, draw = form.questions
    assert (test.id, test.points, test.notebook, test.manual) == ("test-double", 2, "p1", False)
    (case,) = test.tests
    assert (case.source, case.hidden, case.points) == (TEST, True, 2)
    assert case.visible == "assert double(1) == 2\nassert double(0) == 0"
    assert (why.manual, why.text, why.scheme, why.unchanged) == (
        True,
        "Why does it work?",
        "Because it adds.",
        "YOUR ANSWER HERE",
    )
    assert (draw.manual, draw.task, draw.text, draw.scheme) == (True, True, "Draw it.", "2 points for axes")


def test_metadata_of_all_versions_is_read_alike(tmp_path):
    """Version 0 has no number, may miss flags and writes points as text; 1 to 3 add nothing that matters here."""
    for version in range(4):
        marks = {"grade": True, "grade_id": "t", "points": "1.5", "schema_version": version}
        if version == 0:
            del marks["schema_version"]
        else:
            marks |= {"solution": False, "locked": True}
        path = notebook(tmp_path / f"v{version}" / "a.ipynb", cell("assert f()", nbgrader=marks))
        (question,) = read_form(path).questions
        assert (question.id, question.points, question.manual) == ("t", 1.5, False)


@pytest.mark.parametrize(
    ("marks", "kind", "said"),
    [
        ({"schema_version": 4}, "code", "its nbgrader metadata has version 4, and versions up to 3 are read."),
        ({"schema_version": "3"}, "code", "the version of its nbgrader metadata must be a number up to 3, not '3'."),
        ({"grade_id": ""}, "code", "it has no grade id; open the notebook with nbgrader's toolbar and give it one."),
        ({"points": "many"}, "code", "its points must be a number, not 'many'."),
        ({}, "markdown", "'t' is a cell of tests, but holds no code; mark it as graded by hand."),
        (
            {"grade": False, "solution": True},
            "markdown",
            "'t' is an answer in words, but is not graded; mark it as graded by hand.",
        ),
    ],
)
def test_metadata_that_cannot_be_meant_is_refused_with_the_cell(tmp_path, marks, kind, said):
    """The sentence names the file and the cell, and what to do."""
    whole = {"schema_version": 3, "grade": True, "solution": False, "grade_id": "t", "points": 1} | marks
    path = notebook(tmp_path / "a.ipynb", words("first"), cell("assert f()", kind, nbgrader=whole))
    assert refusal(path) == f"{path}, cell 2: {said}"


def test_what_an_author_left_open_is_refused(tmp_path):
    """A region without an end, a grade id twice, another language, and no points at all."""
    path = notebook(tmp_path / "a.ipynb", marked("### BEGIN HIDDEN TESTS\nassert f()", "t", "test", 1))
    assert refusal(path) == f"{path}, cell 1: 'BEGIN HIDDEN TESTS' has no 'END HIDDEN TESTS' after it."
    path = notebook(tmp_path / "b.ipynb", marked("x", "t", "test", 1), marked("y", "t", "test", 1))
    assert refusal(path) == f"{path}, cell 2: cell 1 has the grade id 't', too; each needs its own."
    path = notebook(tmp_path / "c.ipynb", marked("x", "t", "test", 1), kernelspec={"name": "ir", "language": "R"})
    assert refusal(path) == f"{path}: this is a notebook for R; only Python is graded here."
    path = notebook(tmp_path / "d.ipynb", marked("x", "t", "answer"))
    assert refusal(path) == f"{path}: no cell in its notebooks has points; mark the cells to grade in nbgrader first."
    path = text(tmp_path / "e.ipynb", '{"cells": [{"metadata": {"nbgrader": {')
    assert refusal(path) == f"{path}, line 1: this is not valid JSON; open and save it again."


def test_a_configuration_is_read_and_not_run(tmp_path):
    """Plain values count; what would have to be run is named, and the file is never executed."""
    notebook(
        tmp_path / "src" / "ps1" / "p.ipynb",
        marked("def f():\n    #<<\n    return 1\n    #>>", "f", "answer"),
        marked("#hide\nassert f()\n#show", "t", "test", 1),
    )
    config = text(
        tmp_path / "nbgrader_config.py",
        "c = get_config()\n"
        f"open({str(tmp_path / 'ran')!r}, 'w').close()\n"
        "c.CourseDirectory.source_directory = 'src'\n"
        "c.ClearSolutions.begin_solution_delimeter = '#<<'\n"
        "c.ClearSolutions.end_solution_delimeter = '#>>'\n"
        "c.ClearSolutions.code_stub = {'python': '...', 'R': 'stop()'}\n"
        "c.ClearHiddenTests.begin_test_delimeter = '#hide'\n"
        "c.ClearHiddenTests.end_test_delimeter = '#show'\n"
        "c.ClearSolutions.text_stub = 'x' * 3\n",
    )
    form = read_form(tmp_path)
    assert form.notebooks[0].cells[0].released == "def f():\n    ..."
    assert form.questions[0].tests[0].visible == ""
    assert form.remarks == (
        f"{config}, line 9: ClearSolutions.text_stub is no plain text there and was not read, as nothing of this file is run.",
    )
    assert not (tmp_path / "ran").exists()


def test_the_source_is_read_where_the_release_was_named(tmp_path):
    """Hidden tests stand in source/ only, so that folder is taken wherever it is there; else a remark says what is missing."""
    notebook(tmp_path / "source" / "ps1" / "p.ipynb", *cells())
    release = notebook(
        tmp_path / "release" / "ps1" / "p.ipynb",
        marked(STUB, "double", "answer"),
        marked("assert double(1) == 2", "test-double", "test", 2),
    )
    assert read_form(release.parent).questions[0].tests[0].source == TEST
    shutil.rmtree(tmp_path / "source")
    form = read_form(release.parent)
    assert form.questions[0].tests[0].source == "assert double(1) == 2"
    assert form.notebooks[0].cells[0].released == STUB
    assert form.remarks == (
        f"{release.parent} is what students received: tests that nbgrader hid from them are not in it. "
        "Name the folder of source/ to grade with all tests.",
    )


def gradebook(path, *, old=False):
    """Write a gradebook with the cells of one assignment, as nbgrader's newer or older schema has them."""
    with contextlib.closing(sqlite3.connect(path)) as database, database:
        database.executescript(
            "CREATE TABLE assignment (id TEXT, name TEXT);"
            "CREATE TABLE notebook (id TEXT, name TEXT, assignment_id TEXT);"
            "CREATE TABLE source_cell (id TEXT, name TEXT, cell_type TEXT, locked BOOLEAN, source TEXT, checksum TEXT, notebook_id TEXT);"
            "INSERT INTO assignment VALUES ('a', 'ps1'); INSERT INTO notebook VALUES ('n', 'p', 'a');"
        )
        kept = [
            ("double", "code", 0, STUB),
            ("test-double", "code", 1, TEST),
            ("why", "markdown", 0, "YOUR ANSWER HERE"),
            ("draw", "markdown", 1, TASK),
        ]
        for name, kind, locked, source in kept:
            database.execute(
                "INSERT INTO source_cell VALUES (?, ?, ?, ?, ?, '', 'n')", (name, name, kind, locked, source)
            )
        tables = {
            "grade": [("test-double", 2.0), ("why", 3.0)],
            "solution": [("double", None), ("why", None)],
            "task": [("draw", 4.0)],
        }
        if not old:
            database.execute("CREATE TABLE base_cell (id TEXT, name TEXT, notebook_id TEXT, type TEXT)")
        for kind, rows in tables.items():
            if old:
                database.execute(f"CREATE TABLE {kind}_cell (id TEXT, name TEXT, max_score FLOAT, notebook_id TEXT)")
            else:
                database.execute(f"CREATE TABLE {kind}_cells (id TEXT, max_score FLOAT)")
            for name, points in rows:
                if old:
                    database.execute(f"INSERT INTO {kind}_cell VALUES (?, ?, ?, 'n')", (name, name, points))
                else:
                    database.execute("INSERT INTO base_cell VALUES (?, ?, 'n', ?)", (f"{kind}-{name}", name, kind))
                    database.execute(f"INSERT INTO {kind}_cells VALUES (?, ?)", (f"{kind}-{name}", points))
    return path


@pytest.mark.parametrize("old", [False, True])
def test_a_gradebook_alone_has_all_that_is_graded(tmp_path, old):
    """Its cells have hidden tests and mark schemes, in the order in which nbgrader saved them; it is only read."""
    path = gradebook(tmp_path / "gradebook.db", old=old)
    path.chmod(0o400)
    before = path.read_bytes()
    form = read_form(tmp_path)
    assert (form.name, [(one.id, one.points) for one in form.questions]) == (
        "ps1",
        [("test-double", 2.0), ("why", 3.0), ("draw", 4.0)],
    )
    assert form.questions[0].tests[0].source == TEST
    assert form.questions[2].scheme == "2 points for axes"
    assert [each.role for each in form.notebooks[0].cells] == ["answer", "test", "manual", "task"]
    assert path.read_bytes() == before
    assert [each.name for each in tmp_path.iterdir()] == ["gradebook.db"]


def test_a_gradebook_completes_a_release(tmp_path):
    """Where source/ is lost, the gradebook has the hidden tests of the release, and nothing is missing."""
    release = notebook(
        tmp_path / "release" / "ps1" / "p.ipynb",
        marked(STUB, "double", "answer"),
        marked("assert double(1) == 2", "test-double", "test", 2),
    )
    gradebook(tmp_path / "gradebook.db")
    form = read_form(release.parent)
    assert (form.questions[0].tests[0].source, form.remarks) == (TEST, ())
    path = text(tmp_path / "gradebook.db", "no database at all, but long enough to look at")
    assert refusal(release.parent) == f"{path}: this is no gradebook of nbgrader (file is not a database)."


def test_lines_of_autotest_become_the_tests_of_the_release(tmp_path):
    """Only nbgrader turns them into tests, so they are taken from its release; without one they are refused and not passed over."""
    source = notebook(tmp_path / "source" / "ps1" / "p.ipynb", marked("### AUTOTEST double(2)", "t", "test", 1))
    assert refusal(source.parent) == (
        f"{source.parent}, cell 1 of p.ipynb: 't' has AUTOTEST lines, of which only nbgrader makes tests: run "
        "`nbgrader generate_assignment` and keep its release/ or gradebook.db beside source/."
    )
    notebook(tmp_path / "release" / "ps1" / "p.ipynb", marked("assert double(2) == 4", "t", "test", 1))
    assert read_form(source.parent).questions[0].tests[0].source == "assert double(2) == 4"


def test_a_course_is_named_by_its_only_assignment(tmp_path):
    """A course with one assignment needs no more words; of several it lists them."""
    notebook(tmp_path / "source" / "ps1" / "a.ipynb", marked("assert 1", "t", "test", 1))
    notebook(tmp_path / "source" / "ps1" / "b.ipynb", marked("assert 1", "t", "test", 2))
    assert [(one.notebook, one.points) for one in read_form(tmp_path).questions] == [("a", 1), ("b", 2)]
    second = notebook(tmp_path / "source" / "ps2" / "a.ipynb", marked("assert 1", "t", "test", 1))
    assert refusal(tmp_path) == (
        f"{tmp_path}: this course has several assignments: ps1, ps2. Name one of them, such as {second.parent.with_name('ps1')}."
    )
    assert refusal(tmp_path / "source").startswith(
        f"{tmp_path / 'source'}: this course has several assignments: ps1, ps2."
    )


def test_only_what_is_marked_looks_like_a_form(tmp_path):
    """A plain notebook, a folder of one and a folder of our own are none; what is marked, even damaged, is one."""
    plain = notebook(tmp_path / "plain" / "a.ipynb", cell("x = 1"), raw("hello"))
    assert not is_form(plain) and not is_form(plain.parent) and not is_form(tmp_path / "missing")
    marked_one = notebook(tmp_path / "nb" / "a.ipynb", marked("x", "t", "test", 1))
    assert is_form(marked_one) and is_form(marked_one.parent)
    text(tmp_path / "nb" / "assignment.toml", "")
    assert not is_form(marked_one.parent)
    assert refusal(plain.parent) == (
        f"{plain.parent}: this is no assignment of nbgrader (notebooks with cells that have points) and none of Otter (a master "
        "notebook, tests/*.py or an autograder.zip)."
    )
    assert refusal(tmp_path / "missing") == f"{tmp_path / 'missing'}: there is no such file or folder."


def test_a_header_stands_before_the_cells_of_a_source(tmp_path):
    """Nbgrader puts it into each release, so what students receive begins with it."""
    text(tmp_path / "nbgrader_config.py", "c.IncludeHeaderFooter.header = 'source/header.ipynb'\n")
    notebook(tmp_path / "source" / "header.ipynb", cell("import math"))
    notebook(tmp_path / "source" / "ps1" / "p.ipynb", *cells())
    assert read_form(tmp_path / "source" / "ps1").notebooks[0].cells[0].source == "import math"


def test_a_release_is_told_by_its_checksums(tmp_path):
    """A cell whose checksum still fits is as students received it: its text is what an untouched answer has."""
    answer = marked("Explain here.", "why", "manual", 1, "markdown", checksum="")
    source = notebook(tmp_path / "p.ipynb", answer)
    assert read_form(source).questions[0].unchanged == "YOUR ANSWER HERE"
    answer["metadata"]["nbgrader"]["checksum"] = "f0b1ab0a5b3b1b0f4c8c2f5b0f0e9a6d"
    assert read_form(notebook(source, answer)).questions[0].unchanged == "YOUR ANSWER HERE"
    # As nbgrader counts it: the text, the type, the flags, the name and the points.
    import hashlib

    of = hashlib.md5(b"Explain here.markdownTrueTrueFalsewhy1.0").hexdigest()
    answer["metadata"]["nbgrader"]["checksum"] = of
    assert read_form(notebook(source, answer)).questions[0].unchanged == "Explain here."
    assert json.loads(source.read_text())["cells"][0]["metadata"]["nbgrader"]["checksum"] == of


def test_what_cells_import_is_imported_before_anybody_is_graded(tmp_path):
    """The large libraries, down to pyplot and the parts of SciPy, once for the class; nothing that does not exist."""
    source = "import matplotlib\nfrom scipy.optimize import minimize\nimport scipy.nowhere, math\nimport helpers"
    notebook(
        tmp_path / "ps1" / "p1.ipynb", cell(source), marked(ANSWER, "double", "answer"), marked(TEST, "t", "test", 2)
    )
    assert foreign_assignment(tmp_path / "ps1").preload == ("numpy", "scipy", "matplotlib.pyplot", "scipy.optimize")
