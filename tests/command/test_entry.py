"""`--entry` chooses the file of the student that is meant, whatever the student is called."""

import json
import shlex
import subprocess
import sys

import pytest

from tests.grading import PROJECT, RIGHT, command, environment, write_class

# The second begins as an `--entry` for the first does.
NAMES = ("a", "a=b", "-rf", "{x}=y")


@pytest.fixture(scope="module")
def repeated(tmp_path_factory):
    """A class whose students hand in a folder of two programs each, one chosen: the lines that repeat the gradings."""
    work = tmp_path_factory.mktemp("entry")
    (work / "class").mkdir()
    for name in NAMES:
        write_class(work / "class" / name, main=RIGHT, other=RIGHT)
    words = [f"--entry={name}=other.py" for name in NAMES]
    done = subprocess.run(
        command(work / "class", "--out", work / "out", *words), cwd=PROJECT, env=environment(), capture_output=True,
        text=True, timeout=300,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    records = [json.loads(path.read_bytes()) for path in (work / "out" / "records").glob("*.json")]
    assert {record["student"]: record["submission"]["entry"] for record in records} == dict.fromkeys(NAMES, "other.py")
    return {record["student"]: record["repeat"] for record in records}


@pytest.mark.parametrize("name", NAMES)
def test_the_line_that_repeats_a_grading_chooses_the_same_file(repeated, tmp_path, name):
    """The line of each record, as a shell takes it, reads that file of that student."""
    run = repeated[name].replace("tox -e grade -- ", f"{shlex.quote(sys.executable)} -m grader grade ")
    done = subprocess.run(
        ["sh", "-c", f"{run} --list"], cwd=tmp_path, env=environment(PYTHONPATH=str(PROJECT), COLUMNS="400"),
        capture_output=True, text=True, timeout=300,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    (row,) = done.stdout.splitlines()[2:]
    assert row.startswith(f"{name}  ")
    assert "other.py was graded, because the person who graded this has chosen it." in row


@pytest.mark.parametrize(
    ("word", "sentence"),
    [
        ("b=x.py", "grader: --entry names b, but no such student was found; --list shows all students.\n"),
        ("a=", "grader: --entry needs a student and a file, not 'a='; try --entry s001=train.py\n"),
        ("=x.py", "grader: --entry needs a student and a file, not '=x.py'; try --entry s001=train.py\n"),
        (
            "\udcff\x1b=x",
            "grader: --entry names \\udcff\\x1b, but no such student was found; --list shows all students.\n",
        ),
    ],
)
def test_an_entry_that_names_nobody_is_one_sentence(tmp_path, word, sentence):
    """It is refused before anything is graded, with nothing raw of what was written."""
    folder = write_class(tmp_path / "class", a=RIGHT)
    done = subprocess.run(
        command(folder, "--out", tmp_path / "out", "--entry", word), cwd=PROJECT, env=environment(), capture_output=True,
        text=True, timeout=300,
    )  # fmt: skip
    assert (done.returncode, done.stderr, (tmp_path / "out").exists()) == (2, sentence, False)


@pytest.mark.parametrize("entry", ["../../../etc/passwd", "/etc/passwd", "\udcff\x1b[2J\n.py", "x" * 5000])
def test_an_entry_that_no_file_has_costs_its_student_only(tmp_path, entry):
    """A path that leads out of the hand-in, and one that no encoding knows, are names of no file."""
    folder = write_class(tmp_path / "class", a=RIGHT, b=RIGHT)
    done = subprocess.run(
        command(folder, "--out", tmp_path / "out", "--entry", f"a={entry}"), cwd=PROJECT, env=environment(),
        capture_output=True, text=True, timeout=300,
    )  # fmt: skip
    records = {path.stem: json.loads(path.read_bytes()) for path in (tmp_path / "out" / "records").glob("*.json")}
    assert (done.returncode, done.stderr) == (0, "")
    assert {name: (record["status"], record["score"]["points"]) for name, record in records.items()} == {
        "a": ("graded", 0.0),
        "b": ("graded", 10.0),
    }
