"""What is known of a foreign assignment before anybody is graded: its author's texts, and what each of its questions is worth."""

from __future__ import annotations

from typing import Any

from grader.checks.examination import CheckLimits
from grader.judge.foreign.author import Author
from grader.judge.foreign.beside import files_beside
from grader.judge.foreign.case import compile_case
from grader.judge.foreign.question import label_of
from grader.judge.marks import CheckSpec
from grader.material.assignment import Assignment
from grader.material.foreign.assignment import WHOLE, question_key, worths
from grader.wire.library_values import know_libraries


def author_of(assignment: Assignment) -> Author:
    """Return what the author has written, with all that tests import brought in.

    Raises
    ------
    AssignmentError
        When a test is no Python, or imports what is not installed.
    """
    assert assignment.form is not None
    author = Author(assignment.form)
    # Once, and not in every judge.
    with files_beside(assignment.form):
        author.look()
        for question in assignment.form.questions:
            for case in question.tests:
                compile_case(case, label_of(question))
    know_libraries()
    return author


def specs_of(assignment: Assignment) -> list[tuple[Any, CheckSpec]]:
    """Return a spec for each question that tests judge, in order; there is no pytest item beside it."""
    form, points = assignment.form, []
    assert form is not None
    points = worths(form)
    specs = [
        CheckSpec(
            assignment.task_of[question_key(question)],
            task.title,
            task.number,
            worth,
            (),
            "hidden"
            if question.tests and all(case.hidden and not case.visible.strip() for case in question.tests)
            else "public",
            CheckLimits(assignment.limits.check_cpu_seconds),
        )
        for question, task, worth in zip(form.questions, assignment.tasks, points, strict=False)
        if question.tests or not (question.manual or question.task)
    ]
    if form.settings.score_threshold is not None:
        limits = CheckLimits(assignment.limits.check_cpu_seconds)
        specs.append(
            CheckSpec(WHOLE, "The assignment as a whole", assignment.tasks[-1].number, points[-1], (), "public", limits)
        )
    return [(None, spec) for spec in specs]
