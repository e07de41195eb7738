"""assignment.toml is read strictly, and every complaint says where, what came, and what to write."""

import pytest

from grader.assignment import find_assignment, load_assignment, shipped_ids
from grader.errors import AssignmentError, UsageError

GOOD = """\
[assignment]
id = "small"
title = "A small one"
total = 10
reference = "answers"

[[task]]
number = "1.1"
title = "The first"
names = ["first"]

[limits]
memory_bytes = 1000000

[settings.xor]
epochs = 5
"""


def write(folder, text):
    """Write an assignment.toml and return its folder."""
    (folder / "assignment.toml").write_text(text)
    return folder


def test_load_assignment_reads_every_table(tmp_path):
    """What is given is taken, what is not has its default."""
    assignment = load_assignment(write(tmp_path, GOOD))
    assert (assignment.id, assignment.total, assignment.bonus, assignment.entry) == ("small", 10.0, 0.0, "main.py")
    assert assignment.task("1.1").names == ("first",)
    assert assignment.limits.memory_bytes == 1000000
    assert assignment.limits.check_cpu_seconds == 10.0
    assert assignment.settings == {"xor": {"epochs": 5}}
    assert assignment.allowed_imports == ("numpy",)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("total = 10", 'total = "ten"', "line 4: 'total' must be a number like 100, not 'ten'."),
        ("total = 10", "total = true", "line 4: 'total' must be a number like 100, not True."),
        (
            'reference = "answers"',
            "",
            "line 1: 'reference' is missing; write reference = the name of a module like \"reference\".",
        ),
        (
            "[limits]",
            "[limit]",
            "line 12: there is no table [limit]; the tables are assignment, imports, limits, settings, task, template.",
        ),
        (
            "memory_bytes = 1000000",
            "memory = 1",
            "line 13: there is no limit 'memory'; the limits are check_cpu_seconds, load_cpu_seconds, memory_bytes, "
            "processes, run_cpu_seconds, scratch_bytes, submission_bytes, total_cpu_seconds.",
        ),
        ("memory_bytes = 1000000", "memory_bytes = -1", "line 13: 'memory_bytes' must be a number above zero, not -1."),
        ('names = ["first"]', "names = [1]", "line 10: 'names' must be a list of strings, not [1]."),
    ],
)
def test_load_assignment_names_line_value_and_remedy(tmp_path, old, new, message):
    """Each mistake has one sentence of its own."""
    with pytest.raises(AssignmentError) as caught:
        load_assignment(write(tmp_path, GOOD.replace(old, new)))
    assert str(caught.value) == f"{tmp_path}/assignment.toml, {message}"


def test_load_assignment_refuses_two_tasks_of_one_number(tmp_path):
    """Numbers tell tasks apart."""
    with pytest.raises(AssignmentError, match=r"two tasks have the number '1\.1'; each needs its own\."):
        load_assignment(write(tmp_path, GOOD + '[[task]]\nnumber = "1.1"\ntitle = "Again"\n'))


def test_load_assignment_refuses_broken_toml(tmp_path):
    """The parser's own words say where."""
    with pytest.raises(AssignmentError, match=r"assignment\.toml is not valid TOML: "):
        load_assignment(write(tmp_path, "[assignment"))


def test_task_that_does_not_exist_is_an_assignment_error(tmp_path):
    """A check's mark is compared with the table."""
    assignment = load_assignment(write(tmp_path, GOOD))
    with pytest.raises(AssignmentError, match=r"A check names task '9', but .* has only 1\.1\."):
        assignment.task("9")


def test_find_assignment_takes_an_id_or_a_folder(tmp_path):
    """A shipped id is found by name, any other by its path."""
    assert "backprop" in shipped_ids()
    assert find_assignment("backprop").name == "backprop"
    assert find_assignment(str(write(tmp_path, GOOD))) == tmp_path.resolve()


def test_find_assignment_says_what_there_is():
    """A wrong name is answered with the right ones."""
    with pytest.raises(UsageError) as caught:
        find_assignment("bckprop")
    assert str(caught.value).startswith("There is no assignment 'bckprop': it must be one of ")
