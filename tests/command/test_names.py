"""A file name is neither a command of the shell, nor of the terminal, nor of a GitHub job."""

import csv
import io
import json
import shlex
import subprocess
import sys

import pytest

from tests.grading import PROJECT, RIGHT, TINY, command, environment, write_class

NAMES = (
    "eve;touch PWNED;$(touch PWNED2)", "q'uo\"te", "`touch PWNED`", "-rf", "--only", "two  blanks", "{posargs}", "back\\slash",
    "\u00e9 %s *", "evil\x1b[2J\x1b]0;PWNED\x07", "line\n::error::feed", "tri\u202eled", "##[add-mask]0", "eve;=cmd;x",
)  # fmt: skip


@pytest.fixture(scope="module")
def graded(tmp_path_factory):
    """A class of hostile names, graded anew and once more: the output folder, both runs, and both sets of repeat lines."""
    work = tmp_path_factory.mktemp("names")
    folder = write_class(work / "class", **dict.fromkeys(NAMES, RIGHT))
    runs, lines = [], []
    for _ in range(2):
        done = subprocess.run(
            command(folder, "--out", work / "out", "--verbose"), cwd=PROJECT, capture_output=True, timeout=300,
            env=environment(GITHUB_ACTIONS="true"),
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        runs.append(done.stdout + done.stderr)
        records = [json.loads(path.read_bytes()) for path in (work / "out" / "records").glob("*.json")]
        lines.append({record["student"]: record["repeat"] for record in records})
    return work, runs, lines


def test_the_line_that_repeats_a_grading_is_the_same_after_a_second_run(graded):
    """A run that grades nothing writes the line as the one that graded did."""
    _, _, (first, second) = graded
    assert first == second
    assert set(first) == set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_the_line_that_repeats_a_grading_grades_that_student_and_nothing_else(graded, tmp_path, name):
    """As a shell takes the line from the page, it lists the one student, and no command of the name is run."""
    lines = graded[2]
    line = " ".join(lines[0][name].split())  # as the page shows it
    run = line.replace("tox -e grade -- ", f"{shlex.quote(sys.executable)} -m grader grade ")
    done = subprocess.run(
        ["sh", "-c", f"{run} --list"], cwd=tmp_path, env=environment(PYTHONPATH=str(PROJECT), COLUMNS="400"),
        capture_output=True, text=True, timeout=300,
    )  # fmt: skip
    assert (done.returncode, done.stderr, list(tmp_path.iterdir())) == (0, "", [])
    shown = name.encode("unicode_escape").decode() if "\x1b" in name or "\u202e" in name else " ".join(name.split())
    (row,) = done.stdout.splitlines()[2:]
    assert row.startswith(shown)
    assert str(TINY) in line


def test_names_reach_no_terminal_raw(graded):
    """No control character, no mark of direction, and no line that a GitHub job takes for a command of the name's own."""
    for said in graded[1]:
        assert not [byte for byte in said if byte < 32 and byte != 10]
        text = said.decode()
        assert "\u202e" not in text
        assert not [line for line in text.splitlines() if line.startswith("::error::")]


def test_names_are_no_formula_with_any_separator(graded):
    """The scores hold none, opened with a comma, a semicolon or a tab."""
    text = (graded[0] / "out" / "scores.csv").read_text()
    for separator in ",;\t":
        cells = [cell for row in csv.reader(io.StringIO(text, newline=""), delimiter=separator) for cell in row]
        assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@"))]


@pytest.mark.parametrize(
    ("names", "words", "sentence"),
    [
        (["evil\x1b[2J", "b"], ["--only", "c\nd"], "grader: --only names c\\nd, but the students found are b, evil\\x1b[2J.\n"),
        (
            ["evil\x1b[2J\n"], ["--only", "\x1b"], "grader: --only names \\x1b, but the students found are evil\\x1b[2J\\n.\n",
        ),
    ],
)  # fmt: skip
def test_errors_show_names_written_out(tmp_path, names, words, sentence):
    """A sentence is one line, whatever names are in it."""
    folder = write_class(tmp_path / "class", **dict.fromkeys(names, RIGHT))
    done = subprocess.run(
        command(folder, "--out", tmp_path / "out", *words),
        cwd=PROJECT,
        env=environment(),
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stderr) == (2, sentence)
