"""An answer key as one script, as a student would hand it in. Stands outside the flow; reads the answer key, never imports it."""

from __future__ import annotations

import ast
from pathlib import Path

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
