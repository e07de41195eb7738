"""Set up a course; look up and decide scores: ``new``, ``show``, ``history``, ``override``, ``extend``, ``excuse``, ``comment``, ``requests``."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path

from grader.command import decisions, lookup
from grader.command.gradebooks import reports_folder
from grader.errors import GraderError, UsageError
from grader.terminal import complain, harmless, say


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the subcommands of ``course``."""
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")
    sentence = "Ask a few questions about a course, and write its grader.toml."
    new = commands.add_parser("new", help=sentence, description=sentence)
    new.add_argument(
        "folder", nargs="?", type=Path, default=Path(), metavar="FOLDER", help="the course's folder (default: this one)"
    )
    new.set_defaults(subcommand=_new)
    for module in (lookup, decisions):
        for name, sentence, arguments, run in module.COMMANDS:
            command = commands.add_parser(name, help=sentence, description=sentence)
            arguments(command)
            command.add_argument(
                "--out",
                type=Path,
                metavar="REPORTS",
                help="folder of the reports (default: reports next to grader.toml, or here)",
            )
            command.set_defaults(subcommand=run)


def run(options: argparse.Namespace) -> int:
    """Run the subcommand and return its exit status."""
    command: Callable[[argparse.Namespace], int] = options.subcommand
    if command is not _new:
        options.out = reports_folder(options)
    return command(options)


def _new(options: argparse.Namespace) -> int:
    """Ask the questions and write the course file; an existing file is never replaced."""
    from grader.course.file import FILE, read_course
    from grader.course.new import answers, text_of
    from grader.files import write_atomically
    from grader.material.assignment import find_assignment, shipped_ids

    folder = options.folder
    path = folder / FILE
    if path.exists():
        raise UsageError(
            f"There is already a course file: {path}. Change it in your editor; docs/course.md lists its keys."
        )
    if folder.exists() and not folder.is_dir():
        raise UsageError(f"{folder} is not a folder; name the course's folder.")

    def assignment(name: str) -> None:
        beside = folder / name
        find_assignment(str(beside) if (beside / "assignment.toml").is_file() else name)

    found = answers(_ask, assignment, shipped_ids())
    write_atomically(path, text_of(found).encode("utf-8", "replace"))
    course = read_course(path)
    first = course.assignments[0]
    say("", f"Wrote {path}.")
    say(
        f"Put the download of {first.id} into {folder / 'downloads' / first.id}, or give its path, and grade it from {folder}:"
    )
    say(f"python -m grader grade --assignment {first.id}")
    return 0


def _ask(question: str, usual: str, check: Callable[[str], str]) -> str:
    """Ask until the answer is valid; at the end of the input, take the default."""
    while True:
        try:
            told = input(f"{question}{f' [{harmless(usual)}]' if usual else ''}: ").strip()
        except EOFError:
            say("")
            return check(usual)
        try:
            return check(told or usual)
        except GraderError as error:
            complain(str(error))
