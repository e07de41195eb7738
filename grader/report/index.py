"""The page of the class, written as a stream."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from grader.report.charts import Histogram, bar_of, histogram
from grader.report.class_summary import ClassSummary, by_score
from grader.report.html import environment, page_policy, part
from grader.report.summary import Summary
from grader.report.tally import commonest

MOST_LOOKS = 200
MOST_MISTAKES = 12
MANY = 300
_NOTEBOOK = re.compile(r"notebooks/[A-Za-z0-9][A-Za-z0-9._-]*\.(ipynb|html)")


@dataclass(frozen=True)
class Group:
    """A group of students that a link can filter the table by; ``mark`` is the link's fragment and is set on their rows."""

    mark: str
    title: str
    count: int


def index_pieces(summary: ClassSummary, absent: Sequence[tuple[str, str]] = ()) -> Iterator[str]:
    """Yield the pieces of ``index.html`` in order.

    Parameters
    ----------
    summary : ClassSummary
    absent : sequence of (id, name)
        The students who handed in nothing, if there is a roster.
    """
    yield from environment().get_template("index.html").generate(**values_of(summary, absent))


def values_of(summary: ClassSummary, absent: Sequence[tuple[str, str]] = ()) -> dict[str, Any]:
    """Return the values for the template of the page."""
    percents = summary.percents
    assignment = summary.assignment or {"title": "", "total": 0, "bonus": 0}
    highest = 100.0 * (1 + assignment["bonus"] / assignment["total"]) if assignment["total"] else 100.0
    drawing = histogram(percents, highest=highest) if percents else None
    groups = list(_groups(summary, drawing))
    own, rules, script = part("class.css"), _only_targeted(groups), part("class.js")
    return {
        "policy": page_policy(part("style.css"), own, rules, script=script),
        "own_style": Markup(own),
        "rules": Markup(rules),
        "script": Markup(script),
        "assignment": assignment,
        "students": len(summary.students),
        "middle": summary.mean_and_median(),
        "waiting": summary.waiting,
        "final": len(percents),
        "written": any(student.answers for student in summary.students),
        "faults": [(student.student, fault) for student in summary.students for fault in student.faults],
        "absent": absent,
        "histogram": drawing,
        "look": summary.needing_a_look,
        "harmless": [student for student in by_score(summary.students) if student.notes and not student.flags],
        "most_looks": MOST_LOOKS,
        "mistakes": commonest(summary.mistakes),
        "most_mistakes": MOST_MISTAKES,
        "sections": sorted(summary.sections.items()),
        "imports": summary.imports.most_common(),
        "tallies": list(summary.tallies.values()),
        "verdicts": summary.verdicts(),
        "groups": groups,
        "sizes": {group.mark: group.count for group in groups},
        "mark": summary.mark,
        "marks": _marks(summary, drawing),
        "rows": by_score(summary.students),
        "many": MANY,
        "notebooks": _notebooks(summary.students),
        "graded_with": [
            (_with(found), summary.mark("v", found), count) for found, count in summary.graded_with.most_common()
        ],
    }


def _groups(summary: ClassSummary, drawing: Histogram | None) -> Iterator[Group]:
    """Yield a group for each number and bar on the page."""
    for place, bar in enumerate(drawing.bars if drawing else ()):
        yield Group(f"b{place}", f"From {10 * place} to {10 * (place + 1)} percent", bar.count)
    for tally in summary.tallies.values():
        yield Group(
            summary.mark("c", tally.id), f"Did not pass {tally.task} {tally.title}", tally.judged - tally.passed
        )
    for task, count in summary.lost.items():
        yield Group(summary.mark("t", task), f"Lost points in task {task}", count)
    for section, count in summary.sections.items():
        yield Group(summary.mark("s", section), f"Section {section}", count)
    for mistake in summary.mistakes.values():
        yield Group(summary.mark("m", mistake.id), mistake.title.rstrip("."), mistake.students)
    for name, count in summary.imports.items():
        yield Group(summary.mark("i", name), f"Imports {name}, which is not allowed", count)
    for found, count in summary.graded_with.items():
        yield Group(summary.mark("v", found), f"Graded {_with(found)}", count)


def _with(found: tuple[str, str, str]) -> str:
    """Return in words what a submission was graded with."""
    version, level, libraries = found
    isolation = f" at isolation level {level}" if level else ""
    return f"by version {version}{isolation}{', with ' if libraries else ''}{libraries}"


def _marks(summary: ClassSummary, drawing: Histogram | None) -> dict[str, str]:
    """Return the marks of each student's row, by slug."""
    marks = {}
    for student in summary.students:
        own = summary.marks[student.slug]
        if drawing and student.final and student.percent is not None:
            own = (f"b{bar_of(student.percent, len(drawing.bars))}", *own)
        marks[student.slug] = " ".join(own)
    return marks


def _only_targeted(groups: Sequence[Group]) -> str:
    """Return the CSS rules that show only the group named in the page's address, for browsers without scripts."""
    selectors = (
        f'body:has(#{group.mark}:target) #everybody>tbody>tr:not([data-of~="{group.mark}"])'
        for group in groups
        if group.count
    )
    rule = ",\n".join(selectors)
    return f"{rule} {{ display: none; }}\n" if rule else ""


def _notebooks(students: list[Summary]) -> dict[str, str]:
    """Return the paths of the executed notebooks by slug; paths that are not ours are left out."""
    return {s.slug: s.notebook for s in students if s.notebook and _NOTEBOOK.fullmatch(s.notebook)}
