"""Tests of how a hand-in is matched with the author's cells: what editors broke, what students moved, and what means harm."""

from __future__ import annotations

import copy
import time

import pytest

from grader.material.foreign.matching import match, match_script
from grader.material.foreign.reading import read_form
from grader.material.foreign.release import release
from tests.material.foreign.writing import archive, as_json, cell, marked, notebook, words

TESTS = {
    "t1": "assert one() == 1, 'the first'\nassert one() < 2",
    "t2": "result = two(3)\nassert result == 2, 'the second one'\nassert result > 1",
}


@pytest.fixture
def form(tmp_path):
    """Return an assignment of nbgrader with two answers, their tests, and one answer in words."""
    notebook(
        tmp_path / "ps1" / "p.ipynb",
        words("# One", id="m1"),
        marked("import math", "imports", "locked", id="c0"),
        marked("def one():\n    ### BEGIN SOLUTION\n    return 1\n    ### END SOLUTION", "a1", "answer", id="c1"),
        marked(TESTS["t1"], "t1", "test", 1, id="c2"),
        words("# Two", id="m2"),
        marked("def two(x):\n    ### BEGIN SOLUTION\n    return 2\n    ### END SOLUTION", "a2", "answer", id="c3"),
        marked(TESTS["t2"], "t2", "test", 1, id="c4"),
        words("# Why?", id="m3"),
        marked("So.", "why", "manual", 2, "markdown", id="c5"),
        words("# Done", id="m4"),
    )
    return read_form(tmp_path / "ps1")


def handed_in(form):
    """Return what a student hands in who has answered everything."""
    made = release(form)["p"]
    made["cells"][2]["source"] = "def one():\n    return 1"
    made["cells"][5]["source"] = "def two(x):\n    return 2"
    made["cells"][8]["source"] = "Because."
    return made


def order(matched):
    """Return what runs and what is judged, in order; texts to show are left out."""
    return [
        step.question if step.kind == "judge" else step.source.split("(")[0]
        for step in matched.steps
        if step.kind != "show"
    ]


PLAIN = ["import math", "def one", "t1", "def two", "t2"]


def test_an_untouched_order_stays(form):
    """Every test is judged where its author has put it, and nothing is said."""
    matched = match(form, handed_in(form), "p")
    assert order(matched) == PLAIN
    assert (matched.answers, matched.remarks) == ({"why": "Because."}, ())
    assert [step.cell for step in matched.steps] == list(range(10))


def test_what_a_student_changed_in_a_test_or_in_locked_code_is_as_its_author_wrote_it(form):
    """The author's text is judged, whatever stands in the hand-in; a remark says so."""
    made = handed_in(form)
    made["cells"][1]["source"] = "math = None"
    made["cells"][3]["source"] = "pass"
    made["cells"][6]["cell_type"] = "markdown"
    matched = match(form, made, "p")
    assert order(matched) == PLAIN
    assert matched.remarks == ("The test 't1' was changed in the hand-in and was judged as its author wrote it.",)


@pytest.mark.parametrize("lost", ["grade ids", "all names", "all names and some words"])
def test_cells_that_lost_their_names_are_found(form, lost):
    """By the cell's own id where nbgrader's is gone, and by what they say where both are."""
    made = handed_in(form)
    for each in made["cells"]:
        each["metadata"] = {}
        if lost != "grade ids":
            each.pop("id", None)
    if lost.endswith("words"):
        made["cells"][6]["source"] = TESTS["t2"].replace("'the second one'", "'mine'") + "\n"
    matched = match(form, made, "p")
    assert order(matched) == PLAIN
    assert matched.answers == {"why": "Because."}


@pytest.mark.parametrize(
    ("gone", "wanted"),
    [
        ([3], PLAIN),
        ([6], PLAIN),
        ([3, 6], PLAIN),
        ([1], PLAIN),
        ([2, 3], ["import math", "t1", "def two", "t2"]),
        ([2, 3, 4, 5, 6], ["import math", "t1", "t2"]),
        (list(range(10)), ["import math", "t1", "t2"]),
    ],
)
def test_what_is_missing_is_put_back_where_it_stood(form, gone, wanted):
    """A test comes back before what came after it; locked code comes back, too."""
    made = handed_in(form)
    made["cells"] = [each for number, each in enumerate(made["cells"]) if number not in gone]
    matched = match(form, made, "p")
    assert order(matched) == wanted
    names = {3: "t1", 6: "t2"}
    assert matched.remarks == tuple(
        f"The test {names[number]!r} was missing in the hand-in and was put back." for number in gone if number in names
    )


def test_an_answer_in_new_cells_stands_before_its_test(form):
    """Who deletes the given cell and the test and writes new ones is judged after what they wrote."""
    made = handed_in(form)
    made["cells"][2:4] = [cell("import random"), cell("def one():\n    return 1")]
    assert order(match(form, made, "p")) == ["import math", "import random", "def one", "t1", "def two", "t2"]


def test_what_a_student_put_in_between_stays(form):
    """New cells run where they stand, also with a test's name on a copy of it: the last one of a name is the test."""
    made = handed_in(form)
    twice = copy.deepcopy(made["cells"][3]) | {"source": "one = lambda: 1"}
    made["cells"].insert(3, twice)
    made["cells"].insert(0, cell("extra = 1"))
    matched = match(form, made, "p")
    assert order(matched) == ["extra = 1", "import math", "def one", "one = lambda: 1", "t1", "def two", "t2"]
    assert matched.remarks == ()


def test_of_an_answer_that_is_there_twice_the_one_that_was_written_counts(form):
    """A copy of the untouched cell, which editors make, is no answer."""
    made = handed_in(form)
    untouched = copy.deepcopy(made["cells"][8]) | {"source": "YOUR ANSWER HERE"}
    made["cells"].insert(9, untouched)
    assert match(form, made, "p").answers == {"why": "Because."}


@pytest.mark.parametrize(
    "made",
    [
        None,
        [],
        {"cells": None},
        {
            "cells": [
                None,
                1,
                "x",
                [],
                {},
                {"cell_type": "code"},
                {"cell_type": [], "source": "x"},
                {"cell_type": "code", "source": [1]},
            ]
        },
        {
            "cells": [
                {
                    "cell_type": "code",
                    "source": "x",
                    "id": [],
                    "metadata": {"nbgrader": {"grade_id": ["t1"]}, "tags": {}, "otter": 3},
                }
            ]
        },
        {
            "cells": [
                {
                    "cell_type": "code",
                    "source": "x",
                    "metadata": {"nbgrader": "t1", "tags": [None, 2], "otter": {"tests": [{}, 1]}},
                }
            ]
        },
    ],
)
def test_a_hand_in_of_any_shape_is_matched(form, made):
    """Nothing in it is trusted to have a type; every test is judged all the same."""
    judged = [step.question for step in match(form, made, "p").steps if step.kind == "judge"]
    assert judged == ["t1", "t2"]


def test_a_hand_in_that_is_made_to_be_slow_is_matched_soon(form):
    """The work grows with its length, and only so many cells and words are looked at."""
    many = [cell(f"x{k} " * 200) for k in range(5000)] + [cell("grader.check(" * 50_000)]
    before = time.process_time()
    matched = match(form, {"cells": many}, "p")
    assert time.process_time() - before < 5
    assert len(matched.steps) == 2003


@pytest.fixture
def otter(tmp_path):
    """Return an assignment of Otter with three questions and no notebook."""
    tests = {
        f"tests/{name}.py": f"test = {{'name': '{name}', 'suites': [{{'cases': [{{'code': '>>> {name}'}}]}}]}}"
        for name in ("q1", "q2", "q3")
    }
    return read_form(archive(tmp_path / "autograder.zip", tests))


def test_a_question_of_otter_is_judged_at_its_check(otter):
    """At the last one, under any name of the notebook object, in the metadata too; without one at the end; ignored cells do not run."""
    made = as_json(
        cell("import otter\ngrader = otter.Notebook('a.ipynb')"),
        cell("q1 = 1\ngrader.check('q1')\nq1 = 2"),
        cell("_ = ok.grade('q2')"),
        cell("secret = 1", tags=["otter_ignore"]),
        cell('%matplotlib inline\ngrader.check("q2")\n'),
        cell("q3 = 3", otter={"tests": ["q3", "unknown"]}),
        cell("grader.check_all()\ngrader.check('q9')\nfor q in ['q1']: grader.check(q)"),
    )
    matched = match(otter, made)
    steps = [(step.kind, step.question or step.source) for step in matched.steps]
    assert steps == [
        ("run", "import otter\ngrader = otter.Notebook('a.ipynb')"),
        ("run", "q1 = 1\ngrader.check('q1')"),
        ("judge", "q1"),
        ("run", "\n\nq1 = 2"),
        ("run", "_ = ok.grade('q2')"),
        ("run", '%matplotlib inline\ngrader.check("q2")'),
        ("judge", "q2"),
        ("run", "q3 = 3"),
        ("judge", "q3"),
        ("run", "grader.check_all()\ngrader.check('q9')\nfor q in ['q1']: grader.check(q)"),
    ]
    assert [step.question for step in match(otter, as_json(cell("x = 1"))).steps[1:]] == ["q1", "q2", "q3"]


def test_a_script_is_cut_at_its_checks(otter):
    """Otter takes scripts as well: one is a single cell."""
    matched = match_script(otter, "q1 = 1\ngrader.check('q1'); grader.check('q3')\nq2 = 2\n")
    assert [(step.kind, step.question or step.source) for step in matched.steps] == [
        ("run", "q1 = 1\ngrader.check('q1'); grader.check('q3')"),
        ("judge", "q1"),
        ("judge", "q3"),
        ("run", "\n\nq2 = 2\n"),
        ("judge", "q2"),
    ]


def test_a_release_holds_nothing_that_students_must_not_see(form, tmp_path):
    """What is made of a source has stubs, visible tests and names, and matches its own assignment cell by cell."""
    made = release(form)["p"]
    sources = ["".join(each["source"]) for each in made["cells"]]
    assert sources[2] == "def one():\n    # YOUR CODE HERE\n    raise NotImplementedError()"
    assert sources[8] == "YOUR ANSWER HERE"
    again = read_form(notebook(tmp_path / "again" / "p.ipynb", *made["cells"]))
    assert [(one.id, one.points, one.manual) for one in again.questions] == [
        ("t1", 1, False),
        ("t2", 1, False),
        ("why", 2, True),
    ]
    matched = match(form, made, "p")
    assert (order(matched), matched.answers, matched.remarks) == (PLAIN, {"why": "YOUR ANSWER HERE"}, ())


def test_what_stands_below_a_task_is_its_answer(tmp_path):
    """A task only asks; where nothing was written below it, a person is told to look elsewhere."""
    task = marked("Draw it.\n### BEGIN MARK SCHEME\naxes\n### END MARK SCHEME", "draw", "task", 2, "markdown")
    form = read_form(notebook(tmp_path / "p.ipynb", task, words("# Next")))
    made = release(form)["p"]
    nothing = "(Nothing stands below this task; the answer may be elsewhere in the notebook.)"
    assert match(form, made, "p").answers == {"draw": nothing}
    made["cells"][1:1] = [words("I plotted it."), cell("plot()")]
    assert match(form, made, "p").answers == {"draw": "I plotted it.\n\n```python\nplot()\n```"}
