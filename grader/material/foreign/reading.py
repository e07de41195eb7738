"""Tells which tool an assignment belongs to, and has its reader read it; serves READ."""

from __future__ import annotations

from pathlib import Path

from grader.errors import AssignmentError
from grader.material.foreign.config import CONFIG
from grader.material.foreign.forms import Form, Kind
from grader.material.foreign.master import is_master
from grader.material.foreign.nbgrader import read_nbgrader
from grader.material.foreign.notebooks import RawNotebook, read_notebook, table
from grader.material.foreign.otter import OTHERS, looks_like_otter, read_otter
from grader.material.foreign.sources import Sources, open_sources, refuse
from grader.submissions.download import is_zip

MOST_NOTEBOOKS = 50


def is_form(path: Path) -> bool:
    """Return whether a path looks like an assignment of nbgrader or Otter; no file of it is run."""
    return kind_of(path) is not None


def read_form(path: Path) -> Form:
    """Read an assignment of nbgrader or Otter.

    Parameters
    ----------
    path : Path
        nbgrader: ``source/ps1`` or ``release/ps1`` of a course, any folder of such notebooks, or one notebook.
        Otter: a master notebook, a folder with one, a folder of tests, or an ``autograder.zip``.

    Raises
    ------
    AssignmentError
        When it is neither, is damaged, or needs what is not supported (R, plugins); one sentence says which.
    """
    if not path.exists():
        raise refuse(path, "there is no such file or folder.")
    kind = kind_of(path)
    if kind is None:
        raise refuse(
            path,
            "this is no assignment of nbgrader (notebooks with cells that have points) and none of Otter (a master notebook, "
            "tests/*.py or an autograder.zip).",
        )
    return read_nbgrader(path) if kind == "nbgrader" else read_otter(path)


def kind_of(path: Path) -> Kind | None:
    """Return which tool an assignment belongs to; None when it looks like neither."""
    if not path.exists() or (path / "assignment.toml").is_file():
        return None
    if path.is_file():
        return _kind_of_file(path)
    if (path / CONFIG).is_file() or (path / "gradebook.db").is_file():
        return "nbgrader"
    notebooks = sorted(path.glob("*.ipynb"))[:MOST_NOTEBOOKS]
    kinds = [_kind_of_notebook(each) for each in notebooks]
    if "nbgrader" in kinds:
        return "nbgrader"
    if "otter" in kinds or any(path.glob("autograder/*")) or any(path.glob("dist/autograder/*")):
        return "otter"
    if any(each.suffix.lower() in OTHERS for each in path.iterdir()) or any(path.glob("*autograder*.zip")):
        return "otter"
    if any(path.glob("source/*/*.ipynb")) or any(path.glob("release/*/*.ipynb")):
        return "nbgrader"
    if path.name in ("source", "release") and any(path.glob("*/*.ipynb")):
        return "nbgrader"
    return "otter" if _holds_tests(path) else None


def _kind_of_file(path: Path) -> Kind | None:
    if path.suffix == ".ipynb":
        return _kind_of_notebook(path)
    if path.suffix == ".db":
        return "nbgrader"
    if path.suffix.lower() in OTHERS:
        return "otter"
    return "otter" if is_zip(path) and _holds_tests(path) else None


def _holds_tests(path: Path) -> bool:
    try:
        return looks_like_otter(open_sources(path))
    except AssignmentError:
        return path.is_file()


def _kind_of_notebook(path: Path) -> Kind | None:
    """Return which tool a notebook is marked for; one that is damaged, or of another language, by its text."""
    try:
        notebook = read_notebook(Sources(path.parent, (path.name,)), path.name)
    except AssignmentError:
        return _by_text(path)
    if any(isinstance(cell.metadata.get("nbgrader"), dict) for cell in notebook.cells):
        return "nbgrader"
    return "otter" if _is_otter(notebook) else None


def _is_otter(notebook: RawNotebook) -> bool:
    try:
        return bool(table(notebook.metadata.get("otter")).get("tests")) or is_master(notebook)
    except AssignmentError:
        return True


def _by_text(path: Path) -> Kind | None:
    """Return which tool a notebook that cannot be read was marked for, so that its reader says what is wrong."""
    try:
        text = path.read_bytes()
    except OSError:
        return None
    if b'"nbgrader"' in text:
        return "nbgrader"
    return "otter" if b"ASSIGNMENT CONFIG" in text or b"BEGIN QUESTION" in text else None
