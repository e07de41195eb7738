"""The content of a module's text, before it runs: syntax, imports, names, the main guard."""

from __future__ import annotations

import ast
import codecs
import io
import re
import sys
import tokenize
import warnings
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from _child.faults import problem
from _child.sealed import BUILTINS as __builtins__  # noqa: F401

_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_UTF_32 = (codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)


@dataclass(frozen=True)
class Import:
    """One import statement's module, as written; `names` are what is taken from it."""

    module: str
    names: tuple[str, ...]
    line: int


@dataclass
class Source:
    """One module, or the joined cells of one notebook, and the content of its text.

    Attributes
    ----------
    text : str or None
        The decoded text; None if it cannot be decoded.
    tree : ast.Module or None
        None if there is a problem.
    fault : dict or None
        The problem, in the form of a reading.
    is_relative : bool
        Whether it imports modules of its own package, as `from .layers import Linear` does.
    """

    path: str
    text: str | None = None
    tree: ast.Module | None = None
    fault: dict[str, Any] | None = None
    imports: list[Import] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    has_main_guard: bool = False
    is_relative: bool = False


def read_source(path: str, content: bytes) -> Source:
    """Return the content of one `.py` file; never raises and executes nothing."""
    source = Source(path)
    hint = "Open the file in an editor and save it again as UTF-8 text."
    fault = _unreadable(path, content)
    if fault is not None:
        source.fault = fault
        return source
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(content).readline)
        source.text = io.TextIOWrapper(io.BytesIO(content), encoding).read()
    except (SyntaxError, UnicodeDecodeError, LookupError) as error:
        source.fault = problem("crashed", f"{path} cannot be read as text: {_one_line(error)}.", hint, file=path)
        return source
    examine(source, source.text)
    return source


def examine(source: Source, text: str) -> None:
    """Parse `text` and store its content in `source`."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            source.tree = ast.parse(text)
    except SyntaxError as error:
        source.fault = _syntax_problem(source.path, error)
    except (ValueError, RecursionError, MemoryError, OverflowError) as error:
        # The parser's words for this differ from one Python to another, as does which of the two it raises.
        is_deep = isinstance(error, (RecursionError, MemoryError))
        reason = "its code nests too deeply" if is_deep else _one_line(error) or type(error).__name__
        message = f"{source.path} cannot be parsed: {reason}."
        source.fault = problem("crashed", message, "Long tables of numbers belong into a data file.", file=source.path)
    if source.tree is not None:
        source.imports = sorted(_imports(source.tree), key=lambda statement: statement.line)
        source.names = list(dict.fromkeys(_bound(source.tree.body)))
        source.is_relative = any(isinstance(node, ast.ImportFrom) and node.level for node in ast.walk(source.tree))
        source.has_main_guard = any(_is_main_guard(node) for node in source.tree.body)


def is_hollow(tree: ast.Module) -> bool:
    """Return whether a module holds only comments and strings."""
    return all(isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) for node in tree.body)


def defined_names(body: list[ast.stmt]) -> list[str]:
    """Return the names that statements bind themselves, imports left out."""
    return list(dict.fromkeys(_bound(body)))


def hidden_names(source: Source, names: Collection[str]) -> dict[str, str]:
    """Return which of `names` a text defines only where outside code cannot see them, and where that is, in words."""
    found: dict[str, str] = {}
    if source.tree is not None:
        for name, place in _nested(source.tree.body, ""):
            if name in names and name not in source.names:
                found.setdefault(name, f"{place} (line {_line_of(source.tree, name)} of {source.path})")
    return found


def _nested(body: list[ast.stmt], place: str) -> Iterator[tuple[str, str]]:
    """Yield the functions and classes that statements define inside something, and inside what."""
    for node in body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            if place:
                yield node.name, place
            kind = "the class " if isinstance(node, ast.ClassDef) else ""
            call = "" if isinstance(node, ast.ClassDef) else "()"
            yield from _nested(node.body, place or f"inside {kind}`{node.name}{call}`")
        elif _is_main_guard(node):
            yield from _nested(getattr(node, "body", []), place or "below `if __name__ == ...`")
        else:
            for block in ("body", "orelse", "finalbody"):
                yield from _nested(getattr(node, block, []), place)


def _line_of(tree: ast.AST, name: str) -> int:
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    return next((node.lineno for node in ast.walk(tree) if isinstance(node, kinds) and node.name == name), 0)


def names_used_again(tree: ast.Module) -> set[str]:
    """Return the names that a module defines or imports as one thing and then binds as another."""
    defined, bound = set[str](), set[str]()
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            (bound if node.name in defined else defined).add(node.name)
        elif isinstance(node, ast.Import | ast.ImportFrom):
            defined.update(alias.asname or alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store | ast.Del):
            bound.add(node.id)
    return defined & bound


@dataclass(frozen=True)
class Uses:
    """The names that functions use in only one way: to call them, or as a module whose names they take.

    Attributes
    ----------
    called : frozenset of str
    held : dict of str to frozenset of str
        By module name, the names taken from it.
    """

    called: frozenset[str] = frozenset()
    held: dict[str, frozenset[str]] = field(default_factory=dict)

    def among(self, names: Collection[str]) -> Uses:
        """Return the uses of some names."""
        return Uses(self.called & frozenset(names), {name: taken for name, taken in self.held.items() if name in names})


def uses_in_functions(trees: Iterable[ast.Module]) -> Uses:
    """Return how functions use the names around them."""
    called, held, otherwise = set[str](), dict[str, set[str]](), set[str]()
    functions = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
    for function in (node for tree in trees for node in _outermost(tree, functions)):
        seen = set[int]()
        # What holds a name comes before the name.
        for node in ast.walk(function):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                seen.add(id(node.func))
                called.add(node.func.id)
            elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
                seen.add(id(node.value))
                held.setdefault(node.value.id, set()).add(node.attr)
            elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) and id(node) not in seen:
                otherwise.add(node.id)
    return Uses(
        frozenset(called - held.keys() - otherwise),
        {name: frozenset(taken) for name, taken in held.items() if name not in called | otherwise},
    )


def _outermost(node: ast.AST, kinds: tuple[type[ast.AST], ...]) -> Iterator[ast.AST]:
    """Yield the outermost parts of a tree that are of some kinds."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, kinds):
            yield child
        else:
            yield from _outermost(child, kinds)


def _unreadable(path: str, content: bytes) -> dict[str, Any] | None:
    if not content.strip(b"\xef\xbb\xbf \t\r\n\f\x00"):
        return problem(
            "missing", f"{path} is empty.", "Save your work in the editor, then hand in the file again.", file=path
        )
    if content.startswith(b"PK\x03\x04"):
        return problem("wrong", f"{path} is a zip archive, not Python code.", "Name it .zip.", file=path)
    for marks, encoding in ((_UTF_32, "UTF-32"), (_UTF_16, "UTF-16")):
        if content.startswith(marks):
            return problem("crashed", f"{path} is saved as {encoding}.", "Save it as UTF-8 text.", file=path)
    if b"\x00" in content:
        line = content[: content.index(b"\x00")].count(b"\n") + 1
        message = f"{path} holds a null byte in line {line}, so it is not text."
        return problem("crashed", message, "Save it as UTF-8 text.", file=path, line=line)
    return None


# The marks that Git leaves where two versions of a text differ.
CONFLICT = re.compile(r"(?m)^(?:<<<<<<< |>>>>>>> |\|\|\|\|\|\|\| )")
RESOLVE = (
    "Keep one of the two versions, remove the lines that begin with <<<<<<<, ======= and >>>>>>>, and run it once."
)
# What was copied along with the code, or written by a program that is not for code.
_NOT_CODE = (
    (re.compile(r"\A\s*+(?:<{7}|={7}|>{7}|\|{7})"), RESOLVE),
    (re.compile(r"\A\s*+(?:>>>|\.\.\.(?= ))"), "Remove the `>>>` and `...` that were copied from a Python prompt."),
    (
        re.compile(r"\A\s*+(?:In|Out) ?\[\d*+\]:"),
        "Remove the `In [1]:` that was copied from a notebook; copy the code alone.",
    ),
    (re.compile(r"\A\s*+(?:```|~~~)"), "Remove the lines with ```; they mark code in a text, and are no code."),
    (
        re.compile(r"\A\s*+(?:<!?[A-Za-z]|\{\\rtf)"),
        "This is a text document or a web page; save the code itself as plain text.",
    ),
)
LOOKS_LIKE = "A character here only looks like the one that Python wants, as a text program puts it in; type it again with an English keyboard."
# Syntax that only Python 2 accepts, and its replacement in Python 3.
_PYTHON_2 = (
    (re.compile(r"\A\s*+print\s++[^(\s]"), "In Python 3, print needs parentheses."),
    (re.compile(r"\A\s*+exec\s++[^(\s]"), "In Python 3, exec needs parentheses."),
    (
        re.compile(r"\A\s*+except\s++[\w.]++\s*+,\s*+[a-z_]\w*+\s*+:"),
        "In Python 3 the name of an exception stands behind `as`: `except ValueError as error:`.",
    ),
    (
        re.compile(r"\A\s*+raise\s++[\w.]++\s*+,"),
        'In Python 3 the text of an exception stands in parentheses: `raise ValueError("text")`.',
    ),
    (re.compile(r"\A[^'\"#<]*+(?:<(?!>)[^'\"#<]*+)*+<>"), "In Python 3, not equal is written `!=`."),
    (re.compile(r"(?<![\w.])\d++[lL]\b"), "In Python 3 an integer has no L at its end, however large it is."),
    (re.compile(r"(?<!\w)[uU][rR]['\"]"), "In Python 3 a text has no u before it: `r'...'`."),
)


def _syntax_problem(path: str, error: SyntaxError) -> dict[str, Any]:
    line = error.lineno if isinstance(error.lineno, int) else None
    where = f"{path}, line {line}" if line else path
    shown = (error.text or "").strip()[:100]
    message = f"{where}: {_one_line(error)}" + (f" (`{shown}`)." if shown else ".")
    return problem("crashed", message, _syntax_hint(error), file=path, line=line)


def _syntax_hint(error: SyntaxError) -> str:
    if isinstance(error, TabError):
        return "Use spaces only, never tabs, to indent."
    if isinstance(error, IndentationError):
        return "Check how far this line and the ones before it are indented."
    if (error.msg or "").startswith("invalid character"):
        return LOOKS_LIKE
    for pattern, hint in (*_NOT_CODE, *_PYTHON_2):
        if pattern.search(error.text or ""):
            return hint
    newer = _newer_python(error)
    if newer is not None and sys.version_info < newer:
        here, wanted = (".".join(map(str, version[:2])) for version in (sys.version_info, newer))
        return f"This is syntax of Python {wanted}; here it is Python {here}. Write it as Python {here} has it."
    if "was never closed" in (error.msg or ""):
        return "Close the bracket, or look for one too many before it."
    return "Run the file once yourself before handing it in; the mistake may be in the line before."


def _newer_python(error: SyntaxError) -> tuple[int, int] | None:
    """Return the version of Python that added the syntax of a line; None if no version accepts it."""
    line, message = error.text or "", error.msg or ""
    if message.startswith("f-string") or re.match(
        r"\s*+(?:type\s++\w++\s*+[=\[]|(?:async\s++)?(?:def|class)\s++\w++\s*+\[)", line
    ):
        return (3, 12)
    if re.search(r"(?<![\w'\"])(?:t|tr|rt)['\"]", line) or re.match(r"\s*+except\*?\s++[\w.]++\s*+,", line):
        return (3, 14)
    return None


def _one_line(error: BaseException) -> str:
    text = error.msg if isinstance(error, SyntaxError) else str(error)
    return " ".join((text or "").split())[:300].rstrip(".")


def _imports(tree: ast.AST) -> Iterator[Import]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield Import(alias.name, (), node.lineno)
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            yield Import(node.module, tuple(alias.name for alias in node.names), node.lineno)
        elif isinstance(node, ast.Call) and (name := _imported_by_call(node)):
            yield Import(name, (), node.lineno)


def _imported_by_call(node: ast.Call) -> str | None:
    function = node.func
    name = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", None)
    if name not in ("import_module", "__import__") or not node.args:
        return None
    first = node.args[0]
    text = first.value if isinstance(first, ast.Constant) else None
    return text if isinstance(text, str) and text and not text.startswith(".") else None


def _is_main_guard(node: ast.stmt) -> bool:
    if not isinstance(node, ast.If) or not isinstance(node.test, ast.Compare):
        return False
    sides = [node.test.left, *node.test.comparators]
    has_name = any(isinstance(side, ast.Name) and side.id == "__name__" for side in sides)
    return has_name and any(isinstance(side, ast.Constant) and side.value == "__main__" for side in sides)


def _bound(body: list[ast.stmt]) -> Iterator[str]:
    for node in body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield node.name
        elif isinstance(node, ast.Assign | ast.AnnAssign | ast.AugAssign | ast.For | ast.With):
            yield from _targets(node)
        if not _is_main_guard(node) and not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            for block in ("body", "orelse", "finalbody"):
                yield from _bound(getattr(node, block, []))
            for handler in getattr(node, "handlers", []):
                yield from _bound(handler.body)


def _targets(node: ast.stmt) -> Iterator[str]:
    if isinstance(node, ast.With):
        targets: list[Any] = [item.optional_vars for item in node.items]
    elif isinstance(node, ast.Assign):
        targets = list(node.targets)
    else:
        targets = [node.target]  # type: ignore[attr-defined]
    for target in targets:
        for part in ast.walk(target) if target is not None else ():
            if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store):
                yield part.id
