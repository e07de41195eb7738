"""Links in a hand-in lead nowhere: not to the answer key, not to the seed, on Gradescope and on GitHub."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from grader.handout.archive import zipped
from grader.handout.github import github_files
from grader.handout.gradescope import PROGRAMS, gradescope_files

ROOT = Path(__file__).parents[2]
SEED = "the seed of this course 5c1e"
LINKED = ("key", "linear.py", "note.txt", "gone.txt", "me", "zero")
# What a student writes who would have the answer key's functions and the words of the seed.
ATTACK = """
import os

try:
    from key.functions import *
except ImportError as error:
    print("no answer key:", error)
for name in sorted(os.listdir(".")):
    if os.path.isfile(name) and name != "main.py":
        print(name, open(name).read())
print(42)
"""
KEY = "def double(x):\n    return 2.0 * x\n\n\ndef total(x, axis):\n    return x.sum(axis=axis)\n"


@pytest.fixture
def outside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An assignment from outside this repository, with an answer key that would earn everything."""
    monkeypatch.setenv("GRADER_SEED", SEED)
    folder = Path(shutil.copytree(ROOT / "tests" / "tiny", tmp_path / "elsewhere" / "tiny"))
    (folder / "answers").mkdir()
    (folder / "answers" / "functions.py").write_text(KEY)
    return folder


def hand_in(folder: Path, key: Path, seed: Path) -> None:
    """Write the attacker's hand-in: relative links to a folder and to files, and links that would block or never end."""
    (folder / "sub").mkdir(parents=True, exist_ok=True)
    (folder / "main.py").write_text(ATTACK)
    for name, target in (("key", key), ("linear.py", key / "functions.py"), ("note.txt", seed)):
        (folder / name).symlink_to(os.path.relpath(target, folder))
    (folder / "gone.txt").symlink_to("nowhere")
    (folder / "me").symlink_to("me")
    (folder / "zero").symlink_to("/dev/zero")
    os.mkfifo(folder / "sub" / "pipe.txt")


def environment(**more: str) -> dict[str, str]:
    """Return an environment without any traces of the tests' own."""
    return {name: value for name, value in os.environ.items() if not name.startswith(("GITHUB_", "GRADER_"))} | more


def written(files: Mapping[str, bytes], place: Path) -> Path:
    """Write files by their paths."""
    for path, content in files.items():
        (place / path).parent.mkdir(parents=True, exist_ok=True)
        (place / path).write_bytes(content)
    return place


def everything_in(*folders: Path) -> str:
    """Return the text of all files that a grading has left."""
    paths = [path for folder in folders for path in sorted(folder.rglob("*")) if path.is_file()]
    return "".join(path.read_text(encoding="utf-8", errors="replace") for path in paths)


def copied_following_links(folder: Path) -> Path:
    """The control: copy a hand-in following links, as usual, except for endless ones."""
    for name in ("gone.txt", "me", "zero", "sub"):
        path = folder / name
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    return Path(shutil.copytree(folder, folder.with_name("copied")))


@pytest.fixture
def container(tmp_path: Path, outside: Path) -> Path:
    """A folder as Gradescope's container has it: the unpacked zip, and the hand-in beside it."""
    place = tmp_path / "autograder"
    archive = tmp_path / "autograder.zip"
    archive.write_bytes(zipped(gradescope_files(outside), programs=PROGRAMS))
    with zipfile.ZipFile(archive) as opened:
        opened.extractall(place / "source")
    source = place / "source"
    hand_in(place / "submission", source / "assignment" / "answers", source / "seed")
    return place


def run_autograder(place: Path) -> tuple[dict[str, Any], str]:
    """Run the autograder as the container does; return what it wrote, and all that was printed and written."""
    done = subprocess.run(
        ["bash", str(place / "source" / "run_autograder")],
        env=environment(GRADER_CONTAINER=str(place), GRADER_PYTHON=sys.executable),
        capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    results = json.loads((place / "results" / "results.json").read_text())
    return results, done.stdout + done.stderr + json.dumps(results)


def test_links_earn_and_tell_nothing_in_the_container(container: Path):
    """Links to the answer key and to the seed are left out and named; the rest is graded; a copy that follows them has it all."""
    results, told = run_autograder(container)
    assert results["score"] == 2.0  # the one line that it prints itself
    assert SEED not in told and "return 2.0 * x" not in told
    said = results["output"].replace("`", "")
    for name in LINKED:
        assert f"'{name}' is a link and was left out." in said
    assert "'sub/pipe.txt' is no ordinary file and was left out." in said
    copied = copied_following_links(container / "submission")
    shutil.rmtree(container / "submission")
    copied.rename(container / "submission")
    results, told = run_autograder(container)
    assert results["score"] == 10.0
    assert SEED in (container / "submission" / "note.txt").read_text()


def test_a_hand_in_that_is_itself_a_link_is_not_graded(container: Path):
    """Where the container's folder of the hand-in is a link to the answer key, nothing is read and nobody is blamed."""
    shutil.rmtree(container / "submission")
    (container / "submission").symlink_to(container / "source" / "assignment" / "answers")
    results, told = run_autograder(container)
    assert results["score"] == 0.0
    assert results["output"].startswith("The autograder could not grade this hand-in, which is not your fault.")
    assert "submission is a link, and links are not followed." in told
    assert "return 2.0 * x" not in told


def test_links_earn_and_tell_nothing_on_github(tmp_path: Path, outside: Path):
    """A push with links to the private checkout gets the points of its own lines; a copy that follows them has it all."""
    private = {path: content for path, content in github_files(outside).items() if path.startswith("private/")}
    grader = written({path.removeprefix("private/"): content for path, content in private.items()}, tmp_path / "grader")
    (grader / "seed").write_text(SEED)
    checkout = tmp_path / "submission"
    hand_in(checkout, grader / "assignment" / "answers", grader / "seed")

    def push(submission: Path, out: Path) -> tuple[dict[str, Any], str]:
        words = ["-m", "grader.handout.on_push", "./assignment", "--submission", os.path.relpath(submission, grader)]
        done = subprocess.run(
            [sys.executable, *words, "--out", str(out)], cwd=grader, timeout=300, capture_output=True, text=True,
            env=environment(GITHUB_REPOSITORY="course/tiny-s001", GRADER_SEED=SEED), check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        (record,) = (json.loads(path.read_bytes()) for path in (out / "records").glob("*.json"))
        return record, done.stdout + done.stderr + everything_in(out)

    record, told = push(checkout, tmp_path / "reports")
    assert (record["student"], record["score"]["sum"], record["status"]) == ("tiny-s001", 2.0, "graded")
    assert SEED not in told and "return 2.0 * x" not in told
    for name in LINKED:
        assert f"'{name}' is a link and was left out." in record["remarks"]
    record, told = push(copied_following_links(checkout), tmp_path / "again")
    assert record["score"]["sum"] == 10.0
    assert SEED in told
