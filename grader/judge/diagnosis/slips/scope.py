"""What slips work with: the words that a student has been given, and pieces put into the places of others. Pure; works on ``ast``."""

from __future__ import annotations

import ast
import copy
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

CHAINS: dict[type[ast.operator], tuple[type[ast.operator], ...]] = {
    each: family for family in ((ast.Mult, ast.Div), (ast.Add, ast.Sub)) for each in family
}
SYMBOLS: dict[type[ast.operator], str] = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.Pow: "**"}
# In front of the name of what a class keeps only here, so that a slip in another method may use it.
GIVEN = "given_"


@dataclass(frozen=True)
class Scope:
    """What may stand in the place of a piece of a formula, and which words the student has been given.

    Attributes
    ----------
    words : collection of str
    attributes : collection of str
        Those words that the attribute of an object may have as its name.
    variables : sequence of expressions
        The arrays and numbers at hand.
    chained : collection of int
        The ids of products and sums that are only a part of a longer one.
    """

    words: Collection[str]
    attributes: Collection[str]
    variables: Sequence[ast.expr] = ()
    chained: Collection[int] = field(default_factory=frozenset)

    def tell(self, node: ast.AST) -> str | None:
        """Return a piece of a formula as it stands in what the student was given, or None."""
        plain = self._plain(node)
        return None if plain is None else plain if isinstance(node, ast.Constant) else f"`{plain}`"

    def _plain(self, node: ast.AST) -> str | None:
        if isinstance(node, ast.Constant):
            value = node.value
            return f"{value:g}" if isinstance(value, (int, float)) and not isinstance(value, bool) else None
        if isinstance(node, ast.Name):
            return node.id if node.id in self.words else None
        if isinstance(node, ast.Attribute) and isinstance(node.value, (ast.Name, ast.Attribute)):
            inner = self._plain(node.value) if not is_self(node.value) else ""
            own = node.attr.removeprefix(GIVEN)
            name = own if own in self.attributes or own in ("value", "grad") else None
            return None if inner is None or name is None else f"{inner}.{name}".lstrip(".")
        if isinstance(node, ast.BinOp) and type(node.op) in SYMBOLS:
            sides = [
                self._plain(each)
                for each in (node.left, node.right)
                if isinstance(each, (ast.Name, ast.Attribute, ast.Constant))
            ]
            return None if len(sides) < 2 or None in sides else f" {SYMBOLS[type(node.op)]} ".join(map(str, sides))
        return None


Slip = tuple[str, str, Any]
Slips = Callable[[Any, Scope], Iterator[Slip]]


def chained_in(tree: ast.AST) -> frozenset[int]:
    """Return the ids of the products and sums that are only a part of a longer one."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.BinOp) and type(node.op) in CHAINS:
            family = CHAINS[type(node.op)]
            sides = [node.left] if isinstance(node.op, (ast.Div, ast.Sub)) else [node.left, node.right]
            found |= {id(each) for each in sides if isinstance(each, ast.BinOp) and isinstance(each.op, family)}
    return frozenset(found)


def with_fields(node: Any, **fields: Any) -> Any:
    """Return a copy of a node with other fields."""
    changed = copy.copy(node)
    for name, value in fields.items():
        setattr(changed, name, value)
    return changed


def put(text: str, value: Any) -> Any:
    """Return the expression that stands in a text, with a value in the place of ``x``."""

    class Put(ast.NodeTransformer):
        def visit_Name(self, node: ast.Name) -> Any:
            return value if node.id == "x" else node

    return Put().visit(ast.parse(text, mode="eval")).body


def is_self(node: ast.AST) -> bool:
    """Return whether an expression is the object itself."""
    return isinstance(node, ast.Name) and node.id == "self"


def is_numpy(node: ast.AST) -> bool:
    """Return whether an expression is a module of functions of numbers."""
    return isinstance(node, ast.Name) and node.id in ("np", "math")
