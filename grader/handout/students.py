"""The zip for students: the template, the pre-check and the recording, without solutions and hidden checks."""

from __future__ import annotations

import hashlib
import json
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path, PurePosixPath
from typing import Any

from grader.errors import AssignmentError
from grader.handout.closure import ROOT, closure, imported
from grader.handout.stripped import stripped
from grader.handout.template.questions import FILE as ANSWERS
from grader.handout.toml import as_toml
from grader.judge.collecting import collect_checks
from grader.material.answer_key import import_answer_key
from grader.material.assignment import Assignment, load_assignment
from grader.material.document import Document
from grader.precheck.checks import ABOUT, hidden_checks
from grader.precheck.handed_out import RECORDED
from grader.precheck.recording.recording import record_answers
from grader.precheck.todo import Besides
from grader.precheck.versions import here, libraries, minor
from grader.submissions import Submission

FILES = Path(__file__).parent / "files"
# All modules that run in the student's process; none of them confines it.
INSIDE = ("grader/inside/__main__.py", "grader/inside/_child", "grader/inside/_home")
PYTEST = "pytest>=8"
ANSWERED = (
    f"Written questions are in `{ANSWERS}`: write your answers there and hand it in with your code, or into the answer cells of the "
    "notebook. "
)


def student_files(folder: Path) -> dict[str, bytes]:
    """Return the files of the zip for students of the assignment in ``folder``, by path.

    Raises
    ------
    AssignmentError
        If there is no template, or a public check cannot be recorded.
    """
    from grader.handout.template.write import template_files

    assignment = load_assignment(folder)
    if assignment.template is None:
        raise AssignmentError(
            f"{folder / 'assignment.toml'} has no table [template], so there is nothing to hand out to students; "
            "name the modules of the answer key in it, as docs/assignment.md shows."
        )
    template = {_flat(path): text.encode() for path, text in template_files(folder).items()}
    given = {each.name: each.read_bytes() for each in assignment.files}
    checks, recording, besides = _public(assignment)
    forms = _forms(template)
    grading = {name: minor(text) for name, text in here(libraries(assignment.allowed_imports)).items()}
    needed = [*(name for name in grading if name != "python"), "pytest"]
    about = {"besides": [asdict(each) for each in besides], "forms": forms, "versions": grading}
    files = {
        "README.md": _readme(assignment, forms, given, besides, grading["python"]).encode(),
        "requirements.txt": _requirements(grading).encode(),
        "precheck.py": (FILES / "precheck.txt")
        .read_text(encoding="utf-8")
        .format(needed=repr(tuple(needed)), python=grading["python"])
        .encode(),
        **template,
        **given,
    }
    inner = {f"assignment/{name}": content for name, content in {**checks, **given}.items()}
    inner |= {
        "assignment/assignment.toml": _document(folder, checks).encode(),
        f"assignment/{RECORDED}": recording,
        f"assignment/{ABOUT}": json.dumps(about, indent=1).encode(),
        **{path: text.encode() for path, text in _grader(checks).items()},
    }
    return files | {f"precheck_files/{path}": content for path, content in sorted(inner.items())}


def _requirements(grading: Mapping[str, str]) -> str:
    """Return pip's requirements: the libraries in the versions used for grading, with any last number."""
    lines = []
    for name, text in grading.items():
        if name != "python":
            major, number = text.split(".")
            lines.append(f"{name}>={text},<{major}.{int(number) + 1}")
    return "".join(f"{line}\n" for line in [*lines, PYTEST])


def _flat(path: str) -> str:
    """Return the place of a template file: the notebook and script next to precheck.py, the modules in a folder."""
    head, _, rest = path.partition("/")
    return rest if head in ("notebook", "script") else path


def _forms(template: dict[str, bytes]) -> dict[str, dict[str, str]]:
    forms: dict[str, dict[str, str]] = {}
    for path, content in template.items():
        if PurePosixPath(path).name == ANSWERS:
            continue
        head, _, rest = path.partition("/")
        forms.setdefault(head, {})[rest] = hashlib.sha256(content).hexdigest()
    return forms


def _public(assignment: Assignment) -> tuple[dict[str, bytes], bytes, list[Besides]]:
    """Return the files of the public checks, the recording for them, and descriptions of the hidden checks."""
    found: list[Any] = []

    def work(items: list[Any]) -> None:
        from grader.judge.marks import catalogue

        pairs = catalogue(items, assignment)
        secret = {spec.id for _, spec in pairs if spec.visibility == "hidden"}
        for _, spec in pairs:
            for name in spec.requires:
                if name in secret and spec.id not in secret:
                    raise AssignmentError(
                        f"The public check {spec.id} of {assignment.folder} requires {name}, which is hidden; "
                        f"hide {spec.id} as well, or make {name} public."
                    )
        public = [pair for pair in pairs if pair[1].id not in secret]
        with tempfile.TemporaryDirectory() as place:
            _, recording = record_answers(assignment, public, right_answer(assignment, Path(place)), _key(assignment))
        found.extend((secret, recording, list(hidden_checks(items, assignment))))

    collect_checks(assignment.folder, work)
    secret, recording, besides = found
    texts = {path.name: path.read_text(encoding="utf-8-sig") for path in sorted(assignment.folder.glob("check_*.py"))}
    kept = {name: stripped(text, frozenset(secret)) for name, text in texts.items()}
    for name, text in kept.items():
        _imports_no_key(assignment, name, text)
    return {name: text.encode() for name, text in kept.items() if "def check_" in text}, recording, besides


def _key(assignment: Assignment) -> Any:
    return import_answer_key(assignment)


def _imports_no_key(assignment: Assignment, name: str, text: str) -> None:
    root = assignment.reference.partition(".")[0]
    if f"import {root}" in text or f"from {root}" in text:
        raise AssignmentError(
            f"{assignment.folder / name} imports the answer key {root!r}, which students do not have; "
            "use the argument `reference` in its checks instead."
        )


def right_answer(assignment: Assignment, place: Path) -> Submission:
    """Write the answer key as a student would hand it in, and return it as a submission.

    Raises
    ------
    AssignmentError
        If the assignment's table [template] names neither modules nor a notebook.
    """
    from grader.handout.template.write import solution_notebook
    from grader.material.script import answer_key

    notebook = solution_notebook(assignment.folder)
    text = notebook[1] if notebook is not None else answer_key(assignment.folder, handed_in=True)
    if text is None:
        raise AssignmentError(
            f"{assignment.folder / 'assignment.toml'} must name the modules of its answer key in [template], "
            "so that it can be recorded as a submission."
        )
    path = place / ("s001.ipynb" if notebook is not None else "s001.py")
    path.write_text(text, encoding="utf-8")
    return Submission("s001", "s001", path, "file")


def _document(folder: Path, checks: dict[str, bytes]) -> str:
    """Return assignment.toml without written questions, the template, and settings of hidden checks."""
    document = Document.read(folder / "assignment.toml").data
    public = b"\n".join(checks.values()).decode()
    settings = {key: value for key, value in document.get("settings", {}).items() if f'"{key}"' in public}
    kept = {key: value for key, value in document.items() if key in ("assignment", "task", "run", "limits", "imports")}
    return as_toml(kept | ({"settings": settings} if settings else {}))


def _grader(checks: dict[str, bytes]) -> dict[str, str]:
    """Return the modules of the grader that the pre-check needs, as texts by path."""
    used = [name for text in checks.values() for name in imported(text.decode())]
    texts = closure(["grader.precheck.running", "grader.precheck.notebook", "grader.judge.plugin", *used])
    for place in INSIDE:
        for path in [ROOT / place] if place.endswith(".py") else sorted((ROOT / place).glob("*.py")):
            texts[path.relative_to(ROOT).as_posix()] = path.read_text(encoding="utf-8")
    return texts


def _readme(
    assignment: Assignment, forms: dict[str, Any], given: dict[str, bytes], besides: Sequence[Besides], python: str
) -> str:
    words = {".py": "one script", ".ipynb": "a notebook", "": "a folder of modules"}
    rows = [f"- `{name}{'' if Path(name).suffix else '/'}`: {words[Path(name).suffix]}" for name in forms]
    more = [f"- {each.title}{f' (task {each.number})' if each.number else ''}" for each in besides]
    shipped = (
        f"The given files {', '.join(f'`{name}`' for name in given)} are next to your code, here and in grading. "
        if given
        else ""
    )
    return (
        (FILES / "README.md")
        .read_text(encoding="utf-8")
        .format(
            title=assignment.title,
            forms="\n".join(rows),
            given=shipped + (ANSWERED if assignment.rubric is not None else ""),
            python=python,
            task=assignment.tasks[0].number,
            besides="\n".join(more) or "- nothing else",
        )
    )
