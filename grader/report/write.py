"""The reports as files, each of them whole or absent: REPORTED. May not import fence, checks or reference."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from grader.errors import GraderError
from grader.report import junit, scores_csv
from grader.report.gradescope import gradescope
from grader.report.index import index_pieces
from grader.report.page import render_page
from grader.report.shape import Record
from grader.report.summary import ClassSummary, gather
from grader.report.summary_md import markdown

_SLUG = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,199}")


@dataclass(frozen=True)
class ReportPaths:
    """Where the reports of a class are, and their summary for the terminal."""

    out: Path
    index: Path
    scores: Path
    junit: Path
    markdown: Path
    gradescope: Path
    summary: ClassSummary


def write_class(records: Callable[[], Iterator[Record]], out: Path, *, hidden: str = "after_published") -> ReportPaths:
    """Write the files of the class: page, scores, JUnit, Markdown, and Gradescope's files.

    Parameters
    ----------
    records : callable
        Returns a fresh iterator over all records in a fixed order; called twice, and never more than one record is
        kept.
    out : Path
        The folder of the reports; made when it does not exist.
    hidden : str
        Visibility of hidden checks in Gradescope's files.

    Returns
    -------
    ReportPaths
        Where everything is, with the summary that the terminal's table needs.

    Raises
    ------
    GraderError
        If a record's slug could not be the name of a file.
    """
    summary = gather(records())
    paths = ReportPaths(
        out, out / "index.html", out / "scores.csv", out / "junit.xml", out / "summary.md", out / "gradescope", summary
    )
    _write(paths.index, index_pieces(summary))
    _write(paths.markdown, [markdown(summary)])
    _write_streams(records(), paths, hidden)
    return paths


def _write_streams(records: Iterable[Record], paths: ReportPaths, hidden: str) -> None:
    """Write the files that need whole records, one record at a time."""
    tasks = paths.summary.tasks
    with ExitStack() as files:
        scores = files.enter_context(replacing(paths.scores))
        suites = files.enter_context(replacing(paths.junit))
        scores.write(scores_csv.header(tasks))
        suites.write(junit.head(paths.summary))
        for record in records:
            scores.write(scores_csv.row(record, tasks))
            suites.write(junit.suite(record))
            text = json.dumps(gradescope(record, hidden), indent=1, ensure_ascii=False, allow_nan=False)
            _write(paths.gradescope / f"{_slug(record)}.json", [text, "\n"])
        suites.write(junit.tail())


def write_student(record: Record, out: Path) -> Path:
    """Write the page of one student below ``out`` and return where it is.

    Raises
    ------
    GraderError
        If the record's slug could not be the name of a file.
    """
    path = student_page(out, _slug(record))
    _write(path, [render_page(record)])
    return path


def student_page(out: Path, slug: str) -> Path:
    """Return where the page of the student with this slug is kept below the output folder."""
    return out / "students" / f"{slug}.html"


def _slug(record: Record) -> str:
    """Return the slug of a record, refused unless it is a plain name."""
    slug = record["slug"]
    if not _SLUG.fullmatch(slug):
        raise GraderError(
            f"A record's slug must be letters, digits, dots, hyphens and underscores, at most 200 of them, but it is "
            f"{ascii(slug)[:80]}; grade this submission again."
        )
    return str(slug)


def _write(path: Path, pieces: Iterable[str]) -> None:
    """Write a file as a stream of pieces."""
    with replacing(path) as file:
        for piece in pieces:
            file.write(piece)


@contextmanager
def replacing(path: Path) -> Iterator[TextIO]:
    """Open a file beside ``path`` and move it there when the block ends well, so that no one meets half a file.

    The name beside is always the same, so that what a killed run left is overwritten by the next one.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.tmp")
    beside.unlink(missing_ok=True)
    try:
        with open(beside, "x", encoding="utf-8", newline="", errors="backslashreplace") as file:
            yield file
        os.replace(beside, path)
    finally:
        beside.unlink(missing_ok=True)
