"""Slips in what is done with a formula: after it, around it, or not at all. Pure; works on ``ast``."""

from __future__ import annotations

import ast
import copy
from collections.abc import Iterator
from typing import Any

from grader.judge.diagnosis.slips.scope import (
    Scope,
    Slip,
    is_self,
    put,
    with_fields,
)

AFTERWARDS = {
    "with the positive part (ReLU) taken of the result": "np.maximum(x, 0)",
    "with the sigmoid taken of the result": "1 / (1 + np.exp(-x))",
    "with the hyperbolic tangent taken of the result": "np.tanh(x)",
    "with the absolute value taken of the result": "np.abs(x)",
    "with the sign taken of the result": "np.sign(x)",
    "with the exponential taken of the result": "np.exp(x)",
    "with the square taken of the result": "np.square(x)",
    "with the result rounded to two decimals": "np.round(x, 2)",
    "with the result rounded to whole numbers": "np.round(x)",
    "with the result less its mean": "x - np.mean(x)",
    "with 1 taken from the result": "x - 1",
    "with 1 added to the result": "x + 1",
    "with the result taken from 1": "1 - x",
    "with one over the result": "1 / x",
    "with the result divided by its number of elements": "x / np.size(x)",
    "with the result divided by its number of rows": "x / len(x)",
    "with the result limited to an absolute value of at most 1": "np.clip(x, -1, 1)",
    "with the rows of the result in reverse order": "x[::-1]",
    "with the columns of the result in reverse order": "x[:, ::-1]",
    "with the last axis of the result in reverse order": "x[..., ::-1]",
}


def of_returned(node: Any, scope: Scope) -> Iterator[Slip]:
    """Something more is done to the result."""
    if isinstance(node, ast.Return) and node.value is not None:
        for how, done in AFTERWARDS.items():
            yield "afterwards", how, with_fields(node, value=put(done, node.value))


def of_statement(node: Any, scope: Scope) -> Iterator[Slip]:
    """A statement that is missing, adds to what was there, or is carried out only once."""
    if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Attribute):
        target = node.targets[0]
        told = scope.tell(target)
        if told is not None:
            yield "assigned", f"without assigning {told}", ast.Pass()
            read = with_fields(copy.deepcopy(target), ctx=ast.Load())
            if target.attr in ("grad", "value") or is_self(target.value):
                yield (
                    "assigned",
                    f"with {told} added to what it was before",
                    with_fields(node, value=ast.BinOp(read, ast.Add(), node.value)),
                )
            for how, done in AFTERWARDS.items():
                yield "kept", how.replace("the result", told), with_fields(node, value=put(done, node.value))
    if isinstance(node, ast.If):
        told = scope.tell(node.test)
        for value, word in ((True, "always"), (False, "never")):
            yield (
                "case",
                f"if {told or 'one of its cases'} were {word} {'set' if told else 'there'}",
                with_fields(node, test=ast.Constant(value)),
            )


def of_loop(node: Any, scope: Scope) -> Iterator[Slip]:
    """One round too few or too many, or in the other order."""
    rounds = node.iter if isinstance(node, (ast.For, ast.comprehension)) else None
    if rounds is None:
        return
    if isinstance(rounds, ast.Call) and isinstance(rounds.func, ast.Name) and rounds.func.id == "range":
        for step, word in ((1, "many"), (-1, "few")):
            last = ast.BinOp(rounds.args[-1], ast.Add(), ast.Constant(step))
            yield (
                "rounds",
                f"with one round too {word}",
                with_fields(node, iter=with_fields(rounds, args=[*rounds.args[:-1], last])),
            )
    for cut, how in (
        ("list(x)[1:]", "without the first round"),
        ("list(x)[:-1]", "without the last round"),
        ("list(x)[::-1]", "with the rounds in reverse order"),
    ):
        yield "rounds", how, with_fields(node, iter=put(cut, rounds))
