"""Reads the tests of Otter: files in the format of OK, and files of functions that raise; serves READ. Nothing of them is run."""

from __future__ import annotations

import ast
import math
from collections.abc import Iterator, Mapping
from textwrap import dedent
from typing import Any

from grader.material.foreign.forms import Case, Question
from grader.material.foreign.points import Unshared, shared_out
from grader.material.foreign.sources import parsed, refuse

PARAMETERS = ("name", "points", "hidden", "success_message", "failure_message")
_NONE: Any = object()


def read_test(text: str, path: str, name: str) -> Question:
    """Read one file of tests.

    Parameters
    ----------
    text : str
        Its Python.
    path : str
        For messages.
    name : str
        What a check calls the question: the name of the file without its ending.

    Raises
    ------
    AssignmentError
        When it is in neither format, or says something that is no plain value.
    """
    tree = parsed(text, path)
    said = {key: node for key, node in _assigned(tree) if key in ("test", "OK_FORMAT")}
    is_ok = plain(said["OK_FORMAT"].value, path) if "OK_FORMAT" in said else "test" in said
    if not is_ok:
        return read_functions(text, path, name)
    if "test" not in said:
        raise refuse(path, "it says OK_FORMAT = True, but assigns no `test`.")
    return read_spec(plain(said["test"].value, path), path, name)


def is_test(text: str) -> bool:
    """Return whether a file of Python looks like tests of Otter."""
    return "OK_FORMAT" in text or "test_case" in text or ("suites" in text and "cases" in text)


def read_spec(spec: Any, path: str, name: str) -> Question:
    """Read one test in the format of OK, as a file or a notebook's metadata has it; raises ``AssignmentError``.

    The question is called as the file is, which is what a check asks for; what the test calls itself is part of its cases' names.
    """
    if not isinstance(spec, Mapping):
        raise refuse(path, "a test must be a dict with a list of suites.")
    where, title = f"{path}, test {name!r}", spec.get("name")
    title = title if isinstance(title, str) and title else name
    suites = spec.get("suites")
    if not isinstance(suites, list) or len(suites) != 1 or not isinstance(suites[0], Mapping):
        raise refuse(where, "it must have one suite; Otter runs no more.")
    suite = suites[0]
    if suite.get("type", "doctest") != "doctest" or suite.get("setup") or suite.get("teardown"):
        raise refuse(where, "its suite must be of the type doctest, without setup and teardown; Otter runs no other.")
    cases = suite.get("cases")
    if not isinstance(cases, list) or not all(
        isinstance(case, Mapping) and isinstance(case.get("code"), str) for case in cases
    ):
        raise refuse(where, "its suite must have a list of cases, each with code.")
    made = [_doctest(case, f"{title} - {number}") for number, case in enumerate(cases, 1)]
    return _question(name, spec.get("points"), [case.get("points") for case in cases], made, spec, where)


def _doctest(case: Mapping[str, Any], name: str) -> Case:
    source, hidden = dedent(case["code"]), bool(case.get("hidden", True))
    return Case(
        source=source,
        visible="" if hidden else source,
        hidden=hidden,
        kind="doctest",
        name=str(case.get("name") or name),
        success=str(case.get("success_message") or ""),
        failure=str(case.get("failure_message") or ""),
    )


def _question(
    name: str, total: Any, given: list[Any], cases: list[Case], said: Mapping[str, Any], where: str
) -> Question:
    from dataclasses import replace

    try:
        points = shared_out(total, given)
    except Unshared as problem:
        raise refuse(where, str(problem)) from problem
    tests = tuple(replace(case, points=worth) for case, worth in zip(cases, points, strict=True))
    return Question(name, math.fsum(points), tests, all_or_nothing=bool(said.get("all_or_nothing", False)))


def read_functions(text: str, path: str, name: str) -> Question:
    """Read a file of functions with the decorator ``test_case``; one that raises nothing passes.

    Raises
    ------
    AssignmentError
        When a decorator says something that is no plain value.
    """
    tree = parsed(text, path)
    said = {
        key: plain(node.value, path) for key, node in _assigned(tree) if key in ("name", "points", "all_or_nothing")
    }
    found: dict[str, tuple[ast.FunctionDef, dict[str, Any]]] = {}
    others: list[ast.stmt] = []
    for node in tree.body:
        decorator = _decorator(node)
        if decorator is None:
            others += [] if _imports_otter(node) else [node]
        elif isinstance(node, ast.FunctionDef):
            # A later function of the same name takes the place of the former, as it does when the file runs.
            found[node.name] = (node, _arguments(decorator, path))
    if not found:
        raise refuse(path, "it has no function with the decorator @test_case(...), and no `test` in the format of OK.")
    title = said.get("name")
    title = title if isinstance(title, str) and title else name
    setup = "\n".join(map(ast.unparse, others))
    cases = [
        _function(node, arguments, setup, f"{title} - {number}")
        for number, (node, arguments) in enumerate(found.values(), 1)
    ]
    given = [arguments["points"] for _, arguments in found.values()]
    return _question(name, said.get("points"), given, cases, said, f"{path}, test {name!r}")


def _function(node: ast.FunctionDef, said: Mapping[str, Any], setup: str, name: str) -> Case:
    hidden = bool(said["hidden"])
    line = node.lineno
    node.decorator_list.clear()
    source = ast.unparse(node)
    return Case(
        source=source,
        visible="" if hidden else source,
        hidden=hidden,
        kind="function",
        name=str(said["name"] or name),
        success=str(said["success_message"] or ""),
        failure=str(said["failure_message"] or ""),
        setup=setup,
        function=node.name,
        line=line,
    )


def _decorator(node: ast.stmt) -> ast.Call | None:
    """Return the decorator ``test_case(...)`` of a function, under any name of its module; None when it has none."""
    for each in node.decorator_list if isinstance(node, ast.FunctionDef) else ():
        if isinstance(each, ast.Call) and ast.unparse(each.func).rpartition(".")[2] == "test_case":
            return each
    return None


def _arguments(call: ast.Call, path: str) -> dict[str, Any]:
    said: dict[str, Any] = dict.fromkeys(PARAMETERS)
    said |= dict(zip(PARAMETERS, (plain(value, path) for value in call.args), strict=False))
    for keyword in call.keywords:
        if keyword.arg not in PARAMETERS:
            raise refuse(f"{path}, line {call.lineno}", f"@test_case knows no argument {keyword.arg or '**'!r}.")
        said[keyword.arg] = plain(keyword.value, path)
    return said


def _imports_otter(node: ast.stmt) -> bool:
    if isinstance(node, ast.ImportFrom):
        return (node.module or "").partition(".")[0] == "otter"
    return isinstance(node, ast.Import) and all(alias.name.partition(".")[0] == "otter" for alias in node.names)


def _assigned(tree: ast.Module) -> Iterator[tuple[str, ast.Assign]]:
    """Yield the names that a file assigns at its top level."""
    for node in tree.body:
        if isinstance(node, ast.Assign):
            yield from ((target.id, node) for target in node.targets if isinstance(target, ast.Name))


def plain(node: ast.expr, path: str) -> Any:
    """Return the plain value that an expression writes: a literal, texts joined with ``+``, or a text that is dedented.

    Raises
    ------
    AssignmentError
        When it is anything else, which would have to be run.
    """
    value = _value(node)
    if value is _NONE:
        raise refuse(
            f"{path}, line {node.lineno}",
            "this must be written out as plain text, numbers, lists and dicts, as nothing of this file is run to read it.",
        )
    return value


def _value(node: ast.expr) -> Any:
    if isinstance(node, ast.Dict):
        pairs = [
            (_NONE if key is None else _value(key), _value(value))
            for key, value in zip(node.keys, node.values, strict=True)
        ]
        is_plain = all(key is not _NONE and value is not _NONE for key, value in pairs)
        return dict(pairs) if is_plain else _NONE
    if isinstance(node, (ast.List, ast.Tuple)):
        values = [_value(each) for each in node.elts]
        return _NONE if any(value is _NONE for value in values) else values
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        left, right = _value(node.left), _value(node.right)
        return left + right if isinstance(left, str) and isinstance(right, str) else _NONE
    if isinstance(node, ast.Call) and ast.unparse(node.func) in ("dedent", "textwrap.dedent") and len(node.args) == 1:
        text = _value(node.args[0])
        return dedent(text) if isinstance(text, str) else _NONE
    try:
        return ast.literal_eval(node)
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        return _NONE
