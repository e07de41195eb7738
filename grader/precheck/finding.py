"""Finds the work that a student wants checked, or says in one sentence what to do if it is not there."""

from __future__ import annotations

import difflib
import hashlib
import shlex
from collections.abc import Mapping
from pathlib import Path

from grader.errors import UsageError, reason
from grader.material.assignment import Limits
from grader.submissions import Submission, TooLarge, form_of, placed, slug_of, student_of

CODE = (".py", ".ipynb")
OURS = ("precheck.py",)
# The forms of a template, by path, with the SHA-256 of their files as handed out.
Forms = Mapping[str, Mapping[str, str]]


def find_work(given: str | None, home: Path, forms: Forms, max_bytes: int) -> Submission:
    """Return the work to check, after making sure that it can be read.

    Parameters
    ----------
    given : str or None
        A path; without one, the form of the template that was changed.
    home : Path
        The folder with the forms of the template.
    forms : mapping
        The forms, by their names in ``home``.
    max_bytes : int
        The largest size allowed.

    Raises
    ------
    UsageError
        If nothing can be checked; the message is one sentence with the remedy.
    """
    try:
        path = Path(given) if given is not None else home / _form_worked_on(home, forms, max_bytes)
        if not path.exists():
            raise UsageError(_say_not_there(path))
        return submission_at(path, max_bytes)
    except TooLarge as error:
        raise UsageError(str(error)) from error
    except OSError as error:
        raise UsageError(f"{error.filename} cannot be read: {reason(error)}.") from error


def submission_at(path: Path, max_bytes: int = Limits.submission_bytes) -> Submission:
    """Return a file, folder or zip as a submission; raise ``UsageError`` or ``TooLarge`` if it cannot be one."""
    path = placed(path)
    if path.is_symlink():
        raise UsageError(f"{path.name} is a link, and links are not followed; name the file or folder itself.")
    is_folder = path.is_dir()
    name = student_of(path.name, is_folder=is_folder)
    work = Submission(name, slug_of(name), path, form_of(path.name, is_folder=is_folder))
    work.read(max_bytes)
    return work


def _form_worked_on(home: Path, forms: Forms, max_bytes: int) -> str:
    """Return the form that the student worked in: the only one that differs from the original."""
    there = [name for name in forms if (home / name).exists()]
    if not there:
        raise UsageError(_say_renamed(home, forms))
    changed = [name for name in there if _is_changed(home / name, forms[name], max_bytes)]
    if len(changed) > 1:
        raise UsageError(
            f"You have worked in {' and in '.join(changed)}; say which one to check: python precheck.py {changed[0]}"
        )
    return (changed or there)[0]


def _is_changed(path: Path, digests: Mapping[str, str], max_bytes: int) -> bool:
    """Return whether a form differs from the original in more than line ends."""
    if path.is_symlink():
        return True  # and is refused with a sentence if it is to be checked
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
            f"There is no {wanted} in {home}, but there is {', '.join(found[:3])}; "
            f"name the file with your work: python precheck.py {shlex.quote(found[0])}"
        )
    return f"There is no {wanted} in {home}; go to the folder that you unzipped, or name the file with your work."


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
        return f"There is no folder {folder}; go to the folder with your work, and name the file there."
    return f"There is no {path}; the files with code in {folder.resolve()} are: {', '.join(sorted(names)) or 'none'}."
