"""What a student names is read as it will be in official grading: links are not followed, and nothing that lies there stops the list."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest

from tests.precheck.test_home import RIGHT, run


def test_links_in_a_folder_are_not_followed(home: Path, tmp_path: Path):
    """What a link in one's folder leads to is neither read nor run, and the list says so."""
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "right.py").write_bytes(RIGHT.read_bytes())
    folder = home / "mine"
    folder.mkdir()
    (folder / "main.py").write_text("x = 1\n")
    (folder / "right.py").symlink_to(tmp_path / "elsewhere" / "right.py")
    (folder / "all").symlink_to(tmp_path / "elsewhere")
    os.mkfifo(folder / "pipe.py")
    status, out, err = run(home, "mine", "--task", "2.2")
    assert (status, err) == (0, "")
    for sentence in ("'all' is a link", "'pipe.py' is no ordinary file", "'right.py' is a link"):
        assert f"{sentence} and was left out." in " ".join(out.split())
    assert "next   2.2   Linear: backward " in out
    shutil.copy(tmp_path / "elsewhere" / "right.py", folder / "copied.py")
    assert "done   2.2   Linear: backward " in run(home, "mine", "--task", "2.2")[1]


@pytest.mark.parametrize("target", ["real.py", "real"])
def test_a_link_is_not_checked_itself(home: Path, target: str):
    """A link in the place of the work gets one sentence with the remedy."""
    (home / "real.py").write_text("x = 1\n")
    (home / "real").mkdir()
    (home / "work.py").symlink_to(target)
    assert run(home, "work.py") == (
        2, "", "precheck: work.py is a link, and links are not followed; name the file or folder itself.\n"
    )  # fmt: skip


def test_a_form_that_is_a_link_is_not_read(home: Path):
    """A form of the template that a link stands for counts as worked on, and is refused."""
    (home / "backprop.py").rename(home / "kept.py")
    (home / "backprop.py").symlink_to("kept.py")
    assert run(home) == (
        2, "", "precheck: backprop.py is a link, and links are not followed; name the file or folder itself.\n"
    )  # fmt: skip


def test_what_is_too_large_or_deep_gets_one_sentence(home: Path):
    """Work of a terabyte is refused before it is read; folders below folders cost a remark."""
    with open(home / "large.py", "wb") as file:
        file.truncate(2**40)
    assert run(home, "large.py") == (
        2, "", "precheck: The hand-in is larger than 32 MiB; hand in only your own source files.\n"
    )  # fmt: skip
    # Not below pytest's own folder, which Python would have to remove.
    folder = Path(tempfile.mkdtemp())
    try:
        (folder / "main.py").write_text("x = 1\n")
        with contextlib.chdir(folder):
            for _ in range(1200):
                os.mkdir("d")
                os.chdir("d")
        status, out, err = run(home, str(folder), "--task", "1.4")
    finally:
        subprocess.run(["rm", "-rf", folder], check=True)
    assert (status, err) == (0, "")
    assert f"'{'/'.join('d' * 17)}' lies more than 16 folders deep and was left out." in " ".join(out.split())
