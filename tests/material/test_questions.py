"""rubric.toml is read strictly, and every complaint says where, what came, and what to write."""

import pytest

from grader.errors import AssignmentError
from grader.material.questions import Criterion, load_rubric

GOOD = """\
placeholder = "Write your answer here."

[[question]]
id = "1.1f"
task = "1.1"
title = "Why does it diverge?"
points = 2
model_answer = "It overshoots."
belongs_to = ["1.1c"]

[[question.criterion]]
name = "overshoots"
points = 1.5

[[question.criterion]]
name = "names the bound"
points = 0.5
"""
SECOND = """
[[question]]
id = "1.1f"
task = "1.2"
title = "Again"
points = 1
model_answer = "x"
[[question.criterion]]
name = "x"
points = 1
"""


def load(folder, text, **more):
    """Write a rubric and load it for an assignment with two tasks."""
    path = folder / "rubric.toml"
    path.write_text(text)
    return load_rubric(path, ["1.1", "1.2"], counts=True, **more)


def test_load_rubric_reads_everything(tmp_path):
    """Placeholder, question, criteria and the code it belongs to."""
    rubric = load(tmp_path, GOOD)
    (question,) = rubric.questions
    assert (rubric.placeholder, rubric.counts) == ("Write your answer here.", True)
    assert (question.id, question.task, question.points, question.belongs_to) == ("1.1f", "1.1", 2.0, ("1.1c",))
    assert question.criteria == (Criterion("overshoots", 1.5), Criterion("names the bound", 0.5))
    assert rubric.points_of(["1.1"]) == 2.0
    assert rubric.points_of(["1.2"]) == 0.0


def test_load_rubric_reads_the_whole_question(tmp_path):
    """It is Markdown, and need not be there."""
    asked = GOOD.replace("points = 2", "asks = '''\nWhy, for $x > 1$?\n'''\npoints = 2")
    assert load(tmp_path, asked).questions[0].asks == "Why, for $x > 1$?"
    assert load(tmp_path, GOOD).questions[0].asks == ""


def test_load_rubric_needs_no_placeholder(tmp_path):
    """Without one, only an empty answer is untouched."""
    assert load(tmp_path, GOOD.partition("\n")[2]).placeholder == ""


MISTAKES = [
    ('id = "1.1f"', "", "line 3: 'id' is missing; write id = a string like \"1.1f\"."),
    ('id = "1.1f"', 'id = "1/1"', "line 4: 'id' must contain only letters, digits, dots, - and _, not '1/1'."),
    ('task = "1.1"', 'task = "1.12"', "line 5: assignment.toml has no task '1.12'; did you mean '1.2'?"),
    ('task = "1.1"', 'task = "9"', "line 5: assignment.toml has no task '9'; there are 1.1, 1.2."),
    ("points = 2", "points = 3", "line 7: question '1.1f' has 3 points, but its criteria add up to 2."),
    ("points = 2", "points = -2", "line 7: 'points' must be a number like 2, not -2."),
    ("points = 2", 'points = "two"', "line 7: 'points' must be a number like 2, not 'two'."),
    ("model_answer", "model_anser", "line 8: there is no key of [[question]] called 'model_anser'; did you mean 'model_answer'?"),
    ('"It overshoots."', '" "', "line 8: 'model_answer' must be the answer that earns all points, for the graders, not an empty string."),
    ('["1.1c"]', '"1.1c"', "line 9: 'belongs_to' must be a list of strings like [\"1.2c\"], not '1.1c'."),
    ("points = 0.5", "points = 0", "line 17: 'points' of a criterion must be above zero, not 0."),
    ('"names the bound"', '"overshoots"', "line 16: two criteria of '1.1f' are called 'overshoots'; each needs its own name."),
    ("placeholder", "placeholdr", "line 1: there is no key or table 'placeholdr'; did you mean 'placeholder'?"),
    ("overshoots.\"\n", "overshoots.\"\n" + "nothing = 1\n", "line 9: there is no key of [[question]] called 'nothing'; there are asks, belongs_to, check, criterion, id, in_report, model_answer, points, task, title."),
    ("\n[[question.criterion]]\nname = \"names the bound\"\npoints = 0.5\n", SECOND, "line 7: question '1.1f' has 2 points, but its criteria add up to 1.5."),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "message"), MISTAKES)
def test_load_rubric_names_line_value_and_remedy(tmp_path, old, new, message):
    """Each mistake has one sentence of its own."""
    assert old in GOOD
    with pytest.raises(AssignmentError) as caught:
        load(tmp_path, GOOD.replace(old, new, 1))
    assert str(caught.value) == f"{tmp_path}/rubric.toml, {message}"


def test_load_rubric_refuses_two_questions_of_one_id(tmp_path):
    """Ids tell questions apart; both lines are named."""
    with pytest.raises(AssignmentError) as caught:
        load(tmp_path, GOOD + SECOND)
    assert str(caught.value) == (
        f"{tmp_path}/rubric.toml, line 20: the question of line 4 has the id '1.1f', too; each needs its own."
    )


def test_load_rubric_refuses_a_rubric_without_questions(tmp_path):
    """An empty file asks nothing."""
    with pytest.raises(AssignmentError) as caught:
        load(tmp_path, "")
    assert str(caught.value) == f"{tmp_path}/rubric.toml: there is no table [[question]]; write at least one."
