"""Say what this machine holds of the fence, and what to do about the rest."""

from __future__ import annotations

import argparse

from grader.terminal import say


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of ``doctor``: there are none."""


def run(options: argparse.Namespace) -> int:
    """Print what was found; return 0 when grading can go on as it is, else 2."""
    from grader.fence import diagnose
    from grader.judge.private import private_paths

    lines, usable = diagnose(private=private_paths())
    say(*lines)
    return 0 if usable else 2
