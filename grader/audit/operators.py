"""Mutation operators: each yields nodes that could replace a node by mistake. Pure; works on ``ast``.

An operator is a function from a node to its possible replacements; an empty list of statements deletes the node.
"""

from __future__ import annotations

import ast
import copy
from collections.abc import Callable, Iterator
from typing import Any

Replacement = ast.AST | list[Any]
Operator = Callable[[Any], Iterator[Replacement]]
SWAPS: dict[type[ast.AST], tuple[type[ast.AST], ...]] = {
    ast.Add: (ast.Sub,),
    ast.Sub: (ast.Add,),
    ast.Mult: (ast.Div, ast.Add),
    ast.Div: (ast.Mult,),
    ast.Pow: (ast.Mult,),
    ast.Lt: (ast.LtE, ast.Gt),
    ast.LtE: (ast.Lt, ast.GtE),
    ast.Gt: (ast.GtE, ast.Lt),
    ast.GtE: (ast.Gt, ast.LtE),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.And: (ast.Or,),
    ast.Or: (ast.And,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
}
NAMES = {
    "mean": ("sum",), "sum": ("mean",), "max": ("min",), "min": ("max",), "maximum": ("minimum",), "minimum": ("maximum",),
    "zeros": ("ones",), "ones": ("zeros",), "zeros_like": ("ones_like",), "log": ("log2",), "log1p": ("log",),
    "exp": ("exp2", "expm1"), "tanh": ("sin",), "sqrt": ("square",), "reversed": ("list",), "permutation": ("arange",),
}  # fmt: skip
SYMMETRIC = ("maximum", "minimum", "isinstance", "array_equal")
PLAIN = (
    "abs",
    "exp",
    "log",
    "sqrt",
    "float",
    "mean",
    "sum",
    "list",
    "array",
    "broadcast_to",
    "reversed",
    "ravel",
    "copy",
)


def swapped_operator(node: ast.AST) -> Iterator[Replacement]:
    """Use another operator between two values."""
    if isinstance(node, (ast.BinOp, ast.AugAssign, ast.BoolOp)):
        for kind in SWAPS.get(type(node.op), ()):
            yield _with(node, op=kind())
    if isinstance(node, ast.Compare):
        for kind in SWAPS.get(type(node.ops[0]), ()):
            yield _with(node, ops=[kind(), *node.ops[1:]])
    if isinstance(node, ast.BinOp) and isinstance(node.op, (ast.Sub, ast.Div, ast.MatMult, ast.Pow)):
        yield _with(node, left=node.right, right=node.left)


def changed_constant(node: ast.AST) -> Iterator[Replacement]:
    """Change a number to one more, one less or twice as much; negate a truth value."""
    if not isinstance(node, ast.Constant):
        return
    if isinstance(node.value, bool):
        yield ast.Constant(not node.value)
    elif isinstance(node.value, (int, float)):
        values = (node.value + 1, node.value - 1, 2 * node.value, node.value * 1.01, 0)
        yield from (ast.Constant(value) for value in dict.fromkeys(values) if value != node.value)


def dropped_term(node: ast.AST) -> Iterator[Replacement]:
    """Leave out one side of a sum, product, quotient or condition."""
    if isinstance(node, ast.BinOp) and not isinstance(node.op, ast.MatMult):
        yield node.left
        if not isinstance(node.op, (ast.Div, ast.Pow)):
            yield node.right
    if isinstance(node, ast.BoolOp):
        yield from node.values


def exchanged_axes(node: ast.AST) -> Iterator[Replacement]:
    """Use another axis, or swap two."""
    if isinstance(node, ast.keyword) and node.arg in ("axis", "axes"):
        if isinstance(node.value, ast.Tuple):
            yield from (_with(node, value=each) for each in node.value.elts)
        for value in (ast.Constant(0), ast.Constant(1), ast.Constant(None)):
            if node.arg == "axis" and ast.unparse(value) != ast.unparse(node.value):
                yield _with(node, value=value)
    if isinstance(node, ast.Tuple) and len(node.elts) > 1 and isinstance(node.ctx, ast.Load):
        yield _with(node, elts=node.elts[::-1])
        yield _with(node, elts=node.elts[:-1])
    if isinstance(node, ast.Call) and len(node.args) > 1 and not node.keywords and _callee(node) not in SYMMETRIC:
        yield _with(node, args=[node.args[1], node.args[0], *node.args[2:]])


def turned_sign(node: ast.AST) -> Iterator[Replacement]:
    """Drop a minus sign, or add one."""
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        yield node.operand
    if isinstance(node, ast.Return) and isinstance(node.value, (ast.BinOp, ast.Call)):
        yield _with(node, value=ast.UnaryOp(ast.USub(), node.value))
    if isinstance(node, (ast.Assign, ast.AugAssign)) and isinstance(node.value, ast.BinOp):
        yield _with(node, value=ast.UnaryOp(ast.USub(), node.value))


def off_by_one(node: ast.AST) -> Iterator[Replacement]:
    """Start or stop one position too early or too late."""
    if isinstance(node, ast.Slice):
        for name in ("lower", "upper"):
            bound = getattr(node, name)
            if bound is not None:
                yield _with(node, **{name: ast.BinOp(bound, ast.Add(), ast.Constant(1))})
                yield _with(node, **{name: None})
        if node.lower is None:
            yield _with(node, lower=ast.Constant(1))
        if node.upper is None:
            yield _with(node, upper=ast.Constant(-1))
    if isinstance(node, ast.Call) and _callee(node) in ("len", "range") and node.args:
        for step in (1, -1):
            if _callee(node) == "len":
                yield ast.BinOp(node, ast.Add(), ast.Constant(step))
            else:
                last = ast.BinOp(node.args[-1], ast.Add(), ast.Constant(step))
                yield _with(node, args=[*node.args[:-1], last])


def other_function(node: ast.AST) -> Iterator[Replacement]:
    """Call a similar but wrong function: a mean for a sum, a maximum for a minimum."""
    if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Load):
        yield from (_with(node, attr=name) for name in NAMES.get(node.attr, ()))
    if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
        yield from (_with(node, id=name) for name in NAMES.get(node.id, ()))


def missing_transpose(node: ast.AST) -> Iterator[Replacement]:
    """Forget to transpose an array."""
    if isinstance(node, ast.Attribute) and node.attr == "T" and isinstance(node.ctx, ast.Load):
        yield node.value
    if (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in ("transpose", "reshape")
    ):
        yield node.func.value
        yield from (_with(node, args=node.args[::-1]) for _ in node.args[1:2])


def missing_reduction(node: ast.AST) -> Iterator[Replacement]:
    """Forget a sum, a mean or another function around a value, or keep an axis that should be dropped."""
    if not isinstance(node, ast.Call):
        return
    if _callee(node) in PLAIN:
        if isinstance(node.func, ast.Attribute) and not _is_numpy(node.func.value):
            yield node.func.value
        elif node.args:
            yield node.args[0]
    names = {keyword.arg for keyword in node.keywords}
    if _callee(node) in ("sum", "mean", "max") and "axis" in names and "keepdims" not in names:
        yield _with(node, keywords=[*node.keywords, ast.keyword("keepdims", ast.Constant(True))])


def forgotten_option(node: ast.AST) -> Iterator[Replacement]:
    """Leave out a keyword argument, except ``strict``, which is only a safeguard."""
    if isinstance(node, ast.keyword) and node.arg != "strict":
        yield []


def stale_state(node: ast.AST) -> Iterator[Replacement]:
    """Keep old state: assign it only the first time."""
    if isinstance(node, ast.Assign) and (name := _own_attribute(node.targets[0])) is not None:
        kept = _parse(f"self.{name} = self.{name} if '{name}' in vars(self) else None")
        kept.value.orelse = node.value
        yield kept


def shared_state(node: ast.AST) -> Iterator[Replacement]:
    """Share the first instance's state among all instances."""
    if isinstance(node, ast.Assign) and (name := _own_attribute(node.targets[0])) is not None:
        shared = _parse(
            f"self.{name} = vars(type(self)).get('_{name}')\nif self.{name} is None:\n    type(self)._{name} = self.{name} = None"
        )
        shared[1].body[0].value = node.value
        yield shared


def lost_statement(node: ast.AST) -> Iterator[Replacement]:
    """Leave out a statement or a return value; take a branch always or never."""
    if isinstance(node, (ast.Assign, ast.AugAssign)) or (
        isinstance(node, ast.Expr) and isinstance(node.value, ast.Call)
    ):
        yield [ast.Pass()]
    if isinstance(node, ast.Return) and node.value is not None:
        yield _with(node, value=ast.Constant(None))
    if isinstance(node, (ast.If, ast.IfExp)):
        yield from (_with(node, test=ast.Constant(value)) for value in (True, False))
        yield _with(node, test=ast.UnaryOp(ast.Not(), node.test))


def damaged_argument(node: ast.AST) -> Iterator[Replacement]:
    """Write a result into the caller's array."""
    if isinstance(node, ast.FunctionDef):
        arrays = [
            each.arg
            for each in node.args.args
            if "ndarray" in (ast.unparse(each.annotation) if each.annotation else "")
        ]
        last = node.body[-1]
        for name in arrays:
            if isinstance(last, ast.Return) and last.value is not None:
                damage = _parse(f"_result = None\n{name}[...] = 0.5 * {name}\nreturn _result")
                damage[0].value = last.value
                yield _with(node, body=[*node.body[:-1], *damage])


OPERATORS: tuple[Operator, ...] = (
    swapped_operator, changed_constant, dropped_term, exchanged_axes, turned_sign, off_by_one, other_function, missing_transpose,
    missing_reduction, forgotten_option, stale_state, shared_state, lost_statement, damaged_argument,
)  # fmt: skip


def _with(node: Any, **fields: Any) -> Any:
    """Return a copy of a node with some fields replaced."""
    changed = copy.copy(node)
    for name, value in fields.items():
        setattr(changed, name, value)
    return changed


def _callee(node: ast.Call) -> str:
    return node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")


def _is_numpy(node: ast.AST) -> bool:
    return isinstance(node, ast.Name) and node.id in ("np", "numpy", "math")


def _own_attribute(target: ast.AST) -> str | None:
    """Return the name of an attribute of ``self`` that is assigned to."""
    own = isinstance(target, ast.Attribute) and isinstance(target.value, ast.Name) and target.value.id == "self"
    return target.attr if own and isinstance(target, ast.Attribute) else None


def _parse(source: str) -> Any:
    body = ast.parse(source).body
    return body[0] if len(body) == 1 else body
