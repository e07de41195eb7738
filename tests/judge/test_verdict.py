"""A verdict is made of what a check has itself done, and of nothing that ends it early."""

import textwrap

import pytest

from grader.checks.examination import Examination, Run
from grader.errors import AssignmentError
from grader.judge import plugin
from grader.judge.marks import catalogue
from grader.judge.mistakes import ARGUMENTS
from grader.judge.verdict import run_checks
from grader.material.assignment import Assignment, Limits, Task
from grader.outcomes import Result, StudentFault, Why

HEAD = "import pytest\nfrom grader.outcomes import StudentFault, Why\n"


def an_assignment(folder, total):
    """Return an assignment of two tasks with these total points."""
    tasks = (Task("1", "One"), Task("2", "Two"), Task("3", "More", bonus=True))
    return Assignment("small", "Small", folder, total, 0.0, "math", "main.py", (), tasks, Limits(), (), (), {})


@pytest.fixture
def judged(pytester):
    """Return a function that runs checks given as source, and returns their outcomes and faults by name."""

    def run(source, total, examination=None):
        pytester.makepyfile(check_it=HEAD + textwrap.dedent(source))
        pytester.makefile(".toml", assignment=f"[assignment]\ntotal = {total}\n")
        found, refused = {}, []
        folder = pytester.path

        class Runner:
            def pytest_runtestloop(self, session):
                assignment = an_assignment(folder, total)
                given = examination or Examination(assignment, "seed", None, Run(""))
                try:
                    ordered = catalogue(session.items, assignment)
                except AssignmentError as error:
                    refused.append(error)
                    return True
                for each in run_checks(ordered, lambda: given):
                    found[each.spec.id] = (each.outcome, each.our_fault)
                return True

        options = [
            "-o",
            "python_files=check_*.py",
            "-o",
            "python_functions=check_*",
            "-p",
            "no:terminal",
            "-p",
            "no:cacheprovider",
        ]
        pytester.inline_run(
            *options, "-p", "grader.judge.plugin", "--assert=plain", plugins=[Runner()], no_reraise_ctrlc=True
        )
        for error in refused:
            raise error
        return found

    return run


def one(points, body, name="check_a", task="1", extra=""):
    """Return the source of one check."""
    marks = f'@pytest.mark.points({points})\n@pytest.mark.task("{task}")\n{extra}'
    return f'{marks}def {name}(parts, notes):\n    """The claim of {name}.\n\n    More of it.\n    """\n    {body}\n'


@pytest.mark.parametrize(
    ("body", "result", "why", "earned"),
    [
        ("pass", Result.PASSED, None, 4),
        ("return 7", Result.PASSED, None, 4),
        ("raise StudentFault(Why.WRONG, 'no')", Result.FAILED, Why.WRONG, 0),
        ("raise StudentFault(Why.TIMED_OUT, 'slow')", Result.FAILED, Why.TIMED_OUT, 0),
        ("assert 1 > 2, 'small'", Result.FAILED, Why.WRONG, 0),
        ("pytest.fail('no')", Result.FAILED, Why.WRONG, 0),
        ("pytest.skip('early')", Result.NOT_CHECKED, None, 0),
        ("pytest.xfail('early')", Result.NOT_CHECKED, None, 0),
        ("pytest.importorskip('no_such_module')", Result.NOT_CHECKED, None, 0),
        ("raise KeyError('ours')", Result.GRADER_FAULT, None, 0),
        ("parts.no_such_thing", Result.GRADER_FAULT, None, 0),
    ],
)
@pytest.mark.filterwarnings("ignore::pytest.PytestReturnNotNoneWarning")
def test_run_check_gives_points_only_to_a_check_that_returned(judged, body, result, why, earned):
    """Whatever else ends a check early earns nothing, and our own error is our fault."""
    outcome, fault = judged(one(4, body), 4)["check_a"]
    assert (outcome.result, outcome.why, outcome.earned) == (result, why, earned)
    assert (fault is not None) is (result is Result.GRADER_FAULT)
    assert outcome.title == "The claim of check_a"


def test_run_check_keeps_points_of_parts_completed_before_a_skip(judged):
    """What was observed counts, what was not does not."""
    source = "@pytest.mark.points(5)\n@pytest.mark.task('1')\ndef check_a(parts):\n    '''Title.'''\n"
    source += "    with parts('x', points=2):\n        pass\n    pytest.skip('early')\n    with parts('y', points=3):\n        pass\n"
    outcome, _ = judged(source, 5)["check_a"]
    assert (outcome.result, outcome.earned, outcome.message) == (
        Result.NOT_CHECKED, 2, "The check ended early, so it earns nothing more: early",
    )  # fmt: skip


def test_run_check_blames_us_when_parts_do_not_add_up(judged):
    """A check whose parts hide points is not valid."""
    outcome, fault = judged(one(5, "\n    with parts('x', points=2):\n        pass"), 5)["check_a"]
    assert (outcome.result, str(fault)) == (Result.GRADER_FAULT, "the parts of the check do not add up to its 5 points")


def test_run_check_blames_us_when_a_fixture_fails(judged):
    """A set-up that fails is a fault of the grader, never points."""
    source = "@pytest.fixture\ndef nonsense():\n    raise KeyError('ours')\n\n"
    source += "@pytest.mark.points(1)\n@pytest.mark.task('1')\ndef check_a(nonsense):\n    '''Title.'''\n"
    outcome, _ = judged(source, 1)["check_a"]
    assert outcome.result is Result.GRADER_FAULT


def test_catalogue_refuses_an_argument_that_nothing_gives(judged):
    """It is told before anybody is graded; arguments with a default, fixtures and parameters of an author's own are no mistake."""
    own = "@pytest.fixture\ndef mine():\n    return 1\n\n"
    check = "@pytest.mark.points(1)\n@pytest.mark.task('1')\n{}def check_a({}):\n    '''Title.'''\n"
    more = "@pytest.mark.parametrize('size', [1])\n"
    found = judged(own + check.format(more, "mine, size, rng, tmp_path, width=3").replace("rng, ", ""), 1)
    assert [outcome.result for outcome, _ in found.values()] == [Result.PASSED]
    with pytest.raises(
        AssignmentError,
        match=r"check_it\.py, line 5: check_a asks for the argument 'unheard', which does not exist; there",
    ):
        judged(check.format("", "unheard"), 1)


def test_run_checks_names_what_to_mend_first(judged):
    """A dependent of a dependent is led to the root."""
    source = (
        one(1, "pass", "check_c", "2", '@pytest.mark.requires("check_b")\n')
        + one(1, "pass", "check_b", "2", '@pytest.mark.requires("check_a")\n')
        + one(1, "raise StudentFault(Why.WRONG, 'no')", "check_a", "1")
    )
    found = judged(source, 3)
    assert list(found) == ["check_a", "check_b", "check_c"]
    outcome, _ = found["check_c"]
    assert (outcome.result, outcome.mend_first, outcome.earned) == (Result.NOT_CHECKED, "check_a", 0)
    assert outcome.message == (
        "This was not checked, because it needs what task 1 asks for. Fix this first: The claim of check_a."
    )


def test_run_check_explains_a_missing_name_by_the_loading_that_stopped(judged, tmp_path):
    """A name is missing because loading timed out: that is the word the report gives."""
    stopped = StudentFault(Why.TIMED_OUT, "Loading your submission was stopped.", hint="Look for a loop.")
    examination = Examination(an_assignment(tmp_path, 1), "seed", None, Run(""), stopped, frozenset({"Linear"}))
    body = "raise StudentFault(Why.MISSING, 'There is no `Linear`.', missing='Linear')"
    outcome, _ = judged(one(1, body), 1, examination)["check_a"]
    assert (outcome.why, outcome.hint) == (Why.TIMED_OUT, "Look for a loop.")
    assert outcome.message == "There is no `Linear`. Loading your submission was stopped."


def test_run_check_calls_a_name_that_was_never_written_missing(judged, tmp_path):
    """A name that the source does not define at all is missing, whatever stopped the loading."""
    stopped = StudentFault(Why.TIMED_OUT, "Loading your submission was stopped.")
    examination = Examination(an_assignment(tmp_path, 1), "seed", None, Run(""), stopped, frozenset({"Linear"}))
    body = "raise StudentFault(Why.MISSING, 'There is no `Adam`.', missing='Adam')"
    outcome, _ = judged(one(1, body), 1, examination)["check_a"]
    assert (outcome.why, outcome.message) == (Why.MISSING, "There is no `Adam`.")


def test_run_check_does_not_excuse_a_stub_by_the_loading(judged, tmp_path):
    """A function that raises NotImplementedError is there; it is just not written."""
    stopped = StudentFault(Why.TIMED_OUT, "Loading your submission was stopped.")
    examination = Examination(an_assignment(tmp_path, 1), "seed", None, Run(""), stopped)
    body = "raise StudentFault(Why.MISSING, 'Task 1 is not written yet.', raised='NotImplementedError')"
    outcome, _ = judged(one(1, body), 1, examination)["check_a"]
    assert (outcome.why, outcome.message) == (Why.MISSING, "Task 1 is not written yet.")


@pytest.mark.parametrize(
    ("source", "total", "message"),
    [
        (
            one(2, "pass"),
            3,
            r"assignment\.toml, line 2: total is 3, but the points of its checks add up to 2 \(check_a 2\)\.",
        ),
        (
            "@pytest.mark.task('1')\ndef check_a():\n    '''T.'''\n",
            0,
            r"check_it\.py, line 4: check_a has no points; write @pytest\.mark\.points\(2\) above it\.",
        ),
        (
            "@pytest.mark.points(1)\ndef check_a():\n    '''T.'''\n",
            1,
            r'needs @pytest\.mark\.task\("1\.1"\) with the number of a task as a string, not None\.',
        ),
        ("@pytest.mark.points(1)\n@pytest.mark.task('1')\ndef check_a():\n    pass\n", 1, "needs a docstring"),
        (
            one(1, "pass", extra="@pytest.mark.visibility('secret')\n"),
            1,
            "has visibility 'secret'; it must be 'public' or 'hidden'",
        ),
        (one(1, "pass", task="9"), 1, r"check_a names task '9', but assignment\.toml has none; there are 1, 2, 3\."),
        (
            one(1, "pass", extra="@pytest.mark.requires('check_z')\n"),
            1,
            "requires 'check_z', and there is no such check",
        ),
        (
            one(1, "pass", extra="@pytest.mark.requires('check_b')\n")
            + one(1, "pass", "check_b", extra="@pytest.mark.requires('check_a')\n"),
            2,
            "check_a and check_b require each other; one of them must come first",
        ),
    ],
)
def test_catalogue_refuses_marks_that_do_not_fit(judged, source, total, message):
    """A mistake of an author is found before anybody is graded."""
    with pytest.raises(AssignmentError, match=message):
        judged(source, total)


def test_arguments_of_a_check_are_those_that_the_plugin_gives():
    """What an author is told there is, is there, but for the two that the plugin itself works with."""
    given = {name for name, value in vars(plugin).items() if isinstance(value, type(plugin.student))}
    assert set(ARGUMENTS) == given - {"under_way", "examination"}
