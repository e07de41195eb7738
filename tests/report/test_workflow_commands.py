"""Tests of the annotations of a GitHub Actions job."""

from __future__ import annotations

import pytest

from grader.report.class_summary import gather
from grader.report.workflow_commands import annotate, guarded
from tests.report import factory


def commands(records):
    """Return the annotations of a class."""
    return annotate(gather(iter(records)), iter(records))


def test_annotate_gives_one_student_the_score_and_the_dearest_causes():
    """The score comes first, then what costs most, with what waits for it, at the line of the student's file."""
    record = factory.partly_wrong() | {"excerpts": [factory.excerpt(factory.check_id("5.2"))]}
    assert commands([record]) == [
        "::notice title=Score::s002: 95 of 100 points (95 %25)",
        "::error title=Task 2.2%2C partly wrong%3A Linear.backward returns the gradient for inputs%2C weight and bias (11 points)"
        "::Your gradient for `weight` is the right one divided by the batch size (here 7): it differs by up to 0.8571.",
        "::error title=Task 5.2%2C crashed%3A train visits every sample once an epoch and returns one loss an epoch (8 points)"
        ",file=s002.py,line=212::`train` raised IndexError: index 21 is out of bounds.",
        "::error title=Task 6.3%2C timed out%3A The network learns XOR completely (6 points)"
        "::`train` was stopped after 20 s of CPU time.",
    ]


def test_annotate_puts_bonuses_last_and_leaves_offers_out():
    """A bonus that is wrong comes after all that is required, however much it is worth; one that was not attempted is no error."""
    wrong = {"result": "failed", "why": "wrong", "message": "It differs."}
    checks = [factory.check("1.4", **wrong), factory.check("7.3", **wrong), factory.offered("7.1")]
    titles = [line.split("::")[1] for line in commands([factory.record(checks=checks)])]
    assert titles == [
        "notice title=Score",
        "error title=Task 1.4%2C wrong%3A Task 1.4 does what its docstring says (1 point)",
        "error title=Task 7.3%2C wrong%3A Task 7.3 does what its docstring says (6 bonus points)",
    ]


def test_annotate_calls_nothing_wrong_in_an_untouched_template():
    """Whoever has pushed the template gets one notice and no error."""
    assert commands([factory.untouched()]) == [
        "::notice title=Score::s003: 0 of 100 points (0 %25)",
        "::notice title=To do::Nothing is written yet, so this page is your list of what to do, in order.",
    ]


def test_annotate_names_one_cause_once():
    """A bracket that is never closed is one error, at its line, and not one for every check."""
    assert commands([factory.unreadable()])[1:] == [
        "::error title=Your submission could not be read (100 points and 20 bonus points),file=s008.py,line=65"
        "::s008.py, line 65: '(' was never closed (`return float(`)."
    ]


def test_annotate_gives_a_class_the_students_who_need_a_look():
    """Faults of ours come first."""
    assert commands(factory.a_class()) == [
        "::notice title=Score::5 students, mean 71.7 %25, median 95 %25 of the 3 final scores",
        "::error title=s004::fault of the grader",
        "::error title=s005::fault of the grader",
        "::error title=s003::nothing written yet",
        "::error title=s002::timed out in 6.3",
    ]


def test_annotate_names_a_fault_of_ours_for_one_student():
    """Without a score there is none to report."""
    assert commands([factory.faulty()]) == [
        "::notice title=Score::s004: no score",
        "::error title=Grader::A fault of the grader left something ungraded; it is not scored.",
    ]


def test_annotate_stays_at_ten():
    """The eleventh would be dropped without a word."""
    checks = [factory.check(number, result="failed", why="wrong", message=number) for number, _, _ in factory.TASKS]
    assert len(commands([factory.record(checks=checks)])) == 10
    assert len(commands([factory.untouched(f"s{k:03}") for k in range(30)])) == 10


@pytest.mark.parametrize("text", factory.HOSTILE)
def test_annotate_writes_one_command_a_line(text):
    """No text ends its line, and none but ours begins one."""
    for record in ([factory.hostile(text, "h01")], [factory.hostile(text, "h01"), factory.record()]):
        for line in commands(record):
            assert len(line.splitlines()) == 1
            assert line.startswith(("::notice title=", "::error title="))
            assert {word.partition("=")[0] for word in line.split("::")[1].split(" ", 1)[1].split(",")} <= {
                "title", "file", "line",
            }  # fmt: skip


def test_guarded_stops_commands_until_its_token():
    """What stands between the two commands is not read as one."""
    assert guarded("::error::x\n", "abc") == "::stop-commands::abc\n::error::x\n::abc::\n"
