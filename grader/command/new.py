"""Create a small working assignment to change into your own."""

from __future__ import annotations

import argparse
from pathlib import Path

from grader.handout.starter import write_assignment
from grader.terminal import say


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of ``new``."""
    parser.add_argument("path", type=Path, metavar="PATH", help="a new folder; its name becomes the assignment's id")


def run(options: argparse.Namespace) -> int:
    """Write the assignment, say what to do next, and return 0."""
    say(*write_assignment(options.path))
    say("", f"Try it: python -m grader grade {options.path / 'examples'} --assignment {options.path}")
    say("Then read docs/assignment.md.")
    return 0
