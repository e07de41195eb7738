"""The pre-check of another tool's assignment: the tests that its students have, on one hand-in, behind the fence.

It is no part of a bundle: students of these tools have their tests in the notebook that they received.
"""

from __future__ import annotations

import argparse
import shutil
from functools import partial
from pathlib import Path

from grader.errors import UsageError, reason
from grader.judge.findings import Findings
from grader.judge.foreign.grading import judge_foreign
from grader.judge.foreign.setup import author_of, specs_of
from grader.judge.grading import open_check_of
from grader.judge.setup import Setup
from grader.material.assignment import Assignment
from grader.material.foreign.assignment import assignment_of
from grader.material.foreign.release import seen_by_students
from grader.precheck.judging import PUBLIC_SEED
from grader.precheck.running import Fault
from grader.precheck.text import WIDTH, as_text
from grader.precheck.todo import Besides, Todo, todo
from grader.submissions import Submission
from grader.wire.session import Sessions

HIDDEN = "Official grading runs these tests and hidden ones, so your code must work for all inputs."
SAME = "Official grading runs the same tests."


def report_foreign(options: argparse.Namespace, work: Submission, whole: Assignment, launcher: Sessions) -> None:
    """Judge the work with the tests that its student has, and print the list.

    Raises
    ------
    UsageError
        When nothing of the work can be read, or there is no such task.
    Fault
        When a test could not be run, through no fault of the student.
    """
    assert whole.form is not None
    assignment = assignment_of(seen_by_students(whole.form), allow=whole.allowed_imports)
    author = author_of(assignment)
    asked = [pair for pair in specs_of(assignment) if _is_tested(assignment, pair[1].id)]
    if options.task is not None:
        asked = [pair for pair in asked if pair[1].task == options.task]
        if not asked:
            known = ", ".join(task.number for task in assignment.tasks)
            raise UsageError(f"There is no task {options.task!r} with tests that students have; the tasks are {known}.")
    setup = Setup(assignment, asked, PUBLIC_SEED, launcher, {}, Path(), author=author)
    findings = Findings()
    judge_foreign(work, setup, findings, partial(open_check_of, setup, findings))
    if findings.load_fault is not None and findings.load_fault.raised == "unreadable":
        raise UsageError(" ".join(filter(None, (findings.load_fault.message, findings.load_fault.hint))))
    if findings.faults:
        raise Fault(f"{findings.faults[0]['where']} could not be carried out, and that is not your fault.")
    _print(options, _todo(setup, findings, whole, assignment), assignment, work, tuple(dict.fromkeys(findings.remarks)))


def _is_tested(assignment: Assignment, id_: str) -> bool:
    assert assignment.form is not None
    ids = dict(zip(assignment.task_of.values(), assignment.form.questions, strict=True))
    return id_ in ids and bool(ids[id_].tests)


def _todo(setup: Setup, findings: Findings, whole: Assignment, assignment: Assignment) -> Todo:
    outcomes = [findings.outcomes[spec.id] for _, spec in setup.checks]
    assert whole.form is not None
    hides = any(case.hidden for question in whole.form.questions for case in question.tests)
    more = whole.total - sum(each.points for each in outcomes)
    words = " and ".join(
        word for word, said in (("hidden tests", hides), ("what a person grades", whole.rubric is not None)) if said
    )
    besides = [Besides("", words, more)] if words and more > 0 else []
    return todo(outcomes, assignment.tasks, besides, HIDDEN if hides else SAME)


def _print(
    options: argparse.Namespace, done: Todo, assignment: Assignment, work: Submission, remarks: tuple[str, ...]
) -> None:
    columns = shutil.get_terminal_size((WIDTH, 24)).columns
    everything = options.all or options.task is not None
    text = as_text(done, assignment.title, work.path.name, everything=everything, remarks=remarks, columns=columns)
    print(text, end="")  # noqa: T201
    if options.html:
        from grader.precheck.page import as_page

        page = as_page(done, assignment.title, work.path.name, everything=True, remarks=remarks)
        try:
            Path(options.html).write_text(page, encoding="utf-8")
        except OSError as error:
            raise UsageError(
                f"The page cannot be written to {options.html}: {reason(error)}; name another file with --html."
            ) from error
        print(f"The page is in {options.html}.")  # noqa: T201
