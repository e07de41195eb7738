"""What an ``nbgrader_config.py`` says in plain values; nothing of it is run; serves READ."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field, replace
from typing import Any

from grader.material.foreign.regions import Marks
from grader.material.foreign.sources import Sources

CONFIG = "nbgrader_config.py"
# nbgrader spells "delimiter" with an e.
_MARKS = {
    "ClearSolutions.begin_solution_delimeter": "begin_solution",
    "ClearSolutions.end_solution_delimeter": "end_solution",
    "ClearSolutions.code_stub": "code_stub",
    "ClearSolutions.text_stub": "text_stub",
    "ClearHiddenTests.begin_test_delimeter": "begin_hidden",
    "ClearHiddenTests.end_test_delimeter": "end_hidden",
    "ClearMarkScheme.begin_mark_scheme_delimeter": "begin_scheme",
    "ClearMarkScheme.end_mark_scheme_delimeter": "end_scheme",
}
_FOLDERS = {
    "CourseDirectory.source_directory": "source",
    "CourseDirectory.release_directory": "release",
    "CourseDirectory.db_url": "gradebook",
    "IncludeHeaderFooter.header": "header",
    "IncludeHeaderFooter.footer": "footer",
}


@dataclass(frozen=True)
class Course:
    """How a course of nbgrader is laid out; paths are relative to its root, ``gradebook`` is a path, too."""

    marks: Marks = field(default_factory=Marks)
    source: str = "source"
    release: str = "release"
    gradebook: str = "gradebook.db"
    header: str = ""
    footer: str = ""
    remarks: tuple[str, ...] = ()


def read_config(sources: Sources, name: str = CONFIG) -> Course:
    """Return what a course's configuration says; what is no plain value is left as it would be without, with a remark.

    Raises
    ------
    AssignmentError
        When the file is no Python.
    """
    course = Course()
    assignments = (node for node in ast.walk(sources.tree(name)) if isinstance(node, ast.Assign))
    for node, target in ((each, target) for each in assignments for target in each.targets):
        key = _key(target)
        if key in _MARKS or key in _FOLDERS:
            course = _with(course, key, node, sources.path(name))
    return course


def _key(target: ast.expr) -> str:
    """Return ``"Class.name"`` of a target ``c.Class.name``, empty for any other."""
    parts = ast.unparse(target).split(".")
    return ".".join(parts[-2:]) if len(parts) == 3 else ""


def _with(course: Course, key: str, node: ast.Assign, path: str) -> Course:
    try:
        value: Any = ast.literal_eval(node.value)
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        value = None
    if key == "ClearSolutions.code_stub" and isinstance(value, dict):
        value = value.get("python")
    if not isinstance(value, str):
        sentence = f"{path}, line {node.lineno}: {key} is no plain text there and was not read, as nothing of this file is run."
        return replace(course, remarks=(*course.remarks, sentence))
    if key in _MARKS:
        return replace(course, marks=replace(course.marks, **{_MARKS[key]: value}))
    if key == "CourseDirectory.db_url":
        value = value.removeprefix("sqlite:///")
    return replace(course, **{_FOLDERS[key]: value})
