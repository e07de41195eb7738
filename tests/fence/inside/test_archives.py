"""Zips and folders are unpacked under safe names only."""

import io
import re
import stat
import zipfile

import pytest
from _fenced.archives import Limits, collect


def zipped(files, **attributes):
    """Return the bytes of a zip; `attributes` gives Unix modes by path."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, content in files.items():
            entry = zipfile.ZipInfo(path)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = attributes.get(path, stat.S_IFREG | 0o644) << 16
            archive.writestr(entry, content)
    return buffer.getvalue()


def opened(files, limits=None, **attributes):
    """Return what is collected from a zip of these files."""
    return collect([("s.zip", zipped(files, **attributes))], "zip", limits or Limits())


def sentences(bundle):
    """Return the messages of the problems."""
    return [problem["message"] for problem in bundle.problems]


def test_archives_leave_out_what_nobody_hands_in():
    """Caches, checkpoints and environments are ignored without a word, and the wrapper folder is removed."""
    kept = ["s001/main.py", "s001/sub/a.py", "s001/data.csv"]
    junk = [
        "__MACOSX/s001/._main.py",
        "s001/.DS_Store",
        "s001/.ipynb_checkpoints/a.ipynb",
        "s001/__pycache__/a.pyc",
        "s001/.venv/x.py",
    ]
    bundle = opened(dict.fromkeys(kept + junk, "x"))
    assert sorted(bundle.files) == ["data.csv", "main.py", "sub/a.py"]
    assert (bundle.problems, bundle.remarks) == ([], [])


def test_archives_keep_a_package_that_looks_like_a_wrapper():
    """A single folder with `__init__.py` is a package."""
    assert sorted(opened({"net/__init__.py": "", "net/a.py": ""}).files) == ["net/__init__.py", "net/a.py"]


REFUSED_NAMES = {
    "../evil.py": "The file name '../evil.py' leads out of its folder; the file was left out.",
    "a/../../evil.py": "The file name 'a/../../evil.py' leads out of its folder; the file was left out.",
    "..\\evil.py": "The file name '..\\evil.py' leads out of its folder; the file was left out.",
    "/etc/evil.py": "The file name '/etc/evil.py' is an absolute path; the file was left out.",
    "C:\\evil.py": "The file name 'C:\\evil.py' is an absolute path; the file was left out.",
    "a\u202eyp.txt": "The file name 'a\\u202eyp.txt' has characters that cannot be seen; the file was left out.",
    "a\nb.py": "The file name 'a\\u000ab.py' has characters that cannot be seen; the file was left out.",
    "x" * 300: f"The file name '{'x' * 120}' is too long; the file was left out.",
}


@pytest.mark.parametrize(("path", "message"), REFUSED_NAMES.items(), ids=range(len(REFUSED_NAMES)))
def test_archives_leave_out_unsafe_names(path, message):
    """A name that leads elsewhere, or cannot be seen, is left out in words; the rest is taken."""
    bundle = opened({path: "x", "good.py": "x"})
    assert (list(bundle.files), sentences(bundle)) == (["good.py"], [message])


def test_archives_leave_out_links_and_devices():
    """Only ordinary files are taken."""
    bundle = opened(
        {"a.py": "/etc/passwd", "b": "", "c.py": "x"}, **{"a.py": stat.S_IFLNK | 0o777, "b": stat.S_IFIFO | 0o600}
    )
    assert list(bundle.files) == ["c.py"]
    assert sentences(bundle) == ["'a.py' is a link and was left out.", "'b' is no ordinary file and was left out."]


@pytest.mark.parametrize(
    ("files", "limits", "message"),
    [
        (
            {"a.txt": b"0" * 2**22},
            Limits(),
            "'a.txt' in s.zip unpacks to N times its size; at most 200 times is unpacked.",
        ),
        ({"a": "12345678", "b": "12345678"}, Limits(total_bytes=10), "s.zip has 0.0 MiB; at most 0 MiB are taken."),
        ({str(n): "" for n in range(5)}, Limits(entries=4), "s.zip holds 5 files; at most 4 are unpacked."),
    ],
)
def test_archives_do_not_unpack_bombs(files, limits, message):
    """A zip that grows beyond measure is not unpacked at all."""
    bundle = opened(files, limits)
    assert bundle.files == {}
    assert [re.sub(r"to \d+ times", "to N times", sentence) for sentence in sentences(bundle)] == [message]


def test_archives_tell_names_that_collide():
    """Names that differ only in case or in how a letter is composed, and a file where a folder is, are told."""
    composed, decomposed = "caf\u00e9.py", "cafe\u0301.py"
    bundle = opened({"A.py": "1", "a.py": "2", composed: "1", decomposed: "2", "d": "1", "d/e.py": "2"})
    assert sorted(bundle.files) == sorted(["A.py", decomposed, "d"])
    assert sentences(bundle) == [
        "a.py and A.py have the same name on some systems; a.py was left out.",
        f"Two files are named {composed}, spelt with different characters that look the same; one was left out.",
        "d/e.py and d have the same name on some systems; d/e.py was left out.",
    ]


def test_archives_remark_what_is_not_opened():
    """Archives inside, compiled code and reserved names are remarked."""
    bundle = opened({"in.zip": "x", "lib.so": "x", "elf": "\x7fELF", "con.py": "x"})
    assert list(bundle.files) == ["con.py"]
    assert bundle.remarks == [
        "The file name 'con.py' is reserved on some systems; rename the file.",
        "elf is compiled code and was left out.",
        "in.zip is an archive inside the submission and was not opened.",
        "lib.so is compiled code and was left out.",
    ]


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 no zip", b"PK\x05\x06" + b"\xff" * 18])
def test_archives_that_are_none_are_refused(content):
    """A broken zip is one sentence."""
    bundle = collect([("s.zip", content)], "zip", Limits())
    assert sentences(bundle) == ["s.zip cannot be opened as a zip archive."]


def test_archives_with_a_damaged_entry_keep_the_others():
    """A file whose checksum does not match is left out in words."""
    raw = bytearray(zipped({"a.py": "x = 1234567890\n", "b.py": "y = 1\n"}))
    raw[raw.index(b"a.py") + 5] ^= 0xFF
    bundle = collect([("s.zip", bytes(raw))], "zip", Limits())
    assert list(bundle.files) == ["b.py"]
    assert sentences(bundle) == ["a.py in s.zip is damaged and cannot be unpacked."]
