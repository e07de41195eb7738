"""assignment.toml is read strictly, and every complaint says where, what came, and what to write."""

import pytest

from grader.errors import AssignmentError, UsageError
from grader.material.assignment import find_assignment, load_assignment, shipped_ids

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

[[task]]
number = "1.2"
title = "The second"

[limits]
memory_bytes = 1000000

[settings.xor]
epochs = 5
"""
RUBRIC = """\
[[question]]
id = "1a"
task = "1.2"
title = "Why?"
points = 2
model_answer = "So."
[[question.criterion]]
name = "so"
points = 2
"""
LIMITS = (
    "check_cpu_seconds, judge_cpu_seconds, judge_memory_bytes, judge_wall_seconds, load_cpu_seconds, memory_bytes, processes, run_cpu_seconds, scratch_bytes, submission_bytes, "
    "total_cpu_seconds"
)


def write(folder, text, rubric=None):
    """Write an assignment.toml, and perhaps a rubric.toml, and return their folder."""
    (folder / "assignment.toml").write_text(text)
    if rubric is not None:
        (folder / "rubric.toml").write_text(rubric)
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
    assert assignment.rubric is None


MISTAKES = [
    ("total = 10", 'total = "ten"', "line 4: 'total' must be a number like 100, not 'ten'."),
    ("total = 10", "total = true", "line 4: 'total' must be a number like 100, not True."),
    ("total = 10", "total = -1", "line 4: 'total' must be a number like 100, not -1."),
    ("total = 10", "total = inf", "line 4: 'total' must be a number like 100, not inf."),
    ('reference = "answers"', "", "line 1: 'reference' is missing; write reference = the name of a module like \"reference\"."),
    ('title = "A small one"', 'title = ""', "line 3: 'title' must be a string like \"A network from scratch\", not an empty string."),
    ('id = "small"', 'id = "a/b"', "line 2: 'id' must begin with a letter and contain only letters, digits, - and _, not 'a/b'."),
    ('id = "small"', "id = 3", "line 2: 'id' must be a string like \"week-3\", not 3."),
    ("total = 10", "totl = 10", "line 4: there is no key of [assignment] called 'totl'; did you mean 'total'?"),
    ("total = 10", 'total = 10\nentry = "main"', "line 5: 'entry' must be a file name like \"main.py\" or \"src/main.py\", not 'main'."),
    ("total = 10", 'total = 10\npreload = "numpy"', "line 5: 'preload' must be a list of strings like [\"numpy\"], not 'numpy'."),
    ("[limits]", "[limit]", "line 16: there is no table [limit]; did you mean 'limits'?"),
    ("[limits]", "[weather]", "line 16: there is no table [weather]; there are aliases, assignment, imports, limits, rubric, run, settings, task, template."),
    ("[limits]", "[imports]\nforbidden = []\n[limits]", "line 17: there is no key of [imports] called 'forbidden'; there are allowed, harmless."),
    ("[limits]", "[template]\nmodule = []\n[limits]", "line 17: there is no key of [template] called 'module'; did you mean 'modules'?"),
    ("memory_bytes = 1000000", "memory_byte = 1", "line 17: there is no limit 'memory_byte'; did you mean 'memory_bytes'?"),
    ("memory_bytes = 1000000", "height = 1", f"line 17: there is no limit 'height'; there are {LIMITS}."),
    ("memory_bytes = 1000000", "memory_bytes = -1", "line 17: 'memory_bytes' must be a number above zero, not -1."),
    ("memory_bytes = 1000000", "memory_bytes = true", "line 17: 'memory_bytes' must be a number above zero, not True."),
    ('names = ["first"]', "names = [1]", "line 10: 'names' must be a list of strings like [\"Linear.backward\"], not [1]."),
    ('names = ["first"]', 'name = "first"', "line 10: there is no key of [[task]] called 'name'; did you mean 'names'?"),
    ('names = ["first"]', "bonus = 1", "line 10: 'bonus' must be true or false, not 1."),
    ('number = "1.1"', "number = 1.1", "line 8: 'number' must be a string like \"2.2\", not 1.1."),
    ('number = "1.2"', 'number = "1.1"', "line 13: the task of line 8 has the number '1.1', too; each needs its own."),
    ('number = "1.1"', 'number = "1.10"', "line 13: task '1.2' comes after task '1.10'; put it before that one."),
    ("[limits]", "[rubric]\ncounts = 1\n[limits]", "line 17: 'counts' must be true or false, not 1."),
    ("[limits]", "[rubric]\ncount = true\n[limits]", "line 17: there is no key of [rubric] called 'count'; did you mean 'counts'?"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "message"), MISTAKES)
def test_load_assignment_names_line_value_and_remedy(tmp_path, old, new, message):
    """Each mistake has one sentence of its own."""
    assert old in GOOD
    with pytest.raises(AssignmentError) as caught:
        load_assignment(write(tmp_path, GOOD.replace(old, new)))
    assert str(caught.value) == f"{tmp_path}/assignment.toml, {message}"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (GOOD.partition("[[task]]")[2].partition("[limits]")[1], "the table [assignment] is missing; begin the file with it."),
        (GOOD.partition("[[task]]")[0], "there is no table [[task]]; write at least one."),
        ("task = 3\n" + GOOD.partition("[[task]]")[0], "line 1: 'task' must be a list of tables [[task]], not 3."),
        ("limits = 3\n" + GOOD.partition("[limits]")[0], "line 1: 'limits' must be a table [limits], not 3."),
    ],
)  # fmt: skip
def test_load_assignment_says_which_table_is_missing(tmp_path, text, message):
    """Without its table there is no line to name."""
    with pytest.raises(AssignmentError) as caught:
        load_assignment(write(tmp_path, text))
    assert str(caught.value).removeprefix(f"{tmp_path}/assignment.toml").lstrip(":, ") == message


def test_load_assignment_refuses_broken_toml(tmp_path):
    """The line is told first, also of a text that ends too early."""
    for text, line, said in (
        ("[assignment]\ntotal = = 1\n", 2, "Invalid value"),
        ('[assignment]\nid = "a"\ntitle = """x\n', 4, "Unterminated string"),
        ("total 1\n", 1, "Expected '=' after a key in a key/value pair"),
    ):
        with pytest.raises(AssignmentError) as caught:
            load_assignment(write(tmp_path, text))
        assert str(caught.value) == (
            f"{tmp_path}/assignment.toml, line {line}: this is not TOML: {said}; strings need quotes, and each key needs one `=`."
        )


def test_load_assignment_refuses_other_encodings(tmp_path):
    """A file in another encoding is told to be saved as UTF-8."""
    (tmp_path / "assignment.toml").write_bytes(b'[assignment]\ntitle = "\xe4"')
    with pytest.raises(AssignmentError) as caught:
        load_assignment(tmp_path)
    assert str(caught.value) == (
        f"{tmp_path}/assignment.toml, line 2: this is not UTF-8 text; save the file as UTF-8 in your editor."
    )


def test_load_assignment_puts_numbers_in_their_order(tmp_path):
    """1.10 comes after 1.2, and 1.2b after 1.2a."""
    numbers = ["1", "1.1", "1.2", "1.2a", "1.2b", "1.10", "2", "10"]
    tasks = "".join(f'[[task]]\nnumber = "{number}"\ntitle = "x"\n' for number in numbers)
    assignment = load_assignment(write(tmp_path, GOOD.partition("[[task]]")[0] + tasks))
    assert [task.number for task in assignment.tasks] == numbers


def test_load_assignment_asks_questions_that_count_always(tmp_path):
    """Their points belong to the total."""
    assignment = load_assignment(write(tmp_path, GOOD + "[rubric]\ncounts = true\n", RUBRIC))
    assert assignment.written_points(bonus=False) == 2.0
    assert assignment.written_points(bonus=True) == 0.0


def test_load_assignment_asks_other_questions_when_they_are_wanted(tmp_path):
    """Off unless said, and beside the total."""
    folder = write(tmp_path, GOOD, RUBRIC)
    assert load_assignment(folder).rubric is None
    assignment = load_assignment(folder, rubric=True)
    assert [question.id for question in assignment.rubric.questions] == ["1a"]
    assert assignment.written_points(bonus=False) == 0.0


def test_load_assignment_misses_a_rubric_that_counts(tmp_path):
    """Points of people without a rubric cannot be given."""
    with pytest.raises(AssignmentError) as caught:
        load_assignment(write(tmp_path, GOOD + "[rubric]\ncounts = true\n"))
    assert str(caught.value) == (
        f"{tmp_path}/assignment.toml, line 22: written questions count, but there is no {tmp_path}/rubric.toml; write "
        "it, or remove [rubric]."
    )


@pytest.mark.parametrize(
    ("number", "message"),
    [("9", "there are 1.1, 1.2."), ("1.3", "did you mean '1.2'?")],
)
def test_task_that_does_not_exist_is_an_assignment_error(tmp_path, number, message):
    """A check's mark is compared with the table."""
    assignment = load_assignment(write(tmp_path, GOOD))
    with pytest.raises(AssignmentError) as caught:
        assignment.task(number)
    assert str(caught.value) == f"A check names task {number!r}, but {tmp_path}/assignment.toml has none; {message}"


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


RUNS = """\
[[run]]
name = "linear"
args = ["--set", "linear"]

[[run]]
name = "xor"
stdin = "2\\n"

[aliases]
first = ["erste", "premier"]
"""


def test_runs_and_aliases_are_read(tmp_path):
    """How programs are started, and what else a name may be called, is taken as it is written."""
    assignment = load_assignment(write(tmp_path, GOOD + RUNS))
    told = [(run.name, run.args, run.stdin) for run in assignment.runs]
    assert told == [("linear", ("--set", "linear"), ""), ("xor", (), "2\n")]
    assert assignment.aliases == {"first": ("erste", "premier")}


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('name = "xor"', 'name = "linear"', "line 26: two runs are called 'linear'; each needs its own name."),
        ("stdin", "input", "line 27: there is no key of [[run]] called 'input'; there are args, name, stdin."),
        (
            "first = [",
            "frist = [",
            "line 30: there is no name that a task asks for called 'frist'; did you mean 'first'?",
        ),
        ('"premier"', '"first"', "line 30: 'first' cannot be an alias of 'first': it already stands for 'first'."),
        ('"premier"', '"2nd"', "line 30: '2nd' cannot be an alias of 'first': it is not a valid Python name."),
    ],
)
def test_mistakes_in_runs_and_aliases_are_told(tmp_path, old, new, message):
    """Each mistake is told with its line and what may stand there."""
    with pytest.raises(AssignmentError) as told:
        load_assignment(write(tmp_path, GOOD + RUNS.replace(old, new, 1)))
    assert str(told.value).endswith(message)
