"""Parses the command line and runs one subcommand; every error ends in one sentence and an exit status."""

from __future__ import annotations

import argparse
import importlib
import sys
from collections.abc import Sequence

from grader import __version__
from grader.errors import GraderError

# In the order in which an instructor meets them; each is the name of a module of this package.
COMMANDS = ("grade", "merge", "template", "precheck", "bundle", "new", "audit", "cluster", "doctor")


def parser(names: Sequence[str] = COMMANDS) -> argparse.ArgumentParser:
    """Return the parser of the command line, with these subcommands."""
    top = argparse.ArgumentParser(
        prog="python -m grader", description="Grade neural networks written from scratch in NumPy."
    )
    top.add_argument("--version", action="version", version=f"grader {__version__}")
    commands = top.add_subparsers(title="commands", required=True, metavar="COMMAND")
    for name in names:
        module = importlib.import_module(f"grader.command.{name}")
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
    if sys.flags.optimize:
        # It leaves out every `assert`, and with them what many checks ask.
        print(
            "grader: Python leaves out assertions when it is started with -O or PYTHONOPTIMIZE; start it without.",
            file=sys.stderr,
        )
        return GraderError.exit_status
    words = sys.argv[1:] if arguments is None else arguments
    # Only what is asked for is imported: some commands need packages that take a second.
    options = parser(words[:1] if words and words[0] in COMMANDS else COMMANDS).parse_args(words)
    try:
        return int(options.run(options))
    except GraderError as error:
        print(f"grader: {error}", file=sys.stderr)
        return error.exit_status
    except KeyboardInterrupt:
        print("grader: interrupted; what was graded so far is kept.", file=sys.stderr)
        return 130
