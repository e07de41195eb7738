"""Merges an answer key into one script, as a student would hand it in."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from pathlib import Path

from grader.material.assignment import load_assignment
from grader.material.promised import require_modules

GUARD = '\n\n\nif __name__ == "__main__":\n    main()\n'


def merged(folder: Path, modules: Sequence[str]) -> str:
    """Return the source of an answer key as one script that calls ``main()`` when it is run.

    Parameters
    ----------
    folder : Path
        The package of the answer key.
    modules : sequence of str
        Its modules, each after those it imports.

    Notes
    -----
    Imports between the modules are dropped and the others moved to the top; comments and docstrings stay.
    """
    imports: dict[str, None] = {}
    bodies = []
    for module in modules:
        source = (folder / f"{module}.py").read_text(encoding="utf-8-sig")
        lines = source.splitlines()
        for node in ast.parse(source).body:
            is_docstring = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
            if isinstance(node, (ast.Import, ast.ImportFrom)) or is_docstring:
                if not is_docstring and not getattr(node, "level", 0):
                    imports[ast.unparse(node)] = None
                lines[node.lineno - 1 : node.end_lineno] = [""] * ((node.end_lineno or node.lineno) - node.lineno + 1)
        bodies.append("\n".join(lines).strip("\n"))
    future = "from __future__ import annotations"
    top = [future, *sorted(line for line in imports if line != future)]
    return "\n".join(top) + "\n\n\n" + "\n\n\n".join(bodies) + GUARD


def answer_key(folder: Path, *, handed_in: bool = False) -> str | None:
    """Return the answer key of the assignment in ``folder`` as one text, or None if ``[template]`` names no parts of it.

    Raises
    ------
    AssignmentError
        If a module named in ``[template]`` does not exist, or is not Python.

    Notes
    -----
    It is a script, or a notebook in the percent format. It names given files by absolute paths, so that it runs anywhere,
    unless it is to be ``handed_in``: given files are then next to the submission, under their own names.
    """
    assignment = load_assignment(folder)
    template = assignment.template
    if template is None:
        return None
    if template.solution:
        return (assignment.folder / template.solution).read_text(encoding="utf-8")
    if template.notebook is not None:
        text = template.notebook.read_text(encoding="utf-8")
    elif template.modules:
        require_modules(assignment)
        text = merged(assignment.answer_key, template.modules)
    else:
        return None
    for given in () if handed_in else assignment.files:
        text = text.replace(f'"{given.name}"', f'"{given.path}"')
    return text
