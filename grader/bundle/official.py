"""What official grading needs on another machine: the grader, one assignment, its answer key. Stands outside the flow. Never for students."""

from __future__ import annotations

import tomllib
from pathlib import Path

from grader.answer_key import own_answer_key
from grader.assignment import SHIPPED, load_assignment
from grader.bundle.closure import ROOT

LEFT_OUT = ("__pycache__", ".ipynb_checkpoints")
KEPT = (".py", ".html", ".css", ".toml", ".md", ".sh", ".yml", ".txt", ".npz", ".json", ".ipynb")
ELSEWHERE = "assignment"


def official_files(folder: Path) -> tuple[dict[str, bytes], str]:
    """Return the files by path, and what ``--assignment`` must be given there.

    Parameters
    ----------
    folder : Path
        The assignment's: one that ships with the grader, or any other on disk.
    """
    assignment = load_assignment(folder)
    shipped = folder.parent == SHIPPED
    files = _below(ROOT / "grader", "grader", skip=lambda path: path.startswith("grader/assignments/"))
    inside = f"grader/assignments/{folder.name}" if shipped else ELSEWHERE
    files |= _below(folder, inside)
    if own_answer_key(assignment) is None:
        root = assignment.reference.partition(".")[0]
        files |= _below(ROOT / root, root)
    files["requirements.txt"] = requirements().encode()
    return dict(sorted(files.items())), folder.name if shipped else f"./{ELSEWHERE}"


def requirements() -> str:
    """Return the packages of the dependency group ``grade``, one a line."""
    document = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    return "".join(f"{line}\n" for line in document["dependency-groups"]["grade"] if isinstance(line, str))


def _below(folder: Path, inside: str, skip: object = None) -> dict[str, bytes]:
    """Return the files below a folder by their path inside another."""
    found = {}
    for path in sorted(folder.rglob("*")):
        name = f"{inside}/{path.relative_to(folder).as_posix()}"
        hidden = any(part in LEFT_OUT or part.startswith(".") for part in path.relative_to(folder).parts)
        if path.is_file() and path.suffix in KEPT and not hidden and not (callable(skip) and skip(name)):
            found[name] = path.read_bytes()
    return found
