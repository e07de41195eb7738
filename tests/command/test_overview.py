"""The command line says what it can do, grouped by who does it."""

import re
import subprocess
import sys

import pytest

from grader.command.main import COMMANDS, GROUPS
from tests.grading import PROJECT, environment


def said(*words):
    """Run the command line; return its status, output and errors."""
    done = subprocess.run(
        [sys.executable, "-m", "grader", *words],
        cwd=PROJECT,
        env=environment(),
        capture_output=True,
        text=True,
        timeout=300,
    )
    return done.returncode, done.stdout, done.stderr


@pytest.mark.parametrize("words", [(), ("--help",)])
def test_the_command_alone_groups_all_commands(words):
    """Every command stands below its group, in a line that says what it does; no line is longer than a terminal is wide."""
    status, output, errors = said(*words)
    assert (status, errors) == (0, "")
    lines = output.splitlines()
    assert lines[:3] == [
        "Grade neural networks written from scratch in NumPy.",
        "",
        "usage: python -m grader COMMAND [options]",
    ]
    assert [line for line in lines[3:] if line and not line.startswith((" ", "`"))] == list(GROUPS)
    assert [found[1] for line in lines if (found := re.match(r"  (\w+) +[A-Z]", line))] == list(COMMANDS)
    assert "  similar   Find similar hand-ins for a person to look at; no score changes." in lines
    assert max(map(len, lines)) <= 110


@pytest.mark.parametrize("words", [("similar",), ("course", "show")])
def test_a_command_has_help_of_its_own(words):
    """Behind a command's name it is that command's options that are listed."""
    status, output, _ = said(*words, "--help")
    assert (status, output.splitlines()[0].startswith(f"usage: python -m grader {' '.join(words)} ")) == (0, True)


def test_an_unknown_command_names_those_there_are():
    """A typing error ends with status 2 and the commands."""
    status, output, errors = said("grad")
    assert (status, output) == (2, "")
    assert "invalid choice: 'grad'" in errors and "similar" in errors
