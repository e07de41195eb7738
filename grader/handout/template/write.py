"""Writes the template of an assignment, or finds its outdated files."""

from __future__ import annotations

from pathlib import Path

import nbformat

from grader.files import write_atomically
from grader.handout.template.modules import modules_form
from grader.handout.template.notebook import assembled, notebook_form, script_form
from grader.handout.template.questions import FILE as ANSWERS
from grader.handout.template.questions import answers_form
from grader.handout.template.source import solution_cells, student_cells
from grader.handout.template.stubs import make_stub
from grader.material.assignment import load_assignment
from grader.material.plan import read_plan

_FORMS = ("modules", "notebook", "script")


def template_files(folder: Path, *, rubric: bool = False) -> dict[str, str]:
    """Return the text of every generated file of an assignment's template, by its path in the template.

    Written questions are included if their points count, or if ``rubric`` is true.

    Raises
    ------
    AssignmentError
        If the assignment has no usable ``[template]`` table, or a public name of the answer key has no task.
    """
    plan = read_plan(folder)
    if plan.notebook is not None:
        return {f"{plan.id}.ipynb": _written(assembled(student_cells(plan.notebook, plan)))}
    stubs = [
        make_stub(module, (plan.answer_key / f"{module}.py").read_text(encoding="utf-8"), plan)
        for module in plan.modules
    ]
    asked = load_assignment(folder, rubric=rubric).rubric
    questions = asked.for_students() if asked is not None else None
    files = {f"modules/{name}": text for name, text in modules_form(stubs, plan).items()}
    files[f"notebook/{plan.id}.ipynb"] = _written(notebook_form(stubs, plan, questions))
    files[f"script/{plan.id}.py"] = script_form(notebook_form(stubs, plan))
    if questions is not None:
        form = answers_form(questions, plan.title)
        files |= {f"modules/{ANSWERS}": form, f"script/{ANSWERS}": form}
    return files


def solution_notebook(folder: Path) -> tuple[Path, str] | None:
    """Return the path of the notebook with solutions, next to the answer key, and its text; None if there is none.

    Raises
    ------
    AssignmentError
        See ``template_files``.
    """
    plan = read_plan(folder)
    if plan.notebook is None:
        return None
    return plan.answer_key / "solution.ipynb", _written(assembled(solution_cells(plan.notebook, plan)))


def write_template(folder: Path, destination: Path, *, rubric: bool = False) -> list[Path]:
    """Write the template of the assignment in ``folder`` below ``destination`` and return the paths written.

    Modules left from an earlier template are removed. Given files are copied.

    Raises
    ------
    AssignmentError
        See ``template_files``.
    """
    files = template_files(folder, rubric=rubric)
    for name in _leftovers(files, destination):
        (destination / name).unlink()
    for name, text in files.items():
        path = destination / name
        write_atomically(path, text.encode())
    given = read_plan(folder).files
    for source in given:
        write_atomically(destination / source.name, source.read_bytes())
    return [destination / name for name in (*files, *(source.name for source in given))]


def stale(folder: Path, destination: Path) -> list[str]:
    """Return a sentence for every file below ``destination`` that differs from what ``write_template`` would write.

    Raises
    ------
    AssignmentError
        See ``template_files``.
    """
    files = template_files(folder)
    sentences = [f"{name} belongs to no module of the answer key." for name in _leftovers(files, destination)]
    for name, text in files.items():
        path = destination / name
        if not path.is_file():
            sentences.append(f"{name} is missing.")
        elif path.read_text(encoding="utf-8") != text:
            sentences.append(f"{name} is out of date with the answer key.")
    for source in read_plan(folder).files:
        copy = destination / source.name
        if not copy.is_file() or copy.read_bytes() != source.read_bytes():
            sentences.append(f"{source.name} differs from the given file.")
    return sentences


def _written(notebook: nbformat.NotebookNode) -> str:
    return str(nbformat.writes(notebook, indent=1)) + "\n"


def _leftovers(files: dict[str, str], destination: Path) -> list[str]:
    found = (
        path
        for form in _FORMS
        for path in sorted((destination / form).glob("*"))
        if path.suffix in {".py", ".ipynb"} or path.name == ANSWERS
    )
    return [name for path in found if (name := path.relative_to(destination).as_posix()) not in files]
