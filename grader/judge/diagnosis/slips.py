"""Small slips at one place of a right formula, each with the words for it. Pure; works on ``ast``.

A slip is what stands at the place instead, and how the result then differs from the right one, as the end of a sentence: "with the sign of one
term turned". Words name a piece of the formula only where the student has been given them; any other piece is just one of its terms.
"""

from __future__ import annotations

import ast
import copy
import math
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

CHAINS: dict[type[ast.operator], tuple[type[ast.operator], ...]] = {
    each: family for family in ((ast.Mult, ast.Div), (ast.Add, ast.Sub)) for each in family
}
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
SINGLE = ("sqrt", "abs", "exp", "log", "tanh", "sin", "cos")
REDUCING = ("sum", "mean", "max")
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
    "{} with its last axis in reverse order": "x[..., ::-1]",
    "ones": "np.ones_like(x)",
    "zeros": "np.zeros_like(x)",
}
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
    "with the result clipped to [-1, 1]": "np.clip(x, -1, 1)",
    "with the rows of the result in reverse order": "x[::-1]",
    "with the columns of the result in reverse order": "x[:, ::-1]",
    "with the last axis of the result in reverse order": "x[..., ::-1]",
}
# In front of the name of what a class keeps only here, so that a slip in another method may use it.
GIVEN = "given_"
SHARES = (0.0, 0.1, 0.5, 0.9, 0.95, 0.99, 0.999, 1.0)


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
            number = isinstance(node.value, (int, float)) and not isinstance(node.value, bool)
            return f"{node.value:g}" if number else None
        if isinstance(node, ast.Name):
            return node.id if node.id in self.words else None
        if isinstance(node, ast.Attribute) and isinstance(node.value, (ast.Name, ast.Attribute)):
            inner = self._plain(node.value) if not _is_self(node.value) else ""
            own = node.attr.removeprefix(GIVEN)
            name = own if own in self.attributes or own in ("value", "grad") else None
            return None if inner is None or name is None else f"{inner}.{name}".lstrip(".")
        if isinstance(node, ast.BinOp) and type(node.op) in SYMBOLS:
            sides = [
                self._plain(each) for each in (node.left, node.right) if isinstance(each, (ast.Name, ast.Attribute, ast.Constant))
            ]
            return None if len(sides) < 2 or None in sides else f" {SYMBOLS[type(node.op)]} ".join(map(str, sides))
        return None


SYMBOLS: dict[type[ast.operator], str] = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.Pow: "**"}
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
            yield "factor", f"without the factor {told}" if told else "without one of its factors", _joined(rest, ast.Mult)
            how = f"divided by {told} instead of multiplied by it" if told else "with a division in place of a product"
            yield "factor", how, _joined([*rest, (factor, True)], ast.Mult)
            if all(not other for _, other in rest):
                added = ast.BinOp(factor, ast.Add(), _joined(rest, ast.Mult))
                yield "operator", f"with {name} added instead of multiplied" if told else "with a sum in place of a product", added
        twice = f"with {told} as a factor twice" if told else "with one of its factors twice"
        yield "factor", twice if not divides else f"divided twice by {told or 'the same'}", _joined([*factors, (factor, divides)], ast.Mult)


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
        yield "sign", f"with the sign of the term {told} turned" if told else "with the sign of one term turned", _joined(turned, ast.Add)
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
        yield "power", f"with the absolute value{of} in place of the square", _call("np.abs(x)", node.left)
        yield "power", f"with the double{of} in place of the square", _call("2 * x", node.left)
        yield "power", f"with the third power{of} in place of the square", _with(node, right=ast.Constant(3))
        yield "power", f"with the square root{of} in place of the square", _call("np.sqrt(x)", node.left)
        return
    yield "power", "without the power", node.left
    yield "power", "with a product in place of the power", ast.BinOp(node.left, ast.Mult(), node.right)
    for step in (1, -1):
        more = f"with the exponent one too {'large' if step > 0 else 'small'}"
        yield "power", more, _with(node, right=ast.BinOp(node.right, ast.Add(), ast.Constant(step)))
    yield "power", "with base and exponent exchanged", _with(node, left=node.right, right=node.left)


def of_call(node: Any, scope: Scope) -> Iterator[Slip]:
    """Another function, none at all, the same one twice, or over another axis."""
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
        return
    name = node.func.attr
    words, others = FUNCTIONS.get(name, ("", ()))
    for other in others:
        function = node.func if _is_numpy(node.func.value) or other in FUNCTIONS else None
        if function is not None:
            what = FUNCTIONS[other][0] if other in FUNCTIONS and other != name else OTHERS.get(other, other)
            what = "the natural logarithm" if name == "log1p" else f"{_article(what)} {what}"
            yield "function", f"with {what} in place of the {words}", _with(node, func=_with(node.func, attr=other))
    if name in SINGLE and len(node.args) == 1:
        yield "function", f"without the {words}", node.args[0]
        yield "function", f"with the {words} taken twice", _with(node, args=[node])
    if name in REDUCING and not _is_numpy(node.func.value):
        for at, which in ((0, "first"), (-1, "last")):
            taken = ast.Subscript(node.func.value, ast.Constant(at), ast.Load())
            yield "reduction", f"with the {which} row alone in place of the {words}", taken
    yield from _of_axis(node, words)


OTHERS = {
    "log2": "logarithm to base 2", "log10": "logarithm to base 10", "log1p": "logarithm of one more", "exp2": "power of 2",
    "cbrt": "third root", "square": "square", "arctan": "arc tangent", "sinh": "hyperbolic sine", "tan": "tangent", "median": "median",
    "prod": "product",
}  # fmt: skip


def _of_axis(node: ast.Call, words: str) -> Iterator[Slip]:
    for at, keyword in enumerate(node.keywords):
        if keyword.arg == "axis" and isinstance(keyword.value, (ast.Constant, ast.Tuple, ast.UnaryOp)):
            for axis in (0, 1, -1, None):
                if ast.unparse(keyword.value) != str(axis):
                    over = "everything" if axis is None else f"axis {axis}" if axis >= 0 else "the last axis"
                    keywords = [*node.keywords[:at], ast.keyword("axis", ast.Constant(axis)), *node.keywords[at + 1 :]]
                    yield "axis", f"with the {words or 'result'} over {over}", _with(node, keywords=keywords)


def of_matrices(node: Any, scope: Scope) -> Iterator[Slip]:
    """A product of matrices that sums over too little."""
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.MatMult):
        left = node.left
        if isinstance(left, ast.Attribute) and left.attr == "T":
            for cut, which in (("x[:1]", "first"), ("x[-1:]", "last")):
                first, second = _with(left, value=_call(cut, left.value)), _call(cut, node.right)
                yield "reduction", f"from the {which} sample alone", _with(node, left=first, right=second)
        if isinstance(left, ast.Attribute) and isinstance(node.right, ast.Attribute) and scope.tell(node.right):
            for power, what in (("np.abs(x)", "the absolute value of {}"), ("np.sign(x)", "the sign of {}")):
                yield "variable", f"with {what.format(scope.tell(node.right))} in its place", _with(node, right=_call(power, node.right))


def of_variable(node: Any, scope: Scope) -> Iterator[Slip]:
    """Another array or number in the place of the right one, or something done to it first."""
    if not isinstance(node, (ast.Name, ast.Attribute)) or not isinstance(node.ctx, ast.Load):
        return
    told, own = scope.tell(node), ast.unparse(node)
    if own not in {ast.unparse(each) for each in scope.variables}:
        return
    for other in scope.variables:
        name = scope.tell(other)
        if ast.unparse(other) != own and (name is None or name != told):
            yield "variable", f"with {name or 'one value'} in place of {told or 'another'}", other
    for words, done in DONE.items() if told else ():
        yield "variable", f"with {words.format(told)} in place of {told}", _call(done, node)


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
        kinds = {ast.Lt: ast.Gt, ast.Gt: ast.Lt, ast.LtE: ast.GtE, ast.GtE: ast.LtE, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq}
        if type(node.ops[0]) in kinds:
            yield "comparison", "with a comparison the other way round", _with(node, ops=[kinds[type(node.ops[0])]()])  # type: ignore[abstract]
        yield "comparison", "as if a comparison always held", _call("np.ones(np.shape(x), dtype=bool)", node)


def of_returned(node: Any, scope: Scope) -> Iterator[Slip]:
    """Something more is done to the result."""
    if isinstance(node, ast.Return) and node.value is not None:
        for how, done in AFTERWARDS.items():
            yield "afterwards", how, _with(node, value=_call(done, node.value))


def of_statement(node: Any, scope: Scope) -> Iterator[Slip]:
    """A statement that is missing, adds to what was there, or is carried out only once."""
    if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Attribute):
        target = node.targets[0]
        told = scope.tell(target)
        if told is not None:
            yield "assigned", f"without assigning {told}", ast.Pass()
            read = _with(copy.deepcopy(target), ctx=ast.Load())
            if target.attr in ("grad", "value") or _is_self(target.value):
                yield "assigned", f"with {told} added to what it was before", _with(node, value=ast.BinOp(read, ast.Add(), node.value))
            for how, done in AFTERWARDS.items():
                yield "afterwards", how.replace("the result", told), _with(node, value=_call(done, node.value))
    if isinstance(node, ast.If):
        told = scope.tell(node.test)
        for value, word in ((True, "always"), (False, "never")):
            yield "case", f"as if {told or 'one of its cases'} were {word} {'set' if told else 'there'}", _with(node, test=ast.Constant(value))


def of_case(node: Any, scope: Scope) -> Iterator[Slip]:
    """A case that is always or never taken, or the wrong way round."""
    if isinstance(node, ast.IfExp):
        told = scope.tell(node.test) or "one of its conditions"
        yield "case", f"as if {told} always held", node.body
        yield "case", f"as if {told} never held", node.orelse


def of_loop(node: Any, scope: Scope) -> Iterator[Slip]:
    """One round too few or too many, or in the other order."""
    rounds = node.iter if isinstance(node, (ast.For, ast.comprehension)) else None
    if rounds is None:
        return
    if isinstance(rounds, ast.Call) and isinstance(rounds.func, ast.Name) and rounds.func.id == "range":
        for step, word in ((1, "many"), (-1, "few")):
            last = ast.BinOp(rounds.args[-1], ast.Add(), ast.Constant(step))
            yield "rounds", f"with one round too {word}", _with(node, iter=_with(rounds, args=[*rounds.args[:-1], last]))
    for cut, how in (("list(x)[1:]", "without the first round"), ("list(x)[:-1]", "without the last round"), ("list(x)[::-1]", "with the rounds in reverse order")):
        yield "rounds", how, _with(node, iter=_call(cut, rounds))


def of_nested(node: Any, scope: Scope) -> Iterator[Slip]:
    """Two steps in the other order: the square of a mean for the mean of squares."""
    if not isinstance(node, ast.Call) or len(node.args) != 1 or not isinstance(node.func, ast.Attribute):
        return
    outer, (inner,) = FUNCTIONS.get(node.func.attr, ("",))[0], node.args
    if outer and isinstance(inner, ast.BinOp) and isinstance(inner.op, ast.Pow):
        yield "order", f"with the power taken of the {outer} in place of the {outer} of powers", _with(inner, left=_with(node, args=[inner.left]))
    if outer and isinstance(inner, ast.Call) and len(inner.args) == 1 and isinstance(inner.func, ast.Attribute) and inner.func.attr in FUNCTIONS:
        first = FUNCTIONS[inner.func.attr][0]
        yield "order", f"with the {first} of the {outer} in place of the {outer} of the {first}", _with(inner, args=[_with(node, args=inner.args)])


def of_list(node: Any, scope: Scope) -> Iterator[Slip]:
    """One of several in a row is missing, or stands twice."""
    if isinstance(node, ast.List) and len(node.elts) > 2:
        count = len(node.elts)
        for at in range(count):
            rest = [*node.elts[:at], *node.elts[at + 1 :]]
            yield "row", f"without number {at + 1} of {count} in its row", _with(node, elts=rest)
            for other in range(count):
                if ast.unparse(node.elts[other]) != ast.unparse(node.elts[at]):
                    kinds = {ast.unparse(each) for each in node.elts}
                    first = min(i for i in range(count) if ast.unparse(node.elts[i]) == ast.unparse(node.elts[other]))
                    if len(kinds) < count and first == other:
                        how = f"with what is number {other + 1} of {count} in its row as number {at + 1}, too"
                        yield "row", how, _with(node, elts=[*node.elts[:at], node.elts[other], *node.elts[at + 1 :]])


def of_pair(node: Any, scope: Scope) -> Iterator[Slip]:
    """All at one end, where half of it belongs at either."""
    if isinstance(node, ast.Tuple) and len(node.elts) == 2 and ast.unparse(node.elts[0]) == ast.unparse(node.elts[1]):
        told = scope.tell(node.elts[0])
        if told is not None and not isinstance(node.elts[0], ast.Constant):
            none, twice = ast.Constant(0), _call("2 * x", node.elts[0])
            yield "pair", f"with twice {told} at the start and nothing at the end", _with(node, elts=[twice, none])
            yield "pair", f"with twice {told} at the end and nothing at the start", _with(node, elts=[none, twice])
            yield "pair", f"with {told} at the start alone", _with(node, elts=[node.elts[0], none])
            yield "pair", f"with {told} at the end alone", _with(node, elts=[none, node.elts[0]])


SLIPS: tuple[Slips, ...] = (
    of_product, of_sum, of_power, of_call, of_matrices, of_number, of_comparison, of_case, of_statement, of_loop, of_nested, of_list, of_pair, of_variable, of_returned,
)  # fmt: skip


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


def _call(text: str, value: Any) -> Any:
    """Return the expression that stands in a text, with a value in the place of ``x``."""

    class Put(ast.NodeTransformer):
        def visit_Name(self, node: ast.Name) -> Any:
            return value if node.id == "x" else node

    return Put().visit(ast.parse(text, mode="eval")).body


def _with(node: Any, **fields: Any) -> Any:
    """Return a copy of a node with other fields."""
    changed = copy.copy(node)
    for name, value in fields.items():
        setattr(changed, name, value)
    return changed


def _is_self(node: ast.AST) -> bool:
    return isinstance(node, ast.Name) and node.id == "self"


def _is_numpy(node: ast.AST) -> bool:
    return isinstance(node, ast.Name) and node.id in ("np", "math")


def _article(word: str) -> str:
    return "an" if word[:1] in "aeiou" else "a"
