"""Finds what a student wants checked, and says in one sentence what to do when it is not there: FOUND. Imports errors and submissions only."""

from __future__ import annotations

import difflib
import hashlib
import shlex
import zipfile
from collections.abc import Mapping
from pathlib import Path

from grader.errors import UsageError
from grader.submissions import Submission
from grader.submissions.submission import slug_of

CODE = (".py", ".ipynb")
OURS = ("precheck.py",)
# The forms of a template: a path each, with the SHA-256 of its files as they were handed out.
Forms = Mapping[str, Mapping[str, str]]


def find_work(given: str | None, home: Path, forms: Forms) -> Submission:
    """Return what is to be checked.

    Parameters
    ----------
    given : str or None
        A path; without it the form of the template that was worked on.
    home : Path
        Where the forms of the template lie.
    forms : mapping
        They, by their names in ``home``.

    Raises
    ------
    UsageError
        When nothing can be checked; one sentence with the remedy.
    """
    path = Path(given) if given is not None else home / _worked_on(home, forms)
    if not path.exists():
        raise UsageError(_not_there(path))
    return submission_at(path)


def submission_at(path: Path) -> Submission:
    """Return a file, folder or zip as a submission; raises ``UsageError`` when it can be none."""
    path = path.resolve()
    if path.is_dir():
        _has_code(path)
        return Submission(path.name, slug_of(path.name), path, "folder")
    if path.suffix.lower() == ".zip":
        _holds_code(path)
        return Submission(path.stem, slug_of(path.stem), path, "zip")
    if path.suffix.lower() not in CODE:
        raise UsageError(
            f"{path.name} is no .py file, .ipynb notebook, .zip or folder; give the file that holds your work."
        )
    return Submission(path.stem, slug_of(path.stem), path, "file")


def _worked_on(home: Path, forms: Forms) -> str:
    """Return the form that was worked on: the only one that differs from what was handed out."""
    there = [name for name in forms if (home / name).exists()]
    if not there:
        raise UsageError(_renamed(home, forms))
    changed = [name for name in there if _changed(home / name, forms[name])]
    if len(changed) > 1:
        raise UsageError(
            f"You have worked in {' and in '.join(changed)}; say which of them is to be checked: python precheck.py {changed[0]}"
        )
    return (changed or there)[0]


def _changed(path: Path, digests: Mapping[str, str]) -> bool:
    files = {"": path} if path.is_file() else {file.name: file for file in path.iterdir() if file.suffix in CODE}
    now = {name: hashlib.sha256(_text(file)).hexdigest() for name, file in files.items()}
    return now != dict(digests)


def _text(file: Path) -> bytes:
    """Return a file's bytes with the line ends of the template, whatever an editor has made of them."""
    return file.read_bytes().replace(b"\r\n", b"\n")


def _renamed(home: Path, forms: Forms) -> str:
    wanted = ", ".join(forms) or "a .py file or a notebook"
    found = sorted(path.name for path in home.iterdir() if path.suffix in CODE and path.name not in OURS)
    if found:
        return (
            f"{wanted} is looked for in {home}, but what is there is {', '.join(found[:3])}; "
            f"name the file that holds your work: python precheck.py {shlex.quote(found[0])}"
        )
    return f"{home} holds none of {wanted}; go to the folder that you unzipped, or name the file that holds your work."


def _not_there(path: Path) -> str:
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


def _has_code(folder: Path) -> None:
    if not any(path.suffix.lower() in CODE for path in folder.rglob("*")):
        zips = sorted(path.name for path in folder.glob("*.zip"))
        remedy = f"unzip {zips[0]} first, or give it itself" if zips else "give the folder that holds your work"
        raise UsageError(f"The folder {folder.name} holds no .py file and no .ipynb notebook; {remedy}.")


def _holds_code(path: Path) -> None:
    try:
        if not path.is_file():  # a pipe would be waited for
            raise zipfile.BadZipFile
        with zipfile.ZipFile(path) as archive:
            names = [name for name in archive.namelist() if not name.endswith("/") and "__MACOSX" not in name]
    except Exception as error:  # a broken directory raises whatever its numbers lead to
        raise UsageError(f"{path.name} cannot be opened as a zip archive; make the zip again.") from error
    if any(name.lower().endswith(CODE) for name in names):
        return
    inner = next((name for name in names if name.lower().endswith(".zip")), None)
    if inner is not None:
        raise UsageError(
            f"{path.name} holds another zip, {inner}, and no code beside it; zips inside zips are not opened, "
            "so hand in the inner one, or zip the files themselves."
        )
    raise UsageError(f"{path.name} holds no .py file and no .ipynb notebook; zip the files that hold your work.")
