"""What travels to a Dask worker and back: a submission as bytes, a record as bytes. FOUND and RECORDED; imports no Dask."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from grader.submissions import Submission, TooLarge


@dataclass(frozen=True)
class Parcel:
    """One submission on its way to a worker.

    ``files`` are paths inside the hand-in, with their bytes; ``unreadable`` is why it could not be read, if so, and
    ``left_out`` says what was not read; ``entry`` is the file to grade, when a person has chosen one.
    """

    id: str
    slug: str
    name: str
    form: str
    files: tuple[tuple[str, bytes], ...]
    unreadable: str | None = None
    left_out: tuple[str, ...] = ()
    entry: str | None = None


@dataclass(frozen=True)
class Reply:
    """What a worker sends back.

    ``record`` and ``notebook`` are the bytes of the files that a local run would have written, ``status`` is the exit status
    of the judge. ``error`` is a sentence for the instructor when nothing can be graded there at all.
    """

    record: bytes | None = None
    notebook: bytes | None = None
    status: int = 0
    error: str | None = None
    error_status: int = 0


def packed(submission: Submission, max_bytes: int) -> Parcel:
    """Return a submission as it travels; what cannot be read here is told there, so that the record is the same."""
    try:
        contents = submission.contents(max_bytes)
    except (TooLarge, OSError) as error:
        return Parcel(
            submission.id,
            submission.slug,
            submission.path.name,
            submission.form,
            (),
            str(error),
            entry=submission.entry,
        )
    files = tuple((file.path, file.content) for file in contents.files)
    return Parcel(
        submission.id,
        submission.slug,
        submission.path.name,
        submission.form,
        files,
        left_out=contents.left_out,
        entry=submission.entry,
    )


def unpacked(parcel: Parcel, folder: Path) -> Submission:
    """Write a submission below an empty folder, and return it as it is found there."""
    path = folder / parcel.name
    if parcel.form == "folder":
        path.mkdir()
    for relative, content in parcel.files:
        file = path / relative if parcel.form == "folder" else path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
    return Submission(parcel.id, parcel.slug, path, parcel.form, parcel.unreadable, parcel.left_out, entry=parcel.entry)
