"""Writes the reports, each file completely or not at all."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from grader.errors import GraderError
from grader.files import replacing
from grader.report import junit, scores_csv
from grader.report.class_summary import ClassSummary
from grader.report.decided import read_decided
from grader.report.gradescope import gradescope
from grader.report.index import index_pieces
from grader.report.page import render_page
from grader.report.stand_ins import StandIns
from grader.report.summary import Summary
from grader.report.summary_md import markdown

HIDDEN = "after_published"
_SLUG = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,199}")


@dataclass(frozen=True)
class ReportPaths:
    """The paths of a class's reports, and their summary for the terminal."""

    out: Path
    index: Path
    scores: Path
    junit: Path
    markdown: Path
    gradescope: Path
    summary: ClassSummary


def write_class(
    records: Callable[[], Iterator[Mapping[str, Any]]],
    out: Path,
    *,
    hidden: str = HIDDEN,
    absent: Sequence[tuple[str, str]] = (),
) -> ReportPaths:
    """Write the files of the class: the page, the scores, JUnit, Markdown and Gradescope's files.

    Parameters
    ----------
    records : callable
        Returns a fresh iterator over all records in a fixed order; called twice, and never more than one record is
        kept in memory. If a record cannot be reported, a stand-in replaces it and all files are written again; pass
        ``StandIns`` to learn of them.
    out : Path
        The folder of the reports, created if it does not exist.
    hidden : str
        Visibility of hidden checks in Gradescope's files.
    absent : sequence of (id, name)
        The students who handed in nothing, if there is a roster.

    Returns
    -------
    ReportPaths
        The paths of the files, with the summary for the terminal's table.

    Raises
    ------
    GraderError
        If a record's slug cannot be a file name.
    """
    records = records if isinstance(records, StandIns) else StandIns(records)
    while True:
        known = len(records.faults)
        summary = ClassSummary()
        for _ in records.each(summary.add):
            pass
        paths = ReportPaths(
            out,
            out / "index.html",
            out / "scores.csv",
            out / "junit.xml",
            out / "summary.md",
            out / "gradescope",
            summary,
        )
        _write_streams(records, paths, hidden)
        if len(records.faults) == known:
            break
    summary.students = [_with_rendered(student, out) for student in summary.students]
    _write(paths.markdown, [markdown(summary)])
    _write(paths.index, index_pieces(summary, absent))
    return paths


def _with_rendered(student: Summary, out: Path) -> Summary:
    """Return a student with the executed notebook's rendered page in place of the notebook, if there is one."""
    page = f"notebooks/{student.slug}.html"
    rendered = student.notebook == f"notebooks/{student.slug}.ipynb" and (out / page).is_file()
    return replace(student, notebook=page) if rendered else student


def _write_streams(records: StandIns, paths: ReportPaths, hidden: str) -> None:
    """Write the files that need whole records, one record at a time."""
    with ExitStack() as files:
        scores = files.enter_context(replacing(paths.scores))
        suites = files.enter_context(replacing(paths.junit))
        scores.write(scores_csv.header(paths.summary.tasks))
        suites.write(junit.head(paths.summary))
        for slug, row, suite, text in records.each(lambda record: _texts(record, paths, hidden, records.faults)):
            scores.write(row)
            suites.write(suite)
            if text is not None:
                _write(paths.gradescope / f"{slug}.json", [text, "\n"])
            if slug in records.faults:
                # So that it is written again as soon as the record can be reported.
                os.utime(paths.gradescope / f"{slug}.json", (0, 0))
        suites.write(junit.tail())


def _texts(
    record: Mapping[str, Any], paths: ReportPaths, hidden: str, stand_ins: Mapping[str, Any]
) -> tuple[str, str, str, str | None]:
    """Return a record's slug, row, suite, and Gradescope file, unless that file is newer than the record.

    All are made before any is written.
    """
    slug = _slug(record)
    text = None
    if slug in stand_ins or not _is_kept(paths, slug, hidden):
        text = json.dumps(gradescope(record, hidden), indent=1, ensure_ascii=False, allow_nan=False)
    return slug, scores_csv.row(record, paths.summary.tasks), junit.suite(record), text


def _is_kept(paths: ReportPaths, slug: str, hidden: str) -> bool:
    """Return whether the Gradescope file was made from the current record and with this visibility."""
    try:
        record = (paths.out / "records" / f"{slug}.json").stat().st_mtime_ns
        return hidden == HIDDEN and (paths.gradescope / f"{slug}.json").stat().st_mtime_ns >= record
    except OSError:
        return False


def write_student(record: Mapping[str, Any], out: Path) -> Path:
    """Write the page of one student below ``out``, with people's decisions about the score, and return its path.

    Raises
    ------
    GraderError
        If the record's slug could not be the name of a file.
    """
    path = student_page(out, _slug(record))
    _write(path, [render_page(record, read_decided(out, record["slug"]))])
    return path


def student_page(out: Path, slug: str) -> Path:
    """Return the path of the page of the student with this slug."""
    return out / "students" / f"{slug}.html"


def _slug(record: Mapping[str, Any]) -> str:
    """Return the slug of a record after checking that it is a plain name."""
    slug = record["slug"]
    if not _SLUG.fullmatch(slug):
        raise GraderError(
            f"A record's slug must be at most 200 letters, digits, dots, hyphens and underscores, but it is "
            f"{ascii(slug)[:80]}; grade this submission again."
        )
    return str(slug)


def _write(path: Path, pieces: Iterable[str]) -> None:
    """Write a file as a stream of pieces."""
    with replacing(path) as file:
        for piece in pieces:
            file.write(piece)
