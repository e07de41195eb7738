"""Draws random mutants of an answer key; each has one small change, made by one of ``operators``."""

from __future__ import annotations

import ast
import copy
import difflib
import hashlib
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from grader.audit.operators import OPERATORS, shared_state, stale_state
from grader.handout.template.source import BEGIN, END
from grader.material.percent import is_percent

LOOSE = "statement at line "


@dataclass(frozen=True)
class Drawn:
    """A mutant of an answer key.

    Attributes
    ----------
    operator : str
        The kind of change.
    place : str
        The qualified name of the changed function or class.
    before, after : str
        The changed definition, before and after.
    source : str
        The whole script.
    """

    operator: str
    place: str
    before: str
    after: str
    source: str

    @property
    def diff(self) -> str:
        """The change as a unified diff of the definition."""
        before, after = (text.splitlines() for text in (self.before, self.after))
        return "\n".join(list(difflib.unified_diff(before, after, lineterm="", n=2))[2:])

    @property
    def default(self) -> str | None:
        """The argument whose default was changed, if nothing else was; else None."""
        before, after = (
            [node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.FunctionDef)]
            for text in (self.before, self.after)
        )
        changed = [
            (old, new) for old, new in zip(before, after, strict=False) if ast.dump(old.args) != ast.dump(new.args)
        ]
        if (
            len(before) != len(after)
            or len(changed) != 1
            or ast.dump(changed[0][0].args) == ast.dump(changed[0][1].args)
        ):
            return None
        old, new = (dict(_defaults(node.args)) for node in changed[0])
        names = [name for name in old if ast.dump(old[name]) != ast.dump(new.get(name, old[name]))]
        return names[0] if len(names) == 1 else None

    @property
    def digest(self) -> str:
        """Sixteen hexadecimal digits that identify the change: they depend only on its place and the lines that differ."""
        lines = [line for line in self.diff.splitlines() if line.startswith(("-", "+"))]
        return hashlib.blake2b("\n".join([self.place, *lines]).encode(), digest_size=8).hexdigest()


def _defaults(arguments: ast.arguments) -> Iterator[tuple[str, ast.expr]]:
    """Yield the arguments that have a default, with the default."""
    positional = [*arguments.posonlyargs, *arguments.args]
    for argument, default in zip(
        positional[len(positional) - len(arguments.defaults) :], arguments.defaults, strict=True
    ):
        yield argument.arg, default
    for argument, given in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True):
        if given is not None:
            yield argument.arg, given


def all_mutants(key: str, given: Sequence[str] = (), free: Sequence[str] = ()) -> list[Drawn]:
    """Return every mutant of a script, each once.

    Parameters
    ----------
    key : str
        A script, whose definitions are changed, or a notebook in the percent format, where only the code between the marks
        of a solution is changed.
    given : sequence of str
        Qualified names of definitions given to students complete; they are not changed.
    free : sequence of str
        Names, or statements and expressions as ``ast.unparse`` writes them, that the contract leaves open; they are not
        changed.
    """
    lines = key.splitlines()
    solved = _solution_lines(lines) if is_percent(key) else None
    found: dict[str, Drawn] = {}
    for node in ast.parse(key).body:
        name = node.name if isinstance(node, (ast.FunctionDef, ast.ClassDef)) else f"{LOOSE}{node.lineno}"
        if name in given or (solved is None and name.startswith(LOOSE)):
            continue
        before = ast.unparse(_strip_docstrings(node))
        # Line numbers are kept, so that unchanged pieces are compiled only once for all mutants.
        start = min([node.lineno, *(each.lineno for each in getattr(node, "decorator_list", ()))]) - 1
        head, tail = "\n".join(lines[:start]), "\n".join(lines[node.end_lineno :])
        for operator, place, changed in _changes(_strip_docstrings(node), name, {*given, *free}, solved):
            whole = ast.Module(changed, []) if isinstance(changed, list) else changed
            after = ast.unparse(ast.fix_missing_locations(whole))
            if after != before and after not in found:
                found[after] = Drawn(operator, place, before, after, f"{head}\n{after}\n{tail}".lstrip("\n"))
    return list(found.values())


def sample(mutants: Sequence[Drawn], count: int, seed: int) -> list[Drawn]:
    """Return ``count`` of the mutants, or all if there are fewer, drawn without replacement and kept in order."""
    if count >= len(mutants):
        return list(mutants)
    chosen = np.random.default_rng(seed).choice(len(mutants), size=count, replace=False)
    return [mutants[index] for index in sorted(chosen)]


def strip_solutions(key: str) -> str:
    """Return a notebook in the percent format with every solution replaced by a stub of as many lines."""
    lines, solved = key.splitlines(), _solution_lines(key.splitlines())
    for number, line in enumerate(lines, 1):
        if number in solved:
            stub = line.replace(BEGIN, 'raise NotImplementedError("Task: write it")')
            lines[number - 1] = stub if line.strip() == BEGIN else ""
    return "\n".join(line for line in lines if line.strip() != END)


def _solution_lines(lines: Sequence[str]) -> set[int]:
    """Return the numbers of the lines between the marks of solutions."""
    numbers, inside = set(), False
    for number, line in enumerate(lines, 1):
        inside = (inside or line.strip() == BEGIN) and line.strip() != END
        if inside:
            numbers.add(number)
    return numbers


def _strip_docstrings(node: Any) -> Any:
    """Return a definition without its docstrings, which have no effect."""
    bare = copy.deepcopy(node)
    for each in ast.walk(bare):
        body = getattr(each, "body", None)
        if (
            isinstance(body, list)
            and body
            and isinstance(body[0], ast.Expr)
            and isinstance(body[0].value, ast.Constant)
        ):
            each.body = body[1:] or [ast.Pass()]  # type: ignore[attr-defined]
    return bare


def _changes(
    tree: Any, name: str, given: Collection[str], solved: Collection[int] | None
) -> Iterator[tuple[str, str, Any]]:
    """Yield the operator, the place and the changed definition for every change of one node."""
    for path, place, node in _nodes(tree, (), name, given):
        if solved is not None and getattr(node, "lineno", 0) not in solved:
            continue
        begins = place.endswith("__init__")
        for operator in OPERATORS:
            # A constructor's values cannot be stale, and state kept elsewhere is not shared by living in the class.
            if operator is (stale_state if begins else shared_state):
                continue
            for replacement in operator(node):
                # Statements are changed one at a time, in a copy that shares everything else.
                yield operator.__name__.replace("_", " "), place, _replace(tree, path, replacement)


def _nodes(
    node: ast.AST, path: tuple[tuple[str, int | None], ...], place: str, given: Collection[str]
) -> Iterator[tuple[Any, str, ast.AST]]:
    """Yield every node that may be changed, with its path and the name of the enclosing definition."""
    if place in given or (isinstance(node, ast.stmt | ast.expr | ast.keyword) and ast.unparse(node) in given):
        return
    yield path, place, node
    for field, value in ast.iter_fields(node):
        if isinstance(node, ast.keyword) and node.arg == "strict":
            continue
        if field in ("annotation", "returns", "decorator_list", "bases", "type_params", "type_comment"):
            continue
        for index, child in enumerate(value) if isinstance(value, list) else [(None, value)]:
            if isinstance(child, ast.AST) and not isinstance(
                child, (ast.JoinedStr, ast.Raise, ast.operator, ast.cmpop, ast.expr_context)
            ):
                inner = (
                    f"{place}.{child.name}"
                    if isinstance(child, ast.FunctionDef) and isinstance(node, ast.ClassDef)
                    else place
                )
                yield from _nodes(child, (*path, (field, index)), inner, given)


def _replace(tree: Any, path: Sequence[tuple[str, int | None]], replacement: Any) -> Any:
    """Return a copy of a tree with the node at the end of a path replaced; only nodes on the path are copied."""
    if not path:
        return replacement
    (field, index), *rest = path
    changed = copy.copy(tree)
    value = getattr(tree, field)
    if index is None:
        setattr(changed, field, _replace(value, rest, replacement))
        return changed
    new = _replace(value[index], rest, replacement)
    setattr(changed, field, [*value[:index], *(new if isinstance(new, list) else [new]), *value[index + 1 :]])
    return changed
