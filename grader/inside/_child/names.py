"""Names under which files of a submission may be written, and the kind of a file regardless of its name."""

from __future__ import annotations

import hashlib
import re
import unicodedata

from _child.sealed import BUILTINS as __builtins__  # noqa: F401

# The maximum length of one part of a path in file systems, in bytes.
MAX_PART_BYTES = 255
MAX_PATH_CHARACTERS, MAX_PARTS = 1000, 20

_IGNORED_PARTS = frozenset(
    {"__macosx", ".ds_store", ".ipynb_checkpoints", "__pycache__", "thumbs.db", "desktop.ini"}
    | {".git", ".svn", ".hg", ".idea", ".vscode", ".venv", "venv", "node_modules", "site-packages", ".tox", ".nox"}
    | {".mypy_cache", ".pytest_cache", ".ruff_cache"}
    # The files of the students' zip that belong to its pre-check.
    | {"precheck_files"}
)
LEADS_OUT = "leads out of its folder"
_ROOT = re.compile(r"\A(?:[A-Za-z]:/*|/+)")
_RESERVED = re.compile(r"(con|prn|aux|nul|com[1-9]|lpt[1-9])(\..*)?", re.IGNORECASE)
# Format and control characters, among them those that turn the direction of writing, and line separators.
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Zl", "Zp"})
# Suffixes that browsers and learning platforms append to the name of a download: `hw.ipynb.txt`, `hw.py (1)`.
_APPENDED = re.compile(
    r"(?i)(\.(?:ipynb|py|rmd|qmd))(?:\.(?:txt|json|html?|download|crdownload|part)|[ _-]?\(\d{1,3}\)|[ .]{1,3})$"
)
# `layers (1)`, `layers-1`, `layers - Copy`, `layers copy 2`, `Copy of layers`.
_COPY_OF = re.compile(r"(?i)\A(?:copy of|kopie von|copie de) ")
_COPY = re.compile(r"(?i)(?:(?: - | )(?:copy|kopie|copie)(?: \(?\d{1,3}\)?)?| ?\(\d{1,3}\)|[-_ ]\d{1,2})\Z")
_CAPITAL = re.compile(r"(?i)\.(?:ipynb|py)$")
_CODE = re.compile(rb"(?m)^(?:def \w+ ?\(|class \w+ ?[(:]|import \w+|from [\w.]+ import )")
# Endings of code files by mistake, or in a copy.
_PERHAPS_CODE = frozenset(
    {"txt", "text", "json", "py", "ipynb", "pyw", "py3", "py_", "python", "pyi", "pyx", "bak", "orig", "old"}
    | {"doc", "docx", "rtf"}
)
_MAX_SNIFFED_BYTES = 2**22


def is_ignored(path: str) -> bool:
    """Return whether a file was surely not meant to be handed in: caches, checkpoints, environments, system files."""
    parts = path.replace("\\", "/").split("/")
    return any(part.lower() in _IGNORED_PARTS or part.startswith(("._", "~$", ".~lock.")) for part in parts)


def is_reserved(path: str) -> bool:
    """Return whether a part of the path is the name of a device on some systems."""
    return any(_RESERVED.fullmatch(part) for part in path.split("/"))


def without_root(name: str) -> str:
    """Return a path with ``/`` between its parts without the drive and the root that some programs pack with it."""
    return _ROOT.sub("", name)


def without_steps(name: str) -> str:
    """Return a path with ``/`` between its parts without its steps up."""
    return "/".join(part for part in name.split("/") if part != "..")


def refusal(name: str) -> str | None:
    """Return why a path with ``/`` between its parts is not written; None if it may be written."""
    parts = name.split("/")
    if _ROOT.match(name):
        return "is an absolute path"
    if ".." in parts:
        return LEADS_OUT
    if len(name) > MAX_PATH_CHARACTERS or len(parts) > MAX_PARTS:
        return "is too long"
    return None if any(part not in ("", ".") for part in parts) else "is empty"


def written(name: str) -> str:
    """Return the path to write: letters composed as on most systems, without invisible characters, each part short enough."""
    parts = (_visible(part) for part in unicodedata.normalize("NFC", name).split("/"))
    return "/".join(_short(part) for part in parts if part not in ("", "."))


def true_ending(path: str) -> str:
    """Return the path without a suffix that a browser or a platform has appended, with `.py` or `.ipynb` in lower case."""
    path = _APPENDED.sub(lambda match: match[1], path)
    return _CAPITAL.sub(lambda match: match[0].lower(), path)


def without_mark_of_a_copy(stem: str) -> str:
    """Return the name of a file, without its ending, as it was before a browser or a system put a second one beside it."""
    return _COPY.sub("", _COPY_OF.sub("", stem))


def other_ending(path: str, content: bytes) -> str | None:
    """Return the ending of a notebook that is called like a script, or of a script that is called like a notebook; None for all others."""
    if path.endswith(".py") and _is_notebook(content):
        return ".ipynb"
    if path.endswith(".ipynb") and _CODE.search(_start(content)) and not _start(content).startswith((b"{", b"[", b"<")):
        return ".py"
    return None


def code_ending(path: str, content: bytes) -> str | None:
    """Return `.ipynb` or `.py` for a text that is one of these and whose name does not say otherwise; None for all others."""
    name, dot, ending = path.rpartition("/")[2].rpartition(".")
    if dot and name and ending.lower().rstrip("~") not in _PERHAPS_CODE:
        return None
    start = _start(content)
    if _is_notebook(content):
        return ".ipynb"
    return ".py" if b"\x00" not in start and _CODE.search(start) and not start.startswith((b"{", b"<")) else None


def _start(content: bytes) -> bytes:
    return content[:_MAX_SNIFFED_BYTES].lstrip(b"\xef\xbb\xbf \t\r\n")


def _is_notebook(content: bytes) -> bool:
    return _start(content).startswith(b"{") and b'"nbformat"' in content and b'"cells"' in content


def shown(path: str) -> str:
    """Return a path in quotes, with invisible characters written out."""
    text = "".join(c if unicodedata.category(c) not in _UNSEEN else f"\\u{ord(c):04x}" for c in path[:120])
    return f"'{text}'"


def _visible(part: str) -> str:
    kept = "".join(character for character in part if unicodedata.category(character) not in _UNSEEN)
    return kept or ("unnamed" if part else "")


def _short(part: str) -> str:
    """Return a part that is short enough; a shortened one keeps its ending and has a digest of the whole."""
    if len(part.encode("utf-8", "replace")) <= MAX_PART_BYTES:
        return part
    stem, dot, ending = part.rpartition(".")
    ending = f"{dot}{ending}" if stem and len(ending) <= 10 else ""
    mark = hashlib.sha256(part.encode("utf-8", "replace")).hexdigest()[:8]
    kept = part.encode("utf-8", "replace")[: MAX_PART_BYTES - 30].decode("utf-8", "ignore")
    return f"{kept}-{mark}{ending}"
