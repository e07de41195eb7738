"""Tests of who may import whom, read from the source with ast: nothing is imported to find out."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PICKLERS = ("cloudpickle", "dill", "joblib", "marshal", "pickle", "shelve")
CHILD = "grader/inside"

# What lies below a path never imports these modules, nor anything in them.
FORBIDDEN = {
    "grader": (*PICKLERS, "reference", "student_template", "tests"),
    "grader/errors.py": ("grader",),
    "grader/outcomes.py": ("grader",),
    "grader/wire/values.py": ("grader",),
    "grader/record/score.py": ("grader.fence", "grader.checks", "grader.judge"),
    "grader/record/record.py": ("grader.fence", "grader.checks", "grader.judge"),
    "grader/written": ("grader.fence", "grader.checks", "grader.judge", "grader.command"),
    "grader/report": ("grader.fence", "grader.checks", "grader.judge"),
    "grader/submissions": (
        "ast",
        "grader.fence",
        "grader.checks",
        "grader.judge",
        "nbformat",
        "numpy",
        "tokenize",
        "zipfile",
    ),
    "grader/checks": ("grader.fence", "grader.judge", "grader.command"),
    "grader/fence": ("grader.checks", "grader.judge", "grader.command"),
    "grader/judge": ("nbconvert", "zipfile", "grader.command"),
    CHILD: ("grader", "reference"),
    "reference": ("grader", "student_template", "tests"),
}
REFERENCE_MAY = {"numpy", "reference"}
REFERENCE_MAY_WHEN_IT_DRAWS = REFERENCE_MAY | {"matplotlib"}


def sources(below: str) -> list[Path]:
    """Return the Python files at or below a path of the repository."""
    path = ROOT / below
    found = [path] if path.suffix == ".py" else sorted(path.rglob("*.py"))
    return [file for file in found if "__pycache__" not in file.parts]


def imports(file: Path, *, lazily: bool = True) -> Iterator[tuple[str, int]]:
    """Yield the full name and the line of every import; relative ones are resolved, lazy ones may be left out."""
    tree = ast.parse(file.read_text(encoding="utf-8"), str(file))
    package = file.relative_to(ROOT).parent.parts
    for node in ast.walk(tree) if lazily else eager(tree):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = [*package[: len(package) - node.level + 1]] if node.level else []
            module = ".".join([*base, *([node.module] if node.module else [])])
            yield from ((f"{module}.{alias.name}", node.lineno) for alias in node.names)


def eager(node: ast.AST) -> Iterator[ast.AST]:
    """Yield what runs when a module is imported: no function's body, no block for the type checker alone."""
    for child in ast.iter_child_nodes(node):
        lazy = isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
        typing_only = isinstance(child, ast.If) and "TYPE_CHECKING" in ast.unparse(child.test)
        if not lazy and not typing_only:
            yield child
            yield from eager(child)


def is_in(name: str, module: str) -> bool:
    """Tell whether an imported name is a module or something inside it."""
    return name == module or name.startswith(f"{module}.")


@pytest.mark.parametrize("below", FORBIDDEN)
def test_imports_keep_their_direction(below):
    """No file below a path imports what that path must not know."""
    files = sources(below)
    assert files, f"{below} holds no Python file"
    wrong = [
        f"{file.relative_to(ROOT)}:{line} imports {name}"
        for file in files
        for name, line in imports(file)
        if any(is_in(name, module) for module in FORBIDDEN[below])
    ]
    assert not wrong


def test_reference_imports_numpy_and_itself():
    """The answer key imports NumPy, itself and the standard library, and Matplotlib only inside the functions that draw."""
    wrong = []
    for file in sources("reference"):
        for lazily, allowed in ((False, REFERENCE_MAY), (True, REFERENCE_MAY_WHEN_IT_DRAWS)):
            for name, line in imports(file, lazily=lazily):
                root = name.partition(".")[0]
                if root not in allowed and root not in sys.stdlib_module_names:
                    wrong.append(f"{file.relative_to(ROOT)}:{line} imports {name}")
    assert not wrong


def test_child_imports_nothing_of_ours_but_itself():
    """Every import of the child is its own package, the standard library, or one of the libraries it serves."""
    libraries = {"_child", "numpy", "matplotlib", "matplotlib_inline", "IPython", "nbformat", "traitlets", "scipy"}
    wrong = [
        f"{file.relative_to(ROOT)}:{line} imports {name}"
        for file in sources(CHILD)
        for name, line in imports(file)
        if (root := name.partition(".")[0]) not in libraries and root not in sys.stdlib_module_names
    ]
    assert not wrong


def test_eager_leaves_out_what_runs_later():
    """The reading of imports sees a class body and a try block, and no function body and no TYPE_CHECKING block."""
    source = (
        "import a\nclass C:\n    import b\n    def f(self):\n        import c\n"
        "try:\n    import d\nexcept ImportError:\n    pass\nif TYPE_CHECKING:\n    import e\n"
    )
    seen = [alias.name for node in eager(ast.parse(source)) if isinstance(node, ast.Import) for alias in node.names]
    assert seen == ["a", "b", "d"]
