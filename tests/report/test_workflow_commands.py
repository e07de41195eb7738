"""Tests of the annotations of a GitHub Actions job."""

from __future__ import annotations

import pytest

from grader.report.summary import gather
from grader.report.workflow_commands import annotate, guarded
from tests.report import factory


def commands(records):
    """Return the annotations of a class."""
    return annotate(gather(iter(records)), iter(records))


def test_annotate_gives_one_student_the_score_and_the_dearest_checks():
    """The score comes first, then what cost most."""
    lines = commands([factory.partly_wrong()])
    assert lines == [
        "::notice title=Score::s002: 95 of 100 points (95 %25)",
        "::error title=Task 5.2%2C crashed%3A `train` visits every sample once an epoch and returns one loss an epoch."
        "::`train` raised IndexError: index 21 is out of bounds.",
        "::error title=Task 6.3%2C timed out%3A The network learns XOR completely."
        "::`train` was stopped after 20 s of CPU time.",
        "::error title=Task 2.2%2C partly wrong%3A `Linear.backward` returns the gradient for inputs%2C weight and bias."
        "::Your gradient for `weight` is the right one divided by the batch size (here 7): it differs by up to 0.8571.",
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
    assert len(commands([factory.untouched()])) == 10
    assert len(commands([factory.untouched(f"s{k:03}") for k in range(30)])) == 10


@pytest.mark.parametrize("text", factory.HOSTILE)
def test_annotate_writes_one_command_a_line(text):
    """No text ends its line, and none but ours begins one."""
    for record in ([factory.hostile(text, "h01")], [factory.hostile(text, "h01"), factory.record()]):
        for line in commands(record):
            assert len(line.splitlines()) == 1
            assert line.startswith(("::notice title=", "::error title="))
            assert "," not in line.split("::")[1]


def test_guarded_stops_commands_until_its_token():
    """What stands between the two commands is not read as one."""
    assert guarded("::error::x\n", "abc") == "::stop-commands::abc\n::error::x\n::abc::\n"
