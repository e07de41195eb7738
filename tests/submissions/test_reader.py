"""The one reader of hand-ins: whatever lies in a folder, and whatever becomes of it meanwhile, only what was handed in is read."""

import contextlib
import gc
import os
import shutil
import socket
import subprocess
import tempfile
from pathlib import Path

import pytest

from grader.submissions import Submission, TooLarge
from grader.submissions.reader import HOLDS, NotRead, read_file, walk

MIB = 2**20
SECRET = b"what the judge knows"
# Held folders, and the way of systems that cannot hold one.
WAYS = pytest.mark.parametrize("holds", sorted({HOLDS, False}), ids=lambda holds: "held" if holds else "by-name")


@pytest.fixture
def folder(tmp_path):
    """A hand-in with a module in a folder, beside something that must not be read."""
    (tmp_path / "secret").mkdir()
    (tmp_path / "secret" / "b.py").write_bytes(SECRET)
    (tmp_path / "work" / "d").mkdir(parents=True)
    (tmp_path / "work" / "a.py").write_bytes(b"mine")
    (tmp_path / "work" / "d" / "b.py").write_bytes(b"mine")
    return tmp_path / "work"


def exchanged(folder, secret):
    """Move a folder away, and put a link in its place."""
    folder.rename(folder.with_name(f".{folder.name}"))
    folder.symlink_to(secret)


def left_out(folder):
    """Return what is said of a folder that was handed in."""
    return Submission("s001", "s001", folder, "folder").contents(MIB).left_out


def test_empty_folders_are_named(folder):
    """A folder that holds no file is no file, and is kept; one that holds one, or is never read, is not."""
    for name in ("out", "d/plots/png", ".git", "venv"):
        (folder / name).mkdir(parents=True)
    (folder / "out" / ".gitkeep").write_bytes(b"")
    contents = Submission("s001", "s001", folder, "folder").contents(MIB)
    assert contents.folders == ("d/plots", "d/plots/png", "out")
    assert [file.path for file in contents.files] == ["a.py", "d/b.py"]


@WAYS
def test_what_is_no_file_is_left_out(folder, tmp_path, holds):
    """Links of every kind, pipes, sockets and devices are named and not opened; another name of one's own file is a file."""
    links = {
        "all": "/",
        "gone": "nowhere",
        "here": ".",
        "key.py": tmp_path / "secret" / "b.py",
        "me": "me",
        "zero": "/dev/zero",
    }
    for name, target in links.items():
        (folder / name).symlink_to(target)
    os.mkfifo(folder / "pipe.py")
    with contextlib.chdir(folder), socket.socket(socket.AF_UNIX) as door:
        door.bind("door.py")
    if os.geteuid() == 0:
        os.mknod(folder / "device.py", 0o020666, os.makedev(1, 5))
    os.link(folder / "a.py", folder / "same.py")
    (folder / ".hidden").symlink_to("/")
    found = list(walk(folder, holds=holds))
    assert [each.path for each in found if not each.why] == ["a.py", "d/b.py", "same.py"]
    others = {each.path: each.why for each in found if each.why}
    assert others.pop("device.py", "is no ordinary file") == "is no ordinary file"
    assert others == dict.fromkeys(links, "is a link") | dict.fromkeys(("door.py", "pipe.py"), "is no ordinary file")


def test_what_is_left_out_is_said(folder):
    """Each thing that is not read gets a sentence, in the order of paths, and not more than twenty of them do."""
    for number in range(30):
        (folder / f"link{number:02}").symlink_to("/")
    (folder / "d" / "\x1b[31m.py").symlink_to("/")
    sentences = left_out(folder)
    assert sentences[:2] == ("'d/\\u001b[31m.py' is a link and was left out.", "'link00' is a link and was left out.")
    assert len(sentences) == 20


def test_a_folder_that_becomes_a_link_before_it_is_opened_is_left_out(folder, tmp_path):
    """A folder was listed, and a link stands in its place when it is opened: what the link leads to is not read."""
    found = walk(folder)
    assert next(found).read(MIB) == b"mine"
    exchanged(folder / "d", tmp_path / "secret")
    assert [(each.path, each.why) for each in found] == [("d", "changed while it was read")]


def test_a_folder_that_becomes_a_link_while_it_is_open_gives_what_was_there(folder, tmp_path):
    """A folder is held open: a link in its place leads nobody astray, while a path would be followed."""
    for each in walk(folder):
        if each.path == "d/b.py":
            exchanged(folder / "d", tmp_path / "secret")
            assert each.read(MIB) == b"mine"
            break
    assert (folder / "d" / "b.py").read_bytes() == SECRET


@WAYS
@pytest.mark.parametrize("kind", ["link", "pipe", "folder", "nothing"])
def test_a_file_that_becomes_something_else_is_left_out(folder, tmp_path, kind, holds):
    """A file was listed and is a link, a pipe, a folder or nothing when it is opened: that is said, and nothing blocks."""
    changes = {
        "link": lambda path: path.symlink_to(tmp_path / "secret" / "b.py"),
        "pipe": os.mkfifo,
        "folder": Path.mkdir,
        "nothing": lambda path: None,
    }
    walking = walk(folder, holds=holds)
    found = next(walking)
    (folder / "a.py").unlink()
    changes[kind](folder / "a.py")
    with pytest.raises(NotRead) as caught:
        found.read(MIB)
    words = {"link": "is a link", "nothing": "changed while it was read"}
    assert str(caught.value) == words.get(kind, "is no ordinary file")


@WAYS
def test_a_hand_in_that_is_a_link_is_refused(folder, holds):
    """A link in the place of a whole hand-in, be it folder or file, is not followed."""
    link = folder.with_name("s001")
    link.symlink_to(folder)
    with pytest.raises(TooLarge, match=r"^s001 (is a link|changed while it was read)\.$"):
        list(walk(link, holds=holds))
    (folder / "link.py").symlink_to("a.py")
    with pytest.raises(TooLarge, match=r"^link\.py is a link\.$"):
        read_file(folder / "link.py", MIB)


def test_a_deep_folder_is_read_as_far_as_anybody_would_go():
    """Folders below folders, more of them than Python or a path can hold, cost one sentence."""
    # Not below pytest's own folder, which Python would have to remove.
    folder = Path(tempfile.mkdtemp())
    try:
        with contextlib.chdir(folder):
            for _ in range(1500):
                os.mkdir("d")
                os.chdir("d")
        assert left_out(folder) == (f"'{'/'.join('d' * 17)}' lies more than 16 folders deep and was left out.",)
    finally:
        subprocess.run(["rm", "-rf", folder], check=True)


def test_long_names_and_names_that_are_no_text_are_left_out(folder):
    """Names as long as a file system allows, one below the other, and bytes that are no text get a sentence each."""
    place = folder
    for _ in range(8):
        place = place / ("n" * 255)
    place.mkdir(parents=True)
    (folder / os.fsdecode(b"\xff.py")).write_bytes(b"")
    assert left_out(folder) == (
        f"'{'n' * 120}' has a path of more than 2000 bytes and was left out.",
        "'\\udcff.py' has a name that is not text and was left out.",
    )


def test_more_than_anybody_hands_in_is_refused(folder):
    """Too many files, too many entries of whatever kind, too many bytes in all, a file of a terabyte without content."""
    submission = Submission("s001", "s001", folder, "folder")
    (folder / "c.bin").write_bytes(bytes(2 * MIB - 8))
    assert len(submission.read(2 * MIB)) == 3
    with open(folder / "big.bin", "wb") as file:
        file.truncate(2**40)
    with pytest.raises(TooLarge) as large:
        submission.read(2 * MIB)
    assert str(large.value) == "The hand-in is larger than 2 MiB; hand in only your own source files."
    (folder / "big.bin").unlink()
    with pytest.raises(TooLarge) as sum_of_all:
        submission.read(2 * MIB - 1)
    assert str(sum_of_all.value) == "The hand-in is larger than 1 MiB; hand in only your own source files."
    for number in range(1998):
        (folder / f"f{number}").touch()
    with pytest.raises(TooLarge) as many:
        submission.read(2 * MIB)
    assert str(many.value) == "The folder holds more than 2000 files; hand in only your own source files."
    for number in range(18_001):
        os.link(folder / "a.py", folder / f".{number}")
    with pytest.raises(TooLarge) as entries:
        list(submission.paths())
    assert str(entries.value) == "The folder holds more than 20000 entries; hand in only your own source files."


@contextlib.contextmanager
def as_ordinary_user(folder):
    """Be somebody who may not read everything, where we are root."""
    if os.geteuid() != 0:
        yield
        return
    for path in [folder, *folder.rglob("*")]:
        os.chown(path, 54321, 54321)
    os.seteuid(54321)
    try:
        yield
    finally:
        os.seteuid(0)


def test_what_may_not_be_read_is_left_out():
    """A file or a folder without permission costs itself alone; a whole hand-in without permission is refused in one sentence."""
    with tempfile.TemporaryDirectory(dir="/tmp") as place:
        os.chmod(place, 0o755)
        folder = Path(place, "work")
        (folder / "closed").mkdir(parents=True)
        (folder / "closed.py").write_text("")
        (folder / "open.py").write_text("")
        with as_ordinary_user(folder):
            for path in (folder / "closed", folder / "closed.py"):
                path.chmod(0)
            contents = Submission("s001", "s001", folder, "folder").contents(MIB)
            with pytest.raises(TooLarge) as caught:
                list(walk(folder / "closed"))
            (folder / "closed").chmod(0o700)
        shutil.rmtree(folder)
    assert [file.path for file in contents.files] == ["open.py"]
    assert contents.left_out == (
        "'closed' cannot be read (Permission denied) and was left out.",
        "'closed.py' cannot be read (Permission denied) and was left out.",
    )
    assert str(caught.value) == "closed cannot be read (Permission denied)."


def test_no_descriptor_is_left_open(folder):
    """A walk that is given up in the middle, or ends in a refusal, closes what it held."""
    gc.collect()  # what earlier tests have left is not closed in the middle of this one
    before = os.listdir("/proc/self/fd")
    found = walk(folder)
    assert [next(found).path, next(found).path] == ["a.py", "d/b.py"]
    assert len(os.listdir("/proc/self/fd")) == len(before) + 2
    del found
    with pytest.raises(TooLarge):
        Submission("s001", "s001", folder, "folder").read(1)
    assert os.listdir("/proc/self/fd") == before
