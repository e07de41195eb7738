"""The files of an archive in a format that Python does not know, read by the library libarchive if the machine has it.

Nothing here touches the disk, starts a program, or unpacks more than the caller asks for: files come one after the
other, in pieces.
"""

from __future__ import annotations

import stat
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from _child.sealed import BUILTINS as __builtins__  # noqa: F401

# Its names on Linux and macOS; to look further, Python would have to start a program.
LIBRARIES = ("libarchive.so.13", "libarchive.so", "libarchive.dylib", "/usr/lib/libarchive.dylib")
_SUPPORTS = (
    *(
        f"archive_read_support_format_{name}"
        for name in ("7zip", "rar", "rar5", "tar", "cpio", "xar", "cab", "iso9660", "lha")
    ),
    *(f"archive_read_support_filter_{name}" for name in ("zstd", "compress", "lz4", "lzip")),
)
_END, _WARNED = 1, -20
_PIECE_BYTES = 2**16


class Damaged(Exception):
    """The archive cannot be read any further."""


class Encrypted(Exception):
    """The archive needs a password."""


@dataclass(frozen=True)
class Entry:
    """An entry of an archive; ``size`` is its size in bytes according to the archive, and may be wrong."""

    path: str
    kind: int
    size: int
    pieces: Iterator[bytes]

    @property
    def is_folder(self) -> bool:
        """Whether it is a folder."""
        return stat.S_ISDIR(self.kind)

    @property
    def is_link(self) -> bool:
        """Whether it leads to something else."""
        return stat.S_ISLNK(self.kind)

    @property
    def is_file(self) -> bool:
        """Whether it is an ordinary file."""
        return stat.S_ISREG(self.kind)


def library() -> Any:
    """Return libarchive with the types of its functions; None if there is none that can read all formats."""
    import ctypes

    for name in LIBRARIES:
        try:
            found = ctypes.CDLL(name)
            _type(found, ctypes)
        except (OSError, AttributeError):
            continue
        return found
    return None


def entries(found: Any, raw: bytes) -> Iterator[Entry]:
    """Yield the entries of an archive; read each one before you take the next.

    Parameters
    ----------
    found : library
        What ``library`` returned.
    raw : bytes

    Raises
    ------
    Damaged, Encrypted
        If it cannot be read to its end.
    """
    import ctypes

    archive = ctypes.c_void_p(found.archive_read_new())
    try:
        for support in _SUPPORTS:
            getattr(found, support)(archive)
        if found.archive_read_open_memory(archive, raw, len(raw)) != 0:
            raise Damaged
        entry = ctypes.c_void_p()
        while (status := found.archive_read_next_header(archive, ctypes.byref(entry))) != _END:
            if found.archive_read_has_encrypted_entries(archive) > 0 or found.archive_entry_is_encrypted(entry) > 0:
                raise Encrypted
            if status < _WARNED:
                raise Damaged
            yield Entry(
                _path(found, entry),
                int(found.archive_entry_filetype(entry)),
                int(found.archive_entry_size(entry)),
                _pieces(found, archive, ctypes.create_string_buffer(_PIECE_BYTES)),
            )
    finally:
        found.archive_read_free(archive)


def _pieces(found: Any, archive: Any, buffer: Any) -> Iterator[bytes]:
    while count := found.archive_read_data(archive, buffer, _PIECE_BYTES):
        if count < 0:
            raise Damaged
        yield buffer.raw[:count]


def _path(found: Any, entry: Any) -> str:
    """Return the path of an entry; in a process without a locale, the library gives only one of its two forms."""
    text = found.archive_entry_pathname_utf8(entry)
    if text is not None:
        return str(text.decode("utf-8", "replace"))
    wide = found.archive_entry_pathname_w(entry)
    if wide is not None:
        return str(wide)
    return str((found.archive_entry_pathname(entry) or b"").decode("utf-8", "replace"))


def _type(found: Any, ctypes: Any) -> None:
    pointer, text = ctypes.c_void_p, ctypes.c_char_p
    for name, result, arguments in (
        ("archive_read_new", pointer, ()),
        ("archive_read_free", ctypes.c_int, (pointer,)),
        *((support, ctypes.c_int, (pointer,)) for support in _SUPPORTS),
        ("archive_read_open_memory", ctypes.c_int, (pointer, text, ctypes.c_size_t)),
        ("archive_read_next_header", ctypes.c_int, (pointer, pointer)),
        ("archive_read_has_encrypted_entries", ctypes.c_int, (pointer,)),
        ("archive_read_data", ctypes.c_ssize_t, (pointer, pointer, ctypes.c_size_t)),
        ("archive_entry_pathname_utf8", text, (pointer,)),
        ("archive_entry_pathname_w", ctypes.c_wchar_p, (pointer,)),
        ("archive_entry_pathname", text, (pointer,)),
        ("archive_entry_filetype", ctypes.c_uint, (pointer,)),
        ("archive_entry_size", ctypes.c_int64, (pointer,)),
        ("archive_entry_is_encrypted", ctypes.c_int, (pointer,)),
    ):
        function = getattr(found, name)
        function.restype, function.argtypes = result, arguments
