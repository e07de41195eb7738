"""Whether a student's code is prepared for the failure of an import.

On a machine without a library, `import torch` raises `ModuleNotFoundError`; code that handles this error should
run its handler. So the import raises at once

- inside a `try` of the same function or module with a handler that would catch `ModuleNotFoundError`, under any name, or
  inside `with suppress(ImportError)`;
- if a caller has such a block that names `ImportError` or `ModuleNotFoundError`: a handler of `Exception` far
  outside is about other things.

A handler that gives up (its last statement raises or exits) or that installs the library has no alternative: there, as
everywhere else, the import binds a stand-in. Code in the handler itself, in `else` and in `finally`, is not inside
the `try`. Executed text has no lines that could be read: it counts as prepared if it mentions one of the names.
"""

from __future__ import annotations

import ast
import builtins
import contextlib
from collections.abc import Iterator
from types import CodeType
from typing import Any

from _child.faults import Sources
from _child.sealed import BUILTINS as __builtins__  # noqa: F401

MAX_FRAMES = 200
_NARROW = frozenset({"ImportError", "ModuleNotFoundError"})
_WORDS = _NARROW | {"Exception", "BaseException"}
_INSTALLING = frozenset({"check_call", "check_output", "call", "run", "Popen"})
_EXITS = frozenset({"exit", "quit", "_exit"})
_SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
_suppress, _builtins = contextlib.suppress, vars(builtins)
Block = ast.Try | ast.With


def has_provided(frame: Any, sources: Sources) -> bool:
    """Return whether the code at `frame`, or one of its callers, handles a missing library."""
    innermost = True
    for _ in range(MAX_FRAMES):
        if frame is None:
            return False
        if sources.path(frame.f_code.co_filename) is not None:
            if any(_catches(block, frame, broadly=innermost) for block in _around(frame, sources)):
                return True
            innermost = False
        elif innermost and frame.f_code.co_filename.startswith("<") and _text_catches(frame.f_code):
            return True
        frame = frame.f_back
    return False


def text_at(frame: Any, sources: Sources) -> ast.Module | None:
    """Return the parsed text of a student's frame, None for other frames."""
    filename = frame.f_code.co_filename
    return sources.tree(filename) if sources.path(filename) is not None else None


def _around(frame: Any, sources: Sources) -> list[Block]:
    """Return the blocks of the same function that contain the current line of a frame."""
    tree = text_at(frame, sources)
    found: list[Block] = []
    if tree is not None:
        _descend(tree.body, frame.f_lineno, found)
    return found


def _descend(body: list[ast.stmt], line: int, found: list[Block]) -> None:
    for node in body:
        if not _holds([node], line):
            continue
        if isinstance(node, ast.Try | ast.With) and _holds(node.body, line):
            found.append(node)
        for block in _blocks(node):
            if _holds(block, line):
                if isinstance(node, _SCOPES):
                    found.clear()
                _descend(block, line, found)


def _blocks(node: ast.stmt) -> Iterator[list[ast.stmt]]:
    for field in ("body", "orelse", "finalbody"):
        yield getattr(node, field, [])
    for field in ("handlers", "cases"):
        for part in getattr(node, field, []):
            yield part.body


def _holds(body: list[ast.stmt], line: int) -> bool:
    return bool(body) and body[0].lineno <= line <= (body[-1].end_lineno or 0)


def _catches(block: Block, frame: Any, *, broadly: bool) -> bool:
    if isinstance(block, ast.With):
        return any(_suppresses(item.context_expr, frame, broadly) for item in block.items)
    for handler in block.handlers:
        caught = [BaseException] if handler.type is None else list(_classes(handler.type, frame))
        if any(_is_wide_enough(each, broadly) for each in caught):
            return not _gives_up(handler)
    return False


def _suppresses(expression: ast.expr, frame: Any, broadly: bool) -> bool:
    if isinstance(expression, ast.Call):
        name = getattr(expression.func, "attr", getattr(expression.func, "id", ""))
        caught = [each for argument in expression.args for each in _classes(argument, frame)]
        return name in ("suppress", "raises", "assertRaises") and any(_is_wide_enough(each, broadly) for each in caught)
    manager: Any = _value(expression, frame)
    if type(manager) is not _suppress:
        return False
    return any(_is_wide_enough(each, broadly) for each in getattr(manager, "_exceptions", ()))


def _is_wide_enough(caught: Any, broadly: bool) -> bool:
    if not isinstance(caught, type) or not issubclass(ModuleNotFoundError, caught):
        return False
    return broadly or issubclass(caught, ImportError)


def _classes(expression: ast.expr, frame: Any) -> Iterator[Any]:
    """Yield the classes that a handler names; names are looked up as the handler would."""
    if isinstance(expression, ast.Tuple):
        for element in expression.elts:
            yield from _classes(element, frame)
        return
    value = _value(expression, frame)
    yield from value if type(value) is tuple else (value,)


def _value(expression: ast.expr, frame: Any) -> Any:
    if isinstance(expression, ast.Name):
        for names in (frame.f_locals, frame.f_globals, _builtins):
            if expression.id in names:
                return names[expression.id]
    if isinstance(expression, ast.Attribute):
        return getattr(_value(expression.value, frame), expression.attr, None)
    return None


def _gives_up(handler: ast.ExceptHandler) -> bool:
    """Return whether a handler ends the program, or gets the library from elsewhere."""
    last = handler.body[-1]
    if isinstance(last, ast.Raise) or (isinstance(last, ast.Expr) and _called(last.value) in _EXITS):
        return True
    return any(_installs(node) for node in ast.walk(handler))


def _installs(node: ast.AST) -> bool:
    name = _called(node)
    return name in _INSTALLING or "install" in name


def _called(node: ast.AST) -> str:
    if not isinstance(node, ast.Call):
        return ""
    return str(getattr(node.func, "attr", getattr(node.func, "id", "")))


def _text_catches(code: CodeType) -> bool:
    return bool(_WORDS.intersection(code.co_names)) and bool(code.co_exceptiontable)
