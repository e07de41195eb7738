"""For the author of a check: ``pytest FOLDER --submission FILE`` judges one hand-in with pytest's own output.

Here the author starts pytest, not ``collecting``, with options, plugins and settings of the author's choice.
Its output is neither a record nor a score.
"""

from __future__ import annotations

import sys
from collections.abc import Generator, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from grader.errors import GraderError
from grader.judge.marks import check_spec
from grader.judge.plugin import EXAMINATION, PARTS, SPEC
from grader.material.answer_key import import_answer_key
from grader.material.assignment import load_assignment
from grader.outcomes import StudentFault
from grader.seed import secret_seed


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add ``--submission`` and ``--isolation``."""
    parser.addoption(
        "--submission", type=Path, metavar="PATH", help="the script, notebook, folder or zip to run the checks on"
    )
    parser.addoption("--isolation", metavar="LEVEL", help="the lowest level of isolation to accept for --submission")


@pytest.hookimpl(wrapper=True)
def pytest_collection(session: pytest.Session) -> Iterator[None]:
    """Collect the files of checks if a submission was given."""
    if session.config.getoption("submission"):
        session.config.addinivalue_line("python_files", "check_*.py")
        session.config.addinivalue_line("python_functions", "check_*")
    return (yield)


@pytest.hookimpl(wrapper=True)
def pytest_runtestloop(session: pytest.Session) -> Iterator[None]:
    """Load the submission once, in the fence, and run the collected checks on it."""
    path = session.config.getoption("submission")
    if path is None or session.config.option.collectonly:
        return (yield)
    try:
        with ExitStack() as stack:
            _put_in_front(session, path, stack)
            return (yield)
    except GraderError as error:
        raise pytest.UsageError(str(error)) from error


@pytest.hookimpl(wrapper=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> Iterator[None]:
    """Fail a check whose parts failed: the judge reads them from the record, but pytest only knows exceptions."""
    result = yield
    parts = pyfuncitem.stash.get(PARTS, None)
    if parts is not None and parts.first_fault is not None:
        raise parts.first_fault
    return result


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Show a student's fault as the student would read it, in place of our own traceback."""
    report = yield
    if call.excinfo is not None and isinstance(call.excinfo.value, StudentFault):
        from grader.report.text import visible  # not in every run of pytest

        fault = call.excinfo.value
        given = (("hint", fault.hint), ("expected", fault.expected), ("came", fault.actual))
        lines = [f"{fault.why}: {fault.message}", *(f"  {name}: {value}" for name, value in given if value)]
        lines += [f"  {frame.file}:{frame.line}: {frame.code}" for frame in fault.frames]
        report.longrepr = visible("\n".join(lines))
    return report


def _put_in_front(session: pytest.Session, path: Path, stack: ExitStack) -> None:
    from grader.fence import CleanParent, accepted_level, require_level
    from grader.judge.findings import Findings
    from grader.judge.grading import examination_of
    from grader.judge.load import load_submission
    from grader.judge.private import private_paths
    from grader.judge.setup import Setup
    from grader.report.text import visible
    from grader.submissions import find_submissions

    if not session.items:
        raise pytest.UsageError("No check was collected; name the assignment's folder or one of its check_*.py files.")
    assignment = load_assignment(session.items[0].path.parent)
    import_answer_key(assignment)
    for item in session.items:
        item.stash[SPEC] = check_spec(item, assignment)
    clean_parent = CleanParent(preload=assignment.preload, private=private_paths(assignment, [path]))
    stack.callback(clean_parent.close)
    info = clean_parent.start()
    require_level(info.level, accepted_level(session.config.getoption("isolation")))
    setup = Setup(assignment, [], secret_seed(), clean_parent, {"level": str(info.level), "not_held": []}, Path())
    (submission,), _ = find_submissions([path], student=path.stem)
    findings = Findings()
    fenced = load_submission(submission, setup, findings, stack)
    session.config.stash[EXAMINATION] = examination_of(setup, findings, fenced)
    for line in (*findings.remarks, findings.output.stderr):
        sys.stderr.write(f"{visible(line)}\n" if line else "")
