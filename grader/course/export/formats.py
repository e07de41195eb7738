"""The formats that scores are exported in, by name; only this table knows them all."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from grader.course.export import brightspace, canvas, gradescope, moodle
from grader.course.export.columns import Asked
from grader.course.export.grades import Filled, Grade
from grader.course.export.table import CSV_BEGINS, XLSX_BEGINS, as_csv, as_xlsx


@dataclass(frozen=True)
class Format:
    """A format has ``fill``, ``new`` or both, or it is a table of our own.

    Attributes
    ----------
    fill : callable or None
        Takes a file that the system gave out, its name, the grades and what is asked of it; returns it with the scores.
    new : callable or None
        Takes the grades and the assignment's title; returns a file that the system accepts.
    table : callable or None
        Takes all grades, and those who handed in nothing; returns a table of our own.
    begins : bytes
        How such a table begins, so that only our own files are overwritten.
    ending : str
        The ending of its file's name.
    takes_all : bool
        Whether ``fill`` also takes students without a score, for their comments.
    """

    fill: Callable[[bytes, str, Sequence[Grade], Asked], Filled] | None = None
    new: Callable[[Sequence[Grade], str], bytes] | None = None
    table: Callable[[Sequence[Grade]], bytes] | None = None
    begins: bytes = b""
    ending: str = "csv"
    takes_all: bool = False


FORMATS = {
    "canvas": Format(canvas.fill_file, canvas.new_file),
    "moodle": Format(moodle.fill_file, takes_all=True),
    "brightspace": Format(brightspace.fill_file, brightspace.new_file),
    "gradescope": Format(gradescope.fill_file, gradescope.new_file),
    "csv": Format(table=as_csv, begins=CSV_BEGINS),
    "xlsx": Format(table=as_xlsx, begins=XLSX_BEGINS, ending="xlsx"),
}
