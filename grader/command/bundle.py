"""Make the zip of an assignment for students, for Gradescope or for GitHub."""

from __future__ import annotations

import argparse
from pathlib import Path

from grader.command.defaults import default_assignment
from grader.errors import AssignmentError
from grader.handout.archive import write_zip, zipped
from grader.material.assignment import find_assignment
from grader.terminal import say

KINDS = ("students", "gradescope", "github")
MOST_BYTES = 1_000_000


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of ``bundle``."""
    add = parser.add_argument
    add("assignment", nargs="?", help="id or folder of the assignment (default: the one named in tox.ini)")
    add("--for", dest="kind", choices=KINDS, default="students", help="who the zip is for (default: students)")
    add("--out", type=Path, metavar="FILE", help="the zip to write (default: <assignment>-<for>.zip)")


def run(options: argparse.Namespace) -> int:
    """Write the zip, list its files, and return 0."""
    folder = find_assignment(default_assignment(options.assignment))
    files, programs, top = _made(options.kind, folder)
    content = zipped(files, top, programs)
    out = options.out or Path(f"{folder.stem if folder.is_file() else folder.name}-{options.kind}.zip")
    if options.kind == "students" and len(content) >= MOST_BYTES:
        raise AssignmentError(
            f"The bundle of {folder} for students has {len(content):,} bytes, and the limit is {MOST_BYTES:,}; include smaller files."
        )
    write_zip(out, content)
    say(*(f"{len(each):>9,}  {path}" for path, each in files.items()))
    say(f"{len(content):>9,}  bytes in {out}, {len(files)} files")
    return 0


def _made(kind: str, folder: Path) -> tuple[dict[str, bytes], tuple[str, ...], str]:
    """Return the files, the names of the programs among them, and the folder they are packed in."""
    if kind == "students" and not (folder / "assignment.toml").is_file():
        from grader.handout.foreign import released_files

        return released_files(folder), (), folder.stem
    if kind == "students":
        from grader.handout.students import student_files

        return student_files(folder), (), folder.name
    if kind == "gradescope":
        from grader.handout.gradescope import PROGRAMS, gradescope_files

        return gradescope_files(folder), PROGRAMS, ""
    from grader.handout.github import github_files

    return github_files(folder), (), ""
