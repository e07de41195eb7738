"""The bundle of ``backprop``, made once, and the pre-check run on it in this process."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from grader.assignment import find_assignment
from grader.bundle.students import student_files
from grader.precheck.checks import course_at
from grader.precheck.collecting import with_checks
from grader.precheck.finding import submission_at
from grader.precheck.judging import Judged, judged
from grader.precheck.session import Launcher
from grader.precheck.starting import Plan

ROOT = Path(__file__).parents[2]
SHORT_LIMITS = {"load_cpu_seconds = 60": "load_cpu_seconds = 4", "run_cpu_seconds = 120": "run_cpu_seconds = 12"}
Precheck = Callable[..., Judged]


@pytest.fixture(scope="session")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The bundle for students of ``backprop``, unzipped."""
    place = tmp_path_factory.mktemp("bundle") / "backprop"
    for path, content in student_files(find_assignment("backprop")).items():
        (place / path).parent.mkdir(parents=True, exist_ok=True)
        (place / path).write_bytes(content)
    return place


@pytest.fixture
def home(bundle: Path, tmp_path: Path) -> Path:
    """A copy of the bundle that a test may work in."""
    return Path(shutil.copytree(bundle, tmp_path / "backprop"))


@pytest.fixture(scope="session")
def short(bundle: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The assignment of the bundle with lower limits, so that endless loops cost seconds."""
    folder = Path(
        shutil.copytree(bundle / "precheck_files" / "assignment", tmp_path_factory.mktemp("short") / "backprop")
    )
    return lowered(folder)


def lowered(folder: Path) -> Path:
    """Lower the limits of an assignment."""
    file = folder / "assignment.toml"
    text = file.read_text(encoding="utf-8")
    for old, new in SHORT_LIMITS.items():
        assert text.count(old) == 1, f"{old} must stand once in {file}"
        text = text.replace(old, new)
    file.write_text(text, encoding="utf-8")
    return folder


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
                    judged(submission_at(path), course.assignment, checks, launcher, course.key, known=course.known)
                )

        with_checks(folder, work)
        return found if len(works) > 1 else found[0]

    return run
