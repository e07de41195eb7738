"""The command that grades one student again; all quoting is done here, as a file name must not become a command."""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from pathlib import Path

from grader.submissions import Submission

# Tox interprets braces and backslashes itself.
_OF_TOX = frozenset("{}\\")


def repeat_words(
    assignment: str,
    paths: Sequence[Path],
    *,
    rubric: bool,
    student: bool = False,
    allow: Sequence[str] = (),
    numpy: str | None = None,
    anonymous: bool = False,
    more: Mapping[str, str | Path | None] | None = None,
) -> str:
    """Return the command up to the name, which is the same for the whole class.

    ``student`` is true if the path is one student's own; ``more`` are further options with their values, None if not given.
    """
    where = " ".join(shlex.quote(str(path)) for path in paths)
    options = [f"--assignment {shlex.quote(assignment)}", *["--rubric"] * rubric, *["--anonymous"] * anonymous]
    options += [f"--allow {shlex.quote(name)}" for name in allow]
    options += [f"--numpy {shlex.quote(numpy)}"] if numpy is not None else []
    options += [f"{name} {shlex.quote(str(value))}" for name, value in (more or {}).items() if value is not None]
    return f"tox -e grade -- {where} {' '.join(options)} --{'student' if student else 'only'}"


def run_words(student: str, words: str) -> str:
    """Return the option that starts one student's program with some words.

    Examples
    --------
    >>> run_words("s001", "--dataset xor <1")
    "--run 's001=--dataset xor <1'"
    """
    return f"--run {shlex.quote(f'{student}={words}')}"


def repeat_line(words: str, submission: Submission) -> str:
    """Return the command for one student, quoted for a shell.

    Parameters
    ----------
    words : str
        What ``repeat_words`` returned.
    submission : Submission
        Named by its id if that can be read and typed as it is, or else by its slug, which ``--only`` also accepts.
    """
    # The instructor has chosen the name after ``--student``.
    name = submission.id if words.endswith("--student") or _is_plain(submission.id) else submission.slug
    # Otherwise a name that begins with a hyphen would be an option.
    between = "=" if name.startswith("-") else " "
    chosen = f" --entry{between}{shlex.quote(f'{name}={submission.entry}')}" if submission.entry is not None else ""
    return f"{words}{between}{shlex.quote(name)}{chosen}"


def _is_plain(name: str) -> bool:
    """Return whether pages show every character of a name as it is, and neither the shell nor tox interprets one."""
    if name.isascii() and name.isprintable():
        return " ".join(name.split()) == name and not _OF_TOX & set(name)
    from grader.report.text import one_line

    return name.isprintable() and one_line(name) == name and not _OF_TOX & set(name)


def shell_line(words: Sequence[str]) -> str:
    """Return a command quoted for a shell."""
    return shlex.join(words)
