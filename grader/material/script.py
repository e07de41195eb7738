"""An answer key as one script, as a student would hand it in. Stands outside the flow; reads the answer key, never imports it."""

from __future__ import annotations

import ast
import tomllib
from pathlib import Path

from grader.material.assignment import load_assignment

ROOT = Path(__file__).parents[2]

GUARD = '\n\n\nif __name__ == "__main__":\n    main()\n'


def merged(folder: Path, modules: list[str]) -> str:
    """Return the source of an answer key as one script that calls its ``main()`` when it is run.

    Parameters
    ----------
    folder : Path
        The package of the answer key.
    modules : list of str
        Its modules, each after those it imports.

    Notes
    -----
    Imports between the modules are left out, the others stand at the top once each; comments and docstrings stay.
    """
    imports: dict[str, None] = {}
    bodies = []
    for module in modules:
        source = (folder / f"{module}.py").read_text(encoding="utf-8")
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


def answer_key(folder: Path) -> str | None:
    """Return the answer key of the assignment in ``folder`` as one text, or None when ``[template]`` names no parts of it.

    It is a script, or a notebook in the percent format, in which given files have their whole paths, so that it runs anywhere.
    """
    document = tomllib.loads((folder / "assignment.toml").read_text(encoding="utf-8"))
    if notebook := document.get("template", {}).get("notebook"):
        text = (folder / notebook).read_text(encoding="utf-8")
        for path in load_assignment(folder).files:
            text = text.replace(f'"{path.name}"', f'"{path}"')
        return text
    modules = document.get("template", {}).get("modules")
    if not modules:
        return None
    names = document["assignment"]["reference"].split(".")
    own = folder.joinpath(*names)
    return merged(own if own.is_dir() else ROOT.joinpath(*names), modules)
