"""Parses the command line and runs one subcommand; every error ends in one sentence and an exit status."""

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

# By who uses them, in the order in which one meets them; each is the name of a module of this package.
GROUPS = {
    "For whoever grades": ("grade", "desk", "merge", "similar"),
    "For whoever keeps the course": ("course", "export"),
    "For whoever gives out an assignment": ("template", "precheck", "bundle"),
    "For whoever writes an assignment": ("new", "audit"),
    "For whoever looks after the machines": ("doctor", "cluster"),
}
COMMANDS = tuple(name for names in GROUPS.values() for name in names)


class Parser(argparse.ArgumentParser):
    """A parser that echoes no argument as it came: it may be a file name, with whatever is in one."""

    def error(self, message: str) -> NoReturn:
        """Say how the command is used and what is wrong with it; exit with status 2."""
        self.print_usage(sys.stderr)
        terminal.complain(f"error: {message}", by=self.prog)
        raise SystemExit(2)


class _Top(Parser):
    """The parser of the whole command line, whose help groups the commands."""

    def format_help(self) -> str:
        """Return the screen with all commands."""
        return overview()


def overview() -> str:
    """Return what the command line says of itself: every command in a line, grouped by who uses it."""
    lines = ["Grade neural networks written from scratch in NumPy.", "", "usage: python -m grader COMMAND [options]"]
    width = max(map(len, COMMANDS))
    for title, names in GROUPS.items():
        lines += ["", title]
        for name in names:
            folded = textwrap.wrap(sentence_of(name), 96 - width, break_long_words=False)
            lines += [f"  {head:<{width}}  {text}" for head, text in zip_longest([name], folded, fillvalue="")]
    lines += ["", "`python -m grader COMMAND --help` lists the options of one; README.md shows how they go together."]
    return "\n".join(lines) + "\n"


def sentence_of(name: str) -> str:
    """Return what a command does, as its module says; the module is not imported, as some need packages that take a second."""
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
        0 done; 1 a score below ``--fail-under``; 2 the command or the assignment is wrong; 3 a fault of the grader, or something
        could not be written; 130 interrupted.
    """
    if sys.flags.optimize:
        # It leaves out every `assert`, and with them what many checks ask.
        print(
            "grader: Python leaves out assertions when it is started with -O or PYTHONOPTIMIZE; start it without.",
            file=sys.stderr,
        )
        return GraderError.exit_status
    words = sys.argv[1:] if arguments is None else arguments
    options = argparse.Namespace()
    try:
        if not words:
            terminal.say(*overview().splitlines())
            return 0
        # Only what is asked for is imported: some commands need packages that take a second.
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
    """Return what to say after a Ctrl-C: what is left, and how to go on."""
    if not grading:
        return "interrupted; files that were written before are whole. The same command starts again."
    how = "without --again, the same command" if getattr(options, "again", False) else "the same command"
    return f"interrupted; what was graded so far is kept, and {how} goes on from there."
