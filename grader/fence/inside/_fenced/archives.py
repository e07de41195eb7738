"""The files of a submission, from a zip or a folder, under names that are safe to write: READ. Imports the package only.

Nothing here touches the disk. What cannot be used is left out with one sentence that says why; what
nobody meant to hand in (caches, checkpoints, virtual environments) is left out silently.
"""

from __future__ import annotations

import io
import re
import stat
import unicodedata
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from _fenced.faults import problem
from _fenced.sealed import BUILTINS as __builtins__  # noqa: F401

MAX_RATIO = 200
RATIO_FROM_BYTES = 2**20
COMPILED = (".so", ".pyd", ".dll", ".dylib", ".pyc", ".pyo", ".o", ".a", ".exe")
ARCHIVES = (".zip", ".tar", ".gz", ".tgz", ".bz2", ".xz", ".7z", ".rar", ".whl", ".egg")

_IGNORED_PARTS = frozenset(
    {"__macosx", ".ds_store", ".ipynb_checkpoints", "__pycache__", "thumbs.db", "desktop.ini"}
    | {".git", ".svn", ".idea", ".vscode", ".venv", "venv", "node_modules", "site-packages"}
    | {".mypy_cache", ".pytest_cache", ".ruff_cache"}
)
_RESERVED = re.compile(r"(con|prn|aux|nul|com[1-9]|lpt[1-9])(\..*)?", re.IGNORECASE)
# Format and control characters, among them those that turn the direction of writing, and line separators.
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Zl", "Zp"})


@dataclass(frozen=True)
class Limits:
    """How much a submission may hold, in bytes and in files."""

    total_bytes: int = 64 * 2**20
    file_bytes: int = 32 * 2**20
    entries: int = 1000


@dataclass
class Bundle:
    """Files that may be written, and what is to be said about the others."""

    files: dict[str, bytes] = field(default_factory=dict)
    problems: list[dict[str, Any]] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)


class _Refused(Exception):
    """The submission as a whole is not unpacked; the message says why, the second argument what to do."""


def collect(files: Iterable[tuple[str, bytes]], form: str, limits: Limits) -> Bundle:
    """Return the files of a submission under safe names, a single wrapper folder removed.

    Parameters
    ----------
    files : iterable of (path, bytes)
        The zip alone when `form` is "zip".
    form : {"file", "folder", "zip"}
        How the submission was handed in.
    limits : Limits
        Beyond them nothing is unpacked.
    """
    bundle = Bundle()
    try:
        entries = _unzipped(*next(iter(files)), bundle, limits) if form == "zip" else _plain(files, bundle)
        _gather(entries, bundle, limits)
    except _Refused as refusal:
        bundle.files.clear()
        bundle.problems.append(problem("wrong", *refusal.args))
    if form != "file":
        bundle.files = _without_wrapper(bundle.files)
    return bundle


def _plain(files: Iterable[tuple[str, bytes]], bundle: Bundle) -> Iterator[tuple[str, bytes]]:
    for path, content in files:
        name = _accepted(path, bundle)
        if name is not None:
            yield name, content


def _unzipped(name: str, raw: bytes, bundle: Bundle, limits: Limits) -> Iterator[tuple[str, bytes]]:
    try:
        archive = zipfile.ZipFile(io.BytesIO(raw))
    except Exception as error:  # whatever a reader of damaged bytes stumbles over
        raise _Refused(
            f"{name} cannot be opened as a zip archive.", "Make the zip again and hand it in anew."
        ) from error
    wanted = [
        (path, entry)
        for entry in archive.infolist()
        if not entry.filename.endswith("/") and not _ignored(entry.filename) and _regular(entry, bundle)
        if (path := _accepted(entry.filename, bundle)) is not None
    ]
    _check_sizes(name, [entry for _, entry in wanted], limits)
    for path, entry in wanted:
        try:
            yield path, archive.read(entry)
        except Exception:  # each way to compress has errors of its own
            bundle.problems.append(
                problem("wrong", f"{path} in {name} is damaged and cannot be unpacked.", "Make the zip again.")
            )


def _regular(entry: zipfile.ZipInfo, bundle: Bundle) -> bool:
    kind = stat.S_IFMT(entry.external_attr >> 16)
    shown = _shown(entry.filename)
    if entry.flag_bits & 1:
        raise _Refused(f"The zip is encrypted ({shown}).", "Hand in a zip without a password.")
    if kind not in (0, stat.S_IFREG):
        word = "a link" if kind == stat.S_IFLNK else "no ordinary file"
        bundle.problems.append(problem("wrong", f"{shown} is {word} and was left out.", "Hand in the file itself."))
        return False
    return True


def _check_sizes(name: str, entries: list[zipfile.ZipInfo], limits: Limits) -> None:
    if len(entries) > limits.entries:
        raise _Refused(
            f"{name} holds {len(entries)} files; at most {limits.entries} are unpacked.", "Hand in your own files only."
        )
    for entry in entries:
        packed = max(entry.compress_size, 1)
        if entry.file_size > RATIO_FROM_BYTES and entry.file_size > MAX_RATIO * packed:
            raise _Refused(
                f"{_shown(entry.filename)} in {name} unpacks to {entry.file_size // packed} times its size; "
                f"at most {MAX_RATIO} times is unpacked.",
                "Leave that file out.",
            )
    total = sum(entry.file_size for entry in entries)
    if total > limits.total_bytes:
        raise _Refused(_too_large(name, total, limits.total_bytes), "Hand in your own files only.")


def _gather(entries: Iterable[tuple[str, bytes]], bundle: Bundle, limits: Limits) -> None:
    taken: dict[str, str] = {}
    total = 0
    for path, content in sorted(entries, key=lambda entry: entry[0]):
        total += len(content)
        if total > limits.total_bytes or len(taken) >= limits.entries:
            what = "bytes" if total > limits.total_bytes else "files"
            most = limits.total_bytes if what == "bytes" else limits.entries
            raise _Refused(f"The submission holds more than {most} {what}.", "Hand in your own files only.")
        if len(content) > limits.file_bytes:
            bundle.problems.append(problem("wrong", _too_large(path, len(content), limits.file_bytes)))
        elif _usable(path, content, bundle) and _unique(path, taken, bundle):
            bundle.files[path] = content


def _too_large(name: str, size: int, limit: int) -> str:
    return f"{name} has {size / 2**20:.1f} MiB; at most {limit / 2**20:.0f} MiB are taken."


def _usable(path: str, content: bytes, bundle: Bundle) -> bool:
    lower = path.lower()
    if lower.endswith(ARCHIVES):
        bundle.remarks.append(f"{path} is an archive inside the submission and was not opened.")
        return False
    if lower.endswith(COMPILED) or content[:4] == b"\x7fELF":
        bundle.remarks.append(f"{path} is compiled code and was left out.")
        return False
    return True


def _unique(path: str, taken: dict[str, str], bundle: Bundle) -> bool:
    """Take up `path` and its folders, unless one of them is taken as the other kind or under another spelling."""
    steps = [path[:end] for end in range(len(path)) if path[end] == "/"]
    for step, spelling in [*((step, step + "/") for step in steps), (path, path)]:
        other = taken.setdefault(unicodedata.normalize("NFC", step).casefold(), spelling)
        if other != spelling or (step == path and path in bundle.files):
            bundle.problems.append(problem("wrong", _clash(path, other), "Give every file a name of its own."))
            return False
    return True


def _clash(path: str, other: str) -> str:
    if path == other:
        return f"{path} is in the submission twice; the first one was taken."
    if unicodedata.normalize("NFC", path) == unicodedata.normalize("NFC", other):
        return f"Two files are named {path}, spelt with different characters that look the same; one was left out."
    return f"{path} and {other} have the same name on some systems; {path} was left out."


def _ignored(path: str) -> bool:
    parts = path.replace("\\", "/").split("/")
    return any(part.lower() in _IGNORED_PARTS or part.startswith("._") for part in parts)


def _accepted(path: str, bundle: Bundle) -> str | None:
    """Return the relative path to write, None when it is ignored or refused."""
    if _ignored(path):
        return None
    name = path.replace("\\", "/")
    reason = _refusal(name)
    if any(_RESERVED.fullmatch(part) for part in name.split("/")):
        bundle.remarks.append(f"The file name {_shown(path)} is reserved on some systems; rename the file.")
    if reason is None:
        return "/".join(part for part in name.split("/") if part not in ("", "."))
    bundle.problems.append(
        problem("wrong", f"The file name {_shown(path)} {reason}; the file was left out.", "Rename the file.")
    )
    return None


def _refusal(name: str) -> str | None:
    parts = name.split("/")
    if any(unicodedata.category(character) in _UNSEEN for character in name):
        return "has characters that cannot be seen"
    if name.startswith("/") or re.match(r"[A-Za-z]:", name):
        return "is an absolute path"
    if ".." in parts:
        return "leads out of its folder"
    if len(name) > 500 or len(parts) > 20 or any(len(part.encode("utf-8", "replace")) > 200 for part in parts):
        return "is too long"
    return None if any(part not in ("", ".") for part in parts) else "is empty"


def _shown(path: str) -> str:
    text = "".join(c if unicodedata.category(c) not in _UNSEEN else f"\\u{ord(c):04x}" for c in path[:120])
    return f"'{text}'"


def _without_wrapper(files: dict[str, bytes]) -> dict[str, bytes]:
    while files:
        tops = {path.partition("/")[0] for path in files}
        top = next(iter(tops))
        if len(tops) > 1 or f"{top}/__init__.py" in files or not all("/" in path for path in files):
            return files
        files = {path.partition("/")[2]: content for path, content in files.items()}
    return files
