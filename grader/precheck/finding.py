"""Finds what a student wants checked, and says in one sentence what to do when it is not there."""

from __future__ import annotations

import difflib
import hashlib
import shlex
from collections.abc import Mapping
from pathlib import Path

from grader.errors import UsageError
from grader.material.assignment import Limits
from grader.submissions import Submission, TooLarge, form_of, placed, slug_of, student_of

CODE = (".py", ".ipynb")
OURS = ("precheck.py",)
# The forms of a template: a path each, with the SHA-256 of its files as they were handed out.
Forms = Mapping[str, Mapping[str, str]]


def find_work(given: str | None, home: Path, forms: Forms, max_bytes: int) -> Submission:
    """Return what is to be checked, which can be read.

    Parameters
    ----------
    given : str or None
        A path; without it the form of the template that was worked on.
    home : Path
        Where the forms of the template lie.
    forms : mapping
        They, by their names in ``home``.
    max_bytes : int
        How large it may be.

    Raises
    ------
    UsageError
        When nothing can be checked; one sentence with the remedy.
    """
    try:
        path = Path(given) if given is not None else home / _form_worked_on(home, forms, max_bytes)
        if not path.exists():
            raise UsageError(_say_not_there(path))
        return submission_at(path, max_bytes)
    except TooLarge as error:
        raise UsageError(str(error)) from error
    except OSError as error:
        raise UsageError(f"{error.filename} cannot be read: {error.strerror}.") from error


def submission_at(path: Path, max_bytes: int = Limits.submission_bytes) -> Submission:
    """Return a file, folder or zip as a submission; raises ``UsageError`` or ``TooLarge`` when it can be none."""
    path = placed(path)
    if path.is_symlink():
        raise UsageError(
            f"{path.name} is a link, and links are not followed; give the file or folder that it leads to."
        )
    is_folder = path.is_dir()
    name = student_of(path.name, is_folder=is_folder)
    work = Submission(name, slug_of(name), path, form_of(path.name, is_folder=is_folder))
    work.read(max_bytes)
    return work


def _form_worked_on(home: Path, forms: Forms, max_bytes: int) -> str:
    """Return the form that was worked on: the only one that differs from what was handed out."""
    there = [name for name in forms if (home / name).exists()]
    if not there:
        raise UsageError(_say_renamed(home, forms))
    changed = [name for name in there if _is_changed(home / name, forms[name], max_bytes)]
    if len(changed) > 1:
        raise UsageError(
            f"You have worked in {' and in '.join(changed)}; say which of them is to be checked: python precheck.py {changed[0]}"
        )
    return (changed or there)[0]


def _is_changed(path: Path, digests: Mapping[str, str], max_bytes: int) -> bool:
    """Return whether a form is another than it was handed out, whatever an editor has made of its line ends."""
    if path.is_symlink():
        return True  # and is refused with a sentence, if it is what is to be checked
    form = "folder" if path.is_dir() else "file"
    files = Submission("", "", placed(path), form).read(max_bytes)
    texts = {file.path if form == "folder" else "": file.content.replace(b"\r\n", b"\n") for file in files}
    code = {name: text for name, text in texts.items() if "/" not in name and (not name or name.endswith(CODE))}
    return {name: hashlib.sha256(text).hexdigest() for name, text in code.items()} != dict(digests)


def _say_renamed(home: Path, forms: Forms) -> str:
    wanted = ", ".join(forms) or "a .py file or a notebook"
    found = sorted(path.name for path in home.iterdir() if path.suffix in CODE and path.name not in OURS)
    if found:
        return (
            f"{wanted} is looked for in {home}, but what is there is {', '.join(found[:3])}; "
            f"name the file that holds your work: python precheck.py {shlex.quote(found[0])}"
        )
    return f"{home} holds none of {wanted}; go to the folder that you unzipped, or name the file that holds your work."


def _say_not_there(path: Path) -> str:
    folder = path.parent
    names = [entry.name for entry in folder.iterdir()] if folder.is_dir() else []
    names = [name for name in names if name.endswith((*CODE, ".zip")) and name not in OURS]
    near = difflib.get_close_matches(path.name, names, 1, 0.5)
    if near:
        return (
            f"There is no {path}, but there is {near[0]}; try: python precheck.py {shlex.quote(str(folder / near[0]))}"
        )
    if not folder.is_dir():
        return f"There is no folder {folder}; go to the folder that holds your work, and name the file there."
    return f"There is no {path}; the files with code in {folder.resolve()} are: {', '.join(sorted(names)) or 'none'}."
