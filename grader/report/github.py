"""Publishes results to a GitHub Actions job: its summary page and its annotations."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, TextIO

from grader.report.class_summary import gather
from grader.report.student_md import student_markdown
from grader.report.summary_md import markdown
from grader.report.workflow_commands import annotate


def publish_to_github(
    records: Callable[[], Iterator[Mapping[str, Any]]],
    out: Path,
    environ: Mapping[str, str],
    stream: TextIO | None = None,
) -> None:
    """Write the job's summary and annotations if the environment asks for them; for one student, the student's page.

    Parameters
    ----------
    records : callable
        Returns a fresh iterator over the records.
    out : Path
        The folder of the reports; its ``summary.md`` is used if it exists.
    environ : mapping
        ``GITHUB_STEP_SUMMARY`` names the summary file, and ``GITHUB_ACTIONS=true`` asks for annotations.
    stream : text stream, optional
        Where annotations go; standard output by default.
    """
    page, annotated = environ.get("GITHUB_STEP_SUMMARY"), environ.get("GITHUB_ACTIONS") == "true"
    if not page and not annotated:
        return
    summary = gather(records())
    if page and len(summary.students) == 1:
        _append(page, student_markdown(next(iter(records()))))
    elif page:
        written = out / "summary.md"
        text = written.read_text(encoding="utf-8") if written.exists() else markdown(summary)
        _append(page, text)
    if annotated:
        lines = "".join(f"{line}\n" for line in annotate(summary, records()))
        stream = stream or sys.stdout
        encoding = getattr(stream, "encoding", None) or "utf-8"
        stream.write(lines.encode(encoding, "backslashreplace").decode(encoding))


def _append(page: str, text: str) -> None:
    with open(page, "a", encoding="utf-8") as file:
        file.write(text)
