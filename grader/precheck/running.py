"""Runs the pre-check, from the command line to the list, for a student's bundle and for this repository.

The student's process is started before anything else is imported, so that both get ready at the same time.
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from grader import terminal
from grader.errors import GraderError, UsageError, reason
from grader.precheck.handed_out import forms_of, require_recording
from grader.precheck.starting import Plan, Started, begin_process

if TYPE_CHECKING:
    import argparse

    from grader.submissions import Submission
    from grader.wire.session import Sessions

OLDEST_PYTEST = 8


class Fault(GraderError):
    """A fault of ours."""

    exit_status = 3


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments for students."""
    add = parser.add_argument
    add("path", nargs="?", metavar="PATH", help="your script, notebook, folder or zip")
    add("--task", metavar="NUMBER", help="check only this task, such as 2.2")
    add("--all", action="store_true", help="explain everything that is not done, instead of only the next item")
    add(
        "--html",
        nargs="?",
        const="precheck.html",
        metavar="FILE",
        help="also write a web page (default: precheck.html)",
    )


def forks() -> bool:
    """Return whether each check gets its own process: on Linux, unless ``PRECHECK_FORK=no``."""
    return sys.platform == "linux" and os.environ.get("PRECHECK_FORK", "") != "no"


def main(home: Path, folder: Path, words: Sequence[str] | None = None) -> int:
    """Run the pre-check of a bundle in ``home`` with the assignment in ``folder``, and return the exit status."""
    early = None
    try:
        early = begin_process(forks())
        terminal.open_streams()
        options = _options(words)
        require_recording(folder)
        return terminal.closed_streams(run(options, home, folder, early))
    except GraderError as error:
        terminal.complain(*map(str, error.args), by="precheck")
        return error.exit_status
    except KeyboardInterrupt:
        terminal.complain("interrupted.", by="precheck")
        return 130
    except Exception as error:
        from grader.unforeseen import unforeseen

        terminal.complain(unforeseen(error), by="precheck")
        return 3
    finally:
        if early is not None:
            early.remove()


def _options(words: Sequence[str] | None) -> argparse.Namespace:
    """Parse the command line."""
    import argparse  # while the student's process starts

    parser = argparse.ArgumentParser(prog="python precheck.py", description="Check your work with the public checks.")
    add_arguments(parser)
    return parser.parse_args(words)


def run(options: argparse.Namespace, home: Path, folder: Path, early: Started | None = None) -> int:
    """Check the work named in the options, without a fence, and print the list; may raise ``GraderError``.

    Parameters
    ----------
    early : Started, optional
        A process that was already started.
    """
    from grader.material.assignment import load_assignment
    from grader.precheck.finding import find_work

    assignment = load_assignment(folder)
    max_bytes = int(assignment.limits.submission_bytes)
    work = find_work(options.path, home, forms_of(folder), max_bytes)
    plan = Plan(forks(), int(assignment.limits.memory_bytes), _find_mentioned(work, assignment.preload, max_bytes))
    started = [plan.told(early) if early is not None else plan.start()]
    # The full list needs a second process, which runs the work as a script.
    if options.task is None and work.path.suffix != ".ipynb":
        started.append(plan.start())
    from grader.precheck.session import Launcher

    launcher = Launcher(plan, started)
    try:
        report(options, work, folder, launcher)
    finally:
        launcher.close()
    return 0


def _find_mentioned(work: Submission, modules: Sequence[str], max_bytes: int) -> list[str]:
    """Return the modules that a submission seems to import, as they are worth importing early."""
    from grader.submissions import TooLarge

    try:
        files = work.read(max_bytes)
    except TooLarge:
        files = ()  # the error is reported when it is checked
    texts = [file.content for file in files if file.path.endswith((".py", ".ipynb"))]
    roots = {module: module.partition(".")[0].encode() for module in modules}
    return [name for name in modules if work.form == "zip" or any(roots[name] in text for text in texts)]


def report(options: argparse.Namespace, work: Submission, folder: Path, launcher: Sessions) -> None:
    """Judge the work in processes of this launcher and print the list; may raise ``GraderError``."""
    _require_new_enough()
    from dataclasses import replace

    from grader.judge.collecting import collect_checks
    from grader.precheck.checks import course_at, hidden_checks
    from grader.precheck.judging import Judgement, judge
    from grader.precheck.text import WIDTH, as_text
    from grader.precheck.todo import todo
    from grader.precheck.versions import here, libraries, sentences

    course = course_at(folder)
    found: list[Judgement] = []
    besides = list(course.besides)

    def work_on(items: list[Any]) -> None:
        if not course.is_recorded:
            besides.extend(hidden_checks(items, course.assignment))
        checks = course.chosen(items, options.task)
        found.append(judge(work, course.assignment, checks, launcher, course.key, _progress, course.known))

    collect_checks(folder, work_on, course.files(options.task))
    (result,) = found
    _clear_progress()
    if result.unreadable is not None:
        raise UsageError(result.unreadable)
    if result.faults:
        raise Fault(
            f"{result.faults[0]['where']} could not be run, which is not your fault: {result.faults[0]['message']}"
        )
    shown = [each for each in result.outcomes if options.task in (None, each.task)] or list(result.outcomes)
    todo_list = todo(result.outcomes if options.task is None else shown, course.assignment.tasks, besides)
    if options.task is not None:
        todo_list = replace(todo_list, besides=())
    everything = options.all or options.task is not None
    title, name = course.assignment.title, work.path.name
    columns = shutil.get_terminal_size((WIDTH, 24)).columns
    versions = tuple(sentences(here(libraries(course.assignment.allowed_imports)), course.versions))
    remarks = result.remarks
    text = as_text(todo_list, title, name, everything=everything, remarks=remarks, versions=versions, columns=columns)
    print(text, end="")  # noqa: T201
    if options.html:
        from grader.precheck.page import as_page

        try:
            Path(options.html).write_text(
                as_page(todo_list, title, name, everything=True, remarks=remarks, versions=versions), encoding="utf-8"
            )
        except OSError as error:
            raise UsageError(
                f"The page cannot be written to {options.html}: {reason(error)}; name another file with --html."
            ) from error
        print(f"The page is in {options.html}.")  # noqa: T201


def _require_new_enough() -> None:
    import pytest

    if int(pytest.__version__.split(".")[0]) < OLDEST_PYTEST:
        raise UsageError(
            f"pytest {OLDEST_PYTEST} or newer is needed, but this is {pytest.__version__}; "
            "install a newer one: python -m pip install --upgrade pytest"
        )


def _progress(outcome: object) -> None:
    if sys.stderr.isatty():
        print(f"\r{getattr(outcome, 'task', ''):<8}", end="", file=sys.stderr, flush=True)  # noqa: T201


def _clear_progress() -> None:
    if sys.stderr.isatty():
        print("\r        \r", end="", file=sys.stderr, flush=True)  # noqa: T201
