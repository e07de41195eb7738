"""What is given away of another tool's assignment: what students receive, and what official grading needs elsewhere."""

from __future__ import annotations

import json
import pprint
from collections.abc import Iterator
from pathlib import Path

from grader.errors import AssignmentError
from grader.material.foreign.config import CONFIG
from grader.material.foreign.forms import Case, Form, Question
from grader.material.foreign.reading import read_form
from grader.material.foreign.release import release, seen_by_students
from grader.material.foreign.sources import open_sources

PLACE = "assignment"


def released_files(path: Path) -> dict[str, bytes]:
    """Return the files that students receive: notebooks without solutions, what lies beside them, and Otter's visible tests.

    Raises
    ------
    AssignmentError
        When there are only tests, so that nothing can be handed out.
    """
    form = read_form(path)
    if not form.notebooks:
        raise AssignmentError(
            f"{path}: it has tests only; name the master notebook, from which students' notebook is made."
        )
    files = {f"{name}.ipynb": (json.dumps(made, indent=1) + "\n").encode() for name, made in release(form).items()}
    files |= form.files
    if form.kind == "otter":
        files |= {f"tests/{one.id}.py": _test(one).encode() for one in seen_by_students(form).questions if one.tests}
    return dict(sorted(files.items()))


def _test(question: Question) -> str:
    """Return a file of Otter with the tests of a question."""
    if question.tests[0].kind == "function":
        return "\n".join(_functions(question))
    cases = [
        {"code": case.source, "points": case.points, "hidden": False, "locked": False} | _said(case)
        for case in question.tests
    ]
    suite = {"cases": cases, "scored": True, "setup": "", "teardown": "", "type": "doctest"}
    spec = {"name": question.id, "points": None, "all_or_nothing": question.all_or_nothing, "suites": [suite]}
    return f"OK_FORMAT = True\n\ntest = {pprint.pformat(spec, width=100, sort_dicts=False)}\n"


def _said(case: Case) -> dict[str, str]:
    said = {"success_message": case.success, "failure_message": case.failure}
    return {key: value for key, value in said.items() if value}


def _functions(question: Question) -> Iterator[str]:
    yield f"from otter.test_files import test_case\n\nOK_FORMAT = False\n\nname = {question.id!r}\npoints = None\n"
    if question.all_or_nothing:
        yield "all_or_nothing = True\n"
    if question.tests[0].setup:
        yield question.tests[0].setup + "\n"
    for case in question.tests:
        said = "".join(f", {key}={value!r}" for key, value in _said(case).items())
        yield f"\n@test_case(points={case.points!r}{said})\n{case.source}\n"


def form_files(path: Path) -> tuple[dict[str, bytes], str]:
    """Return an author's files of an assignment by path, and what ``--assignment`` must be given beside them.

    Nothing of students is among them: no hand-ins, and no gradebook.
    """
    form = read_form(path)
    if path.is_file() and path.suffix != ".ipynb":
        return {f"{PLACE}/{path.name}": path.read_bytes()}, f"./{PLACE}/{path.name}"
    if form.kind == "nbgrader":
        return _of_course(path, form)
    sources = open_sources(path)
    names = list(sources.names) if path.is_dir() else [path.name, *form.files, *_configured(path)]
    files = sources.files([name for name in dict.fromkeys(names) if name in sources.names])
    end = "" if path.is_dir() else f"/{path.name}"
    return {f"{PLACE}/{name}": content for name, content in files.items()}, f"./{PLACE}{end}"


def _configured(path: Path) -> list[str]:
    """Return the files of configuration beside a master."""
    return [each.name for each in sorted(path.parent.iterdir()) if each.suffix in (".yml", ".yaml", ".otter")]


def _of_course(path: Path, form: Form) -> tuple[dict[str, bytes], str]:
    """Return the source of an assignment with the configuration around it, and the release where it has AUTOTEST lines."""
    folder = (path if path.is_dir() else path.parent).absolute()
    root = next((each for each in folder.parents if (each / CONFIG).is_file()), folder.parent.parent)
    inside = folder.relative_to(root).as_posix()
    files = {f"{PLACE}/{inside}/{name}": content for name, content in _all_in(folder).items()}
    if (root / CONFIG).is_file():
        files[f"{PLACE}/{CONFIG}"] = (root / CONFIG).read_bytes()
    for other in ("source", "release"):
        beside = root / other / folder.name
        if beside != folder and beside.is_dir():
            files |= {f"{PLACE}/{other}/{folder.name}/{name}": content for name, content in _all_in(beside).items()}
    end = "" if path.is_dir() else f"/{path.name}"
    return files, f"./{PLACE}/{inside}{end}"


def _all_in(folder: Path) -> dict[str, bytes]:
    sources = open_sources(folder)
    return sources.files([name for name in sources.names if not name.endswith((".db", ".pyc"))])
