"""Finds the hand-ins of a run, each with what the options say about it, and says how the class was read."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from grader.command.grading.job import Job
from grader.command.grading.understood import Understood, understand
from grader.errors import UsageError, reason
from grader.submissions import Start, Submission, takes_main_for_a_student
from grader.terminal import complain, remark, say


@dataclass(frozen=True)
class HandIns:
    """The class as it was read, all its hand-ins, and those chosen by ``--only``."""

    understood: Understood
    everyone: Sequence[Submission]
    chosen: Sequence[Submission]


def find_hand_ins(job: Job) -> HandIns:
    """Find the hand-ins, and say how the class was read.

    Raises
    ------
    UsageError
        If nothing was found, or an option names a student or a file that is not there.
    """
    options = job.options
    understood = understand(job.plan, job.out, options.student)
    everyone = _with_runs(_with_entries(_nameless(understood, job), options.entry), options.starts)
    everyone = _with_adapters(everyone, options.adapter)
    if options.accept_names:
        everyone = [replace(submission, accepts_names=True) for submission in everyone]
    if not options.quiet:
        _tell(job, understood)
    return HandIns(understood, everyone, _chosen(everyone, options.only))


def _nameless(understood: Understood, job: Job) -> Sequence[Submission]:
    """Return the hand-ins, made anonymous if the plan says so; the key is written before anything else."""
    if job.plan.key is None:
        return understood.submissions
    from grader.command.anonymity import nameless

    return nameless(understood.submissions, job.plan.key, job.course_id or job.assignment.id)


def _tell(job: Job, understood: Understood) -> None:
    """Say in one line how the class was read, and what could have been meant instead."""
    say(understood.first_line())
    if job.options.student is None:
        for sentence in takes_main_for_a_student(job.plan.paths):
            complain(sentence)
    for sentence in (*understood.intake.hints, *understood.sentences()):
        remark(sentence)


def _chosen(everyone: Sequence[Submission], only: Sequence[str]) -> list[Submission]:
    names = {name for submission in everyone for name in (submission.id, submission.slug)}
    unknown = sorted(set(only) - names)
    if unknown:
        known = ", ".join(submission.id for submission in everyone[:10]) + (" ..." if len(everyone) > 10 else "")
        raise UsageError(f"--only names {', '.join(unknown)}, but the students found are {known}.")
    ids = {submission.id for submission in everyone}
    return [s for s in everyone if not only or s.id in only or (s.slug in only and s.slug not in ids)]


def _with_entries(everyone: Sequence[Submission], words: Sequence[str]) -> list[Submission]:
    """Return the submissions with the chosen files to grade; ``words`` are such as ``s001=train.py``."""
    # A slug also names its student, unless it is another student's id.
    ids = {submission.slug: submission.id for submission in everyone} | {s.id: s.id for s in everyone}
    entries = {}
    for word in words:
        name, equals, entry = word.partition("=")
        if not (name and equals and entry):
            raise UsageError(f"--entry needs a student and a file, not {word!r}; try --entry s001=train.py")
        # A student's name may contain an equals sign, too.
        known = [each for each in ids if word.startswith(f"{each}=") and word != f"{each}="]
        if not known:
            raise UsageError(f"--entry names {name}, but no such student was found; --list shows all students.")
        name = max(known, key=len)
        entries[ids[name]] = word[len(name) + 1 :].replace("\\", "/")
    return [replace(submission, entry=entries.get(submission.id)) for submission in everyone]


def _with_runs(everyone: Sequence[Submission], words: Sequence[str]) -> list[Submission]:
    """Return the submissions with the chosen program starts; ``words`` are such as ``s001=--dataset xor``."""
    runs: dict[str, list[Start]] = {}
    for word in words:
        found = _student_and_rest(word, everyone)
        if found is None:
            raise UsageError(
                f"--run needs a student who was found and the program's arguments, not {word!r}; "
                'try --run s001="--dataset xor"'
            )
        student, told = found
        try:
            runs.setdefault(student, []).append(Start.of(told))
        except ValueError:
            raise UsageError(f"--run {word!r} has an unclosed quotation mark.") from None
    return [replace(submission, runs=tuple(runs.get(submission.id, ()))) for submission in everyone]


def _with_adapters(everyone: Sequence[Submission], words: Sequence[str]) -> list[Submission]:
    """Return the submissions with the chosen adapters; ``words`` are such as ``s001=adapter.py``."""
    given: dict[str, str] = {}
    for word in words:
        found = _student_and_rest(word, everyone)
        if found is None:
            raise UsageError(
                f"--adapter needs a student who was found and a file, not {word!r}; try --adapter s001=adapter.py"
            )
        student, path = found
        try:
            given[student] = Path(path).read_text(encoding="utf-8")
            ast.parse(given[student])
        except (OSError, ValueError, SyntaxError) as error:
            raise UsageError(f"--adapter names {path}, which cannot be read as Python: {reason(error)}.") from None
    return [replace(submission, adapter=given.get(submission.id, "")) for submission in everyone]


def _student_and_rest(word: str, everyone: Sequence[Submission]) -> tuple[str, str] | None:
    """Return the student named before the equals sign, and what follows it; None if no such student was found."""
    known = [each for each in everyone if word.startswith((f"{each.id}=", f"{each.slug}="))]
    if not known:
        return None
    submission = max(known, key=lambda each: len(each.id))
    name = submission.id if word.startswith(f"{submission.id}=") else submission.slug
    return submission.id, word[len(name) + 1 :]
