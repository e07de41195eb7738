"""Tests of the command ``audit``: what it refuses, in one sentence each. What it finds is tested with the page on checks."""

import pytest

from grader.command.main import main


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
