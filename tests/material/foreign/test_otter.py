"""Tests of the reader of Otter: both formats of tests, archives, configurations, and masters of Otter Assign in both of their forms."""

from __future__ import annotations

import zipfile

import pytest

from grader.errors import AssignmentError
from grader.material.foreign.reading import is_form, read_form
from tests.material.foreign.writing import archive, cell, notebook, raw, text, with_output, words

OK = """\
OK_FORMAT = True

test = {
    "name": "q1",
    "points": 3,
    "suites": [{
        "cases": [
            {"code": r\"\"\"
                >>> double(2)
                4
                \"\"\", "hidden": False, "success_message": "Good."},
            {"code": ">>> double(-1)\\n" + "-2", "points": 2},
        ],
        "type": "doctest", "setup": "", "teardown": "", "scored": True,
    }],
}
"""
RAISES = """\
from otter.test_files import test_case
import numpy as np

OK_FORMAT = False

name = "q2"
points = None
LIMIT = 10


def near(a, b):
    return abs(a - b) < LIMIT


@test_case(points=2, hidden=True, failure_message="Too far.")
def test_far(double, env):
    assert near(double(4), 8)


@test_case("second")
def test_near(double):
    assert double(1) == 2
"""


def refusal(path):
    """Return what is said of an assignment that is refused."""
    with pytest.raises(AssignmentError) as error:
        read_form(path)
    return str(error.value)


def shown(question):
    """Return what matters of the cases of a question."""
    return [(case.kind, case.points, case.hidden, case.name, case.source) for case in question.tests]


def test_files_in_both_formats_are_read_and_not_run(tmp_path):
    """Examples are dedented, functions lose their decorators and keep what stands around them; nothing of the files is executed."""
    text(tmp_path / "tests" / "q1.py", OK)
    text(tmp_path / "tests" / "q2.py", RAISES + f"\nopen({str(tmp_path / 'ran')!r}, 'w').close()\n")
    form = read_form(tmp_path)
    first, second = form.questions
    assert (form.kind, form.points, form.language) == ("otter", 5, "python")
    assert shown(first) == [
        ("doctest", 1, False, "q1 - 1", "\n>>> double(2)\n4\n"),
        ("doctest", 2, True, "q1 - 2", ">>> double(-1)\n-2"),
    ]
    assert [(case.visible, case.success) for case in first.tests] == [("\n>>> double(2)\n4\n", "Good."), ("", "")]
    assert shown(second) == [
        ("function", 2, True, "q2 - 1", "def test_far(double, env):\n    assert near(double(4), 8)"),
        ("function", 0, False, "second", "def test_near(double):\n    assert double(1) == 2"),
    ]
    assert [(case.function, case.failure, case.line) for case in second.tests] == [
        ("test_far", "Too far.", 16),
        ("test_near", "", 21),
    ]
    setup = second.tests[0].setup
    assert (
        "otter" not in setup
        and setup.startswith("import numpy as np\nOK_FORMAT = False\nname = 'q2'")
        and "def near(a, b)" in setup
    )
    assert not (tmp_path / "ran").exists()


@pytest.mark.parametrize(
    ("said", "given", "points"),
    [
        ("None", [None, None], [0.5, 0.5]),
        ("4", [None, None], [2, 2]),
        ("6", [2, None, None], [2, 2, 2]),
        ("None", [2, None], [2, 0]),
        ("None", [0, None], [0, 1]),
        ("[1, 0.5]", [None, 9], [1, 0.5]),
        ("3", [1, 1], [1, 1]),
        ("0", [None], [0]),
    ],
)
def test_points_are_shared_out_as_otter_does(tmp_path, said, given, points):
    """A question's points go to the cases that say nothing, in equal parts; one that says nothing has one point."""
    cases = ", ".join(
        f"{{'code': '>>> 1', 'points': {each}}}" if each is not None else "{'code': '>>> 1'}" for each in given
    )
    text(tmp_path / "q.py", f"test = {{'name': 'q', 'points': {said}, 'suites': [{{'cases': [{cases}]}}]}}\n")
    (question,) = read_form(tmp_path).questions
    assert [case.points for case in question.tests] == points
    assert question.points == sum(points)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("OK_FORMAT = True\n", ": it says OK_FORMAT = True, but assigns no `test`."),
        (
            "test = {'name': 'q', 'suites': [{'cases': [{'code': make()}]}]}",
            ", line 1: this must be written out as plain text, numbers, lists and dicts, as nothing of this file is run to read it.",
        ),
        (
            "test = {'name': 'q', 'suites': [{'cases': []}, {'cases': []}]}",
            ", test 'q': it must have one suite; Otter runs no more.",
        ),
        (
            "test = {'name': 'q', 'suites': [{'setup': '>>> x = 1', 'cases': []}]}",
            ", test 'q': its suite must be of the type doctest, without setup and teardown; Otter runs no other.",
        ),
        (
            "test = {'name': 'q', 'points': 1, 'suites': [{'cases': [{'code': '', 'points': 2}]}]}",
            ", test 'q': its cases have 2 points, but the question has only 1.",
        ),
        (
            "test = {'name': 'q', 'points': [1], 'suites': [{'cases': [{'code': ''}, {'code': ''}]}]}",
            ", test 'q': it lists 1 points for 2 cases; list one for each.",
        ),
        (
            "test = {'name': 'q', 'points': 'two', 'suites': [{'cases': [{'code': ''}]}]}",
            ", test 'q': its points must be a number of at least 0, not 'two'.",
        ),
        (
            "OK_FORMAT = False\n",
            ": it has no function with the decorator @test_case(...), and no `test` in the format of OK.",
        ),
        ("@test_case(worth=1)\ndef f(): pass\n", ", line 1: @test_case knows no argument 'worth'."),
        ("test = {'suites': [\n", ", line 1: this is not valid Python ('[' was never closed)."),
    ],
)
def test_a_file_of_tests_that_cannot_be_meant_is_refused(tmp_path, content, said):
    """The sentence names the file, and the line or the test, and says what is wrong."""
    path = text(tmp_path / "tests" / "q.py", content + "# OK_FORMAT")
    assert refusal(tmp_path) == f"{path}{said}"


def test_an_autograder_in_an_archive_is_read_where_it_is(tmp_path):
    """Tests, files beside the notebook and the settings that move scores come out of the zip; a path that leads out is refused."""
    config = '{"score_threshold": 0.5, "points_possible": 10, "seed": 42, "seed_variable": "rng_seed", "assignment_name": "hw1", "pdf": true}'
    files = {
        "otter_config.json": config,
        "tests/q1.py": OK,
        "tests/q2.py": RAISES,
        "files/data/x.csv": "1\n",
        "setup.sh": "rm -r /",
    }
    path = archive(tmp_path / "hw1-autograder_2026.zip", files)
    form = read_form(path)
    settings = form.settings
    assert (form.name, form.points, dict(form.files)) == ("hw1", 10, {"data/x.csv": b"1\n"})
    assert (settings.score_threshold, settings.points_possible, settings.seed, settings.seed_variable) == (
        0.5,
        10,
        42,
        "rng_seed",
    )
    assert [question.id for question in form.questions] == ["q1", "q2"]
    assert read_form(tmp_path).points == 10
    bad = archive(tmp_path / "bad.zip", {"tests/q1.py": OK, "../q2.py": OK})
    assert refusal(bad) == f"{bad}: ../q2.py in it has a path that leads out of the download; make the archive again."
    broken = tmp_path / "broken.zip"
    broken.write_bytes(path.read_bytes()[:200])
    assert refusal(broken) == f"{broken} cannot be opened as a zip; download it again."


def test_an_archive_that_unpacks_without_end_is_refused(tmp_path):
    """Its size is bounded before it is held in memory."""
    path = tmp_path / "autograder.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("tests/q1.py", OK)
        with made.open("files/big", "w", force_zip64=True) as big:
            for _ in range(257):
                big.write(bytes(2**20))
    assert refusal(path) == f"{path}: its files have more than 256 MiB."


@pytest.mark.parametrize(
    ("config", "said"),
    [
        (
            '{"plugins": ["otter.plugins.builtin.RateLimiting", {"mine.Plugin": {"a": 1}}]}',
            "it uses plugins (otter.plugins.builtin.RateLimiting, mine.Plugin), which are code of their own; only assignments "
            "without plugins are graded here.",
        ),
        ('{"lang": "r"}', "this is an assignment in R, R Markdown or Quarto; only Python is graded here."),
        (
            '{"grade_from_log": true}',
            "grade_from_log is on, which reads what students' own programs have pickled; switch it off.",
        ),
        ('{"seed": "today"}', "its seed must be a whole number, not 'today'."),
        ('{"score_threshold": "half"}', "its score_threshold must be a number of at least 0, not 'half'."),
    ],
)
def test_a_configuration_that_is_not_supported_is_refused(tmp_path, config, said):
    """Plugins are code, R is another language, and a log is what students have pickled: one sentence says so."""
    text(tmp_path / "tests" / "q1.py", OK)
    text(tmp_path / "otter_config.json", config)
    assert refusal(tmp_path) == f"{tmp_path}: {said}"


def test_r_in_any_form_is_refused(tmp_path):
    """A notebook for R, a file of R Markdown or Quarto, and tests in R."""
    said = "this is an assignment in R, R Markdown or Quarto; only Python is graded here."
    for name in ("hw.Rmd", "hw.qmd"):
        path = text(tmp_path / name[3:] / name, "# BEGIN QUESTION")
        assert is_form(path) and is_form(path.parent)
        assert refusal(path) == f"{path}: {said}"
        assert refusal(path.parent) == f"{path.parent}: {said}"
    path = archive(tmp_path / "autograder.zip", {"otter_config.json": "{}", "tests/q1.R": "test = list()"})
    assert refusal(path) == f"{path}: {said}"


def master(*, ok=True):
    """Return the cells of a master with an autograded question, one by hand, and one that is judged as a whole."""
    config = "# ASSIGNMENT CONFIG\nname: hw1\ngenerate:\n  points_possible: 12\nseed:\n  variable: rng_seed\n  autograder_value: 7\nfiles:\n  - data.csv\n"
    yield raw(config + ("" if ok else "tests:\n  ok_format: false\n"))
    yield cell("import numpy as np\nrng_seed = 1")
    yield raw("# BEGIN QUESTION\nname: q1\npoints: 4\n")
    yield words("**Question 1.** Double it.")
    yield raw("# BEGIN SOLUTION")
    yield cell(
        "def double(x):\n    y = x + x # SOLUTION\n    # BEGIN SOLUTION NO PROMPT\n    z = y\n    # END SOLUTION\n    return y # SOLUTION\n"
        "four = double(2)  # SOLUTION\nnp.random.seed(1) # SEED\nprint(four) # IGNORE\n"
        '""" # BEGIN PROMPT\n# use double\n"""; # END PROMPT'
    )
    yield raw("# END SOLUTION")
    yield raw("# BEGIN TESTS")
    if ok:
        yield with_output(cell("a: int = double(3)\na + 1"), "7")
        yield with_output(
            cell(
                '""" # BEGIN TEST CONFIG\npoints: 1\nhidden: true\nfailure_message: No.\n""" # END TEST CONFIG\nfor k in range(2):\n    print(double(k))'
            ),
            "0\n2",
        )
        yield cell("# HIDDEN\nassert four == 4")
    else:
        yield cell("def test_it(double):\n    assert double(3) == 6\n\ntest_it(double)  # IGNORE")
    yield raw("# END TESTS")
    yield raw("# END QUESTION")
    yield raw("# BEGIN QUESTION\nname: q2\nmanual: true\npoints: 3")
    yield words("Why?")
    yield raw("# BEGIN SOLUTION")
    yield words("Because of sums.")
    yield raw("# END SOLUTION")
    yield raw("# END QUESTION")
    yield cell("## Ignore ##\nsecret = 1")
    yield raw("# BEGIN QUESTION\nname: q3\nall_or_nothing: true\npoints:\n  each: 2")
    yield raw("# BEGIN TESTS")
    yield cell("assert four > 3") if ok else cell("def test_four(four):\n    assert four > 3")
    yield raw("# END TESTS")
    yield raw("# END QUESTION")


def test_a_master_is_taken_apart(tmp_path):
    """Questions have their tests with the outputs that were stored, people get the model answer, students no solution."""
    path = notebook(tmp_path / "hw1.ipynb", *master())
    text(tmp_path / "data.csv", "1\n")
    form = read_form(path)
    assert (form.name, form.points, dict(form.files)) == ("hw1", 12, {"data.csv": b"1\n"})
    assert (form.settings.seed, form.settings.seed_variable) == (7, "rng_seed")
    q1, q2, _ = form.questions
    assert [(one.id, one.points, one.manual, one.all_or_nothing) for one in form.questions] == [
        ("q1", 4, False, False),
        ("q2", 3, True, False),
        ("q3", 2, False, True),
    ]
    assert shown(q1) == [
        ("doctest", 1.5, False, "q1 - 1", ">>> a: int = double(3)\n>>> a + 1\n7"),
        ("doctest", 1, True, "q1 - 2", ">>> for k in range(2):\n...     print(double(k))\n0\n2"),
        ("doctest", 1.5, True, "q1 - 3", ">>> assert four == 4"),
    ]
    assert q1.tests[1].failure == "No."
    assert (q1.text, q2.text, q2.scheme, q2.unchanged) == (
        "**Question 1.** Double it.",
        "Why?",
        "Because of sums.",
        "_Type your answer here, replacing this text._",
    )
    assert form.question("q1", "hw1") is q1 and form.question("q9", "hw1") is None
    answer = form.notebooks[0].cells[2]
    assert (answer.role, answer.released) == (
        "answer",
        "def double(x):\n    y = ...\n    ...\nfour = ...\n# use double",
    )
    assert [(one.role, one.question) for one in form.notebooks[0].cells if one.question] == [
        ("test", "q1"),
        ("manual", "q2"),
        ("test", "q3"),
    ]
    assert "secret" not in "".join(one.source for one in form.notebooks[0].cells)


def test_a_master_with_functions_that_raise(tmp_path):
    """With ok_format off each test is one function; its call for the author's own use is left out."""
    text(tmp_path / "data.csv", "1\n")
    form = read_form(notebook(tmp_path / "hw1.ipynb", *master(ok=False)))
    assert shown(form.questions[0]) == [
        ("function", 4, False, "q1 - 1", "def test_it(double):\n    assert double(3) == 6")
    ]
    assert form.questions[0].tests[0].function == "test_it"


def test_blocks_may_stand_in_fenced_markdown(tmp_path):
    """Where an editor has no raw cells, several blocks may stand in one cell of Markdown."""
    made = notebook(
        tmp_path / "hw.ipynb",
        words("Hello.\n\n```otter\n# BEGIN QUESTION\nname: q1\n```\n\nDouble it.\n\n```otter\n# BEGIN SOLUTION\n```"),
        cell("d = 4 # SOLUTION"),
        words("```otter\n# END SOLUTION\n```\n```otter\n# BEGIN TESTS\n```"),
        cell("assert d == 4"),
        words("```otter\n# END TESTS\n```\n```otter\n# END QUESTION\n```"),
    )
    (question,) = read_form(made).questions
    assert (question.id, question.text, len(question.tests)) == ("q1", "Double it.", 1)


def test_the_older_way_of_writing_a_master(tmp_path):
    """A fenced part of a description begins a question; the answer and the tests follow, each marked by a comment."""
    made = notebook(
        tmp_path / "hw.ipynb",
        words("```\nBEGIN ASSIGNMENT\ngenerate:\n  points_possible: 5\n```"),
        words("**Question 1:** Double it.\n\n```\nBEGIN QUESTION\nname: q1\npoints: 2\n```"),
        cell("d = 4 # SOLUTION"),
        with_output(cell("## Test ##\nd"), "4"),
        cell("## Hidden Test ##\nassert d > 0"),
        words("**Question 2:** Why?\n\n```\nBEGIN QUESTION\nname: q2\nmanual: true\npoints: 1\n```"),
        words("**SOLUTION:** So."),
        cell("unrelated = 1"),
    )
    form = read_form(made)
    first, second = form.questions
    assert [(case.hidden, case.points, case.source) for case in first.tests] == [
        (False, 1, ">>> d\n4"),
        (True, 1, ">>> assert d > 0"),
    ]
    assert (first.text, second.manual, second.points, second.scheme) == (
        "**Question 1:** Double it.",
        True,
        1,
        "**SOLUTION:** So.",
    )
    assert form.points == 5
    assert [one.released for one in form.notebooks[0].cells] == [
        "",
        "**Question 1:** Double it.",
        "d = ...",
        "",
        "**Question 2:** Why?",
        "_Type your answer here, replacing this text._",
        "unrelated = 1",
    ][1:]


@pytest.mark.parametrize(
    ("cells", "number", "said"),
    [
        (["# BEGIN QUESTION\npoints: 1"], 1, "a question must have a name, such as `name: q1`."),
        (["# BEGIN QUESTION\nname: [q1"], 1, "its configuration is not valid YAML; write lines such as `name: q1`."),
        (["# BEGIN TESTS"], 1, "'# BEGIN TESTS' must stand inside a question, and in no other block."),
        (
            ["# BEGIN QUESTION\nname: q", "# BEGIN QUESTION\nname: r"],
            2,
            "'# BEGIN QUESTION' must stand outside every block.",
        ),
        (
            ["# BEGIN QUESTION\nname: q", "# END TESTS"],
            2,
            "'# END TESTS' stands here, but '# BEGIN QUESTION' is still open.",
        ),
        (["# END QUESTION"], 1, "'# END QUESTION' stands here, but nothing is open."),
    ],
)
def test_a_master_with_blocks_out_of_order_is_refused(tmp_path, cells, number, said):
    """The sentence names the cell and what stands there."""
    path = notebook(tmp_path / "hw.ipynb", *map(raw, cells))
    assert refusal(path) == f"{path}, cell {number}: {said}"


def test_a_fenced_part_left_open_is_refused(tmp_path):
    """The sentence names the cell."""
    path = notebook(tmp_path / "hw.ipynb", raw("# BEGIN QUESTION\nname: q"), words("```otter\n# END QUESTION"))
    assert refusal(path) == f"{path}, cell 2: a part fenced as ```otter is never closed."


def test_a_block_left_open_and_a_missing_file_are_refused(tmp_path):
    """What a master names must be there, and nothing of it outside its folder."""
    path = notebook(tmp_path / "hw.ipynb", raw("# BEGIN QUESTION\nname: q"))
    assert refusal(path) == f"{path}: '# BEGIN QUESTION' has no '# END QUESTION' after it."
    path = notebook(
        tmp_path / "hw.ipynb",
        raw("# ASSIGNMENT CONFIG\nfiles: [../secret.csv]"),
        raw("# BEGIN QUESTION\nname: q\nmanual: true"),
        raw("# END QUESTION"),
    )
    assert (
        refusal(path)
        == f"{path}: its files name '../secret.csv', but there is no such file in the folder of the notebook."
    )


def test_a_configuration_file_is_read_below_the_notebooks_own(tmp_path):
    """What the notebook itself says has the last word."""
    text(tmp_path / "config.yml", "name: outer\ngenerate:\n  points_possible: 9\n")
    path = notebook(
        tmp_path / "hw.ipynb",
        raw("# ASSIGNMENT CONFIG\nconfig_file: config.yml\nname: inner"),
        raw("# BEGIN QUESTION\nname: q\nmanual: true"),
        raw("# END QUESTION"),
    )
    form = read_form(path)
    assert (form.name, form.points) == ("inner", 9)


def test_a_notebook_may_carry_its_tests(tmp_path):
    """Its metadata has them in either format; the cells with checks say where."""
    spec = {"name": "q1", "points": 2, "suites": [{"cases": [{"code": ">>> d\n4", "hidden": False}]}]}
    path = notebook(
        tmp_path / "a.ipynb",
        cell("d = 4"),
        cell('grader.check("q1")'),
        otter={"OK_FORMAT": True, "tests": {"q1": spec}},
    )
    form = read_form(path)
    assert (form.questions[0].points, [one.question for one in form.notebooks[0].cells]) == (2, ["", "q1"])
    path = notebook(tmp_path / "b.ipynb", cell("d = 4"), otter={"OK_FORMAT": False, "tests": {"q2": RAISES}})
    assert read_form(path).questions[0].id == "q2"


def test_what_otter_assign_wrote_is_found_from_its_folder(tmp_path):
    """The folder that it was told to write into holds an archive with all tests, which is taken."""
    dist = tmp_path / "dist"
    notebook(dist / "student" / "hw.ipynb", cell("d = ..."))
    notebook(dist / "autograder" / "hw.ipynb", cell("d = 4"))
    archive(dist / "autograder" / "hw-autograder_1.zip", {"tests/q1.py": OK, "otter_config.json": "{}"})
    assert is_form(dist) and is_form(dist / "autograder")
    assert [one.id for one in read_form(dist).questions] == ["q1"]


def test_a_question_is_called_as_its_file_is(tmp_path):
    """A check asks for the file; what a test calls itself, if anything, names its cases only."""
    for name, called in (("q1_1", "'Question 1.1'"), ("q1_2", "''")):
        spec = f"test = {{'name': {called}, 'suites': [{{'cases': [{{'code': '>>> 1'}}]}}]}}"
        text(tmp_path / "tests" / f"{name}.py", spec)
    text(tmp_path / "tests" / "old" / "q1_1.py", "test = {'suites': [{'cases': []}]}")
    form = read_form(tmp_path)
    assert [(one.id, one.tests[0].name) for one in form.questions] == [
        ("q1_1", "Question 1.1 - 1"),
        ("q1_2", "q1_2 - 1"),
    ]


def test_a_question_by_hand_with_tests_is_given_its_points_by_them(tmp_path):
    """It is asked of nobody a second time, and that is said; one with neither tests nor a person is no question."""
    made = [
        raw("# BEGIN QUESTION\nname: q1\nmanual: true\npoints: 2"),
        raw("# BEGIN TESTS"),
        cell("assert d"),
        raw("# END TESTS"),
        raw("# END QUESTION"),
    ]
    made += [raw("# BEGIN QUESTION\nname: q2\npoints: 3"), cell("d = 4"), raw("# END QUESTION")]
    form = read_form(notebook(tmp_path / "hw.ipynb", *made))
    assert [(one.id, one.points, one.manual) for one in form.questions] == [("q1", 2, False)]
    assert form.remarks == ("Question 'q1' is marked as manual and has tests: its tests give its points.",)


def test_a_notebook_in_a_folder_of_anything_is_read_alone(tmp_path):
    """Whatever lies around it, deep or hidden, is not looked at."""
    for number in range(40):
        text(tmp_path / "a" / "b" / "c" / "d" / f"{number}.txt", "")
        text(tmp_path / ".git" / f"{number}.txt", "")
    made = [
        raw("# BEGIN QUESTION\nname: q1"),
        raw("# BEGIN TESTS"),
        cell("assert d"),
        raw("# END TESTS"),
        raw("# END QUESTION"),
    ]
    form = read_form(notebook(tmp_path / "hw.ipynb", *made))
    assert (form.name, dict(form.files)) == ("hw", {})
