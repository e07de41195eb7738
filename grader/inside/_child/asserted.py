"""Runs the text of a test among the names of a submission, where only these can tell: figures, identity, the history of cells.

It is the weakest of verdicts, and is called so: it happens where a student's code could have changed Python itself. Each assertion is
counted; one that must fail is tried before and after; and what an assertion compares is sent along, so that the judge compares it
once more where it is plain data.
"""

from __future__ import annotations

import ast
import builtins
import sys
from typing import Any

from _child.sealed import BUILTINS
from _child.sealed import BUILTINS as __builtins__  # noqa: F401

MAX_PAIRS = 200
# What this package has put in their place itself.
_REPLACED = frozenset({"__import__", "input", "open", "print", "display", "exit", "quit"})
_COUNT, _SEEN = "__asserted_here__", "__compared_here__"
_parse, _unparse = ast.parse, ast.unparse


class _Counting(ast.NodeTransformer):
    """Puts a count behind each assertion, and what `==` compares before it."""

    def visit_Assert(self, node: ast.Assert) -> list[ast.stmt]:
        """Return the assertion and what is added."""
        test = node.test
        before: list[ast.stmt] = []
        if isinstance(test, ast.Compare) and len(test.ops) == 1 and isinstance(test.ops[0], ast.Eq):
            pair = ast.Call(ast.Name(_SEEN, ast.Load()), [test.left, test.comparators[0]], [])
            left, right = (
                ast.Subscript(ast.Name(_SEEN + "s", ast.Load()), ast.Constant(k), ast.Load()) for k in (0, 1)
            )
            before = [ast.Assign([ast.Name(_SEEN + "s", ast.Store())], pair)]
            node.test = ast.Compare(left, test.ops, [right])
        after = ast.Expr(ast.Call(ast.Name(_COUNT, ast.Load()), [], []))
        made = [*before, node, after]
        for each in made:
            ast.copy_location(each, node)
            ast.fix_missing_locations(each)
        return made


def run_asserted(text: str, names: dict[str, Any], name: str) -> dict[str, Any]:
    """Run a text; return how many assertions held, whether those that must fail did so, and what was compared."""
    counted = [0]
    pairs: list[list[Any]] = []

    def count() -> None:
        counted[0] += 1

    def compared(left: Any, right: Any) -> tuple[Any, Any]:
        if len(pairs) < MAX_PAIRS:
            pairs.append([left, right])
        return left, right

    code = compile(ast.fix_missing_locations(_Counting().visit(_parse(text, name))), name, "exec")
    before = _fails(names)
    vars(builtins).update({key: value for key, value in BUILTINS.items() if key not in _REPLACED})
    # As Python does where a test has put something in the place of the keyboard.
    typed, keyboard = builtins.input, sys.stdin

    def read(prompt: object = "", /) -> str:
        if sys.stdin is keyboard:
            return typed(prompt)
        line = str(sys.stdin.readline())
        if not line:
            raise EOFError("the input has no more lines")
        return line.removesuffix("\n")

    builtins.input = read
    names.update({_COUNT: count, _SEEN: compared})
    exec(code, names)
    return {"held": counted[0], "canaries": [before, _fails(names)], "pairs": pairs}


def _fails(names: dict[str, Any]) -> bool:
    """Tell whether an assertion that must fail does, also one of NumPy's."""
    for text in ("assert False", "import numpy.testing as t; t.assert_allclose(0.0, 1.0)", "assert 1 == 2"):
        try:
            exec(text, dict(names))
        except AssertionError:
            continue
        return False
    return True
