import re

import pytest

from grader.errors import AssignmentError
from grader.material.assignment import ROOT
from grader.material.plan import read_plan


def edit(folder, old, new):
    """Replace a text in the assignment's file."""
    path = folder / "assignment.toml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_plan_number_takes_the_longest_name_that_fits(small):
    """A method named by a task belongs there, the other methods to the task of their class."""
    plan = read_plan(small)
    assert (plan.number("Double.halve"), plan.number("Double.__init__")) == ("1.2", "1.1")


def test_plan_number_names_what_belongs_to_no_task(small):
    """An unknown name is an error that names the remedy."""
    with pytest.raises(AssignmentError) as caught:
        read_plan(small).number("Other.forward")
    assert str(caught.value) == (
        "Other.forward of the answer key belongs to no task of small: "
        "name it in the names of a [[task]], or in given of [template]."
    )


def test_plan_takes_the_answer_key_of_the_assignment_first(small):
    """An assignment's own answer key counts; without one it is that of the repository."""
    assert read_plan(small).answer_key == small / "key"
    edit(small, 'reference = "key"', 'reference = "reference"')
    assert read_plan(small).answer_key == ROOT / "reference"


def test_plan_needs_a_template_table(small):
    """Without the table there is one sentence."""
    path = small / "assignment.toml"
    path.write_text(path.read_text(encoding="utf-8").partition("[template]")[0], encoding="utf-8")
    message = f"{path} has no table [template], so there is no template to write."
    with pytest.raises(AssignmentError, match=f"^{re.escape(message)}$"):
        read_plan(small)


def test_plan_needs_the_keys_of_the_table(small):
    """A missing key is named with an example."""
    edit(small, 'main = "run"', "")
    message = f"{small / 'assignment.toml'}, line 19: 'main' is missing in [template]; write main = \"training\"."
    with pytest.raises(AssignmentError, match=f"^{re.escape(message)}$"):
        read_plan(small)
