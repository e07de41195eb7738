"""Disguises of a copied program; each is a function of the program, the names that must stay, and a random generator."""

from __future__ import annotations

import ast
import builtins
import random
from collections.abc import Collection

import numpy as np

Texts = tuple[tuple[str, str], ...]


def _parsed(text: str) -> tuple[ast.Module, list[ast.stmt], list[ast.stmt]]:
    tree = ast.parse(text)
    imports = [node for node in tree.body if isinstance(node, ast.Import | ast.ImportFrom)]
    return tree, imports, [node for node in tree.body if node not in imports]


def _one(tree: ast.AST) -> Texts:
    return (("main.py", ast.unparse(ast.fix_missing_locations(tree))),)


class _Renaming(ast.NodeTransformer):
    def __init__(self, fixed: Collection[str]) -> None:
        self.fixed, self.new = fixed, {}

    def name(self, old):
        if old in self.fixed or old.startswith("__"):
            return old
        return self.new.setdefault(old, f"thing_{len(self.new)}")

    def visit_Name(self, node):
        node.id = self.name(node.id)
        return node

    def visit_arg(self, node):
        node.arg = self.name(node.arg)
        return self.generic_visit(node)

    def visit_keyword(self, node):
        node.arg = node.arg and self.name(node.arg)
        return self.generic_visit(node)

    def visit_FunctionDef(self, node):
        node.name = self.name(node.name)
        return self.generic_visit(node)

    visit_ClassDef = visit_FunctionDef

    def visit_Attribute(self, node):
        self.generic_visit(node)
        if isinstance(node.value, ast.Name) and node.value.id == "self":
            node.attr = self.name(node.attr)
        return node


def renamed(text: str, asked: Collection[str], draw: random.Random) -> Texts:
    """Rename everything that can be renamed, without comments and layout."""
    tree, imports, _ = _parsed(text)
    imported = {alias.asname or alias.name for node in imports for alias in node.names}
    return _one(_Renaming({*asked, *imported, *dir(builtins), *dir(np)}).visit(tree))


def reordered(text: str, asked: Collection[str], draw: random.Random) -> Texts:
    """Reorder the definitions, and the methods of each class."""
    tree, imports, rest = _parsed(text)
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef):
            draw.shuffle(node.body)
    defined = [node for node in rest if isinstance(node, ast.ClassDef | ast.FunctionDef)]
    others = [node for node in rest if node not in defined]
    draw.shuffle(defined)
    return _one(ast.Module([*imports, *defined, *others], []))


def reformatted(text: str, asked: Collection[str], draw: random.Random) -> Texts:
    """Change quotes, parentheses and blank lines, and replace docstrings by comments."""
    tree = ast.parse(text)
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and ast.get_docstring(node) and node.body[1:]:
            del node.body[0]
    lines = []
    for line in ast.unparse(tree).splitlines():
        if draw.random() < 0.2:
            lines += ["", " " * (len(line) - len(line.lstrip())) + "# now we compute it"]
        lines.append(line.replace("'", '"') if "\\" not in line else line)
    return (("main.py", "\r\n".join(lines)),)


def padded(text: str, asked: Collection[str], draw: random.Random) -> Texts:
    """Add statements without effect to every function."""
    tree = ast.parse(text)
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            for _ in range(1 + len(node.body) // 4):
                extra = draw.choice(["tmp = None", "debug = False", "assert True", "count = 0"])
                node.body.insert(draw.randrange(len(node.body) + 1), ast.parse(extra).body[0])
    return _one(tree)


def split(text: str, asked: Collection[str], draw: random.Random) -> Texts:
    """Distribute the definitions over three modules."""
    _, imports, rest = _parsed(text)
    parts: list[list[ast.stmt]] = [[], [], []]
    for node in rest:
        draw.choice(parts).append(node)
    return tuple((f"part{n}.py", ast.unparse(ast.Module([*imports, *part], []))) for n, part in enumerate(parts))


def notebook(text: str, asked: Collection[str], draw: random.Random) -> Texts:
    """Make a notebook with a cell for each statement, and some magics."""
    cells = ["%matplotlib inline\n!pip install numpy", *map(ast.unparse, ast.parse(text).body)]
    return tuple((f"cell {n} of main.ipynb", cell) for n, cell in enumerate(cells, 1))


def half(text: str, asked: Collection[str], draw: random.Random) -> Texts:
    """Keep only half of the definitions."""
    _, imports, rest = _parsed(text)
    return _one(ast.Module([*imports, *(node for node in rest if draw.random() < 0.5)], []))


def everything(text: str, asked: Collection[str], draw: random.Random) -> Texts:
    """Rename, reorder and pad the program, and put it into a notebook."""
    for change in (renamed, reordered, padded):
        ((_, text),) = change(text, asked, draw)
    return notebook(text, asked, draw)


DISGUISES = (renamed, reordered, reformatted, padded, split, notebook, half, everything)
