"""The page for the class, written as a stream: REPORTED. May not import fence, checks or reference."""

from __future__ import annotations

import re
from collections.abc import Iterator

from grader.report import wording
from grader.report.charts import histogram
from grader.report.html import environment
from grader.report.summary import ClassSummary, Summary, by_score

MOST_LOOKS = 200
_NOTEBOOK = re.compile(r"notebooks/[A-Za-z0-9][A-Za-z0-9._-]*\.(ipynb|html)")


def index_pieces(summary: ClassSummary) -> Iterator[str]:
    """Yield the pieces of ``index.html`` one after the other."""
    percents = summary.percents
    assignment = summary.assignment or {"title": "", "total": 0, "bonus": 0}
    highest = 100.0 * (1 + assignment["bonus"] / assignment["total"]) if assignment["total"] else 100.0
    levels = sorted({student.level for student in summary.students if student.level})
    return (
        environment()
        .get_template("index.html")
        .generate(
            assignment=assignment,
            students=len(summary.students),
            middle=summary.mean_and_median(),
            waiting=summary.waiting,
            final=len(percents),
            written=any(student.answers for student in summary.students),
            faults=[(student.student, fault) for student in summary.students for fault in student.faults],
            histogram=histogram(percents, highest=highest) if percents else None,
            look=summary.needing_a_look,
            most_looks=MOST_LOOKS,
            tallies=list(summary.tallies.values()),
            rows=by_score(summary.students),
            notebooks=_notebooks(summary.students),
            version=summary.version,
            versions=wording.versions(summary.versions),
            level=", ".join(levels),
        )
    )


def _notebooks(students: list[Summary]) -> dict[str, str]:
    """Return where the executed notebooks are, by slug; a place that is not one of ours is left out."""
    return {s.slug: s.notebook for s in students if s.notebook and _NOTEBOOK.fullmatch(s.notebook)}
