"""Tests of values at the moment at which they were made."""

import pytest

from grader.checks import StudentFault, Why
from grader.checks.moments import at_any_moment
from grader.checks.proxy import Student
from grader.trusted import InProcess, executed

NOTEBOOK = """
# %% tags=["cell:1a"]
x = 1

# %% tags=["cell:1b"]
x = 2

# %%
x = 3
"""


def student():
    """Return a student whose notebook gives one name three values."""
    return Student(InProcess(executed(NOTEBOOK, asked=("x",))))


def wanting(value, own):
    """Return a judge that is content with one value, and what it has seen."""
    seen = []

    def judge():
        seen.append(own.x)
        if seen[-1] != value:
            raise StudentFault(Why.WRONG, f"It is {seen[-1]}.", fatal=seen[-1] == 9)
        return value

    return judge, seen


@pytest.mark.parametrize(("value", "seen"), [(1, [1]), (3, [1, 3]), (2, [1, 3, 2])])
def test_any_moment_at_which_the_value_is_right_will_do(value, seen):
    """The cell that was meant comes first, then the others, the last one first."""
    own = student()
    judge, asked = wanting(value, own)
    assert at_any_moment(own, "x", "1a", judge) == value
    assert asked == seen


def test_the_fault_is_that_of_the_cell_that_was_meant():
    """When no moment is right, the student is told about the cell that should be."""
    own = student()
    judge, asked = wanting(7, own)
    with pytest.raises(StudentFault, match="It is 2"):
        at_any_moment(own, "x", "1b", judge)
    assert asked == [2, 3, 1]


def test_anything_but_a_notebook_is_judged_once():
    """A script has no moments: its names are what they are at the end."""
    own = Student(InProcess(executed("x = 5\n", asked=("x",))))
    judge, asked = wanting(7, own)
    with pytest.raises(StudentFault, match="It is 5"):
        at_any_moment(own, "x", "1a", judge)
    assert asked == [5]


def test_nothing_is_tried_again_when_the_child_is_gone():
    """A fatal fault ends the search."""
    own = Student(InProcess(executed(NOTEBOOK.replace("x = 1", "x = 9"), asked=("x",))))
    judge, asked = wanting(7, own)
    with pytest.raises(StudentFault, match="It is 9"):
        at_any_moment(own, "x", "1a", judge)
    assert asked == [9]


def test_names_that_come_up_later_stay_when_a_check_goes_back():
    """Later names stay, shadowed modules come back, and stubs stand behind answers."""
    cells = (
        "import math\nw = 2\ndef f(x):\n    return w * math.floor(g(x))",
        "def g(x):\n    return x + 1",
        "w, math = 7, 3",
        "def f(x):\n    raise NotImplementedError('Task 1: write f')",
    )
    own = Student(InProcess(executed("".join(f"\n# %%\n{cell}\n" for cell in cells), asked=("f",))))
    assert own.w == 7
    assert own.rewind("f") == 2
    assert own.f(1.5) == 4
    assert own.rewind("nothing") == 0
