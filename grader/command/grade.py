"""Grade a folder of submissions and write reports for each student and the class."""

from __future__ import annotations

import argparse
import os
from contextlib import ExitStack
from pathlib import Path

from grader.command.grading.plan import add_course_arguments
from grader.executors.workers import Worker


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of ``grade``."""
    add = parser.add_argument
    add(
        "paths",
        nargs="*",
        type=Path,
        metavar="PATH",
        help="a platform's download, as zip or folder, or a folder with one entry per student (default: submissions)",
    )
    add(
        "--assignment",
        metavar="NAME",
        help="id or folder of the assignment, or its name in grader.toml (default: the one named there or in tox.ini)",
    )
    add(
        "--layout",
        metavar="NAME",
        help="layout of PATH: canvas, moodle, e3, brightspace, gradescope, github, blackboard, nbgrader or plain "
        "(default: recognised automatically)",
    )
    add("--only", action="append", default=[], metavar="STUDENT", help="grade only this student; may be repeated")
    add("--student", metavar="NAME", help="the only PATH, even if it is a folder, is this student's hand-in")
    add(
        "--entry",
        action="append",
        default=[],
        metavar="STUDENT=FILE",
        help="grade this file of the student's hand-in instead of the one the grader chooses; may be repeated",
    )
    add(
        "--run",
        action="append",
        default=[],
        dest="starts",
        metavar="STUDENT=WORDS",
        help="start this student's program with these arguments; words that begin with < are typed in; repeat it for further runs",
    )
    add(
        "--adapter",
        action="append",
        default=[],
        metavar="STUDENT=FILE",
        help="run this file after the student's program; it defines forward(x), parameters() and gradients(x, y)",
    )
    add(
        "--accept-names",
        action="store_true",
        help="accept names similar to the required ones, such as MSE for MSELoss; every record says so",
    )
    add("--allow", action="append", default=[], metavar="NAME", help="also allow this import; may be repeated")
    add("--numpy", metavar="VERSION", help="grade with this version of NumPy, such as 2.2; tox installs it")
    add("--seed", help="seed of the random inputs (default: the secret seed, created at first use)")
    add(
        "--jobs",
        type=_positive,
        metavar="N",
        help="number of submissions graded in parallel (default: the number of cores)",
    )
    add("--out", type=Path, metavar="FOLDER", help="folder for the reports (default: reports/ASSIGNMENT)")
    add("--fail-under", type=float, metavar="PERCENT", help="exit with status 1 if a score is below this percentage")
    add(
        "--isolation",
        metavar="LEVEL",
        help="the lowest level of isolation to accept; `python -m grader doctor` lists them",
    )
    add("--executor", choices=("local", "dask"), default="local", help="where to grade (default: on this machine)")
    add(
        "--scheduler",
        metavar="ADDRESS",
        help="address of the Dask scheduler, such as tls://10.0.0.1:8786 (default: DASK_SCHEDULER_ADDRESS)",
    )
    add(
        "--unencrypted",
        action="store_true",
        help="accept a Dask cluster of other machines without TLS; anyone who can connect to it can run code there and read the class",
    )
    add("--rubric", action="store_true", help="also ask the written questions whose points do not count")
    add("--again", action="store_true", help="also grade submissions unchanged since the last run")
    add(
        "--anyway",
        action="store_true",
        help="grade the class even if many hand-ins cannot be read or none fits the assignment",
    )
    add(
        "--evidence",
        choices=("compared", "object", "child"),
        help="of an nbgrader or Otter assignment, score only verdicts of at least this trust: compared by the judge, decided by an "
        "object of the submission, asserted in the child (default: child)",
    )
    add(
        "--rehearsed",
        action="store_true",
        help="skip the rehearsal of the checks on the answer key, if it was done elsewhere",
    )
    add(
        "--list",
        action="store_true",
        help="show which submissions were found and how they were read, and grade nothing",
    )
    add(
        "--notebooks",
        choices=("ipynb", "html"),
        default="ipynb",
        help="format of executed notebooks; html also renders them as pages (default: ipynb)",
    )
    add_course_arguments(parser)
    loudness = parser.add_mutually_exclusive_group()
    loudness.add_argument("--quiet", action="store_true", help="print nothing but errors")
    loudness.add_argument("--verbose", action="store_true", help="also print a line for each check that did not pass")


def _positive(text: str) -> int:
    number = int(text) if text.isdigit() else 0
    if number < 1:
        raise argparse.ArgumentTypeError(f"it must be a whole number of at least 1, not {text!r}; try --jobs 2")
    return number


def run(options: argparse.Namespace) -> int:
    """Grade, and return the exit status that ``python -m grader`` documents."""
    with ExitStack() as stack:
        # If there is certainly something to grade, start the worker before importing anything else.
        out = options.out / "records" if options.out is not None else "reports"
        anew = options.again or not os.path.exists(out)
        begun = stack.enter_context(Worker()) if anew and options.executor == "local" and not options.list else None
        from grader.command.grading.steps import grade

        return grade(options, begun)
