"""Make the template for students from the answer key."""

from __future__ import annotations

import argparse
from pathlib import Path

from grader.command.defaults import default_assignment, switched_on
from grader.files import write_atomically
from grader.handout.template import solution_notebook, write_template
from grader.material.assignment import find_assignment
from grader.terminal import say


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of ``template``."""
    parser.add_argument(
        "assignment", nargs="?", help="id or folder of the assignment (default: the one named in tox.ini)"
    )
    parser.add_argument("--out", type=Path, help="folder to write to (default: student_template/<id>)")
    parser.add_argument("--rubric", action="store_true", help="include the written questions whose points do not count")
    parser.add_argument(
        "--solution",
        type=Path,
        help="file for the notebook with solutions, if the assignment is a notebook (default: solution.ipynb "
        "next to the answer key, or none with --out)",
    )


def run(options: argparse.Namespace) -> int:
    """Write the template and return 0."""
    folder = find_assignment(default_assignment(options.assignment))
    destination = options.out or Path("student_template") / folder.name
    say(*write_template(folder, destination, rubric=options.rubric or switched_on("rubric")))
    if (solution := solution_notebook(folder)) is not None and (options.solution or not options.out):
        path = options.solution or solution[0]
        write_atomically(path, solution[1].encode())
        say(path)
    return 0
