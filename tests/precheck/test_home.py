"""Tests of the pre-check at a student's home: one command on the unzipped bundle."""

from __future__ import annotations

import os
import platform
import re
import shlex
import shutil
import subprocess
import sys
import zipfile
from contextlib import nullcontext
from importlib.metadata import version
from pathlib import Path

import pytest

from grader.outcomes import Result, Why

ROOT = Path(__file__).parents[2]
RIGHT = ROOT / "submissions" / "s001.py"
PYTHON = Path(sys.executable)
HANGS = """

class Tanh:
    def forward(self, inputs):
        while True:
            pass


class ReLU:
    def forward(self, inputs):
        import os
        os._exit(3)
"""


def run(home: Path, *words: str, python: Path = PYTHON, **environment: str) -> tuple[int, str, str]:
    """Run the command in a bundle; return status, output and errors."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("GRADER_", "PYTHON"))}
    kept["COLUMNS"] = "100"
    command = [str(python), "precheck.py", *words]
    done = subprocess.run(
        command, cwd=home, env=kept | environment, capture_output=True, text=True, timeout=300, check=False
    )
    return done.returncode, done.stdout, done.stderr


def ran_with() -> str:
    """Return the sentence about the versions that are here."""
    return f"This ran with Python {platform.python_version()}, NumPy {version('numpy')}, Matplotlib {version('matplotlib')}."


def test_the_first_command_leads_to_the_first_task(home: Path):
    """Straight after unzipping the list begins with the first task, and says what is to be written and where."""
    status, out, err = run(home)
    assert (status, err) == (0, "")
    assert "\nnext   1.1   Sigmoid                                                  0 / 4\n" in out
    assert "\nlater  1.2   Tanh                                                     0 / 4\n" in out
    assert "\nbonus  7.1   Momentum (bonus)                                         0 / 3\n" in out
    assert (
        "\nNext: 1.1, Sigmoid.forward returns 1 / (1 + exp(-x)) for every element\n"
        "  missing: `Sigmoid().forward(inputs)`: It is not implemented yet (Task 1.1: write Sigmoid.forward).\n"
    ) in out
    assert out.endswith(
        "\nPoints so far: 0 of 86 in these checks, and 0 of 20 bonus points. Official grading also checks\n"
        "  (points in brackets): 2.3 Linear: initial values (2), 6.2 The linear set (6), 6.3 The XOR set (6).\n"
        f"  Official grading uses other inputs, so your code must work for all inputs.\n{ran_with()}\n"
    )


def test_one_task_and_a_page(home: Path):
    """`--task` shows one task only, `--html` writes a page that needs no network."""
    shutil.copy(ROOT / "submissions" / "s005.py", home / "backprop.py")
    status, out, _ = run(home, "--task", "2.2", "--html")
    page = (home / "precheck.html").read_text(encoding="utf-8")
    assert status == 0
    assert "next   2.2   Linear: backward                                         7 / 9\n" in out
    assert "Sigmoid" not in out
    assert "<tr class=next>" in page and "2.2 Linear: backward" in page and "http" not in page


def test_a_hang_and_a_crash_cost_their_checks_alone(home: Path, precheck):
    """An endless loop and an exit cost the checks that meet them, where processes fork and where they do not."""
    work = home / "backprop.py"
    work.write_text(
        RIGHT.read_text(encoding="utf-8").replace(
            '\nif __name__ == "__main__"', f'{HANGS}\n\nif __name__ == "__main__"'
        )
    )
    folder = home / "precheck_files" / "assignment"
    toml = folder / "assignment.toml"
    toml.write_text(toml.read_text().replace("check_cpu_seconds = 10", "check_cpu_seconds = 1"))
    told = []
    for forks in (True, False):
        outcomes = {
            each.id: (each.result, each.why)
            for task in ("1.2", "1.3", "1.4")
            for each in precheck(folder, work, forks=forks, task=task).outcomes
        }
        told.append(outcomes)
    assert told[0] == told[1]
    assert told[0]["check_tanh_forward"] == (Result.FAILED, Why.TIMED_OUT)
    assert told[0]["check_relu_forward"] == (Result.FAILED, Why.CRASHED)
    assert told[0]["check_identity"] == (Result.PASSED, None)


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (
            ["nothing.py"],
            "There is no nothing.py; the files with code in {home} are: backprop.ipynb, backprop.py, outer.zip.",
        ),
        (["backprob.py"], "There is no backprob.py, but there is backprop.py; try: python precheck.py backprop.py"),
        (["far/away.py"], "There is no folder far; go to the folder with your work, and name the file there."),
        (
            ["README.md"],
            "The submission holds README.md, but no .py or .ipynb file. Hand in the code itself.",
        ),
        (["empty"], "The submission holds no .py or .ipynb file. Hand in the code itself."),
        (
            ["outer.zip"],
            "The submission holds no .py or .ipynb file. Hand in the code itself.",
        ),
        (
            ["zipped"],
            "The submission holds no .py or .ipynb file. Hand in the code itself.",
        ),
        (["broken.zip"], "broken.zip cannot be opened as a zip archive. Make the zip again and hand it in anew."),
        (
            ["report.zip"],
            "The submission holds report.pdf, but no .py or .ipynb file. Hand in the code itself.",
        ),
        (
            ["backprop.py", "--task", "1.4", "--html", "no/page.html"],
            "The page cannot be written to no/page.html: No such file or directory; name another file with --html.",
        ),
        (
            ["--task", "2.3"],
            "Task 2.3, Linear: initial values, has no check that can be run here; official grading checks it.",
        ),
        (
            ["--task", "9.9"],
            "There is no task '9.9'; the tasks are 1.1, 1.2, 1.3, 1.4, 2.1, 2.2, 2.3, 3.1, 3.2, 3.3, 4.1, 4.2, 4.3, 5.1, 5.2, 6.1, 6.2, "
            "6.3, 6.4, 6.5, 7.1, 7.2, 7.3, 7.4, 7.5, 7.6.",
        ),
    ],
)
def test_what_is_wrong_is_one_sentence_with_the_remedy(home: Path, words: list[str], sentence: str):
    """A wrong name, folder, kind of file, zip or task ends in one sentence and the status 2."""
    (home / "empty").mkdir()
    (home / "zipped").mkdir()
    with zipfile.ZipFile(home / "outer.zip", "w") as archive:
        archive.writestr("inner.zip", b"PK\x05\x06" + bytes(18))
    shutil.copy(home / "outer.zip", home / "zipped" / "work.zip")
    if words[0] == "broken.zip":
        (home / "broken.zip").write_bytes(b"no zip")
    with zipfile.ZipFile(home / "report.zip", "w") if words[0] == "report.zip" else nullcontext() as archive:
        if archive is not None:
            archive.writestr("report.pdf", b"%PDF")
    status, _, err = run(home, *words)
    assert (status, err) == (2, f"precheck: {sentence.format(home=home)}\n")


def test_a_renamed_file_is_named(home: Path):
    """Where no form of the template is left, the sentence names what is there."""
    (home / "backprop.py").rename(home / "mine.py")
    (home / "backprop.ipynb").unlink()
    shutil.rmtree(home / "modules")
    _, _, err = run(home)
    assert err == (
        f"precheck: There is no modules, backprop.ipynb, backprop.py in {home}, but there is mine.py; "
        "name the file with your work: python precheck.py mine.py\n"
    )
    (home / "mine.py").unlink()
    assert run(home)[2] == (
        f"precheck: There is no modules, backprop.ipynb, backprop.py in {home}; go to the folder that you unzipped, "
        "or name the file with your work.\n"
    )


def test_two_forms_that_were_worked_on_are_asked_about(home: Path):
    """Work in two forms of the template ends in a question, and not in a guess."""
    for name in ("backprop.py", "backprop.ipynb"):
        with open(home / name, "a", encoding="utf-8") as file:
            file.write("\n")
    _, _, err = run(home)
    assert err == (
        "precheck: You have worked in backprop.ipynb and in backprop.py; say which one to check: "
        "python precheck.py backprop.ipynb\n"
    )


def test_a_missing_package_and_a_lost_folder_are_named(home: Path):
    """Without a package, or without its files, the pre-check says what to do."""
    text = (home / "precheck.py").read_text(encoding="utf-8")
    (home / "precheck.py").write_text(text.replace("NEEDED = (", "NEEDED = ('no_such_package', "))
    _, _, err = run(home)
    assert err == (
        "precheck: no_such_package must be installed for this Python; to install everything, run: "
        "python -m pip install -r requirements.txt (if pip does not find the version, use Python "
        f"{'.'.join(platform.python_version_tuple()[:2])}, as in grading)\n"
    )
    (home / "precheck.py").write_text(text, encoding="utf-8")
    plain = "import pytest\npytest.__version__ = '7.4.4'\nimport runpy\nrunpy.run_path('precheck.py', run_name='__main__')\n"
    (home / "older.py").write_text(plain, encoding="utf-8")
    done = subprocess.run([PYTHON, "older.py"], cwd=home, capture_output=True, text=True, timeout=300, check=False)
    assert done.stderr == (
        "precheck: pytest 8 or newer is needed, but this is 7.4.4; install a newer one: "
        "python -m pip install --upgrade pytest\n"
    )
    (home / "older.py").unlink()
    shutil.rmtree(home / "precheck_files")
    assert run(home)[2] == (
        "precheck: the folder precheck_files must be next to precheck.py; unzip the whole zip again, and work in that folder.\n"
    )


@pytest.mark.skipif(sys.platform != "linux" or os.geteuid() != 0, reason="only root mounts a small disk")
def test_a_full_folder_for_temporary_files_is_one_sentence(home: Path):
    """The student's process cannot begin there: no traceback of ours, and nothing is left."""
    disk = home / "disk"
    disk.mkdir()
    # In a place of its own, since other tests look at the mounts of the machine.
    mounted = home.parent / "mounted"
    mounted.write_text(
        "#!/bin/sh\nexec unshare --mount sh -c 'mount -t tmpfs -o size=1m,nr_inodes=2 tmpfs disk && "
        f'"$0" "$@"; status=$?; ls -A disk > left; exit $status\' {shlex.quote(str(PYTHON))} "$@"\n'
    )
    mounted.chmod(0o755)
    status, said, complained = run(home, python=mounted, TMPDIR=str(disk))
    assert (status, said, (home / "left").read_text()) == (3, "", "")
    assert re.fullmatch(
        rf"precheck: {disk}/precheck-\w+/work could not be written: No space left on device \(1\.0 MiB free\)\. Files written "
        r"before it are kept\. Free some space, or name another folder, and run the same command again: it continues where it stopped\.\n",
        complained,
    )
