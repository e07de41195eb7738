"""Make a new assignment that works at once, to be changed into your own."""

from __future__ import annotations

import argparse
from pathlib import Path

from grader.handout.starter import write_assignment
from grader.terminal import say


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of ``new``."""
    parser.add_argument(
        "path", type=Path, metavar="PATH", help="a folder that does not exist yet; its name becomes the id"
    )


def run(options: argparse.Namespace) -> int:
    """Write the assignment, and say how to go on; return 0."""
    say(*write_assignment(options.path))
    say("", f"Try it: python -m grader grade {options.path / 'examples'} --assignment {options.path}")
    say("Then follow docs/assignment.md.")
    return 0
