"""Slips in a formula: in its products and sums, its powers and its functions. Pure; works on ``ast``."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from typing import Any

from grader.judge.diagnosis.slips.scope import (
    CHAINS,
    Scope,
    Slip,
    is_numpy,
    put,
    with_fields,
)

# What a function is in words, and what is easily written in its place.
FUNCTIONS = {
    "mean": ("mean", ("sum", "max", "median")),
    "sum": ("sum", ("mean", "max", "prod")),
    "max": ("maximum", ("min", "mean")),
    "maximum": ("larger of two", ("minimum",)),
    "minimum": ("smaller of two", ("maximum",)),
    "exp": ("exponential", ("exp2",)),
    "log": ("logarithm", ("log2", "log10", "log1p")),
    "log1p": ("logarithm", ("log",)),
    "sqrt": ("square root", ("cbrt", "square", "abs")),
    "tanh": ("hyperbolic tangent", ("arctan", "sin", "sinh", "tan")),
    "sin": ("sine", ("cos",)),
    "cos": ("cosine", ("sin",)),
    "abs": ("absolute value", ("square",)),
}
OTHERS = {
    "log2": "logarithm to base 2", "log10": "logarithm to base 10", "log1p": "logarithm of one more", "exp2": "power of 2",
    "cbrt": "third root", "square": "square", "arctan": "arc tangent", "sinh": "hyperbolic sine", "tan": "tangent", "median": "median",
    "prod": "product",
}  # fmt: skip
SINGLE = ("sqrt", "abs", "exp", "log", "tanh", "sin", "cos")
REDUCING = ("sum", "mean", "max")


def of_product(node: Any, scope: Scope) -> Iterator[Slip]:
    """A factor is missing, is there twice, divides in place of multiplying, or is added."""
    if not _heads(node, ast.Mult, scope):
        return
    factors = _flat(node, ast.Mult)
    for at, (factor, divides) in enumerate(factors):
        rest = factors[:at] + factors[at + 1 :]
        told = scope.tell(factor)
        name = told or "one of them"
        if divides:
            yield "factor", f"without the division{f' by {told}' if told else ''}", _joined(rest, ast.Mult)
            how = f"multiplied by {told} instead of divided by it" if told else "with a product in place of a division"
            yield "factor", how, _joined([*rest, (factor, False)], ast.Mult)
        else:
            yield (
                "factor",
                f"without the factor {told}" if told else "without one of its factors",
                _joined(rest, ast.Mult),
            )
            how = f"divided by {told} instead of multiplied by it" if told else "with a division in place of a product"
            yield "factor", how, _joined([*rest, (factor, True)], ast.Mult)
            if all(not other for _, other in rest):
                added = ast.BinOp(factor, ast.Add(), _joined(rest, ast.Mult))
                yield (
                    "operator",
                    f"with {name} added instead of multiplied" if told else "with a sum in place of a product",
                    added,
                )
        root = f"with the square root of {name}"
        yield (
            "power",
            root if told else "with the square root of one of its factors",
            _joined([*rest, (put("np.sqrt(x)", factor), divides)], ast.Mult),
        )
        yield from _without_brackets(factors, at)
        twice = f"with {told} as a factor twice" if told else "with one of its factors twice"
        yield (
            "factor",
            twice if not divides else f"divided twice by {told or 'the same'}",
            _joined([*factors, (factor, divides)], ast.Mult),
        )


def _without_brackets(factors: Sequence[tuple[Any, bool]], at: int) -> Iterator[Slip]:
    """A factor that is a sum stands without its brackets, so that only its first term is multiplied."""
    factor, divides = factors[at]
    terms = _flat(factor, ast.Add)
    if divides or len(terms) != 2 or terms[0][1]:
        return
    first, last = terms[0][0], terms[1:]
    rest = [*factors[:at], *factors[at + 1 :]]
    for near in dict.fromkeys((1, len(rest))):
        taken, left = rest[len(rest) - near :], rest[: len(rest) - near]
        if taken:
            sum_ = _joined([(_joined([*taken, (first, False)], ast.Mult), False), *last], ast.Add)
            yield "order", "with the brackets around a sum left out", _joined([*left, (sum_, False)], ast.Mult)


def of_sum(node: Any, scope: Scope) -> Iterator[Slip]:
    """A term is missing, has the other sign, or is multiplied."""
    if not _heads(node, ast.Add, scope):
        return
    terms = _flat(node, ast.Add)
    for at, (term, negative) in enumerate(terms):
        rest = terms[:at] + terms[at + 1 :]
        told = scope.tell(term)
        yield "term", f"without the term {told}" if told else "without one of its terms", _joined(rest, ast.Add)
        turned = [*terms[:at], (term, not negative), *terms[at + 1 :]]
        yield (
            "sign",
            f"with the sign of the term {told} turned" if told else "with the sign of one term turned",
            _joined(turned, ast.Add),
        )
        if len(terms) == 2 and isinstance(term, ast.BinOp) and isinstance(term.op, ast.Pow):
            inner = [(each, minus) if each is not term else (term.left, minus) for each, minus in terms]
            yield "order", "with the power taken of the whole sum", with_fields(term, left=_joined(inner, ast.Add))
    if len(terms) == 2:
        yield "operator", "with a product in place of a sum", ast.BinOp(terms[0][0], ast.Mult(), terms[1][0])


def of_power(node: Any, scope: Scope) -> Iterator[Slip]:
    """A square, or another power, is missing or is another one."""
    if not (isinstance(node, ast.BinOp) and isinstance(node.op, ast.Pow)):
        return
    told = scope.tell(node.left)
    of = f" of {told}" if told else ""
    if isinstance(node.right, ast.Constant) and node.right.value == 2:
        yield "power", f"without the square{of}", node.left
        yield "power", f"with the absolute value{of} in place of the square", put("np.abs(x)", node.left)
        yield "power", f"with the double{of} in place of the square", put("2 * x", node.left)
        yield "power", f"with the third power{of} in place of the square", with_fields(node, right=ast.Constant(3))
        yield "power", f"with the square root{of} in place of the square", put("np.sqrt(x)", node.left)
        return
    yield "power", "without the power", node.left
    yield "power", "with a product in place of the power", ast.BinOp(node.left, ast.Mult(), node.right)
    for step in (1, -1):
        more = f"with the exponent one too {'large' if step > 0 else 'small'}"
        yield "power", more, with_fields(node, right=ast.BinOp(node.right, ast.Add(), ast.Constant(step)))
    yield "power", "with base and exponent exchanged", with_fields(node, left=node.right, right=node.left)


def of_call(node: Any, scope: Scope) -> Iterator[Slip]:
    """Another function, none at all, the same one twice, or over another axis."""
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
        return
    name = node.func.attr
    words, others = FUNCTIONS.get(name, ("", ()))
    for other in others:
        function = node.func if is_numpy(node.func.value) or other in FUNCTIONS else None
        if function is not None:
            what = FUNCTIONS[other][0] if other in FUNCTIONS and other != name else OTHERS.get(other, other)
            what = "the natural logarithm" if name == "log1p" else f"{_article(what)} {what}"
            yield (
                "function",
                f"with {what} in place of the {words}",
                with_fields(node, func=with_fields(node.func, attr=other)),
            )
    if name in SINGLE and len(node.args) == 1:
        yield "function", f"without the {words}", node.args[0]
        yield "function", f"with the {words} taken twice", with_fields(node, args=[node])
    if name in REDUCING and not is_numpy(node.func.value):
        for at, which in ((0, "first"), (-1, "last")):
            taken = ast.Subscript(node.func.value, ast.Constant(at), ast.Load())
            yield "reduction", f"with the {which} row alone in place of the {words}", taken
    yield from _of_axis(node, words)


def _of_axis(node: ast.Call, words: str) -> Iterator[Slip]:
    for at, keyword in enumerate(node.keywords):
        if keyword.arg == "axis" and isinstance(keyword.value, (ast.Constant, ast.Tuple, ast.UnaryOp)):
            for axis in (0, 1, -1, None):
                if ast.unparse(keyword.value) != str(axis):
                    over = "everything" if axis is None else f"axis {axis}" if axis >= 0 else "the last axis"
                    keywords = [*node.keywords[:at], ast.keyword("axis", ast.Constant(axis)), *node.keywords[at + 1 :]]
                    yield (
                        # Where the last axis is the second one as well, it is told by its number.
                        "last" if axis == -1 else "axis",
                        f"with the {words or 'result'} over {over}",
                        with_fields(node, keywords=keywords),
                    )


def of_matrices(node: Any, scope: Scope) -> Iterator[Slip]:
    """A product of matrices that sums over too little."""
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.MatMult):
        left = node.left
        if isinstance(left, ast.Attribute) and left.attr == "T":
            for cut, which in (("x[:1]", "first"), ("x[-1:]", "last")):
                first, second = with_fields(left, value=put(cut, left.value)), put(cut, node.right)
                yield "reduction", f"from the {which} sample alone", with_fields(node, left=first, right=second)
        if isinstance(left, ast.Attribute) and isinstance(node.right, ast.Attribute) and scope.tell(node.right):
            for power, what in (("np.abs(x)", "the absolute value of {}"), ("np.sign(x)", "the sign of {}")):
                yield (
                    "variable",
                    f"with {what.format(scope.tell(node.right))} in its place",
                    with_fields(node, right=put(power, node.right)),
                )


def of_nested(node: Any, scope: Scope) -> Iterator[Slip]:
    """Two steps in the other order: the square of a mean for the mean of squares."""
    if not isinstance(node, ast.Call) or len(node.args) != 1 or not isinstance(node.func, ast.Attribute):
        return
    outer, (inner,) = FUNCTIONS.get(node.func.attr, ("",))[0], node.args
    if outer and isinstance(inner, ast.BinOp) and isinstance(inner.op, ast.Pow):
        yield (
            "order",
            f"with the power taken of the {outer} in place of the {outer} of powers",
            with_fields(inner, left=with_fields(node, args=[inner.left])),
        )
    if (
        outer
        and isinstance(inner, ast.Call)
        and len(inner.args) == 1
        and isinstance(inner.func, ast.Attribute)
        and inner.func.attr in FUNCTIONS
    ):
        first = FUNCTIONS[inner.func.attr][0]
        yield (
            "order",
            f"with the {first} of the {outer} in place of the {outer} of the {first}",
            with_fields(inner, args=[with_fields(node, args=inner.args)]),
        )


def _heads(node: Any, kind: type[ast.operator], scope: Scope) -> bool:
    """Return whether a node is a whole product, or a whole sum, and no part of a longer one."""
    return isinstance(node, ast.BinOp) and isinstance(node.op, CHAINS[kind]) and id(node) not in scope.chained


def _flat(node: Any, kind: type[ast.operator], inverse: bool = False) -> list[tuple[Any, bool]]:
    """Return the factors of a product, or the terms of a sum, each with whether it divides, or is taken away."""
    if isinstance(node, ast.BinOp) and isinstance(node.op, CHAINS[kind]):
        turns = isinstance(node.op, (ast.Div, ast.Sub))
        right = [(node.right, not inverse)] if turns else _flat(node.right, kind, inverse)
        return _flat(node.left, kind, inverse) + right
    if kind is ast.Add and isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        return _flat(node.operand, kind, not inverse)
    return [(node, inverse)]


def _joined(parts: Sequence[tuple[Any, bool]], kind: type[ast.operator]) -> Any:
    """Return a product of factors, or a sum of terms, the inverse ones last."""
    plain = [each for each, inverse in parts if not inverse]
    joined = plain[0] if plain else ast.Constant(1.0 if kind is ast.Mult else 0.0)
    direct, turned = CHAINS[kind]
    for each in plain[1:]:
        joined = ast.BinOp(joined, direct(), each)
    for each in [each for each, inverse in parts if inverse]:
        joined = ast.BinOp(joined, turned(), each)
    return joined


def _article(word: str) -> str:
    return "an" if word[:1] in "aeiou" else "a"
