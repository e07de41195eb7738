"""Grade a folder of submissions and write a report for each student and one for the class."""

from __future__ import annotations

import argparse
import os
from contextlib import ExitStack
from pathlib import Path

from grader.command.plan import add_course_arguments
from grader.executors.workers import Worker


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of ``grade``."""
    add = parser.add_argument
    add(
        "paths",
        nargs="*",
        type=Path,
        metavar="PATH",
        help="what a platform gave for download, as zip or folder, or a folder with one entry a student (default: submissions)",
    )
    add(
        "--assignment",
        metavar="NAME",
        help="id or folder of the assignment, or what grader.toml calls it (default: the one named there or in tox.ini)",
    )
    add(
        "--layout",
        metavar="NAME",
        help="how PATH is laid out: canvas, moodle, e3, brightspace, gradescope, github, blackboard, nbgrader or plain "
        "(default: recognised)",
    )
    add("--only", action="append", default=[], metavar="STUDENT", help="grade only this student; may be repeated")
    add("--student", metavar="NAME", help="the one PATH, also a folder, is the hand-in of this student")
    add(
        "--entry",
        action="append",
        default=[],
        metavar="STUDENT=FILE",
        help="grade this file of a student's hand-in instead of the one that the grader chose; may be repeated",
    )
    add(
        "--run",
        action="append",
        default=[],
        dest="starts",
        metavar="STUDENT=WORDS",
        help="start this student's program with these words, with what is typed behind a <; repeated, run it several times",
    )
    add(
        "--adapter",
        action="append",
        default=[],
        metavar="STUDENT=FILE",
        help="run this file behind the student's program: it defines forward(x), parameters() and gradients(x, y)",
    )
    add(
        "--accept-names",
        action="store_true",
        help="take names that are near those asked for, such as MSE for MSELoss, for these; every record says so",
    )
    add("--allow", action="append", default=[], metavar="NAME", help="allow this import, too; may be repeated")
    add("--numpy", metavar="VERSION", help="grade with this version of NumPy, such as 2.2, which tox installs")
    add("--seed", help="seed of the drawn inputs (default: the secret one, made at first use)")
    add("--jobs", type=_positive, metavar="N", help="submissions at a time (default: the number of cores)")
    add("--out", type=Path, metavar="FOLDER", help="where the reports go (default: reports/ASSIGNMENT)")
    add("--fail-under", type=float, metavar="PERCENT", help="exit with status 1 when a score is below this percentage")
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
        help="accept a Dask cluster of other machines without TLS: whoever reaches it can run code there and read the class",
    )
    add(
        "--evidence",
        choices=("compared", "object", "child"),
        help="of an nbgrader or Otter assignment, score only verdicts of at least this trust: compared by the judge, decided by an "
        "object of the submission, asserted in the child (default: child)",
    )
    add("--rubric", action="store_true", help="ask also the written questions whose points do not count")
    add("--again", action="store_true", help="grade also what is unchanged since the last run")
    add("--anyway", action="store_true", help="grade a class also where many hand-ins cannot be read, or none fits")
    add(
        "--rehearsed",
        action="store_true",
        help="do not try the checks on the answer key before the first student: that was done elsewhere",
    )
    add("--list", action="store_true", help="show what was found and how it was read, and grade nothing")
    add("--notebooks", choices=("ipynb", "html"), default="ipynb", help="also render executed notebooks as HTML")
    add_course_arguments(parser)
    loudness = parser.add_mutually_exclusive_group()
    loudness.add_argument("--quiet", action="store_true", help="print nothing but errors")
    loudness.add_argument("--verbose", action="store_true", help="print a line for each check that was not passed")


def _positive(text: str) -> int:
    number = int(text) if text.isdigit() else 0
    if number < 1:
        raise argparse.ArgumentTypeError(f"it must be a whole number of at least 1, not {text!r}; try --jobs 2")
    return number


def run(options: argparse.Namespace) -> int:
    """Grade; return the exit status that ``python -m grader`` documents."""
    with ExitStack() as stack:
        # Where surely something is to be graded, the worker begins before anything else is imported.
        out = options.out / "records" if options.out is not None else "reports"
        anew = options.again or not os.path.exists(out)
        begun = stack.enter_context(Worker()) if anew and options.executor == "local" and not options.list else None
        from grader.command.grading import grade

        return grade(options, begun)
