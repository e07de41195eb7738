"""The author of a check can run it with pytest alone on one submission."""

import subprocess
import sys

import pytest

from tests.grading import PROJECT, RIGHT, TINY, environment


def run(*words):
    """Run pytest as an author does; return its exit status and output."""
    done = subprocess.run(
        [sys.executable, "-m", "pytest", str(TINY), "-p", "no:cacheprovider", *map(str, words)],
        cwd=PROJECT,
        env=environment(),
        capture_output=True,
        text=True,
        timeout=300,
    )
    return done.returncode, done.stdout + done.stderr


def test_author_sees_a_right_submission_pass(tmp_path):
    """All checks of the assignment are collected and pass."""
    (tmp_path / "s001.py").write_text(RIGHT)
    status, output = run("--submission", tmp_path / "s001.py")
    assert status == 0, output
    assert "3 passed" in output


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("2.0 * x", "3.0 * x", "wrong: `double` should be"),
        ("np.sum(x, axis=axis)", "np.sum(x, axis=1)", "wrong: `total(inputs, None)` must"),
        ("def double", "def duble", "missing: `double` is not defined in your submission. Did you mean `duble`?"),
    ],
)
def test_author_sees_what_the_student_would_read(tmp_path, old, new, sentence):
    """A failure, also one in a part, is told in the student's words, without our own traceback."""
    (tmp_path / "s001.py").write_text(RIGHT.replace(old, new))
    status, output = run("--submission", tmp_path / "s001.py")
    assert status == 1
    assert sentence in output
    assert "grader/checks" not in output


def test_author_is_told_of_a_path_that_does_not_exist():
    """A mistyped path is one sentence."""
    status, output = run("--submission", "nowhere.py")
    assert status == 4
    assert "There is no file or folder 'nowhere.py'." in output
