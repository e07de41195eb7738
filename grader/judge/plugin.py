"""The pytest plugin that gives checks their marks and fixtures and turns what happens into outcomes.

Deliberately thin: ``catalogue`` reads the marks, and a submission comes as an ``Examination``. May not import fence,
report or reference.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pytest

from grader.checks.examination import Examination, Run
from grader.checks.notes import Notes
from grader.checks.parts import Parts
from grader.checks.proxy import Student
from grader.judge.marks import CheckSpec
from grader.judge.mistakes import MARKERS
from grader.outcomes import StudentFault
from grader.seed import check_rng

EXAMINATION = pytest.StashKey[Examination]()
SPEC = pytest.StashKey[CheckSpec]()
NOTES = pytest.StashKey[Notes]()
PARTS = pytest.StashKey[Parts]()
STUDENT = pytest.StashKey[Student]()
PHASES = pytest.StashKey[dict[str, pytest.ExceptionInfo[BaseException] | None]]()


def pytest_configure(config: pytest.Config) -> None:
    """Make the marks known."""
    for mark, meaning in MARKERS.items():
        config.addinivalue_line("markers", f"{mark}: {meaning}")
    if not config.pluginmanager.hasplugin("terminal"):
        # pytest's own tracebacks are not read there; in the usual style, one of them takes longer than a check.
        config.option.tbstyle = "native"


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Make what a check draws without ``rng`` the same in every run, too."""
    examination, spec = item.config.stash.get(EXAMINATION, None), item.stash.get(SPEC, None)
    if examination is not None and spec is not None:
        seed = int(check_rng(examination.seed, examination.assignment.id, f"global {spec.id}").integers(2**32))
        np.random.seed(seed)  # noqa: NPY002
        random.seed(seed)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Iterator[None]:
    """Keep the result of each phase of a check; the verdict is made only from these."""
    item.stash.setdefault(PHASES, {})[call.when] = call.excinfo
    return (yield)


@pytest.fixture
def under_way(request: pytest.FixtureRequest) -> pytest.Item:
    """The running check; for each fixture that asks for ``request``, pytest makes a new one at some cost."""
    item: pytest.Item = request.node
    return item


@pytest.fixture
def examination(under_way: pytest.Item) -> Examination:
    """The submission that is checked."""
    return under_way.config.stash[EXAMINATION]


@pytest.fixture
def notes(under_way: pytest.Item) -> Notes:
    """Takes measurements, remarks, curves and points of a check for the report."""
    return under_way.stash.setdefault(NOTES, Notes())


@pytest.fixture
def parts(under_way: pytest.Item) -> Parts:
    """Partial credit: ``with parts("weight", points=3):``."""
    return under_way.stash.setdefault(PARTS, Parts())


@pytest.fixture
def student(under_way: pytest.Item, examination: Examination, notes: Notes) -> Iterator[Student]:
    """The names of the submission, in a child of their own for this check."""
    with examination.open_check(under_way.stash[SPEC].limits) as ask:
        under_way.stash[STUDENT] = Student(ask, remark=notes.remark)
        yield under_way.stash[STUDENT]


@pytest.fixture
def script(examination: Examination) -> Run:
    """The output and figures of the submission's run as a script, or as a notebook."""
    if isinstance(examination.run, StudentFault):
        raise examination.run
    return examination.run


@pytest.fixture
def runs(script: Run, examination: Examination) -> tuple[Run, ...]:
    """Every run of the submission: one for each ``[[run]]`` that it asks for, or the only one."""
    return examination.runs or (script,)


@pytest.fixture
def adapter(examination: Examination) -> str:
    """Lines that a person has written to run after this program; usually none."""
    return examination.adapter


@pytest.fixture
def kept(examination: Examination) -> dict[str, Any]:
    """Values that checks of this submission share with one another, by name."""
    return examination.kept


@pytest.fixture
def reference(examination: Examination) -> Any:
    """The answer key, in the judge only; at a student's home its recorded answers."""
    if examination.reference is not None:
        return examination.reference
    from grader.material.answer_key import import_answer_key

    return import_answer_key(examination.assignment)


@pytest.fixture
def rng(under_way: pytest.Item, examination: Examination) -> np.random.Generator:
    """Random numbers from the secret seed and the check's name: the same for every student."""
    return check_rng(examination.seed, examination.assignment.id, under_way.stash[SPEC].id)


@pytest.fixture
def settings(examination: Examination) -> Mapping[str, Any]:
    """The table ``[settings]`` of assignment.toml."""
    return examination.assignment.settings
