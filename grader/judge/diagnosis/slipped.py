"""The answer key with one small slip in it, for the names of one task: what a failed check is compared with when no known mistake fits."""

from __future__ import annotations

import ast
import copy
import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import pairwise
from typing import Any

from grader.judge.diagnosis.slips import GIVEN, SLIPS, Scope, chained_in, other_numbers
from grader.material.misconceptions import Misconception
from grader.outcomes import Diagnosis

TITLE = "What came is what a right `{place}` gives {how}."
# By the kind of a slip: why it matters, and where to look.
WORDS = {
    "factor": ("A factor acts on every value that is computed from here on.", "Compare your product with the formula factor by factor."),
    "operator": ("Sums and products of the same values are different numbers.", "Compare each operator of your expression with the formula."),
    "term": ("Every term of the formula carries a part of the result.", "Compare your expression with the formula term by term."),
    "sign": ("A term with the wrong sign pulls the result the other way.", "Compare each sign of your expression with the formula."),
    "power": ("A power changes large and small values by different factors.", "Compare each exponent of your expression with the formula."),
    "function": ("Two functions that look alike have different values nearly everywhere.", "Compare each function that you call with the formula."),
    "reduction": ("What is left out of a sum never counts.", "See over what your code sums, and what happens to the rest."),
    "axis": ("A sum over another axis mixes what belongs apart.", "Write down the shape before and after each sum."),
    "last": ("A sum over another axis mixes what belongs apart.", "Write down the shape before and after each sum."),
    "variable": ("Two arrays of one shape are easily exchanged, and nothing complains.", "For each array in your expression, say where it comes from and what it holds at this moment."),
    "done": ("What is done to one value changes everything that is computed from it.", "Compare each piece of your expression with the formula, and what is done to it first."),
    "number": ("A constant of the formula decides about every value.", "Compare each number in your code with the formula."),
    "comparison": ("A condition decides which of two values each element gets.", "Take one small and one large number, and follow both through your condition."),
    "case": ("A case that is taken too often or too seldom gives the value of another case.", "Follow your code with the option set, and once more without it."),
    "assigned": ("What others read must hold what the formula says, after every call.", "See what your code assigns, and what was there before."),
    "rounds": ("Each round of a loop does its share, once.", "Count the rounds of your loop for two or three elements."),
    "order": ("Two steps in the other order give another number.", "Say the formula in words, from the inside to the outside, and compare your code with it."),
    "row": ("Each in a row is handed what the one before it gave.", "Write down the row, and what goes from each to the next."),
    "pair": ("What belongs at either end moves everything when it stands at one.", "Count what you put in front and what behind."),
    "kept": ("What others read must hold what the formula says, after every call.", "See what is done to the value after the formula, and whether the formula has it."),
    "default": ("Whoever leaves the argument out gets another function.", "Compare the defaults of your arguments with the template."),
    "afterwards": ("Whoever calls it relies on the result as the formula has it.", "See what is done to the result after the formula, and whether the formula has it."),
}  # fmt: skip
# What the id of every slip begins with.
SLIP = "slip-"
Words = tuple[set[str], set[str]]
_WORD = re.compile(r"[A-Za-z_]\w*")
# A formula in a line of a docstring, one that stands by itself, and the names in front of a list's colon.
_LITERAL = re.compile(r"``([^`\n]+)``")
_BLOCK = re.compile(r"(?<=::\n\n)(?:(?: [^\n]*)?\n)+")
_LISTED = re.compile(r"(?m)^([\w, ]+) : ")
# The likely come first; of these there are many.
# What is done to the result, and to what leads to it, often gives the same; then one of them is told, and is true.
LATER = {"last": 1, "variable": 1, "number": 2, "afterwards": 3, "done": 4, "kept": 5}


@dataclass(frozen=True)
class Slipped:
    """The answer key with one slip.

    Attributes
    ----------
    number : int
        Its number among those of the same names.
    place : str
        The function, the class, or the class and its method.
    kind, how : str
        What kind of slip it is, and what is said of it.
    head, tail : str
        What stands around the definition.
    changed : ast.AST
        The definition.
    """

    number: int
    place: str
    kind: str
    how: str
    head: str
    tail: str
    changed: Any

    @cached_property
    def mistake(self) -> Misconception:
        """The slip as a mistake that submissions are compared with."""
        text, title = ast.unparse(ast.fix_missing_locations(self.changed)), TITLE.format(place=self.place, how=self.how)
        words = Diagnosis(f"{SLIP}{self.kind}-{_digest(title)}", title, *WORDS[self.kind])
        return Misconception(f"slip {self.number}", f"{self.head}\n{text}\n{self.tail}".lstrip("\n"), (), words)


@lru_cache(maxsize=64)
def slipped(key: str, names: tuple[str, ...]) -> tuple[Slipped, ...]:
    """Return the answer key with one slip, for each slip in what has some names, the likely ones first.

    Parameters
    ----------
    key : str
        A script, or a notebook in the percent format.
    names : tuple of str
        Names of the answer key, some of them of a class and a method.
    """
    lines = key.splitlines()
    found: list[Slipped] = []
    for node, name, words in _definitions(ast.parse(key), names):
        head, tail = "\n".join(lines[: node.lineno - 1]), "\n".join(lines[node.end_lineno :])
        for place, kind, how, changed in _slips(node, name, words, names):
            found.append(Slipped(len(found), place, kind, how, head, tail, changed))
    return tuple(sorted(found, key=lambda each: LATER.get(each.kind, 0)))


def rank(slip: Misconception) -> int:
    """Return how far from the formula a slip is; of several that give the same, those nearest to it are told."""
    return 0 if slip.diagnosis is None else LATER.get(slip.diagnosis.id.removeprefix(SLIP).partition("-")[0], 0)


def _digest(text: str) -> str:
    return hashlib.blake2b(text.encode(), digest_size=4).hexdigest()


def _definitions(tree: ast.Module, names: Sequence[str]) -> Iterator[tuple[Any, str, Words]]:
    """Yield each definition that has one of the names, or that one of these needs and no student is given, with its place and words."""
    nodes = {node.name: node for node in tree.body if isinstance(node, (ast.FunctionDef, ast.ClassDef))}
    for name in dict.fromkeys(name.partition(".")[0] for name in names if name.partition(".")[0] in nodes):
        words = _words(nodes[name])
        yield nodes[name], name, words
        used = {each.id for each in ast.walk(nodes[name]) if isinstance(each, ast.Name)}
        for helper in sorted(used & set(nodes)):
            if helper.startswith("_"):
                yield nodes[helper], name, words


def _words(node: Any) -> Words:
    """Return the names that a student has been given of a definition, in its formulas and arguments, and those that an attribute may have."""
    every: set[str] = set()
    attributes = {"outputs"}
    for each in ast.walk(node):
        if isinstance(each, (ast.FunctionDef, ast.ClassDef)):
            text = ast.get_docstring(each) or ""
            every |= set(_WORD.findall(" ".join((*_LITERAL.findall(text), *_BLOCK.findall(text)))))
            attributes |= set(_WORD.findall(" ".join(_LISTED.findall(text.partition("Attributes\n")[2]))))
        if isinstance(each, ast.FunctionDef) and (not each.name.startswith("_") or each.name.endswith("__")):
            attributes |= {argument.arg for argument in each.args.args}
    return (every | attributes) - {"self"}, attributes - {"self"}


def _slips(node: Any, place: str, words: Words, names: Sequence[str]) -> Iterator[tuple[str, str, str, Any]]:
    """Yield for each slip in a definition its place, its kind, its words and the changed definition."""
    bare = _without_docstrings(node)
    if isinstance(bare, ast.FunctionDef):
        for kind, how, changed in _in_function(bare, words, ()):
            yield place, kind, how, changed
        return
    asked = {name.partition(".")[2] for name in names if name.partition(".")[0] == node.name} - {""}
    whole, kept = _keep_arguments(bare)
    attributes = _attributes(bare)
    for at, method in enumerate(bare.body):
        if not isinstance(method, ast.FunctionDef) or (asked and method.name not in asked):
            continue
        # What a method keeps only here is there for the others.
        own, others = (bare, attributes) if method.name in ("forward", "__init__") else (whole, [*attributes, *kept])
        inner = method.name in ("__init__", "__call__") or (method.name[0] == "_" and method.name[-1] != "_")
        where = place if inner else f"{place}.{method.name}"
        for kind, how, changed in _in_function(method, words, others):
            if kind not in ("afterwards", "kept") or not method.name.startswith("_") or asked:
                new = copy.copy(own)
                new.body = [*own.body[:at], changed, *own.body[at + 1 :]]
                yield where, kind, how, new


def _in_function(
    function: ast.FunctionDef, words: Words, attributes: Sequence[ast.expr]
) -> Iterator[tuple[str, str, Any]]:
    scope = Scope(*words, (*_locals(function), *attributes), chained_in(function))
    yield from _of_defaults(function)
    for path, node in _nodes(function):
        for slips in SLIPS:
            for kind, how, replacement in slips(node, scope):
                yield kind, how, _replaced(function, path, replacement)
    for path, first, second in _neighbours(function):
        told = _told_step(first, scope)
        if told is not None:
            yield "assigned", f"with {told} one line too late", _swapped(function, path, first, second)


def _told_step(statement: Any, scope: Scope) -> str | None:
    """Return what a statement does in words that the student has, or None."""
    if isinstance(statement, ast.Assign):
        told = scope.tell(statement.targets[0])
        return None if told is None else f"{told} assigned"
    called = statement.value.func if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call) else None
    if isinstance(called, ast.Attribute):
        told = scope.tell(called.value)
        return None if told is None else f"`{told.strip('`')}.{called.attr}()`"
    return None


def _of_defaults(function: ast.FunctionDef) -> Iterator[tuple[str, str, Any]]:
    """Yield each default that is a number, with another number in its place."""
    defaults = function.args.defaults
    named = function.args.args[len(function.args.args) - len(defaults) :]
    for at, (argument, default) in enumerate(zip(named, defaults, strict=True)):
        numbers = [default] if isinstance(default, ast.Constant) else getattr(default, "elts", [])
        for place, number in enumerate(numbers):
            if isinstance(number, ast.Constant) and isinstance(number.value, float):
                for value in other_numbers(number.value):
                    new: Any = ast.Constant(value)
                    if default is not number:
                        new = ast.Tuple([*numbers[:place], new, *numbers[place + 1 :]], ast.Load())
                    changed = copy.copy(function)
                    changed.args = copy.copy(function.args)
                    changed.args.defaults = [*defaults[:at], new, *defaults[at + 1 :]]
                    yield (
                        "default",
                        f"with {value:g} in the default of `{argument.arg}` in place of {number.value:g}",
                        changed,
                    )


def _locals(function: ast.FunctionDef) -> list[ast.expr]:
    """Return the arguments of a function, and the names that it gives to values inside."""
    arguments = [
        each.arg
        for node in ast.walk(function)
        if isinstance(node, (ast.FunctionDef, ast.Lambda))
        for each in node.args.args
    ]
    given = [each.id for each in ast.walk(function) if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Store)]
    names = dict.fromkeys((*arguments, *given))
    return [ast.Name(name, ast.Load()) for name in names if name not in ("self", "rng")]


def _attributes(class_: ast.ClassDef) -> list[ast.expr]:
    """Return what the methods of a class read of their object: attributes, and what these hold as ``value`` and ``grad``."""
    found: dict[str, ast.expr] = {}
    for each in ast.walk(class_):
        if isinstance(each, ast.Attribute) and not isinstance(each.value, ast.Call):
            text = ast.unparse(each)
            inner = each.value
            own = isinstance(inner, ast.Name) and inner.id == "self"
            held = each.attr in ("value", "grad") and isinstance(inner, (ast.Name, ast.Attribute))
            if own or held:
                load = copy.copy(each)
                load.ctx = ast.Load()
                found.setdefault(text, load)
    # What holds a value and its gradient is neither.
    holders = {
        ast.unparse(each.value)
        for each in found.values()
        if isinstance(each, ast.Attribute) and each.attr in ("value", "grad")
    }
    return [each for text, each in found.items() if text not in holders]


def _keep_arguments(class_: ast.ClassDef) -> tuple[ast.ClassDef, list[ast.expr]]:
    """Return a class that keeps what its forward method is given and returns, where it does not do so anyway; and what it keeps so."""
    forward = next((each for each in class_.body if isinstance(each, ast.FunctionDef) and each.name == "forward"), None)
    if forward is None:
        return class_, []
    text = ast.unparse(class_)
    names = [
        each.arg for each in forward.args.args if each.arg != "self" and f"self.{each.arg} = {each.arg}\n" not in text
    ]
    first = [ast.parse(f"self.{GIVEN}{name} = {name}").body[0] for name in names]
    last = forward.body[-1]
    body = [*first, *forward.body]
    if isinstance(last, ast.Return) and last.value is not None and "self.outputs = " not in text:
        assign: Any = ast.parse(f"self.{GIVEN}outputs = None\nreturn self.{GIVEN}outputs").body
        assign[0].value = last.value
        body, names = [*first, *forward.body[:-1], *assign], [*names, "outputs"]
    kept = copy.copy(forward)
    kept.body = body
    whole = copy.copy(class_)
    whole.body = [kept if each is forward else each for each in class_.body]
    return whole, [_attribute(f"self.{GIVEN}{name}") for name in names]


def _attribute(text: str) -> ast.expr:
    return ast.parse(text, mode="eval").body


def _nodes(node: ast.AST, path: tuple[tuple[str, int | None], ...] = ()) -> Iterator[tuple[Any, Any]]:
    """Yield every node of a function's body with the way to it."""
    yield path, node
    for field, value in ast.iter_fields(node):
        if isinstance(node, ast.keyword) and node.arg in ("axis", "axes", "strict", "keepdims", "dtype"):
            continue
        if field in ("annotation", "returns", "decorator_list", "args", "ctx", "op", "ops") and not isinstance(
            node, ast.Call
        ):
            continue
        for index, child in enumerate(value) if isinstance(value, list) else [(None, value)]:
            if isinstance(child, ast.AST) and not isinstance(child, (ast.JoinedStr, ast.Raise)):
                yield from _nodes(child, (*path, (field, index)))


def _replaced(tree: Any, path: Sequence[tuple[str, int | None]], replacement: Any) -> Any:
    """Return a copy of a tree with another node at the end of a path; only what lies on the path is copied."""
    if not path:
        return replacement
    (field, index), *rest = path
    changed, value = copy.copy(tree), getattr(tree, field)
    if index is None:
        setattr(changed, field, _replaced(value, rest, replacement))
    else:
        setattr(changed, field, [*value[:index], _replaced(value[index], rest, replacement), *value[index + 1 :]])
    return changed


def _neighbours(function: ast.AST) -> Iterator[tuple[Any, Any, Any]]:
    """Yield the way to each block, and two statements of it that follow one another, the first of them an assignment or a call."""
    for path, node in _nodes(function):
        for field in ("body", "orelse"):
            block = getattr(node, field, None)
            for at, (first, second) in enumerate(pairwise(block) if isinstance(block, list) else ()):
                if isinstance(first, (ast.Assign, ast.Expr)) and isinstance(second, (ast.Assign, ast.Expr)):
                    yield (*path, (field, at)), first, second


def _swapped(function: Any, path: Any, first: Any, second: Any) -> Any:
    (field, at) = path[-1]
    turned = _replaced(function, path, second)
    return _replaced(turned, (*path[:-1], (field, at + 1)), first)


def _without_docstrings(node: Any) -> Any:
    bare = copy.deepcopy(node)
    each: Any
    for each in ast.walk(bare):
        body = getattr(each, "body", None)
        if (
            isinstance(body, list)
            and body
            and isinstance(body[0], ast.Expr)
            and isinstance(body[0].value, ast.Constant)
        ):
            each.body = body[1:] or [ast.Pass()]
    return bare
