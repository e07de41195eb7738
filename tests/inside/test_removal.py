"""A folder of a student is removed whatever is in it, and nothing else is."""

import os

import pytest
from _walls import removal

DEPTH = 300


def fill(folder):
    """Put folders in one another that are deeper than recursion and paths may go, closed ones, links and a FIFO."""
    here = os.open(folder, os.O_RDONLY)
    for _ in range(DEPTH):
        os.mkdir("x" * 200, dir_fd=here)
        deeper = os.open("x" * 200, os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = deeper
    os.mkfifo("fifo", dir_fd=here)
    os.close(here)
    (folder / "closed" / "inner").mkdir(parents=True)
    (folder / "closed" / "inner" / "file").write_text("x")
    (folder / "closed" / "inner").chmod(0)
    (folder / "closed").chmod(0)


def test_remove_takes_everything_and_follows_nothing(tmp_path):
    """A tree that `os.walk` cannot go through is gone; what its links lead to is whole."""
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "kept").write_text("kept")
    tree = tmp_path / "tree"
    tree.mkdir()
    (tree / "link").symlink_to(tmp_path / "outside")
    (tree / "file link").symlink_to(tmp_path / "outside" / "kept")
    fill(tree)
    removal.remove(str(tree))
    assert os.listdir(tmp_path) == ["outside"]
    assert (tmp_path / "outside" / "kept").read_text() == "kept"


@pytest.mark.parametrize("kind", ["link", "file", "nothing"])
def test_remove_leaves_what_is_no_folder(kind, tmp_path):
    """A link in the folder's place is not followed."""
    (tmp_path / "outside").mkdir()
    target = tmp_path / "target"
    if kind == "link":
        target.symlink_to(tmp_path / "outside")
    elif kind == "file":
        target.write_text("x")
    removal.remove(str(target))
    assert (tmp_path / "outside").is_dir()
    assert os.path.lexists(target) is (kind != "nothing")
