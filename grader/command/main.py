"""Parses the command line and runs one subcommand; every error ends in one sentence and an exit status."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from grader import __version__
from grader.command import doctor, grade, template
from grader.errors import GraderError

COMMANDS = (grade, template, doctor)


def parser() -> argparse.ArgumentParser:
    """Return the parser of the whole command line."""
    top = argparse.ArgumentParser(
        prog="python -m grader", description="Grade neural networks written from scratch in NumPy."
    )
    top.add_argument("--version", action="version", version=f"grader {__version__}")
    commands = top.add_subparsers(title="commands", required=True, metavar="COMMAND")
    for module in COMMANDS:
        name = module.__name__.rpartition(".")[2]
        sentence = (module.__doc__ or "").splitlines()[0]
        command = commands.add_parser(name, help=sentence, description=sentence)
        module.add_arguments(command)
        command.set_defaults(run=module.run)
    return top


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line.

    Returns
    -------
    int
        0 done; 1 a score below ``--fail-under``; 2 the command or the assignment is wrong; 3 a fault of the grader.
    """
    options = parser().parse_args(arguments)
    try:
        return int(options.run(options))
    except GraderError as error:
        print(f"grader: {error}", file=sys.stderr)
        return error.exit_status
    except KeyboardInterrupt:
        print("grader: interrupted; what was graded so far is kept.", file=sys.stderr)
        return 130
