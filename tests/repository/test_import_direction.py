"""Tests of the import order between packages, read from the source with ast, without importing anything."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
# Packages in one row may import each other and everything in the rows above.
ORDER = """
errors outcomes cache files
seed unforeseen
submissions
wire
material
record
report
terminal repeat
written
course
fence
checks
trusted
judge
executors
precheck
handout
audit
desk
command __main__
"""
ROWS = {name: number for number, row in enumerate(ORDER.strip().splitlines()) for name in row.split()}
VOCABULARY = ("grader.checks", "grader.assignments.vocabulary", "grader.outcomes")
CHILD = "grader/inside"
# Files below a path never import these modules or anything in them.
FORBIDDEN = {
    "grader": (
        "cloudpickle",
        "dill",
        "joblib",
        "marshal",
        "pickle",
        "shelve",
        "reference",
        "student_template",
        "tests",
    ),
    "grader/submissions": ("ast", "nbformat", "numpy", "tokenize"),
    "grader/judge": ("nbconvert", "zipfile"),
}
# The modules that start programs, and what they start; judges and trusted code in diagnosis are forks instead.
STARTS = {
    "grader/audit/clock.py",  # the command itself, on a busy machine
    "grader/desk/running.py",  # a run of grade
    "grader/executors/workers.py",  # the workers of the judges
    "grader/executors/dask/credentials.py",  # openssl
    "grader/fence/parent_process.py",  # the parent of students' processes
    "grader/handout/container.py",  # the command itself, in a container
    "grader/handout/on_push.py",  # the command itself, in a job
    "grader/inside/_child/installs.py",  # none: what a student's program starts to install packages
    "grader/precheck/child.py",
    "grader/precheck/starting.py",  # a student's process on the student's machine
}
REFERENCE_MAY = {"numpy", "reference"}
REFERENCE_MAY_WHEN_IT_DRAWS = REFERENCE_MAY | {"matplotlib"}


def sources(below: str) -> list[Path]:
    """Return the Python files at or below a path of the repository."""
    return [file for file in sorted((ROOT / below).rglob("*.py")) if "__pycache__" not in file.parts]


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
    """Yield the code that runs on import, without function bodies and blocks for type checkers only."""
    for child in ast.iter_child_nodes(node):
        lazy = isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
        typing_only = isinstance(child, ast.If) and "TYPE_CHECKING" in ast.unparse(child.test)
        if not lazy and not typing_only:
            yield child
            yield from eager(child)


def is_in(name: str, module: str) -> bool:
    """Return whether an imported name is a module or something inside it."""
    return name == module or name.startswith(f"{module}.")


def ours() -> Iterator[tuple[Path, str, int]]:
    """Yield every import within the grader: the file, the name, the line."""
    for file in sources("grader"):
        yield from ((file, name, line) for name, line in imports(file) if is_in(name, "grader"))


def is_allowed(file: Path, name: str) -> bool:
    """Return whether an import points upwards in the order, or stays in its own package."""
    own, wanted = file.relative_to(ROOT / "grader").parts[0].removesuffix(".py"), name.split(".")[1]
    if own == "assignments":
        return any(is_in(name, module) for module in VOCABULARY) or is_in(name, "grader.wire.values")
    return own == wanted or wanted == "__version__" or ROWS.get(wanted, len(ROWS)) <= ROWS[own]


def test_imports_point_to_the_left():
    """Every import, anywhere in a file, is of a package that comes before its own."""
    assert [
        f"{file.relative_to(ROOT)}:{line} imports {name}" for file, name, line in ours() if not is_allowed(file, name)
    ] == []


def test_order_names_every_package():
    """Every package and module is in the order, so that none escapes the test."""
    found = {path.stem for path in (ROOT / "grader").iterdir() if path.suffix == ".py" or any(path.glob("*.py"))}
    assert found - set(ROWS) == {"__init__", "inside"}
    assert set(ROWS) - found <= {"course", "desk"}


def test_no_circle_among_files():
    """The files of the grader can be sorted so that each comes after all that it imports."""
    files = {
        ".".join(file.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): file
        for file in sources("grader")
    }
    names = {file: name for name, file in files.items()}
    graph: dict[str, set[str]] = {name: set() for name in files}
    for file, name, _ in ours():
        target = name if name in files else name.rpartition(".")[0]
        if target in files and target not in (names[file], "grader"):
            graph[names[file]].add(target)
    assert len(list(TopologicalSorter(graph).static_order())) == len(files)


@pytest.mark.parametrize("below", FORBIDDEN)
def test_some_modules_are_for_others(below):
    """No file below a path imports a module that is forbidden there."""
    files = sources(below)
    assert files, f"{below} holds no Python file"
    wrong = [
        f"{file.relative_to(ROOT)}:{line} imports {name}"
        for file in files
        for name, line in imports(file)
        if any(is_in(name, module) for module in FORBIDDEN[below])
    ]
    assert not wrong


def test_few_start_programs():
    """Every module that starts a program is listed above."""
    starters = {
        file.relative_to(ROOT).as_posix()
        for file in sources("grader")
        if any(is_in(name, module) for name, _ in imports(file) for module in ("subprocess", "multiprocessing", "pty"))
    }
    assert starters == STARTS


def test_material_alone_reads_what_authors_wrote():
    """No other package parses TOML, except the one that copies a part of pyproject.toml."""
    readers = {
        file.relative_to(ROOT).as_posix()
        for file in sources("grader")
        if any(is_in(name, "tomllib") for name, _ in imports(file))
    }
    assert readers == {"grader/material/document.py", "grader/handout/official.py"}


def test_one_module_of_found_opens_a_zip():
    """Students' archives are opened in the confined child; only the zip that an instructor downloaded is opened outside."""
    found = [
        file.relative_to(ROOT).as_posix()
        for file in sources("grader/submissions")
        for name, _ in imports(file)
        if is_in(name, "zipfile") or is_in(name, "tarfile")
    ]
    assert {*found} == {"grader/submissions/download.py"}


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


LIBRARIES = {"numpy", "matplotlib", "matplotlib_inline", "IPython", "nbformat", "pandas", "traitlets", "scipy"}
CHILDREN = {"_child": {"_child"}, "_home": {"_child", "_home"}, "_walls": {"_child", "_walls"}}


@pytest.mark.parametrize("package", CHILDREN)
def test_child_imports_nothing_of_the_grader(package):
    """The code that runs submissions imports neither the walls nor the home parts, and nothing else of the grader."""
    files = sources(f"{CHILD}/{package}")
    assert files
    wrong = [
        f"{file.relative_to(ROOT)}:{line} imports {name}"
        for file in files
        for name, line in imports(file)
        if (root := name.partition(".")[0]) not in LIBRARIES | CHILDREN[package] and root not in sys.stdlib_module_names
    ]
    assert not wrong


def test_eager_leaves_out_what_runs_later():
    """The reader of imports includes class bodies and try blocks, but no function bodies and TYPE_CHECKING blocks."""
    source = (
        "import a\nclass C:\n    import b\n    def f(self):\n        import c\n"
        "try:\n    import d\nexcept ImportError:\n    pass\nif TYPE_CHECKING:\n    import e\n"
    )
    seen = [alias.name for node in eager(ast.parse(source)) if isinstance(node, ast.Import) for alias in node.names]
    assert seen == ["a", "b", "d"]
