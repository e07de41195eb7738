"""What of a run lies where students' code may read stops the run, whatever way leads there."""

import json
import os
import subprocess
import sys
import sysconfig
import tempfile
from pathlib import Path

import pytest

from grader.errors import UsageError
from grader.fence import CleanParent
from grader.fence.levels import IsolationLevel
from grader.fence.privacy import Private, require_hidden, seen, witnesses
from grader.fence.self_test import self_test
from tests.fence.conftest import MACHINE
from tests.grading import PROJECT, RIGHT, TINY, environment, write_class

MOVE = (
    ", which students' code may read, because Python, its packages or the system's libraries are there. Move it to a folder that "
    "holds none of them, such as one below your home."
)


@pytest.fixture
def shown():
    """A folder that students' code may read, in the environment that runs the tests."""
    share = Path(sys.prefix, "share")
    share.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="course-", dir=share) as folder:
        yield Path(os.path.realpath(folder))


def graded(*words, **more):
    """Run the real command; return its status and what it said."""
    done = subprocess.run(
        [sys.executable, "-m", "grader", *map(str, words)],
        cwd=PROJECT,
        env=environment(**more),
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    return done.returncode, done.stderr


@pytest.mark.parametrize("what", ["assignment", "class", "linked class", "reports", "seed", "temporary"])
def test_grade_stops_when_something_private_can_be_read(what, shown, tmp_path):
    """The assignment, the class (also through a link), the reports, the seed, temporary files: one sentence, exit status 2, nothing graded."""
    write_class(shown / "class", s001=RIGHT)
    students, assignment, out = write_class(tmp_path / "class", s001=RIGHT), TINY, tmp_path / "out"
    more, name, path = {}, "The submission or class", shown / "class"
    if what == "assignment":
        assignment, name, path = shown / "tiny", "The assignment", shown / "tiny"
        assignment.mkdir()
        for file in [*TINY.glob("*.toml"), *TINY.glob("*.py")]:
            (assignment / file.name).write_bytes(file.read_bytes())
    elif what == "class":
        students = shown / "class"
    elif what == "linked class":
        students = tmp_path / "link"
        students.symlink_to(shown / "class")
    elif what == "reports":
        out, name, path = shown / "out", "The folder of reports", shown / "out"
    elif what == "temporary":
        (shown / "tmp").mkdir()
        more, name, path = {"TMPDIR": str(shown / "tmp")}, "The folder for temporary files", shown / "tmp"
    else:
        (shown / "seed").write_text("secret\n")
        more, name, path = {"GRADER_SEED_FILE": str(shown / "seed")}, "The secret seed", shown / "seed"
    status, said = graded("grade", students, "--assignment", assignment, "--out", out, "--quiet", **more)
    assert (status, said) == (2, f"grader: {name} {path} lies in {shown.parent}{MOVE}\n")
    assert list((out / "records").glob("*")) == []


def test_a_link_in_a_class_stops_nobody(shown, tmp_path):
    """Where it leads is of no interest, since it is never followed: neither that of a class nor that of one student's folder."""
    students = write_class(tmp_path / "class", s001=RIGHT)
    (students / "s002").symlink_to(shown)
    out = tmp_path / "out"
    assert graded("grade", students, "--assignment", TINY, "--out", out, "--quiet") == (0, "")
    assert graded("grade", students, "--student", "s", "--assignment", TINY, "--out", out, "--quiet") == (0, "")
    records = [json.loads((out / "records" / name).read_bytes()) for name in ("s001.json", "s.json")]
    assert [record["score"]["points"] for record in records] == [10.0, 10.0]
    assert records[1]["remarks"] == ["'s002' is a link and was left out."]


def test_the_seed_of_another_user_stops_nobody():
    """A seed that whoever grades may not even look at is no fault: a run that has its own seed grades."""
    with tempfile.TemporaryDirectory(prefix="grader-test-", dir="/tmp") as work:
        closed, out = Path(work, "closed"), Path(work, "out")
        students = write_class(Path(work, "class"), s001=RIGHT)
        closed.mkdir()
        (closed / "seed").write_text("the seed of another\n")
        for folder, mode in ((work, 0o777), (students, 0o755), (closed, 0)):
            os.chmod(folder, mode)
        # Root may look everywhere, so it becomes somebody else.
        user = ["--user", "54321"] if os.geteuid() == 0 else []
        command = [sys.executable, PROJECT / "tests" / "attacks" / "machine.py", *user, sys.executable, "-m", "grader"]
        words = ["grade", students, "--assignment", TINY, "--out", out, "--quiet"]
        done = subprocess.run(
            list(map(str, [*command, *words])),
            cwd=PROJECT,
            env=environment(GRADER_SEED_FILE=f"{closed}/seed", HOME=work, XDG_CACHE_HOME=work, TMPDIR=work),
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        closed.chmod(0o700)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_doctor_says_it_of_the_seed(shown):
    """What every run has is looked at there, too."""
    (shown / "seed").write_text("secret\n")
    done = subprocess.run(
        [sys.executable, "-m", "grader", "doctor"],
        cwd=PROJECT,
        env=environment(GRADER_SEED_FILE=str(shown / "seed")),
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    said = f"The secret seed {shown / 'seed'} lies in {shown.parent}{MOVE}\n"
    assert (done.returncode, done.stdout) == (2, said)


def test_require_hidden_follows_links_of_both_sides(tmp_path):
    """A link above the readable folder, one above the private one, and one in it that leads to the answer key."""
    (tmp_path / "real" / "course").mkdir(parents=True)
    (tmp_path / "open").symlink_to(tmp_path / "real")
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "reference").symlink_to(tmp_path / "real" / "course")
    for path in (tmp_path / "open" / "course", tmp_path / "real" / "course", tmp_path / "home"):
        for readable in ("real", "open"):
            with pytest.raises(UsageError) as caught:
                require_hidden([Private("the answer key", path)], [str(tmp_path / readable)])
            assert str(caught.value) == f"The answer key {tmp_path}/real/course lies in {tmp_path}/{readable}{MOVE}"


def test_require_hidden_lets_an_environment_lie_in_a_checkout(tmp_path):
    """A readable folder below a private one is no reason to stop: beside it nothing is read."""
    (tmp_path / ".venv" / "lib").mkdir(parents=True)
    require_hidden([Private("the grader itself", tmp_path)], [str(tmp_path / ".venv" / "lib")])
    assert not seen([".venv"], str(tmp_path), [str(tmp_path / ".venv" / "lib")])
    assert seen([".venv", "reference"], str(tmp_path), [str(tmp_path / ".venv" / "lib")])


def test_witnesses_are_the_paths_and_a_file_in_each(tmp_path):
    """What the self-test tries to read are real paths of this run."""
    (tmp_path / "class" / "s001").mkdir(parents=True)
    (tmp_path / "class" / "s001" / "main.py").write_text("x = 1")
    (tmp_path / "link").symlink_to(tmp_path / "class")
    assert witnesses([Private("the class", tmp_path / "link")]) == [
        str(tmp_path / "class"),
        str(tmp_path / "class" / "s001" / "main.py"),
    ]


@pytest.mark.parametrize("level", [IsolationLevel.FULL, IsolationLevel.NO_NAMESPACES, IsolationLevel.NO_LANDLOCK])
def test_self_test_tries_the_paths_of_the_run(level, shown, clean_parents):
    """The control: where one of them can be read after all, the guarantee is not held, and the level goes down."""
    (shown / "secret").write_text("an answer")
    shown.chmod(0o755)
    clean_parent = clean_parents(level)
    assert clean_parent.start().level is level
    report = self_test(clean_parent.open, level, [Private("the answer key", shown)])
    assert report.not_held[0] == "A submission can read files of this user."
    assert report.level is IsolationLevel.PROCESS_ONLY


def test_clean_parent_refuses_an_interpreter_that_only_root_may_read(tmp_path):
    """As root without any layer, below a closed home: one sentence, and no session that could read everything."""
    home = tmp_path / "home"
    (home / "bin").mkdir(parents=True)
    home.chmod(0o700)
    start = Path(__file__).parents[1] / "attacks" / "machine.py"
    python = tmp_path / "python"
    python.write_text(f'#!/bin/sh\nexec {sys.executable} {start} --open {home}/bin/python "$@"\n')
    python.chmod(0o755)
    (home / "bin" / "python").symlink_to(os.path.realpath(sys.executable))
    (home / "pyvenv.cfg").write_text(f"home = {Path(os.path.realpath(sys.executable)).parent}\n")
    packages = home / "lib" / f"python{sys.version_info[0]}.{sys.version_info[1]}" / "site-packages"
    packages.mkdir(parents=True)
    (packages / "these.pth").write_text(f"{sysconfig.get_path('purelib')}\n")
    clean_parent = CleanParent(str(python), level=IsolationLevel.PROCESS_ONLY)
    if os.geteuid() != 0:
        assert clean_parent.start().level is IsolationLevel.PROCESS_ONLY  # whoever is no root has no such right to keep
        clean_parent.close()
        return
    with pytest.raises(UsageError) as caught:
        clean_parent.start()
    assert str(caught.value) == (
        f"Students' code cannot use the interpreter below {home}: only root may read it, and on this machine nothing would keep "
        "students' code, if it had that right, from reading everything. Put the interpreter and its packages where everybody can "
        "read them, such as below /opt, or allow user namespaces or Landlock."
    )


def test_doctor_goes_on_where_the_seed_lies_in_a_closed_folder(tmp_path):
    """What this user cannot even look at is no reason to stop: their submissions cannot, either."""
    closed = tmp_path / "closed"
    closed.mkdir(mode=0)
    user = ["--user", "54321"] if os.geteuid() == 0 else []
    done = subprocess.run(
        [sys.executable, str(MACHINE), *user, sys.executable, "-m", "grader", "doctor"],
        cwd=PROJECT,
        env=environment(GRADER_SEED_FILE=str(closed / "seed"), HOME="/tmp"),
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert "  held      A submission cannot read files of the judge.\n" in done.stdout
