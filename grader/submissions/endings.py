"""What an entry of a class is by its name: whose it is, and in which form."""

from __future__ import annotations

import re

# An archive's whole ending, so that `kim.tar.gz` belongs to kim. Some are only told to be none that is opened.
_ARCHIVE = re.compile(r"(?i)\.(?:zip|tar(?:\.(?:gz|bz2|xz|zst|z))?|tgz|tbz2?|txz|7z|rar)$")
# What browsers and learning platforms append to the name of a download, and editors to that of a copy.
_APPENDED = re.compile(r"(?i)(?:(?<=\.py)|(?<=\.ipynb))(?:\.(?:txt|json|html?|download)|[ .]{1,3})$")
_BACKUP = re.compile(r"(?i)(?:~|\.(?:bak|orig|old|backup|swp))$")
NOT_SUBMISSIONS = frozenset(
    {".md", ".txt", ".csv", ".tsv", ".toml", ".json", ".yml", ".yaml", ".html", ".xlsx", ".log"}
)
# What may be code after all, when nobody has given it the ending of code.
PERHAPS_CODE = frozenset({".txt", ".json"})
_CODE = re.compile(rb"(?m)^(?:def \w+ ?\(|class \w+ ?[(:]|import \w+|from [\w.]+ import )")
# The lock files of office programs beside an open document.
_LOCKS = ("~$", ".~lock.")


def student_of(name: str, *, is_folder: bool) -> str:
    """Return the student to whom an entry of a class belongs: its name without its ending."""
    if is_folder:
        return name
    plain = _APPENDED.sub("", _BACKUP.sub("", name))
    stem = _ARCHIVE.sub("", plain)
    if stem == plain:
        stem, dot, _ = plain.rpartition(".")
        stem = stem if dot and stem else plain
    return stem or name


def form_of(name: str, *, is_folder: bool) -> str:
    """Return the form of an entry: ``folder``, ``zip`` for any archive, or ``file``."""
    return "folder" if is_folder else "zip" if _ARCHIVE.search(name) else "file"


def is_nobodys(name: str) -> bool:
    """Return whether a file was made by a program and handed in by nobody."""
    return name.startswith(_LOCKS)


def is_no_code(name: str) -> bool:
    """Return whether a file is none that could be graded, by its ending."""
    plain = _APPENDED.sub("", name)
    return plain == name and ending_of(name) in NOT_SUBMISSIONS


def ending_of(name: str) -> str:
    """Return the last ending of a name, with its dot, in small letters."""
    _, dot, ending = name.rpartition(".")
    return f"{dot}{ending}".lower() if dot else ""


def holds_code(start: bytes) -> bool:
    """Return whether the first bytes of a file look like a notebook or like Python."""
    start = start.lstrip(b"\xef\xbb\xbf \t\r\n")
    if start.startswith(b"{"):
        return b'"cells"' in start or b'"nbformat"' in start
    return b"\x00" not in start and bool(_CODE.search(start))
