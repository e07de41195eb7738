"""A student who is no longer in the class leaves nothing behind, and nobody else loses anything."""

import shutil
import subprocess

import nbformat

from tests.grading import PROJECT, RIGHT, command, environment, write_class

SAID = "No longer in the class, and removed from the reports: "


def run(*words):
    """Run a `grade` command that succeeds; return what it printed."""
    done = subprocess.run(command(*words), cwd=PROJECT, env=environment(), capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    return done.stdout


def files(out):
    """Return the files that are kept for single students, relative to the folder of the reports."""
    folders = ("students", "gradescope", "records", "notebooks", "handed-in")
    return {str(path.relative_to(out)) for folder in folders for path in (out / folder).glob("*")}


def test_who_is_gone_leaves_nothing_behind(tmp_path):
    """Page, record, notebooks, PDF and Gradescope's file go with the hand-in, and it is said; others and strangers stay."""
    folder, out = write_class(tmp_path / "class", s001=RIGHT), tmp_path / "out"
    new = nbformat.v4
    (folder / "gone").mkdir()
    (folder / "gone" / "work.ipynb").write_text(nbformat.writes(new.new_notebook(cells=[new.new_code_cell(RIGHT)])))
    (folder / "gone" / "work.pdf").write_bytes(b"%PDF-")
    assert SAID not in run(folder, "--out", out, "--notebooks", "html")
    (out / "students" / "my notes.txt").write_text("mine")
    whole = files(out)
    assert {f for f in whole if "gone" in f} == {
        "students/gone.html", "gradescope/gone.json", "records/gone.json", "notebooks/gone.ipynb", "notebooks/gone.html",
        "handed-in/gone.pdf",
    }  # fmt: skip
    shutil.rmtree(folder / "gone")
    # A hand-in that is named alone says nothing of the class, and neither does --only of those beside it.
    assert SAID not in run(folder / "s001.py", "--out", out)
    assert files(out) == whole
    assert f"{SAID}gone\n" in run(folder, "--out", out, "--only", "s001")
    assert files(out) == {f for f in whole if "gone" not in f}
    assert "gone" not in (out / "index.html").read_text()
    assert SAID not in run(folder, "--out", out)


def test_only_keeps_everybody_who_is_in_the_class(tmp_path):
    """Grading one student removes nobody else."""
    folder, out = write_class(tmp_path / "class", s001=RIGHT, s002=RIGHT), tmp_path / "out"
    run(folder, "--out", out)
    whole = files(out)
    run(folder, "--out", out, "--only", "s002", "--again")
    assert files(out) == whole


def test_an_empty_folder_is_no_class(tmp_path):
    """Who names the wrong folder loses nothing by it."""
    folder, out = write_class(tmp_path / "class", s001=RIGHT), tmp_path / "out"
    run(folder, "--out", out)
    whole = files(out)
    (tmp_path / "empty").mkdir()
    subprocess.run(
        command(tmp_path / "empty", "--out", out), cwd=PROJECT, env=environment(), capture_output=True, timeout=300
    )
    assert files(out) == whole


def test_what_changed_is_said_by_the_command(tmp_path):
    """The next run after a better hand-in and a new one says who, from what to what."""
    folder, out = write_class(tmp_path / "class", s001=RIGHT, s002=RIGHT.replace("2.0 * x", "x")), tmp_path / "out"
    assert "since the last run" not in run(folder, "--out", out)
    write_class(folder, s002=RIGHT, s003=RIGHT)
    told = run(folder, "--out", out)
    assert (
        "Changed since the last run: s002 from 2 to 10\nNew since the last run: s003\n2 submissions graded in " in told
    )
