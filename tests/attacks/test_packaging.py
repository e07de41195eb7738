"""Every odd packing of a hand-in gives one clear sentence in that student's report and affects no other student."""

import contextlib
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from pathlib import Path

import nbformat
import pytest

from tests.attacks.attack import HONEST
from tests.attacks.packages import (
    DEVICE,
    ELF,
    LINK,
    MAIN,
    PIPE,
    code,
    encrypted,
    folder_that_is_deep,
    folder_with_a_terabyte,
    folder_with_link,
    folder_with_specials,
    folder_with_thousands,
    lying,
    notebook,
    overlapping,
    renamed,
    sparse,
    special,
    squeezed,
    tarred,
    zipped,
)
from tests.grading import grade
from tests.report.html_reader import Page

GOOD = ("main.py", MAIN)
BACKSLASHES = renamed(
    renamed(zipped(GOOD, ("AAAAAAA.py", b""), ("BBBBBBB.py", b"")), b"AAAAAAA.py", b"C:\\test.py"),
    b"BBBBBBB.py",
    b"..\\..\\a.py",
)
OLD = nbformat.v3.new_notebook(worksheets=[nbformat.v3.new_worksheet(cells=[nbformat.v3.new_code_cell(HONEST)])])
R = {"kernelspec": {"name": "ir", "language": "R", "display_name": "R"}}
FILE = ("main.py", tarfile.REGTYPE, MAIN)
HIDDEN = (
    (".\u200b./.\u200b./out.py", b""),
    ("ma\u200bin.py", b"1 / 0"),
    ("\u2060/etc/x.csv", b"1"),
    (".history/main.py", b"1 / 0"),
)
LEFT_OUT, NO_KERNEL = "was left out.", "does not name its kernel; it was run as Python."

# File name -> content or maker, points, the sentence on that student's page.
HAND_INS = {
    "traversal.zip": (lambda: zipped(GOOD, ("../../out.py", b"")), 10, "The file name '../../out.py' leads out of its folder; the file was left out."),
    "absolute.zip": (lambda: zipped(GOOD, ("/etc/out.py", b"")), 10, "'/etc/out.py' was read as 'etc/out.py'."),
    "drive.zip": (lambda: BACKSLASHES, 10, "'C:\\test.py' was read as 'test.py'."),
    "backslashes.zip": (lambda: BACKSLASHES, 10, "The file name '..\\..\\a.py' leads out of its folder; the file was left out."),
    "link.zip": (lambda: zipped(GOOD, special("data.txt", LINK, b"/etc/passwd")), 10, "'data.txt' is a link and was left out."),
    "pipe.zip": (lambda: zipped(GOOD, special("pipe.py", PIPE)), 10, "'pipe.py' is no ordinary file and was left out."),
    "device.zip": (lambda: zipped(GOOD, special("zero.py", DEVICE)), 10, "'zero.py' is no ordinary file and was left out."),
    "bomb.zip": (lambda: zipped(GOOD, ("data.csv", bytes(2**24))), 0, "'data.csv' in bomb.zip unpacks to 1028 times its size; at most 200 times is unpacked."),
    "bombs.zip": (lambda: zipped(GOOD, *((f"{n}.csv", os.urandom(9000) * 110) for n in range(75))), 0, "bombs.zip has 70.8 MiB; at most 64 MiB are taken."),
    "nested.zip": (lambda: zipped(GOOD, ("inner.zip", zipped(GOOD))), 10, "inner.zip is an archive inside the submission and was not opened."),
    "thousands.zip": (lambda: zipped(GOOD, *((f"{n}.txt", b"") for n in range(100_000))), 0, "thousands.zip holds 100001 files; at most 1000 are unpacked."),
    "case.zip": (lambda: zipped(GOOD, ("data.csv", b"1"), ("Data.csv", b"2")), 10, "data.csv and Data.csv have the same name on some systems; data.csv was left out."),
    "unicode.zip": (lambda: zipped(GOOD, ("caf\u00e9.csv", b"1"), ("cafe\u0301.csv", b"2")), 10, "caf\u00e9.csv is in the submission twice; the first one was taken."),
    "reserved.zip": (lambda: zipped(GOOD, ("con.csv", b"1")), 10, "The file name 'con.csv' is reserved on some systems; rename the file."),
    "control.zip": (lambda: zipped(GOOD, ("a\x07b.py", b"")), 10, "'a\\u0007b.py' was read as 'ab.py'."),
    "direction.zip": (lambda: zipped(GOOD, ("evil\u202eyp.txt", b"")), 10, "'evil\\u202eyp.txt' was read as 'evilyp.txt'."),
    "library.zip": (lambda: zipped(GOOD, ("fast.so", b"")), 10, "fast.so is compiled code and was left out."),
    "disguised.zip": (lambda: zipped(GOOD, ("fast.csv", ELF)), 10, "fast.csv is compiled code and was left out."),
    "encrypted.zip": (lambda: encrypted(zipped(GOOD)), 0, "The zip is encrypted ('main.py')."),
    "cut.zip": (lambda: b"PK\x03\x04 nothing", 0, "cut.zip cannot be opened as a zip archive."),
    "lying.zip": (lambda: lying(zipped(GOOD), 10), 0, "main.py in lying.zip is damaged and cannot be unpacked."),
    "squeezed.zip": (lambda: squeezed("main.py", MAIN), 0, "main.py in squeezed.zip is damaged and cannot be unpacked."),
    "overlap.zip": (lambda: overlapping(900), 0, "overlap.zip has 791.0 MiB; at most 64 MiB are taken."),
    "unseen.zip": (lambda: zipped(GOOD, *HIDDEN), 10, "The file name '.\\u200b./.\\u200b./out.py' leads out of its folder; the file was left out."),
    "both.zip": (lambda: zipped(GOOD, ("main.py/a.py", b""), ("main.PY", b"1 / 0")), 10, "main.py/a.py and main.py have the same name on some systems; main.py/a.py was left out."),
    "inside.zip": (lambda: zipped(("in.zip", BACKSLASHES)), 10, "The file name '..\\..\\a.py' leads out of its folder; the file was left out."),
    "locked.zip": (lambda: zipped(("in.zip", encrypted(zipped(GOOD)))), 0, "The zip is encrypted ('main.py')."),
    "within.zip": (lambda: zipped(("in.zip", zipped(GOOD, ("data.csv", bytes(2**24))))), 0, "'data.csv' in in.zip unpacks to 1028 times its size; at most 200 times is unpacked."),
    "matryoshka.zip": (lambda: zipped(("a.zip", zipped(("b.zip", zipped(("c.zip", zipped(GOOD))))))), 0, "The submission holds no .py or .ipynb file."),
    "crowds.zip": (lambda: zipped(*((f"{n}.zip", zipped(*((f"{m}.csv", b"") for m in range(900)))) for n in range(40)), ("z.zip", zipped(GOOD))), 0, "The submission holds more than 1000 files, which is the most that is unpacked."),
    "tied.tar.gz": (lambda: tarred(FILE, ("data.txt", tarfile.SYMTYPE, b"/etc/passwd")), 10, "'data.txt' is a link and was left out."),
    "hard.tar.gz": (lambda: tarred(FILE, ("data.txt", tarfile.LNKTYPE, b"/etc/passwd")), 10, "'data.txt' is a link and was left out."),
    "zero.tar.gz": (lambda: tarred(FILE, ("zero.py", tarfile.CHRTYPE, b"")), 10, "'zero.py' is no ordinary file and was left out."),
    "away.tar": (lambda: tarred(FILE, ("/etc/out.py", tarfile.REGTYPE, b""), mode="w"), 10, "'/etc/out.py' was read as 'etc/out.py'."),
    "up.tar": (lambda: tarred(FILE, ("../../out.py", tarfile.REGTYPE, b""), mode="w"), 10, "The file name '../../out.py' leads out of its folder; the file was left out."),
    "swell.tar.gz": (lambda: tarred(FILE, ("data.csv", tarfile.REGTYPE, bytes(70 * 2**20))), 0, "swell.tar.gz holds more than 64 MiB, which is the most that is taken."),
    "past.tar.gz": (lambda: tarred(("data.csv", b"Z", bytes(70 * 2**20)), FILE), 0, "past.tar.gz holds more than 64 MiB, which is the most that is taken."),
    "files.tar.bz2": (lambda: tarred(FILE, *((f"{n}.csv", tarfile.REGTYPE, b"") for n in range(5000)), mode="w:bz2"), 0, "files.tar.bz2 holds more than 1000 files, which is the most that is unpacked."),
    "upward.zip": (lambda: zipped(("../hw/main.py", MAIN), ("../../../etc/x.csv", b"1")), 10, "'../hw/main.py' was read as 'hw/main.py'."),
    "sparse.tar": (lambda: sparse("data.csv", 2**33 - 1) + tarred(FILE, mode="w"), 0, "sparse.tar holds more than 64 MiB, which is the most that is taken."),
    "empty.zip": (zipped, 0, "The submission holds no .py or .ipynb file."),
    "links": (folder_with_link, 10, "'data.txt' is a link and was left out."),
    "specials": (folder_with_specials, 10, "'pipe.py' is no ordinary file and was left out."),
    "pit": (folder_that_is_deep, 10, f"'{'/'.join('d' * 17)}' lies more than 16 folders deep and was left out."),
    "terabyte": (folder_with_a_terabyte, 0, "The hand-in could not be read: The hand-in is larger than 32 MiB; hand in only your own source files."),
    "crowd": (folder_with_thousands, 0, "The hand-in could not be read: The folder holds more than 2000 files; hand in only your own source files."),
    "broken.ipynb": (lambda: b'{"cells": [', 0, "broken.ipynb is no valid notebook from line 1 on: it was cut short or edited as text."),
    "list.ipynb": (lambda: b"[]", 0, "list.ipynb is JSON, but not a notebook."),
    "blank.ipynb": (lambda: b"", 0, "blank.ipynb is empty."),
    "old.ipynb": (lambda: nbformat.v3.writes_json(OLD).encode(), 10, "old.ipynb has the old notebook format 3; it was converted to format 4."),
    "future.ipynb": (lambda: notebook(nbformat=9), 10, "future.ipynb has notebook format 9; it was read as format 4."),
    "long.ipynb": (lambda: notebook(*[code("pass")] * 3001), 0, "long.ipynb has 3001 cells; at most 2000 are run."),
    "heavy.ipynb": (lambda: notebook(code(HONEST + "#" * 2**25)), 0, "The hand-in could not be read: The hand-in is larger than 32 MiB; hand in only your own source files."),
    "kernel.ipynb": (notebook, 10, "kernel.ipynb does not name its kernel; it was run as Python."),
    "ids.ipynb": (lambda: notebook(code(HONEST), code("1", id="a"), code("2", id="a")), 10, "ids.ipynb does not name its kernel; it was run as Python."),
    "r.ipynb": (lambda: notebook(metadata=R), 0, "r.ipynb is a notebook for R, not for Python."),
    "wide.ipynb": (lambda: notebook().decode().encode("utf-16"), 0, "wide.ipynb is not UTF-8 text."),
    "script.ipynb": (lambda: MAIN, 10, "script.ipynb holds Python code and was read as such."),
    "book.py": (notebook, 10, "book.py holds a notebook and was read as such."),
    "null.py": (lambda: MAIN + b"\0", 0, "null.py holds a null byte in line 12, so it is not text."),
    "coding.py": (lambda: b"# -*- coding: no-such -*-\n" + MAIN, 0, "coding.py cannot be read as text: unknown encoding: no-such."),
    "deep.py": (lambda: MAIN + b"x = " + b"-" * 200_000 + b"1", 0, "deep.py cannot be parsed: its code nests too deeply."),
}  # fmt: skip


@contextlib.contextmanager
def elsewhere():
    """Make a folder removed by a command, as Python cannot remove very deep folders and pytest would try for ever."""
    folder = Path(tempfile.mkdtemp(prefix="packaging-"))
    try:
        yield folder
    finally:
        subprocess.run(["rm", "-rf", folder], check=True)


@pytest.fixture(scope="module")
def graded():
    """The records and pages of a class in which all students but one packed their work oddly."""
    with elsewhere() as work:
        folder = work / "class"
        folder.mkdir()
        (work / "canary").write_text("a secret of the judge's")
        (folder / "honest.py").write_bytes(MAIN)
        for name, (make, _, _) in HAND_INS.items():
            if "." in name:
                (folder / name).write_bytes(make())
            else:
                make(folder / name, work / "canary")
        pages = work / "reports" / "students"
        records = grade(folder, work / "reports", "--quiet")
        yield records, lambda student: Page((pages / f"{student}.html").read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", HAND_INS)
def test_packaging_gets_one_clear_sentence(name, graded):
    """The record and the page say what is the matter; no traceback, no fault of ours, the points that the rest deserves."""
    records, page = graded
    _, points, sentence = HAND_INS[name]
    record = records[name.partition(".")[0]]
    said = record["remarks"] + [check["message"] for check in record["checks"] if check["message"]]
    assert sentence in said
    assert (record["score"]["sum"], record["status"], record["faults"]) == (points, "graded", [])
    words = page(name.partition(".")[0]).words
    assert sentence in words
    assert "Traceback" not in words
    assert "a secret of the judge's" not in words


def test_packaging_harms_nobody_else(graded):
    """The one honest student has every point and not one remark."""
    records, _ = graded
    assert len(records) == len(HAND_INS) + 1
    assert (records["honest"]["score"]["sum"], records["honest"]["remarks"]) == (10.0, [])


def test_packaging_without_care_writes_beside(tmp_path):
    """The control: joined as it stands, the path of an entry leads out."""
    with zipfile.ZipFile(_written(tmp_path / "a.zip", HAND_INS["traversal.zip"][0]())) as archive:
        for entry in archive.infolist():
            target = os.path.join(tmp_path / "one" / "two", entry.filename)
            os.makedirs(os.path.dirname(target), exist_ok=True)
            with open(target, "wb") as file:
                file.write(archive.read(entry))
    assert (tmp_path / "out.py").exists()


def test_packaging_without_care_follows_links(tmp_path):
    """The control: opened as it stands, a link gives the judge's file."""
    (tmp_path / "canary").write_text("secret")
    folder_with_link(tmp_path / "links", tmp_path / "canary")
    assert (tmp_path / "links" / "data.txt").read_text() == "secret"


def test_packaging_without_care_waits_for_a_pipe(tmp_path):
    """The control: opened as it stands, a pipe never gives anything."""
    folder_with_specials(tmp_path / "specials", tmp_path)
    with pytest.raises(subprocess.TimeoutExpired):
        subprocess.run([sys.executable, "-c", "open('specials/pipe.py').read()"], cwd=tmp_path, timeout=2, check=False)


def test_packaging_without_care_stops_at_a_deep_folder():
    """The control: copied as it stands, folders below folders are more than Python goes into."""
    with elsewhere() as work:
        folder_that_is_deep(work / "pit", work)
        with pytest.raises(RecursionError):
            shutil.copytree(work / "pit", work / "copy")


def test_packaging_without_care_unpacks_a_bomb(tmp_path):
    """The control: unpacked as they stand, a few kilobytes become a thousand times as much."""
    path = _written(tmp_path / "bomb.zip", HAND_INS["bomb.zip"][0]())
    with zipfile.ZipFile(path) as archive:
        assert len(archive.read("data.csv")) > 900 * path.stat().st_size


def _written(path, content):
    path.write_bytes(content)
    return path
