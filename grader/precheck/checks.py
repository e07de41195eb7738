"""The public checks of an assignment, and the stand-in for its answer key, here or in a bundle. Imports no reference."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from grader.errors import UsageError
from grader.judge.marks import catalogue
from grader.judge.setup import Setup
from grader.material.assignment import Assignment, load_assignment
from grader.material.misconceptions import Misconception, misconceptions
from grader.precheck.finding import Forms
from grader.precheck.handed_out import RECORDED
from grader.precheck.judging import Checks, setup_of
from grader.precheck.recording.answers import unpack
from grader.precheck.recording.mistakes import read_mistakes
from grader.precheck.recording.replay import Replay
from grader.precheck.todo import Besides

ABOUT = "about.json"


@dataclass(frozen=True)
class Course:
    """An assignment as used by the pre-check.

    Attributes
    ----------
    assignment : Assignment
    key : callable
        Returns a fresh stand-in for the answer key, for each check.
    known : tuple of Misconception
        The mistakes with which a failed check is compared.
    besides : tuple of Besides
        What official grading checks in addition.
    forms : mapping
        The forms of the template that were handed out; empty if there were none.
    versions : mapping
        The first two numbers of the versions used for grading, by library; empty on the grading machine itself.
    """

    assignment: Assignment
    key: Callable[[], Any]
    known: tuple[Misconception, ...] = ()
    besides: tuple[Besides, ...] = ()
    forms: Forms | None = None
    versions: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_recorded(self) -> bool:
        """Whether this is a bundle, which has no hidden checks."""
        return self.forms is not None

    def files(self, task: str | None) -> list[str]:
        """Return the check files needed for a task: those that name it, and those they require."""
        paths = sorted(self.assignment.folder.glob("check_*.py"))
        texts = {path.name: path.read_text(encoding="utf-8") for path in paths}
        if task is None:
            return list(texts)
        chosen = [file for file, text in texts.items() if f'task("{task}")' in text]
        for file in chosen:
            for name in re.findall(r"[\"'](check_\w+)[\"']", texts[file]):
                chosen += [other for other, text in texts.items() if f"def {name}(" in text and other not in chosen]
        return chosen or list(texts)

    def chosen(self, items: list[pytest.Item], task: str | None) -> Checks:
        """Return the public checks, or those of one task with what they require.

        Raises
        ------
        UsageError
            If there is no such task, or it has no public check.
        """
        checks = [pair for pair in catalogue(items, self.assignment, whole=False) if pair[1].visibility == "public"]
        if task is None:
            return checks
        wanted = {spec.id for _, spec in checks if spec.task == task}
        if not wanted:
            raise UsageError(self._no_task(task))
        for _, spec in reversed(checks):
            wanted |= set(spec.requires) if spec.id in wanted else set()
        return [pair for pair in checks if pair[1].id in wanted]

    def setup(self, checks: Checks) -> Setup:
        """Return the setup for the judge's steps, without opening anything."""
        return setup_of(self.assignment, checks, None, self.known)

    def _no_task(self, task: str) -> str:
        known = {each.number: each.title for each in self.assignment.tasks}
        if task in known:
            return f"Task {task}, {known[task]}, has no check that can be run here; official grading checks it."
        return f"There is no task {task!r}; the tasks are {', '.join(known)}."


def course_at(folder: Path) -> Course:
    """Return the assignment in a folder, with its recording if there is one, or else with the answer key itself."""
    assignment = load_assignment(folder)
    if not (folder / RECORDED).exists():
        from grader.material.answer_key import import_answer_key  # not in a bundle, which has a recording

        return Course(assignment, lambda: import_answer_key(assignment), misconceptions(folder))
    document, rows = unpack((folder / RECORDED).read_bytes())
    replay = Replay(document["answers"], rows)
    about = json.loads((folder / ABOUT).read_text(encoding="utf-8"))
    besides = tuple(Besides(**each) for each in about["besides"])
    known = read_mistakes(document["mistakes"], rows)
    return Course(assignment, replay.begin, known, besides, about["forms"], about["versions"])


def hidden_checks(items: list[pytest.Item], assignment: Assignment) -> Iterator[Besides]:
    """Yield what official grading checks in addition: tasks with hidden checks, with their points, and written answers."""
    sums: dict[str, float] = {}
    for _, spec in catalogue(items, assignment, whole=False):
        if spec.visibility == "hidden":
            sums[spec.task] = sums.get(spec.task, 0.0) + spec.points
    for number, worth in sums.items():
        yield Besides(number, assignment.task(number).title, worth)
    if assignment.rubric is not None and assignment.rubric.counts:
        written = assignment.rubric.points_of([task.number for task in assignment.tasks])
        yield Besides("", "the written answers, which a person grades", written)
