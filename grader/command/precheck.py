"""Run the public checks on one hand-in and print the student's to-do list."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from grader.command.another_numpy import require_numpy
from grader.command.defaults import default, default_assignment
from grader.errors import FenceError, UsageError
from grader.material.assignment import Assignment, find_assignment, load_assignment
from grader.precheck import running

if TYPE_CHECKING:
    from grader.fence import CleanParent
    from grader.submissions import Submission


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of ``precheck``."""
    running.add_arguments(parser)
    add = parser.add_argument
    add("--assignment", metavar="NAME", help="id or folder of the assignment (default: the one named in tox.ini)")
    add(
        "--isolation",
        metavar="LEVEL",
        help="the lowest level of isolation to accept; `python -m grader doctor` lists them",
    )
    add("--numpy", metavar="VERSION", help="check with this version of NumPy, such as 2.2; tox installs it")
    add(
        "--unfenced",
        action="store_true",
        help="run without the fence; for your own code only, as it can then read the answer key and the seed",
    )


def run(options: argparse.Namespace) -> int:
    """Print the list and return 0.

    The answer key is on this machine, so the code runs behind the fence. On a student's machine it runs without one.
    """
    require_numpy(options.numpy, "precheck")
    folder = find_assignment(default_assignment(options.assignment))
    foreign = not (folder / "assignment.toml").is_file()
    if options.unfenced and foreign:
        raise UsageError("An assignment of nbgrader or Otter is checked behind the fence only; leave --unfenced out.")
    if options.unfenced:
        return running.run(options, Path.cwd(), folder)
    from grader.precheck.finding import find_work
    from grader.precheck.handed_out import forms_of

    if options.path is not None and Path(options.path).is_symlink():
        raise UsageError(f"{options.path} is a link, and links in hand-ins are not followed; name the file itself.")
    assignment = load_assignment(folder)
    if foreign and options.path is None:
        raise UsageError("Name the notebook to check, such as submitted/s001/ps1/problem1.ipynb.")
    forms = {} if foreign else forms_of(folder)
    work = find_work(options.path, Path.cwd(), forms, int(assignment.limits.submission_bytes))
    with _fence(assignment, work, options.isolation or default("isolation")) as clean_parent:
        if foreign:
            from grader.precheck.foreign import report_foreign

            report_foreign(options, work, assignment, clean_parent)
        else:
            running.report(options, work, folder, clean_parent)
    return 0


@contextmanager
def _fence(assignment: Assignment, work: Submission, isolation: str | None) -> Iterator[CleanParent]:
    """Open the fence for one submission.

    Raises
    ------
    UsageError
        If there is no fence here, or a weaker one than is accepted.
    """
    from grader.fence import CleanParent, accepted_level, require_level
    from grader.judge.private import private_paths
    from grader.submissions.notebooks import may_be_notebooks

    lowest = accepted_level(isolation)
    private = private_paths(assignment, [work.path])
    clean_parent = CleanParent(preload=assignment.preload, preload_shell=may_be_notebooks([work]), private=private)
    try:
        try:
            require_level(clean_parent.start().level, lowest)
        except (FenceError, UsageError) as error:
            raise UsageError(f"{error} For your own code, `--unfenced` checks without the fence.") from error
        yield clean_parent
    finally:
        clean_parent.close()
