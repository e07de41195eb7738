"""What the name of an entry tells: the student it belongs to, and its form."""

from __future__ import annotations

import re

# Complete endings, so that `kim.tar.gz` belongs to kim. Some are listed only to say that they are not opened.
_ARCHIVE = re.compile(
    r"(?i)\.(?:zip|tar(?:\.(?:gz|bz2|xz|zst|z))?|tgz|tbz2?|txz|7z|rar|zipx|cpio|xar|cab|iso|lha|lzh|lz4?|alz|egg)$"
)
# Suffixes that browsers and learning platforms add to downloads, and editors to copies.
_APPENDED = re.compile(
    r"(?i)(?:(?<=\.py)|(?<=\.ipynb)|(?<=\.rmd)|(?<=\.qmd)|(?<=\.zip)|(?<=\.7z)|(?<=\.rar)|(?<=\.gz)|(?<=\.tgz))"
    r"(?:\.(?:txt|json|html?|download|crdownload|part)|[ _-]?\(\d{1,3}\)|[ .]{1,3})$"
)
_BACKUP = re.compile(r"(?i)(?:~|\.(?:bak|orig|old|backup|swp))$")
NOT_SUBMISSIONS = frozenset(
    {".md", ".txt", ".csv", ".tsv", ".toml", ".json", ".yml", ".yaml", ".html", ".xlsx", ".log"}
)
# Endings of files that may be code all the same.
TEXTS = frozenset({".txt", ".json"})
PERHAPS_CODE = TEXTS | {".md"}
_CODE = re.compile(rb"(?m)^(?:def \w+ ?\(|class \w+ ?[(:]|import \w+|from [\w.]+ import )")
_NOTEBOOK_IN_MARKDOWN = re.compile(rb"(?m)^ *+[`~]{3,}+\{code-cell\}|^ *+jupytext:[ \t\r]*+$")
PAGES = frozenset({".html"})
_PAGE_OF_A_NOTEBOOK = re.compile(rb"jp-Notebook|jp-Cell|nbconvert|jupyter-notebook|colab\.research\.google")
# Places where notebooks and programs lie. Whoever hands in a link has handed in no code, and must be told.
_PLACE = re.compile(
    rb"(?i)https?://(?:www\.)?(?:colab\.research\.google|(?:drive|docs)\.google|(?:gist\.)?github|gitlab|kaggle|deepnote|onedrive|1drv|dropbox)\."
)
_MOST_OF_A_LINK = 400
# The lock files of office programs beside an open document.
_LOCKS = ("~$", ".~lock.")


def student_of(name: str, *, is_folder: bool) -> str:
    """Return the student to whom an entry belongs: its name without the ending."""
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
    return "folder" if is_folder else "zip" if _ARCHIVE.search(_APPENDED.sub("", name)) else "file"


def is_nobodys(name: str) -> bool:
    """Return whether a file was made by a program rather than handed in."""
    return name.startswith(_LOCKS)


def is_no_code(name: str) -> bool:
    """Return whether a file's ending shows that it cannot be graded."""
    plain = _APPENDED.sub("", name)
    return plain == name and ending_of(name) in NOT_SUBMISSIONS


def ending_of(name: str) -> str:
    """Return the last ending of a name, with its dot, in lower case."""
    _, dot, ending = name.rpartition(".")
    return f"{dot}{ending}".lower() if dot else ""


def holds_code(start: bytes, ending: str = "") -> bool:
    """Return whether the first bytes of a file look like a notebook or like Python; in Markdown, only like a notebook."""
    if ending == ".md":
        return bool(_NOTEBOOK_IN_MARKDOWN.search(start))
    start = start.lstrip(b"\xef\xbb\xbf \t\r\n")
    if start.startswith(b"{"):
        return b'"cells"' in start or b'"nbformat"' in start
    return b"\x00" not in start and bool(_CODE.search(start))


def is_link_to_work(start: bytes) -> bool:
    """Return whether a whole text is little more than a link to a place where code lies."""
    return len(start) <= _MOST_OF_A_LINK and bool(_PLACE.search(start))


def is_notebook_as_page(start: bytes) -> bool:
    """Return whether the first bytes of a web page show that it was made of a notebook."""
    return bool(_PAGE_OF_A_NOTEBOOK.search(start))
