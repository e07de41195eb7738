"""The files for official grading on another machine: the grader, one assignment, its answer key. Never for students."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any

from grader.handout.closure import ROOT
from grader.material.assignment import SHIPPED, load_assignment

LEFT_OUT = ("__pycache__", ".ipynb_checkpoints")
KEPT = (".py", ".html", ".css", ".toml", ".md", ".sh", ".yml", ".txt", ".npz", ".json", ".ipynb", ".js", ".mako")
ELSEWHERE = "assignment"
VOCABULARY = SHIPPED / "vocabulary"
CONSTRAINTS = "constraints.txt"


def official_files(folder: Path) -> tuple[dict[str, bytes], str]:
    """Return the files by path, and the value of ``--assignment`` to use there.

    Parameters
    ----------
    folder : Path
        The assignment's folder: a shipped one, or any other on disk.
    """
    if not (folder / "assignment.toml").is_file():
        from grader.handout.foreign import form_files

        own, name = form_files(folder)
        return dict(sorted({**_grader(), **own}.items())), name
    assignment = load_assignment(folder)
    shipped = folder.parent == SHIPPED
    files = _grader()
    inside = f"grader/assignments/{folder.name}" if shipped else ELSEWHERE
    files |= _below(folder, inside)
    if assignment.own_answer_key is None:
        root = assignment.reference.partition(".")[0]
        files |= _below(ROOT / root, root)
    return dict(sorted(files.items())), folder.name if shipped else f"./{ELSEWHERE}"


def _grader() -> dict[str, bytes]:
    """Return the files of the grader itself, without its assignments, and of what it needs."""
    files = _below(ROOT / "grader", "grader", skip=lambda path: path.startswith("grader/assignments/"))
    files |= _below(VOCABULARY, VOCABULARY.relative_to(ROOT).as_posix())
    files["requirements.txt"] = requirements().encode()
    files[CONSTRAINTS] = constraints().encode()
    return files


def requirements() -> str:
    """Return pip's requirements for the dependency group ``grade``, with versions and hashes; constraints do the rest."""
    document = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    names = [_name(line) for line in _group(document["dependency-groups"], "grade")]
    return "\n".join([f"-c {CONSTRAINTS}", *(each for each in _locked() if _name(each) in names), ""])


def _group(groups: Mapping[str, Any], name: str) -> Iterator[str]:
    """Yield the requirements of a dependency group, including those of groups in it."""
    for line in groups[name]:
        if isinstance(line, str):
            yield line
        else:
            yield from _group(groups, line["include-group"])


def constraints() -> str:
    """Return the locked versions of all packages; with another NumPy here than the locked one, use it, without hashes."""
    return "\n".join([*dict.fromkeys(_locked()), ""])


def _locked() -> list[str]:
    """Return the locked packages, each with its hashes."""
    text = (ROOT / CONSTRAINTS).read_text(encoding="utf-8")
    each = [line for line in text.replace("\\\n", "\\\0").splitlines() if not line.startswith("#")]
    here = version("numpy")
    minor = ".".join(here.split(".")[:2])
    if any(_name(line) == "numpy" and line.startswith(f"numpy=={minor}.") for line in each):
        return [line.replace("\\\0", "\\\n") for line in each]
    bare = [line.partition("\\\0")[0].rstrip() for line in each]
    return [f"numpy=={here}" if _name(line) == "numpy" else line for line in bare]


def _name(line: str) -> str:
    """Return the package name of a requirement; empty for a comment."""
    return re.match(r"[\w.-]*", line)[0].lower()  # type: ignore[index]


def _below(folder: Path, inside: str, skip: object = None) -> dict[str, bytes]:
    """Return the files below a folder, by their paths inside another folder."""
    found = {}
    for path in sorted(folder.rglob("*")):
        name = f"{inside}/{path.relative_to(folder).as_posix()}"
        hidden = any(part in LEFT_OUT or part.startswith(".") for part in path.relative_to(folder).parts)
        if path.is_file() and path.suffix in KEPT and not hidden and not (callable(skip) and skip(name)):
            found[name] = path.read_bytes()
    return found
