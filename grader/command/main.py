"""Parses the command line and runs one command; every error ends in one sentence and an exit status."""

from __future__ import annotations

import argparse
import ast
import importlib
import sys
import textwrap
from collections.abc import Sequence
from itertools import zip_longest
from pathlib import Path
from typing import NoReturn

from grader import __version__, terminal
from grader.errors import GraderError

# Grouped by user, in the order of use; each name is a module of this package.
GROUPS = {
    "To grade": ("grade", "desk", "merge", "similar"),
    "To run a course": ("course", "export"),
    "To hand out an assignment": ("template", "precheck", "bundle"),
    "To write an assignment": ("new", "audit"),
    "To set up machines": ("doctor", "cluster"),
}
COMMANDS = tuple(name for names in GROUPS.values() for name in names)


class Parser(argparse.ArgumentParser):
    """A parser that escapes the arguments it quotes, as they may be file names with any characters."""

    def error(self, message: str) -> NoReturn:
        """Print the usage and the error, and exit with status 2."""
        self.print_usage(sys.stderr)
        terminal.complain(f"error: {message}", by=self.prog)
        raise SystemExit(2)


class _Top(Parser):
    """The parser of the whole command line, whose help groups the commands."""

    def format_help(self) -> str:
        """Return the help text, with all commands."""
        return overview()


def overview() -> str:
    """Return the overview of the command line: a line for each command, grouped by purpose."""
    lines = ["Grade neural networks written from scratch in NumPy.", "", "usage: python -m grader COMMAND [options]"]
    width = max(map(len, COMMANDS))
    for title, names in GROUPS.items():
        lines += ["", title]
        for name in names:
            folded = textwrap.wrap(sentence_of(name), 96 - width, break_long_words=False)
            lines += [f"  {head:<{width}}  {text}" for head, text in zip_longest([name], folded, fillvalue="")]
    lines += [
        "",
        "`python -m grader COMMAND --help` lists the options of a command; README.md shows how to use them together.",
    ]
    return "\n".join(lines) + "\n"


def sentence_of(name: str) -> str:
    """Return the first sentence of a command's module, read without importing it, as some imports take a second."""
    text = Path(__file__).with_name(f"{name}.py").read_text(encoding="utf-8")
    return (ast.get_docstring(ast.parse(text)) or "").splitlines()[0].replace("``", "")


def parser(names: Sequence[str] = COMMANDS) -> argparse.ArgumentParser:
    """Return the parser of the command line, with these subcommands."""
    top = _Top(prog="python -m grader")
    top.add_argument("--version", action="version", version=f"grader {__version__}")
    commands = top.add_subparsers(title="commands", required=True, metavar="COMMAND", parser_class=Parser)
    for name in names:
        module = importlib.import_module(f"grader.command.{name}")
        sentence = (module.__doc__ or "").splitlines()[0].replace("``", "")
        command = commands.add_parser(name, help=sentence, description=sentence)
        module.add_arguments(command)
        command.set_defaults(run=module.run)
    return top


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line.

    Returns
    -------
    int
        0 done; 1 a score is below ``--fail-under``; 2 the command or the assignment is wrong; 3 a fault of the grader, or a file
        could not be written; 130 interrupted.
    """
    if sys.flags.optimize:
        # With -O Python skips every `assert`, and many checks rely on them.
        print(
            "grader: Python skips assertions when it is started with -O or PYTHONOPTIMIZE; start it without them.",
            file=sys.stderr,
        )
        return GraderError.exit_status
    words = sys.argv[1:] if arguments is None else arguments
    options = argparse.Namespace()
    try:
        if not words:
            terminal.say(*overview().splitlines())
            return 0
        # Only the requested command is imported, as some imports take a second.
        known = parser(words[:1] if words and words[0] in COMMANDS else COMMANDS)
        options = known.parse_args(words)
        return int(options.run(options))
    except GraderError as error:
        terminal.complain(*map(str, error.args))
        return error.exit_status
    except KeyboardInterrupt:
        terminal.complain(_interrupted(words[:1] == ["grade"], options))
        return 130
    except Exception as error:
        from grader.unforeseen import unforeseen

        terminal.complain(unforeseen(error, getattr(options, "out", None), getattr(options, "seed", None)))
        return 3


def _interrupted(grading: bool, options: argparse.Namespace) -> str:
    """Return what to print after a Ctrl-C: what was kept, and how to continue."""
    if not grading:
        return "interrupted; all files written so far are complete. Run the same command to start again."
    how = "the same command without --again" if getattr(options, "again", False) else "the same command"
    return f"interrupted; everything graded so far is kept. Run {how} to continue from there."
