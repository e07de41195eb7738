"""Checks that an answer key defines what ``assignment.toml`` names; it is read with ``ast``, never imported."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from grader.errors import AssignmentError
from grader.material.assignment import Assignment
from grader.material.document import Document, near, not_text


def require_promised(assignment: Assignment) -> None:
    """Check that the answer key defines what ``assignment.toml`` names, if it is its own key or named in ``[template]``.

    Raises
    ------
    AssignmentError
        For the first missing name, with its line and the closest name defined.
    """
    template, document = assignment.template, Document.read(assignment.folder / "assignment.toml")
    if template is None:
        return
    if template.notebook is None:
        require_modules(assignment)
    paths = [template.notebook] if template.notebook else [module_path(assignment, m) for m in template.modules]
    defined = {name: bases for path in paths for name, bases in _defined(path)}
    for number, task in enumerate(assignment.tasks):
        for name in task.names:
            if not _has(defined, name):
                raise document.fail(
                    ("task", number, "names"),
                    f"task {task.number!r} names {name!r}, which the answer key does not define{near(name, defined)}",
                )
    for name in sorted(template.given):
        if not _has(defined, name):
            raise document.fail(
                ("template", "given"),
                f"'given' names {name!r}, which the answer key does not define{near(name, defined)}",
            )
    # If the right answer is a separate file, students write the whole program themselves.
    if (
        template.main
        and not template.solution
        and not any(name == "main" for name, _ in _defined(module_path(assignment, template.main)))
    ):
        raise document.fail(
            ("template", "main"),
            f"{module_path(assignment, template.main)} has no function main(); write one, since it is what students run.",
        )


def require_modules(assignment: Assignment) -> None:
    """Check that the modules of ``[template]`` exist and are Python.

    Raises
    ------
    AssignmentError
        For the first module that is not.
    """
    template = assignment.template
    if template is None:
        return
    document = Document.read(assignment.folder / "assignment.toml")
    if template.notebook is None and not template.modules:
        raise document.fail(
            ("template",), '\'modules\' is missing in [template]; write modules = ["layers", "training"].'
        )
    known = [path.stem for path in sorted(assignment.answer_key.glob("*.py")) if path.stem != "__init__"]
    for key, names in (("modules", template.modules), ("main", (template.main,) if template.main else ())):
        for name in names:
            if not module_path(assignment, name).is_file():
                raise document.fail(
                    ("template", key),
                    f"{key!r} names {name!r}, but there is no {module_path(assignment, name)}{near(name, known)}",
                )
    if template.main and template.main not in template.modules:
        raise document.fail(
            ("template", "main"),
            f"'main' is {template.main!r}, which is not in 'modules'{near(template.main, template.modules)}",
        )
    for name in template.modules:
        _parsed(module_path(assignment, name))


def module_path(assignment: Assignment, module: str) -> Path:
    """Return the file of a module of the answer key."""
    return assignment.answer_key / f"{module}.py"


def _parsed(path: Path) -> ast.Module:
    try:
        return ast.parse(path.read_text(encoding="utf-8-sig"))
    except SyntaxError as error:
        raise AssignmentError(
            f"{path}, line {error.lineno}: this is not Python: {error.msg}; correct this line, or the one above it."
        ) from error
    except UnicodeDecodeError as error:
        raise not_text(path, error) from error


def _defined(path: Path) -> Iterator[tuple[str, bool]]:
    """Yield the qualified names that a module defines, and whether each is a class that may inherit further names."""
    for node in _parsed(path).body:
        if isinstance(node, ast.ClassDef):
            yield node.name, bool(node.bases)
            yield from ((f"{node.name}.{name}", False) for inner in node.body for name in _bound(inner))
            yield from ((f"{node.name}.{name}", False) for name in _kept(node))
        else:
            yield from ((name, True) for name in _bound(node))


def _bound(node: ast.stmt) -> Iterator[str]:
    """Yield the names that a statement binds, including those in the blocks of an ``if`` or a ``with``."""
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        yield node.name
    elif isinstance(node, (ast.Import, ast.ImportFrom)):
        yield from (alias.asname or alias.name.partition(".")[0] for alias in node.names)
    else:
        for child in ast.walk(node):
            if isinstance(child, ast.Name) and isinstance(child.ctx, ast.Store):
                yield child.id
            elif isinstance(child, (ast.FunctionDef, ast.ClassDef)):
                yield child.name


def _kept(node: ast.ClassDef) -> Iterator[str]:
    """Yield the names of the attributes assigned in the methods of a class."""
    for child in ast.walk(node):
        if isinstance(child, ast.Attribute) and isinstance(child.ctx, ast.Store):
            yield child.attr


def _has(defined: dict[str, bool], name: str) -> bool:
    """Return whether a name is defined, or may be inherited by a class."""
    return name in defined or defined.get(name.partition(".")[0], False)
