"""Packs the students' pages into a zip in another system's upload layout. Reads only names, and opens no student's file."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path, PurePosixPath

from grader.course.export.grades import Grade, Students, match
from grader.course.export.moodle import participants
from grader.errors import UsageError, reason
from grader.submissions.slug import slugs_of

PAGE = "report.html"
# A file name in a Canvas download; like Canvas, take the first two numbers as the user and the attachment.
_CANVAS = re.compile(r"(?P<name>(?:LATE_)?[^_]+(?:_LATE)?)_(?P<user>\d+)_(?P<attachment>\d+)_.+", re.DOTALL)
_MOODLE = re.compile(r"(?:^|/)(?P<name>[^/]*?)_(?P<id>\d+)_assign(?:submission|feedback)_[a-z]+(?:[_/.]|$)")
_DATE = (1980, 1, 1, 0, 0, 0)
_MOST_NAMES = 1_000_000

Places = dict[str, list[str]]


def folder_places(grades: Sequence[Grade]) -> Places:
    """Return the path of each student's page in a plain folder, by the grade's key; by real names if they are known."""
    slugs = slugs_of([grade.name for grade in grades if grade.key == grade.slug])
    return {
        grade.key: [
            f"{slugs[grade.name]}.html" if grade.key == grade.slug else f"{grade.slug}/{_plain((), grade)}.html"
        ]
        for grade in grades
    }


def moodle_places(source: Path, grades: Sequence[Grade]) -> tuple[Places, list[str]]:
    """Return the path of each student's page in Moodle's layout, and the rows that could not be matched.

    Parameters
    ----------
    source : Path
        The grading worksheet (CSV) or the downloaded submissions (zip or folder), which have the participants' numbers.
    grades : sequence of Grade

    Raises
    ------
    UsageError
        If the source cannot be read or names no participant.
    """
    if source.is_file() and not zipfile.is_zipfile(source):
        known = participants(_bytes(source), str(source))
    else:
        known = {}
        for name in names_in(source):
            found = _MOODLE.search(name)
            if found:
                known[int(found["id"])] = ([found["id"], f"{found['name']}_{found['id']}"], [found["name"]])
    if not known:
        raise UsageError(f"{source} names no Moodle participant; give the grading worksheet, or the downloaded zip.")
    sure, doubtful = match(known, Students(grades))
    places: Places = {}
    for number, grade in sure.items():
        places.setdefault(grade.key, []).append(
            f"{_plain(known[number][1], grade)}_{number}_assignfeedback_file/{PAGE}"
        )
    return places, [f"participant {number}" for number in doubtful]


def canvas_places(source: Path, grades: Sequence[Grade]) -> tuple[Places, list[str]]:
    """Return the paths in Canvas's layout, given the submissions downloaded from it; see ``moodle_places``."""
    files: dict[int, tuple[str, str, str]] = {}
    for name in names_in(source):
        found = _CANVAS.fullmatch(PurePosixPath(name).name)
        if found:
            user = int(found["user"])
            newest = max(
                files.get(user, (found["name"], "", "0")),
                (found["name"], "", found["attachment"]),
                key=lambda one: int(one[2]),
            )
            files[user] = newest
    if not files:
        raise UsageError(
            f"{source} contains no submission from Canvas; give the downloaded zip, because the pages need its file names."
        )
    rows = {
        user: ([str(user)], [name.removesuffix("_LATE").removeprefix("LATE_")]) for user, (name, _, _) in files.items()
    }
    sure, doubtful = match(rows, Students(grades))
    places: Places = {}
    for user, grade in sure.items():
        name, _, attachment = files[user]
        places.setdefault(grade.key, []).append(f"{name}_{user}_{attachment}_{PAGE}")
    return places, [f"user {user}" for user in doubtful]


def names_in(source: Path) -> Iterator[str]:
    """Yield the names in a zip or a folder; raise ``UsageError`` if it cannot be read."""
    try:
        if source.is_dir():
            names: Iterable[str] = (path.relative_to(source).as_posix() for path in source.rglob("*"))
        else:
            with zipfile.ZipFile(source) as archive:
                names = archive.namelist()
        for number, name in enumerate(names):
            if number == _MOST_NAMES:
                return
            if "__MACOSX/" not in name:
                yield name.replace("\\", "/")
    except (OSError, zipfile.BadZipFile, ValueError) as error:
        raise UsageError(f"{source} cannot be read: {reason(error)}.") from error


def _plain(names: Sequence[str], grade: Grade) -> str:
    """Return a folder name without anything that Moodle reads as the end of the name."""
    name = next((name for name in names if name.strip()), grade.name)
    return " ".join(re.sub(r"[^\w .,'-]|_", " ", name).split())[:80] or "student"


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {reason(error)}.") from error


def write_zip(file: Path, pages: Iterable[tuple[str, Path]]) -> int:
    """Write the pages to a zip, reproducibly, and return how many there are.

    Raises
    ------
    NotWritten
        If it cannot be written; an existing file is then kept.
    """
    from grader.files import writing

    beside = file.with_name(f".{file.name}.tmp")
    count = 0
    with writing(file):
        file.parent.mkdir(parents=True, exist_ok=True)
        try:
            with zipfile.ZipFile(beside, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
                for name, page in sorted(pages):
                    entry = zipfile.ZipInfo(name, _DATE)
                    entry.compress_type = zipfile.ZIP_DEFLATED
                    entry.external_attr = 0o644 << 16
                    archive.writestr(entry, page.read_bytes())
                    count += 1
            beside.replace(file)
        finally:
            beside.unlink(missing_ok=True)
    return count
