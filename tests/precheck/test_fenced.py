"""The pre-check in a checkout, where the answer key lies: a stranger's code runs behind the fence, or not at all."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.grading import PROJECT, RIGHT, TINY, environment
from tests.precheck.test_home import run as at_home

MACHINE = PROJECT / "tests" / "attacks" / "machine.py"
STRANGER = """
import os

took = []

def attempt(name, action):
    try:
        if action():
            took.append(name)
    except BaseException:
        pass

def write(path):
    # What `open` cannot write there goes into the hand-in's own folder.
    return os.write(os.open(path, os.O_WRONLY | os.O_CREAT, 0o666), b"was here")

attempt("seed", lambda: "a seed of this test" in open({seed!r}).read())
attempt("answer key", lambda: open({key!r}).read())
attempt("checks", lambda: open({checks!r}).read())
attempt("other hand-in", lambda: open({other!r}).read())
attempt("names of the class", lambda: os.listdir({folder!r}))
attempt("environment", lambda: b"a seed of this test" in open(f"/proc/{{os.getppid()}}/environ", "rb").read())
attempt("wrote", lambda: write({canary!r}))

def double(x):
    raise RuntimeError(f"took: {{', '.join(took) or 'nothing'}}.")
"""
BESIDE = {"seed": "seed", "other": "s002.py", "canary": "canary"}
EVERYTHING = "seed, answer key, checks, other hand-in, names of the class, environment, wrote"


def precheck(*words: object, machine: tuple[str, ...] = (), **more: str) -> tuple[int, str, str]:
    """Run the command of a checkout, perhaps as on another machine; return status, output and errors."""
    command = [sys.executable, "-m", "grader", "precheck", *map(str, words)]
    if machine:
        command = [sys.executable, str(MACHINE), *machine, *command]
    done = subprocess.run(
        command, cwd=PROJECT, env=environment(**more), capture_output=True, text=True, timeout=300, check=False
    )
    return done.returncode, done.stdout, done.stderr


@pytest.fixture
def stranger() -> Iterator[Path]:
    """A hand-in that takes what it can get, beside what it is after; everybody may read and write there."""
    with tempfile.TemporaryDirectory() as place:  # pytest's own folder is closed to other users whenever a run begins
        folder = Path(place)
        folder.chmod(0o777)
        (folder / "seed").write_text("a seed of this test")
        (folder / "s002.py").write_text(RIGHT)
        paths = {name: str(folder / path) for name, path in BESIDE.items()}
        paths |= {"key": str(PROJECT / "reference" / "linear.py"), "checks": str(TINY / "check_tiny.py")}
        (folder / "s001.py").write_text(STRANGER.format(folder=place, **paths))
        for path in folder.iterdir():
            path.chmod(0o666)
        yield folder


def taken(out: str) -> str:
    """Return what a printed list says that the stranger took."""
    (found,) = re.findall(r"It raised RuntimeError: took: ([^.]*)\.", " ".join(out.split()))
    return str(found)


@pytest.mark.parametrize("user", [(), ("--user", "4711")], ids=["root", "user"])
@pytest.mark.parametrize("level", ["full", "no-namespaces"])
def test_a_stranger_takes_nothing_from_a_checkout(stranger: Path, user: tuple[str, ...], level: str):
    """Neither seed nor answer key nor another hand-in is read, and nothing is written; without the fence the same code does all of it."""
    words = (stranger / "s001.py", "--assignment", TINY)
    settings = {"GRADER_SEED": "a seed of this test"}
    machine = (*user, "--level", level)
    status, out, err = precheck(*words, machine=machine, **settings)
    assert (status, err) == (0, "")
    assert taken(out) == "nothing"
    assert not (stranger / "canary").exists()
    status, out, err = precheck(*words, "--unfenced", machine=machine, **settings)
    assert (status, err) == (0, "")
    assert taken(out) == EVERYTHING
    assert (stranger / "canary").read_text() == "was here"


def test_without_a_fence_nothing_runs(stranger: Path):
    """Where the machine has no fence, one sentence says so and what to do, and the code was not run."""
    words = (stranger / "s001.py", "--assignment", TINY)
    status, out, err = precheck(*words, machine=("--open", "--level", "process-only"))
    assert (status, out) == (2, "")
    assert err == (
        "grader: This machine confines students' code at the level process-only only, and the lowest that is accepted is "
        "no-namespaces. `python -m grader doctor` says what is missing; `--isolation process-only` accepts it as it is. "
        "For your own code, `--unfenced` checks without the fence.\n"
    )
    assert not (stranger / "canary").exists()


def test_the_author_of_a_check_has_the_fence_or_nothing(stranger: Path):
    """The author's pytest on one submission accepts the same levels as grading does."""
    command = [sys.executable, str(MACHINE), "--open", "--level", "process-only", sys.executable, "-m", "pytest", "-q"]
    command += ["-p", "no:cacheprovider", str(TINY), "--submission", str(stranger / "s001.py")]
    done = subprocess.run(
        command, cwd=PROJECT, env=environment(), capture_output=True, text=True, timeout=300, check=False
    )
    assert done.returncode == 4
    assert "the lowest that is accepted is no-namespaces." in done.stderr
    assert not (stranger / "canary").exists()


@pytest.mark.parametrize("name", [pytest.param("s002.ipynb", marks=pytest.mark.soak), "s005.py"])
def test_the_list_is_the_one_that_the_student_sees(home: Path, name: str):
    """Behind the fence, with the answer key, the list is byte for byte the one that the zip prints without either."""
    work = PROJECT / "submissions" / name
    (home / name).write_bytes(work.read_bytes())
    told = at_home(home, name, "--all")
    assert precheck(work, "--all", "--assignment", "backprop") == told
    assert told[0] == 0


def test_a_link_of_a_hand_in_is_not_followed(tmp_path: Path):
    """A hand-in that is a link, to the answer key for instance, is named and not read."""
    (tmp_path / "s001.py").symlink_to(PROJECT / "reference" / "linear.py")
    status, out, err = precheck(tmp_path / "s001.py", "--assignment", TINY)
    assert (status, out) == (2, "")
    assert err == (
        f"grader: {tmp_path}/s001.py is a link, and links in hand-ins are not followed; name the file itself.\n"
    )


def test_a_pipe_that_calls_itself_a_zip_is_not_waited_for(tmp_path: Path):
    """What is no ordinary file is refused at once, whatever its name is."""
    os.mkfifo(tmp_path / "s001.zip")
    os.mkfifo(tmp_path / "s002.py")
    said = [precheck(tmp_path / name, "--assignment", TINY) for name in ("s001.zip", "s002.py")]
    assert said == [
        (2, "", "grader: s001.zip is no ordinary file.\n"),
        (2, "", "grader: s002.py is no ordinary file.\n"),
    ]


def test_a_zip_whose_directory_is_broken_is_one_sentence(tmp_path: Path):
    """Whatever the numbers in the directory of a zip lead to, the sentence is the same."""
    path = tmp_path / "s001.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("s001.py", RIGHT)
    content = path.read_bytes()
    at = content.index(b"PK\x01\x02")
    for offset, value in ((6, b"\xff\xff"), (8, b"\x00\x08")):
        broken = bytearray(content)
        broken[at + offset : at + offset + 2] = value
        broken[at + 46 : at + 48] = b"\xff\xfe"
        path.write_bytes(broken)
        status, _, err = precheck(path, "--assignment", TINY)
        assert (status, err) == (
            2,
            "grader: s001.zip cannot be opened as a zip archive. Make the zip again and hand it in anew.\n",
        )


def test_a_live_check_needs_recorded_answers():
    """In the process that runs the code itself, the answer key is never imported."""
    code = (
        "import sys; from pathlib import Path; from grader.precheck.notebook import check_here\n"
        f"check_here(Path({str(TINY)!r}), None)\n"
        "print(sorted(name for name in sys.modules if name.partition('.')[0] == 'reference'))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=PROJECT, capture_output=True, text=True, check=True)
    assert done.stdout == (
        f"precheck: {TINY} lacks recorded.npz, the recorded answers of the zip for students; unzip the whole "
        "zip again, or make one with: python -m grader bundle tiny --for students\n[]\n"
    )
