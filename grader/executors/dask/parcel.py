"""Messages to a Dask worker and back, as bytes: a line of JSON, then files."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from grader.executors.workers import Order
from grader.submissions import Origin, Submission, TooLarge

LEADS_OUT = "It holds a file whose path leads out of it."


@dataclass(frozen=True)
class Parcel:
    """The order for a worker and one submission, or none if the worker only has to get ready.

    ``run`` is the command's unique name for this grading. ``repeat`` is the line that repeats the grading,
    ``files`` are paths inside the hand-in, with their bytes, and ``unreadable`` is the reason if it could not be
    read; ``left_out`` says what was not read, ``entry`` is the file to grade, if a person has chosen one,
    ``folders`` are the empty folders, and ``origin`` is other information about the hand-in.
    """

    run: str
    order: Order
    repeat: str = ""
    id: str = ""
    slug: str = ""
    name: str = ""
    form: str = ""
    files: tuple[tuple[str, bytes], ...] = ()
    unreadable: str | None = None
    left_out: tuple[str, ...] = ()
    entry: str | None = None
    folders: tuple[str, ...] = ()
    origin: Mapping[str, Any] | None = None


@dataclass(frozen=True)
class Reply:
    """The answer of a worker.

    ``record`` and ``notebook`` are the bytes of the files that a local run would have written, ``status`` is the
    exit status of the judge. ``isolation`` is that of the worker's fence, in the answer to getting ready. ``error``
    is a sentence for the instructor if the worker cannot grade at all.
    """

    record: bytes | None = None
    notebook: bytes | None = None
    status: int = 0
    isolation: Mapping[str, Any] | None = None
    error: str | None = None
    error_status: int = 0


def packed(submission: Submission, max_bytes: int, order: Order, run: str, repeat: str) -> Parcel:
    """Return the parcel of a submission; it says what could not be read here, so that the record is the same."""
    files: tuple[tuple[str, bytes], ...] = ()
    unreadable = None
    try:
        contents = submission.contents(max_bytes)
    except (TooLarge, OSError) as error:
        unreadable = str(error)
        left_out: tuple[str, ...] = ()
        folders: tuple[str, ...] = ()
    else:
        files = tuple((file.path, file.content) for file in contents.files)
        left_out, folders = contents.left_out, contents.folders
    name = submission.path.name
    return Parcel(
        run,
        order,
        repeat,
        submission.id,
        submission.slug,
        name,
        submission.form,
        files,
        unreadable,
        left_out,
        submission.entry,
        folders,
        submission.origin.fields() if submission.origin else None,
    )


def unpacked(parcel: Parcel, folder: Path) -> Submission:
    """Write a submission into an empty folder, and return it as found there."""
    path = folder / parcel.name
    paths = [*(relative for relative, _ in parcel.files), *parcel.folders]
    inside = all(map(_is_inside, paths)) and len(Path(parcel.name).parts) == 1
    if not inside or not _is_inside(parcel.name):
        return Submission(parcel.id, parcel.slug, folder / "hand-in", parcel.form, LEADS_OUT)
    if parcel.form == "folder":
        path.mkdir()
        for relative in parcel.folders:
            (path / relative).mkdir(parents=True, exist_ok=True)
    for relative, content in parcel.files:
        file = path / relative if parcel.form == "folder" else path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
    return Submission(
        parcel.id,
        parcel.slug,
        path,
        parcel.form,
        parcel.unreadable,
        tuple(parcel.left_out),
        entry=parcel.entry,
        origin=Origin.from_fields(parcel.origin) if parcel.origin else None,
    )


def _is_inside(relative: str) -> bool:
    path = PurePosixPath(relative)
    return not path.is_absolute() and bool(path.parts) and ".." not in path.parts and "\0" not in relative


def parcel_bytes(parcel: Parcel) -> bytes:
    """Return a parcel as bytes."""
    fields = {key: value for key, value in vars(parcel).items() if key not in ("order", "files")}
    order = {key: str(value) if isinstance(value, Path) else value for key, value in asdict(parcel.order).items()}
    paths = [path for path, _ in parcel.files]
    return _joined(fields | {"order": order, "paths": paths}, [content for _, content in parcel.files])


def parcel_from(content: bytes) -> Parcel:
    """Return the parcel that the bytes encode; raises ``ValueError``."""
    fields, contents = _split(content)
    order = fields.pop("order")
    files = tuple(zip(fields.pop("paths"), contents, strict=True))
    order |= {"assignment": Path(order["assignment"]), "out": Path(order["out"])}
    return Parcel(order=Order(**order), files=files, **fields)


def reply_bytes(reply: Reply) -> bytes:
    """Return a reply as bytes."""
    sent = {name: value for name in ("record", "notebook") if (value := getattr(reply, name)) is not None}
    fields = {key: value for key, value in vars(reply).items() if key not in ("record", "notebook")}
    return _joined(fields | {"files": list(sent)}, list(sent.values()))


def reply_from(content: bytes) -> Reply:
    """Return the reply that the bytes encode; raises ``ValueError``."""
    fields, contents = _split(content)
    return Reply(**dict(zip(fields.pop("files"), contents, strict=True)), **fields)


def _joined(fields: Mapping[str, Any], contents: Sequence[bytes]) -> bytes:
    head = json.dumps({**fields, "sizes": [len(content) for content in contents]})
    return b"".join((head.encode("ascii"), b"\n", *contents))


def _split(content: bytes) -> tuple[dict[str, Any], list[bytes]]:
    end = content.index(b"\n")
    fields = json.loads(content[:end])
    contents, begin = [], end + 1
    for size in fields.pop("sizes"):
        contents.append(content[begin : begin + size])
        begin += size
    if begin != len(content):
        raise ValueError("the sizes do not add up")
    return fields, contents
