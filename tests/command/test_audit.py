"""Tests of the command ``audit``: what it refuses, in one sentence each. What it finds is tested with the page on checks."""

import resource
import subprocess
import sys

import pytest

from grader.command.main import main
from grader.handout.starter import write_assignment
from tests.grading import PROJECT, environment


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--sample", "0"], "grader: --sample must be above 0 and at most 1, not 0; try --sample 0.1.\n"),
        (["--sample", "2"], "grader: --sample must be above 0 and at most 1, not 2; try --sample 0.1.\n"),
        (["--jobs", "0"], "grader: --jobs must be at least 1, not 0; try --jobs 2.\n"),
    ],
)
def test_audit_refuses_options_that_make_no_sense(capsys, options, message):
    """A wrong option is named with a value that works, and nothing is audited."""
    assert main(["audit", "backprop", *options]) == 2
    assert capsys.readouterr().err == message


def computed():
    """Return the computing time of the processes that this one has started, and of theirs, as far as they have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def test_quick_audit_says_what_it_does(tmp_path):
    """Both ends, mutants and variants within a minute, each part told when it begins and each result when it is known, and that this was not all."""
    folder = tmp_path / "week"
    write_assignment(folder)
    before = computed()
    done = subprocess.run(
        [sys.executable, "-m", "grader", "audit", folder, "--quick", "--seed", "1", "--out", tmp_path],
        cwd=PROJECT, env=environment(COLUMNS="200"), capture_output=True, text=True, timeout=900,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    # By the clock it may take longer where much else is going on.
    assert computed() - before < 200
    told = [line for line in done.stderr.splitlines() if not line.startswith("The wrong answers")]
    assert told[:2] == [
        "Every check runs once on the answer key, to see which parts of it the check uses and how long it takes.",
        "The answer key must earn every point, and the template none (2)",
    ]
    assert "The right answers of variants/ must earn every point (1)" in told
    known = [line for line in told if line.startswith("holds: ")]
    assert known[0].startswith("holds: The reference earns every point. ")
    assert len(known) == 6
    assert told.index(known[0]) < told.index("The right answers of variants/ must earn every point (1)")
    assert [line.split("  ")[0] for line in done.stdout.splitlines()[1:8]] == ["holds"] * 6 + [
        "This was a quick audit of about a minute; run it without --quick before you hand out the assignment."
    ]


def test_audit_of_a_check_that_breaks_says_where(tmp_path, capsys):
    """A mistake of the author's is one sentence here as in `grade`, with its file and line."""
    folder = tmp_path / "week"
    write_assignment(folder)
    check = folder / "check_softplus.py"
    check.write_text(check.read_text().replace("at=inputs, notes=notes", "rtol=1e-3"))
    assert main(["audit", str(folder), "--quiet", "--out", str(tmp_path)]) == 2
    assert capsys.readouterr().err == (
        f"grader: {check}, line 16: check_softplus stops with TypeError: expect_close() got an unexpected keyword argument 'rtol'. It "
        "takes value, desired, what, notes, hint, at, label, exact, rough, slips, batched, start. Correct this line.\n"
    )
