"""Run the public checks on one hand-in and print a to-do list, as a student does at home."""

from __future__ import annotations

import argparse
from pathlib import Path

from grader.assignment import find_assignment
from grader.command.defaults import default_assignment
from grader.precheck import running


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of ``precheck``."""
    running.add_arguments(parser)
    parser.add_argument(
        "--assignment", metavar="NAME", help="id or folder of the assignment (default: the one named in tox.ini)"
    )


def run(options: argparse.Namespace) -> int:
    """Print the list; return 0."""
    return running.run(options, Path.cwd(), find_assignment(default_assignment(options.assignment)))
