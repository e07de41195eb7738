"""The bundle of ``backprop``, unzipped, and the pre-check run in this process."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from grader.judge.collecting import collect_checks
from grader.precheck.checks import course_at
from grader.precheck.finding import submission_at
from grader.precheck.judging import Judgement, judge
from grader.precheck.session import Launcher
from grader.precheck.starting import Plan
from tests.precheck.bundles import unzipped

Precheck = Callable[..., Judgement]


@pytest.fixture(scope="session")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The bundle for students of ``backprop``, unzipped."""
    return unzipped("backprop", tmp_path_factory.mktemp("bundle"))


@pytest.fixture
def home(bundle: Path, tmp_path: Path) -> Path:
    """A copy of the bundle that a test may work in."""
    return Path(shutil.copytree(bundle, tmp_path / "backprop"))


@pytest.fixture
def precheck() -> Precheck:
    """Return a function that judges files at home, all of them with one collection of the checks."""

    def run(folder: Path, *works: Path, forks: bool = True, task: str | None = None) -> Any:
        course, found = course_at(folder), []
        plan = Plan(forks, int(course.assignment.limits.memory_bytes), course.assignment.preload)

        def work(items: list[pytest.Item]) -> None:
            for path in works:
                launcher = Launcher(plan)
                checks = course.chosen(items, task)
                found.append(
                    judge(submission_at(path), course.assignment, checks, launcher, course.key, known=course.known)
                )

        collect_checks(folder, work)
        return found if len(works) > 1 else found[0]

    return run
