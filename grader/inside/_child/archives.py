"""The files of a submission, from an archive or a folder, under names that are safe to write.

Nothing here touches the disk. Files that cannot be used are left out with a sentence that says why; files that
were surely not meant to be handed in (caches, checkpoints, virtual environments) are left out silently.
"""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import re
import stat
import tarfile
import unicodedata
import zipfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from _child import documents, foreign, names, typed_in, zip_names
from _child.faults import problem
from _child.sealed import BUILTINS as __builtins__  # noqa: F401

MAX_RATIO = 200
RATIO_FROM_BYTES = 2**20
COMPILED = (".so", ".pyd", ".dll", ".dylib", ".pyc", ".pyo", ".o", ".a", ".exe")
ARCHIVES = (
    ".zip", ".zipx", ".tar", ".gz", ".tgz", ".bz2", ".tbz2", ".xz", ".txz", ".7z", ".rar", ".zst", ".z", ".whl", ".egg",
    ".cpio", ".xar", ".cab", ".iso", ".lha", ".lzh", ".lz", ".lz4", ".alz",
)  # fmt: skip
CODE = (".py", ".ipynb")
# An archive in an archive is opened, since platforms wrap the archives of students; a third level is not.
MAX_DEPTH = 3
MAX_FOLDERS = 200
_COMPRESSED = (b"\x1f\x8b", b"BZh", b"\xfd7zXZ\x00")
_READERS: dict[bytes, Callable[[io.BytesIO], Any]] = {
    b"\x1f\x8b": lambda raw: gzip.GzipFile(fileobj=raw),
    b"BZh": bz2.BZ2File,
    b"\xfd7zXZ\x00": lzma.LZMAFile,
}
_ENDING_OF_ONE = re.compile(r"(?i)\.(?:gz|bz2|xz)$")
_FOREIGN = {
    b"Rar!": "a RAR archive",
    b"7z\xbc\xaf\x27\x1c": "a 7z archive",
    b"\x28\xb5\x2f\xfd": "a Zstandard archive",
    b"\x1f\x9d": "an archive of the program compress",
    b"070701": "a cpio archive",
    b"070707": "a cpio archive",
    b"xar!": "a xar archive",
    b"MSCF": "a cabinet archive",
    b"\x04\x22\x4d\x18": "an LZ4 archive",
    b"LZIP": "a lzip archive",
    b"ALZ\x01": "an ALZ archive",
    b"EGGA": "an EGG archive",
}

Entries = Iterable[tuple[str, bytes]]


@dataclass(frozen=True)
class Limits:
    """How much a submission may hold, in bytes and in files."""

    total_bytes: int = 64 * 2**20
    file_bytes: int = 32 * 2**20
    entries: int = 1000


@dataclass
class Bundle:
    """Files that may be written, folders that may be empty, and remarks about the others.

    ``wrappers`` are the names of the folders that contained all of them. ``drops_steps`` is whether steps up, as in
    ``../main.py``, are dropped from names, as programs that unpack do, and not refused.
    """

    files: dict[str, bytes] = field(default_factory=dict)
    folders: list[str] = field(default_factory=list)
    wrappers: list[str] = field(default_factory=list)
    problems: list[dict[str, Any]] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    drops_steps: bool = False


class _Refused(Exception):
    """The whole submission is not unpacked; the message says why, the second argument what to do."""


def collect(files: Entries, form: str, limits: Limits, folders: Iterable[str] = ()) -> Bundle:
    """Return the files of a submission under safe names, a single wrapper folder removed.

    Parameters
    ----------
    files : iterable of (path, bytes)
        The archive alone when `form` is "zip".
    form : {"file", "folder", "zip"}
        How the submission was handed in. A single file that is an archive under another name is opened as well.
    limits : Limits
        Beyond them nothing is unpacked.
    folders : iterable of str
        The empty folders.
    """
    handed_in = list(files)
    bundle = _collected(handed_in, form, limits, folders, Bundle())
    if not _has_code(bundle) and any(names.LEADS_OUT in each["message"] for each in bundle.problems):
        # All of it was packed from above.
        bundle = _collected(handed_in, form, limits, folders, Bundle(drops_steps=True))
    if form != "file":
        _unwrap(bundle)
    return bundle


def _collected(
    handed_in: list[tuple[str, bytes]], form: str, limits: Limits, folders: Iterable[str], bundle: Bundle
) -> Bundle:
    _note_folders(folders, bundle)
    try:
        if form == "zip" or (form == "file" and _is_archive(*handed_in[0])):
            entries: Entries = _unpacked(*handed_in[0], bundle, limits)
        else:
            entries = _plain(handed_in, bundle)
        _gather(entries, bundle, limits)
        for _ in range(1, MAX_DEPTH):
            _open_inner(bundle, limits)
    except _Refused as refusal:
        bundle.files.clear()
        bundle.problems.append(problem("wrong", *refusal.args))
    _leave_archives(bundle)
    _name_by_content(bundle)
    _name_by_imports(bundle)
    return bundle


def _has_code(bundle: Bundle) -> bool:
    return any(path.lower().endswith(CODE) for path in bundle.files)


def _plain(files: Entries, bundle: Bundle) -> Iterator[tuple[str, bytes]]:
    for path, content in files:
        name = _accepted(path, bundle)
        if name is not None:
            yield name, content


def _is_archive(path: str, content: bytes) -> bool:
    """Return whether a file is an archive, except formats such as documents whose name says something else."""
    if not path.lower().endswith((*ARCHIVES, *CODE)) and "." in path:
        return False
    return (
        content.startswith((b"PK\x03\x04", *_COMPRESSED))
        or content[257:262] == b"ustar"
        or _foreign(content) is not None
    )


def _foreign(raw: bytes) -> str | None:
    """Return in words which archive it is that Python does not know; None for all other files."""
    if raw[32769:32774] == b"CD001":
        return "a disc image"
    if raw[2:5] in (b"-lh", b"-lz") and raw[6:7] == b"-":
        return "an LHA archive"
    return next((what for magic, what in _FOREIGN.items() if raw.startswith(magic)), None)


def _unpacked(name: str, raw: bytes, bundle: Bundle, limits: Limits) -> Iterator[tuple[str, bytes]]:
    """Yield the files of an archive, recognised by its content and not by its name."""
    if (what := _foreign(raw)) is not None:
        return _from_foreign(name, raw, what, bundle, limits)
    if raw[257:262] == b"ustar":
        return _untarred(name, raw, bundle, limits)
    if raw.startswith(_COMPRESSED):
        single = _single(name, raw, bundle, limits)
        return _untarred(name, raw, bundle, limits) if single is None else iter([single])
    ending = names.code_ending("", raw)
    if ending is not None and not zipfile.is_zipfile(io.BytesIO(raw)):
        # Renamed for a platform that takes only archives.
        bundle.remarks.append(_read_as(name, ending))
        return iter([(f"{name.rpartition('.')[0]}{ending}", raw)])
    return _unzipped(name, raw, bundle, limits)


def _unzipped(name: str, raw: bytes, bundle: Bundle, limits: Limits) -> Iterator[tuple[str, bytes]]:
    try:
        archive = zipfile.ZipFile(io.BytesIO(raw))
    except Exception as error:  # any error of a reader of damaged bytes
        raise _Refused(
            f"{name} cannot be opened as a zip archive.", "Make the zip again and hand it in anew."
        ) from error
    entries = archive.infolist()
    called = zip_names.names_of(entries, lambda: _code_in(archive, limits))
    _note_folders((path for path in called if path.endswith(("/", "\\"))), bundle)
    found = [
        (called_so, path, entry)
        for called_so, entry in zip(called, entries, strict=True)
        # Windows PowerShell writes backslashes, and a folder as an empty file.
        if not called_so.endswith(("/", "\\"))
        and not names.is_ignored(called_so)
        and _regular(called_so, entry, bundle)
        and (path := _accepted(called_so, bundle)) is not None
    ]
    wanted = _latest(found, bundle)
    _check_sizes(name, [(path, entry.file_size, entry.compress_size) for path, entry in wanted], limits)
    for path, entry in wanted:
        try:
            yield path, archive.read(entry)
        except NotImplementedError:
            message = f"{path} in {name} is packed in a way that is not unpacked here."
            bundle.problems.append(problem("wrong", message, "Make the zip with the program of your system."))
        except Exception:  # each compression method has its own errors
            bundle.problems.append(
                problem("wrong", f"{path} in {name} is damaged and cannot be unpacked.", "Make the zip again.")
            )


def _latest(found: Iterable[tuple[str, str, Any]], bundle: Bundle) -> list[tuple[str, Any]]:
    """Return path and content of the last entry with each name, as it would be after unpacking.

    Parameters
    ----------
    found : iterable of (name in the archive, path to write, content)
    """
    latest: dict[str, tuple[str, Any]] = {}
    for name, path, content in found:
        if latest.pop(name, None) is not None:
            message = f"{path} is in the submission twice; the last one was taken."
            bundle.problems.append(problem("wrong", message, "Give every file a name of its own."))
        latest[name] = path, content
    return list(latest.values())


def _code_in(archive: zipfile.ZipFile, limits: Limits) -> str:
    """Return the text of the code in a zip, within the limits, regardless of file names."""
    texts, left = [], limits.file_bytes
    for entry in archive.infolist():
        if entry.filename.lower().endswith(CODE) and entry.file_size <= min(left, MAX_RATIO * entry.compress_size):
            left -= entry.file_size
            try:
                texts.append(archive.read(entry).decode("utf-8", "replace"))
            except Exception:  # a damaged one is reported when it is unpacked
                continue
    return "\n".join(texts)


def _regular(path: str, entry: zipfile.ZipInfo, bundle: Bundle) -> bool:
    kind = stat.S_IFMT(entry.external_attr >> 16)
    if entry.flag_bits & 1:
        raise _Refused(f"The zip is encrypted ({names.shown(path)}).", "Hand in a zip without a password.")
    if kind not in (0, stat.S_IFREG):
        _leave_link(path, kind == stat.S_IFLNK, bundle)
        return False
    return True


def _leave_link(path: str, is_link: bool, bundle: Bundle) -> None:
    word = "a link" if is_link else "no ordinary file"
    message = f"{names.shown(path)} is {word} and was left out."
    bundle.problems.append(problem("wrong", message, "Hand in the file itself."))


def _single(name: str, raw: bytes, bundle: Bundle, limits: Limits) -> tuple[str, bytes] | None:
    """Return the one file that was compressed alone, as `hw.py.gz` is; None for an archive."""
    inner = _ENDING_OF_ONE.sub("", name)
    if inner == name or not names.true_ending(inner).endswith(CODE):
        return None
    reader = next(reader for magic, reader in _READERS.items() if raw.startswith(magic))
    most = min(limits.file_bytes, MAX_RATIO * max(len(raw), RATIO_FROM_BYTES))
    try:
        with reader(io.BytesIO(raw)) as file:
            content = file.read(most + 1)
    except Exception:  # any error of a reader of damaged bytes; the reader of archives reports it
        return None
    if len(content) > most:
        raise _Refused(f"{inner} unpacks to more than {most / 2**20:g} MiB.", "Hand in your own files only.")
    path = _accepted(inner, bundle)
    return None if path is None or content[257:262] == b"ustar" else (path, content)


def _untarred(name: str, raw: bytes, bundle: Bundle, limits: Limits) -> Iterator[tuple[str, bytes]]:
    """Yield the files of a tar archive, compressed or not; it is read once from front to back."""
    count = total = 0
    found: list[tuple[str, str, bytes]] = []
    try:
        with tarfile.open(fileobj=io.BytesIO(raw), mode="r|*", encoding="utf-8") as archive:
            for entry in archive:
                # Entries that are left out are also read, to get to those after them; a link's size is that of another
                # file.
                count, total = count + 1, total + (0 if entry.issym() or entry.islnk() else max(entry.size, 0))
                if count > 4 * limits.entries or total > limits.total_bytes:
                    raise _Refused(_too_many(name, limits, total), "Hand in your own files only.")
                if entry.isdir():
                    _note_folders([entry.name], bundle)
                    continue
                if names.is_ignored(entry.name):
                    continue
                if not entry.isreg():
                    _leave_link(entry.name, entry.issym() or entry.islnk(), bundle)
                elif (path := _accepted(entry.name.removeprefix("./"), bundle)) is not None:
                    file = archive.extractfile(entry)
                    found.append((entry.name, path, file.read() if file is not None else b""))
    except _Refused:
        raise
    except Exception as error:  # any error of a reader of damaged bytes
        raise _Refused(
            f"{name} cannot be opened as an archive.", "Make the archive again and hand it in anew."
        ) from error
    yield from _latest(found, bundle)


def _from_foreign(name: str, raw: bytes, what: str, bundle: Bundle, limits: Limits) -> Iterator[tuple[str, bytes]]:
    """Yield the files of an archive in a format that Python does not know, if the machine has a library for it."""
    instead = "Hand in a zip, or the files themselves."
    library = foreign.library()
    if library is None:
        raise _Refused(f"{name} is {what}, which is not opened here.", instead)
    most = min(limits.total_bytes, MAX_RATIO * max(len(raw), RATIO_FROM_BYTES))
    count = total = 0
    found: list[tuple[str, str, bytes]] = []
    try:
        for entry in foreign.entries(library, raw):
            count += 1
            if count > 4 * limits.entries:
                raise _Refused(_too_many(name, limits), "Hand in your own files only.")
            path = _wanted(entry, bundle)
            content = bytearray()
            # Entries that are left out are also unpacked, to get to those after them.
            for piece in entry.pieces:
                total += len(piece)
                if total > most:
                    raise _Refused(f"{name} unpacks to more than {most / 2**20:g} MiB.", "Hand in your own files only.")
                if path is not None:
                    content += piece
            if path is not None:
                found.append((entry.path, path, bytes(content)))
    except foreign.Encrypted as error:
        raise _Refused(f"{name} is {what} with a password.", "Hand in an archive without a password.") from error
    except foreign.Damaged as error:
        raise _Refused(f"{name} is {what} that cannot be opened.", instead) from error
    if not count:
        raise _Refused(f"{name} is {what} in which no file was found.", instead)
    yield from _latest(found, bundle)


def _wanted(entry: foreign.Entry, bundle: Bundle) -> str | None:
    """Return the path to which an entry is written; None for folders, links, and ignored or refused entries."""
    if entry.is_folder:
        _note_folders([entry.path], bundle)
        return None
    if names.is_ignored(entry.path):
        return None
    if not entry.is_file:
        _leave_link(entry.path, entry.is_link, bundle)
        return None
    return _accepted(entry.path.removeprefix("./"), bundle)


def _check_sizes(name: str, entries: list[tuple[str, int, int]], limits: Limits) -> None:
    """Refuse a zip with too many entries, or whose entries (path, size and packed size in bytes) expand too much."""
    if len(entries) > limits.entries:
        raise _Refused(
            f"{name} holds {len(entries)} files; at most {limits.entries} are unpacked.", "Hand in your own files only."
        )
    for path, size, packed in entries:
        if size > RATIO_FROM_BYTES and size > MAX_RATIO * max(packed, 1):
            raise _Refused(
                f"{names.shown(path)} in {name} unpacks to {size // max(packed, 1)} times its size; "
                f"at most {MAX_RATIO} times is unpacked.",
                "Leave that file out.",
            )
    total = sum(size for _, size, _ in entries)
    if total > limits.total_bytes:
        raise _Refused(_too_large(name, total, limits.total_bytes), "Hand in your own files only.")


def _gather(entries: Entries, bundle: Bundle, limits: Limits) -> None:
    taken: dict[str, str] = {}
    total = 0
    for path, content in sorted(entries, key=lambda entry: entry[0]):
        total += len(content)
        if total > limits.total_bytes or len(taken) >= limits.entries:
            raise _Refused(_too_many("The submission", limits, total), "Hand in your own files only.")
        if len(content) > limits.file_bytes:
            bundle.problems.append(problem("wrong", _too_large(path, len(content), limits.file_bytes)))
        elif _usable(path, content, bundle) and _unique(path, taken, bundle):
            bundle.files[path] = content


def _open_inner(bundle: Bundle, limits: Limits) -> None:
    """Replace inner archives by their files if the code must be in one of them."""
    inner = {path: content for path, content in bundle.files.items() if path.lower().endswith(ARCHIVES)}
    if not inner or _has_code(bundle):
        return
    kept = {path: content for path, content in bundle.files.items() if path not in inner}
    left = limits.total_bytes - sum(map(len, kept.values()))
    for path, content in sorted(inner.items()):
        opened = Bundle(drops_steps=bundle.drops_steps)
        folder, _, name = path.rpartition("/")
        # Two archives may hold files with the same name; the files of a single archive keep their names.
        place = [folder] if len(inner) == 1 else [folder, name.partition(".")[0]]
        _gather(_unpacked(path, content, opened, Limits(left, limits.file_bytes, limits.entries)), opened, limits)
        left -= sum(map(len, opened.files.values()))
        if len(kept) + len(opened.files) > limits.entries:
            raise _Refused(_too_many("The submission", limits), "Hand in your own files only.")
        bundle.folders += ["/".join(filter(None, [*place, each])) for each in opened.folders]
        bundle.problems += opened.problems
        bundle.remarks += [*opened.remarks, f"{path} is an archive inside the submission; it was opened."]
        kept.update({"/".join(filter(None, [*place, name])): each for name, each in opened.files.items()})
    bundle.files = kept


def _leave_archives(bundle: Bundle) -> None:
    for path in [path for path in bundle.files if path.lower().endswith(ARCHIVES)]:
        bundle.remarks.append(f"{path} is an archive inside the submission and was not opened.")
        del bundle.files[path]


def _name_by_content(bundle: Bundle) -> None:
    """Give notebooks and scripts that are called like each other the right ending, and other files with code, if none has the ending of code."""
    for path, content in list(bundle.files.items()):
        ending = names.other_ending(path, content)
        right = f"{path.rpartition('.')[0]}{ending}"
        if ending is not None and right not in bundle.files:
            bundle.remarks.append(_read_as(path, ending))
            bundle.files[right] = bundle.files.pop(path)
    if any(path.endswith(CODE) or documents.is_document(path, content) for path, content in bundle.files.items()):
        return
    for path, content in list(bundle.files.items()):
        ending = names.code_ending(path, content)
        if ending is not None:
            bundle.remarks.append(_read_as(path, ending))
            bundle.files[f"{path.removesuffix('.txt').removesuffix('.json')}{ending}"] = bundle.files.pop(path)
    if not any(path.endswith(CODE) for path in bundle.files):
        _take_typed_in(bundle)


def _name_by_imports(bundle: Bundle) -> None:
    """Give modules back the names by which they are imported, if a second download of a file has got another one."""
    copies: dict[str, list[str]] = {}
    for path in bundle.files:
        folder, slash, name = path.rpartition("/")
        stem = names.without_mark_of_a_copy(name.removesuffix(".py"))
        plain = f"{folder}{slash}{stem}.py"
        if name.endswith(".py") and stem.isidentifier() and plain not in bundle.files:
            copies.setdefault(plain, []).append(path)
    for plain, paths in copies.items():
        if len(paths) == 1 and _is_imported(plain, bundle) and not _is_imported(paths[0], bundle):
            bundle.remarks.append(f"{paths[0]} was read as {plain}, because it is imported by that name.")
            bundle.files[plain] = bundle.files.pop(paths[0])


def _is_imported(path: str, bundle: Bundle) -> bool:
    stem = path.rpartition("/")[2].removesuffix(".py")
    imports = re.compile(rb"\b(?:from|import)[ \t]++" + re.escape(stem).encode() + rb"\b")
    return any(each.endswith(CODE) and imports.search(text) for each, text in bundle.files.items())


def _read_as(path: str, ending: str) -> str:
    return f"{path} holds {'a notebook' if ending == '.ipynb' else 'Python code'} and was read as such."


def _take_typed_in(bundle: Bundle) -> None:
    """Read code that was typed into a platform's text box, if nothing else was handed in."""
    for path in [path for path in bundle.files if typed_in.is_typed_in(path)]:
        text = typed_in.text_of(bundle.files[path])
        if names.code_ending("typed in", text) == ".py":
            bundle.remarks.append(f"{path} holds Python code that was typed into a text box, and was read as such.")
            bundle.files[f"{path[: -len('.html')]}.py"] = text
            del bundle.files[path]


def _too_many(name: str, limits: Limits, total: int = 0) -> str:
    """Return the sentence for too many files, or for `total` bytes if those are too many."""
    if total > limits.total_bytes:
        return f"{name} holds more than {limits.total_bytes / 2**20:g} MiB, which is the most that is taken."
    return f"{name} holds more than {limits.entries} files, which is the most that is unpacked."


def _too_large(name: str, size: int, limit: int) -> str:
    return f"{name} has {size / 2**20:.1f} MiB; at most {limit / 2**20:.0f} MiB are taken."


def _usable(path: str, content: bytes, bundle: Bundle) -> bool:
    if path.lower().endswith(COMPILED) or content[:4] == b"\x7fELF":
        bundle.remarks.append(f"{path} is compiled code and was left out.")
        return False
    return True


def _unique(path: str, taken: dict[str, str], bundle: Bundle) -> bool:
    """Add `path` and its folders, unless one of them is already there as the other kind or with another spelling."""
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
    return f"{path} and {other} have the same name on some systems; {path} was left out."


def _accepted(path: str, bundle: Bundle) -> str | None:
    """Return the relative path to write; None if it is ignored or refused."""
    if names.is_ignored(path):
        return None
    given = path.replace("\\", "/")
    name = names.without_root(given)
    if bundle.drops_steps:
        name = names.without_steps(name)
    if names.is_reserved(name):
        bundle.remarks.append(f"The file name {names.shown(path)} is reserved on some systems; rename the file.")
    target = names.written(name)
    # Check the written name as well: without its invisible characters it may lead elsewhere.
    reason = names.refusal(name) or names.refusal(target)
    if reason is not None:
        message = f"The file name {names.shown(path)} {reason}; the file was left out."
        bundle.problems.append(problem("wrong", message, "Rename the file."))
        return None
    ended = names.true_ending(target)
    plain = unicodedata.normalize("NFC", "/".join(part for part in name.split("/") if part not in ("", ".")))
    if name != given or ended != plain:
        bundle.remarks.append(f"{names.shown(path)} was read as {names.shown(ended)}.")
    return ended


def _note_folders(folders: Iterable[str], bundle: Bundle) -> None:
    """Keep folders whose names are safe; losing the others does not matter."""
    for folder in folders:
        name = folder.replace("\\", "/").removeprefix("./").rstrip("/")
        wanted = (
            not names.is_ignored(name) and names.refusal(name) is None and names.refusal(names.written(name)) is None
        )
        if wanted and len(bundle.folders) < MAX_FOLDERS:
            bundle.folders.append(names.written(name))


def _unwrap(bundle: Bundle) -> None:
    """Remove the folders that contain everything else, one by one."""
    while bundle.files:
        tops = {path.partition("/")[0] for path in (*bundle.files, *bundle.folders)}
        top = next(iter(tops))
        if len(tops) > 1 or f"{top}/__init__.py" in bundle.files or not all("/" in path for path in bundle.files):
            return
        bundle.wrappers.append(top)
        bundle.files = {path.partition("/")[2]: content for path, content in bundle.files.items()}
        bundle.folders = [path.partition("/")[2] for path in bundle.folders if "/" in path]
