"""Write the template that students receive, made from the answer key."""

from __future__ import annotations

import argparse
from pathlib import Path

from grader.assignment import find_assignment
from grader.command.defaults import default_assignment
from grader.template import write_template


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of ``template``."""
    parser.add_argument(
        "assignment", nargs="?", help="id or folder of the assignment (default: the one named in tox.ini)"
    )
    parser.add_argument("--out", type=Path, help="folder to write to (default: student_template/<id>)")


def run(options: argparse.Namespace) -> int:
    """Write the template; return 0."""
    folder = find_assignment(default_assignment(options.assignment))
    destination = options.out or Path("student_template") / folder.name
    for path in write_template(folder, destination):
        print(path)
    return 0
