"""Slips in what a formula is made of: another array, another number, another case, another order. Pure; works on ``ast``."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Any

from grader.judge.diagnosis.slips.scope import (
    Scope,
    Slip,
    put,
    with_fields,
)

# What else may be done to a value, in words; ``x`` stands for it.
DONE = {
    "the absolute value of {}": "np.abs(x)",
    "the square of {}": "np.square(x)",
    "the sign of {}": "np.sign(x)",
    "the sigmoid of {}": "1 / (1 + np.exp(-x))",
    "the hyperbolic tangent of {}": "np.tanh(x)",
    "the exponential of {}": "np.exp(x)",
    "the positive part of {}": "np.maximum(x, 0)",
    "2 times {}": "2 * x",
    "half of {}": "0.5 * x",
    "minus {}": "-x",
    "{} limited to an absolute value of at most 1": "np.clip(x, -1, 1)",
    "{} with its last axis in reverse order": "x[..., ::-1]",
    "ones": "np.ones_like(x)",
    "zeros": "np.zeros_like(x)",
}
SHARES = (0.0, 0.1, 0.5, 0.9, 0.95, 0.99, 0.999, 1.0)


def of_variable(node: Any, scope: Scope) -> Iterator[Slip]:
    """Another array or number in the place of the right one, or something done to it first."""
    if not isinstance(node, (ast.Name, ast.Attribute)) or not isinstance(node.ctx, ast.Load):
        return
    told, own = scope.tell(node), ast.unparse(node)
    others = {ast.unparse(each): each for each in scope.variables}
    if own not in others:
        return
    for text, other in others.items():
        name = scope.tell(other)
        # Two names of which the student knows neither are exchanged in words that fit both.
        unnamed = told is None and name is None and isinstance(node, ast.Name) and isinstance(other, ast.Name)
        if text != own and (unnamed or (name is not None and name != told)):
            yield "variable", f"with {name or 'one value'} in place of {told or 'another one'}", other
    named = told or _held(node)
    for words, done in DONE.items() if named else ():
        yield "done", f"with {words.format(named)} in place of {named}", put(done, node)


def _held(node: Any) -> str | None:
    """Return what a parameter holds in words, whatever the parameter is called."""
    return {"grad": "the gradient", "value": "the parameter"}.get(getattr(node, "attr", ""))


def of_number(node: Any, scope: Scope) -> Iterator[Slip]:
    """Another number."""
    if not isinstance(node, ast.Constant) or isinstance(node.value, bool) or not isinstance(node.value, (int, float)):
        return
    for value in other_numbers(node.value):
        yield "number", f"with {value:g} in place of {node.value:g}", ast.Constant(value)


def other_numbers(right: float) -> list[float]:
    """Return numbers that are easily written in the place of the right one."""
    near = [right + 1, right - 1, -right, 2 * right, right / 2, 0, 1]
    near += [10 * right, right / 10, *SHARES] if 0 < right < 1 else []
    near += [10.0**-k for k in range(3, 13)] if 0 < right < 1e-3 else []
    return [type(right)(each) if float(each).is_integer() else each for each in dict.fromkeys(near) if each != right]


def of_comparison(node: Any, scope: Scope) -> Iterator[Slip]:
    """The other side of a comparison, or another bound."""
    if isinstance(node, ast.Compare) and len(node.ops) == 1:
        kinds = {
            ast.Lt: ast.Gt,
            ast.Gt: ast.Lt,
            ast.LtE: ast.GtE,
            ast.GtE: ast.LtE,
            ast.Eq: ast.NotEq,
            ast.NotEq: ast.Eq,
        }
        if type(node.ops[0]) in kinds:
            turned = with_fields(node, ops=[kinds[type(node.ops[0])]()])
            yield "comparison", "with a comparison the other way round", turned
        told = scope.tell(node.left) or "its left side"
        yield "comparison", f"with {told} in place of a comparison", node.left
        yield "comparison", f"with the sign of {told} in place of a comparison", put("np.sign(x)", node.left)
        yield "comparison", "if a comparison always held", put("np.ones(np.shape(x), dtype=bool)", node)


def of_case(node: Any, scope: Scope) -> Iterator[Slip]:
    """A case that is always or never taken, or the wrong way round."""
    if isinstance(node, ast.IfExp):
        told = scope.tell(node.test) or "one of its conditions"
        yield "case", f"if {told} always held", node.body
        yield "case", f"if {told} never held", node.orelse


def of_names(node: Any, scope: Scope) -> Iterator[Slip]:
    """What belongs to another name."""
    keys = [key.value for key in node.keys if isinstance(key, ast.Constant)] if isinstance(node, ast.Dict) else []
    if keys and len(keys) == len(node.keys):
        for at, own in enumerate(keys):
            for key, value in zip(keys, node.values, strict=True):
                if key != own:
                    how = f"with what belongs to {key!r} for {own!r}"
                    yield "row", how, with_fields(node, values=[*node.values[:at], value, *node.values[at + 1 :]])


def of_pair(node: Any, scope: Scope) -> Iterator[Slip]:
    """All at one end, where half of it belongs at either."""
    if isinstance(node, ast.Tuple) and len(node.elts) == 2 and ast.unparse(node.elts[0]) == ast.unparse(node.elts[1]):
        told = scope.tell(node.elts[0])
        if told is not None and not isinstance(node.elts[0], ast.Constant):
            none, twice = ast.Constant(0), put("2 * x", node.elts[0])
            yield (
                "pair",
                f"with twice {told} at the start and nothing at the end",
                with_fields(node, elts=[twice, none]),
            )
            yield (
                "pair",
                f"with twice {told} at the end and nothing at the start",
                with_fields(node, elts=[none, twice]),
            )
            yield "pair", f"with {told} at the start alone", with_fields(node, elts=[node.elts[0], none])
            yield "pair", f"with {told} at the end alone", with_fields(node, elts=[none, node.elts[0]])


def of_list(node: Any, scope: Scope) -> Iterator[Slip]:
    """One of several in a row is missing, or stands twice."""
    if isinstance(node, ast.List) and len(node.elts) > 2:
        count = len(node.elts)
        for at in range(count):
            rest = [*node.elts[:at], *node.elts[at + 1 :]]
            yield "row", f"without number {at + 1} of {count} in its row", with_fields(node, elts=rest)
            for other in range(count):
                if ast.unparse(node.elts[other]) != ast.unparse(node.elts[at]):
                    kinds = {ast.unparse(each) for each in node.elts}
                    first = min(i for i in range(count) if ast.unparse(node.elts[i]) == ast.unparse(node.elts[other]))
                    if len(kinds) < count and first == other:
                        how = f"with a second one of number {other + 1} of the {count} in its row in place of number {at + 1}"
                        yield (
                            "row",
                            how,
                            with_fields(node, elts=[*node.elts[:at], node.elts[other], *node.elts[at + 1 :]]),
                        )
