"""Runs a module statement by statement, also past those that fail.

An interpreter does not go on after a failure. This is done only to tell a student what the work would have earned
without the lines that stopped it; it earns no points.
"""

from __future__ import annotations
import __future__

import ast
import dis
import functools
import os
import signal
import sys
from collections.abc import Callable
from types import CodeType, TracebackType
from typing import Any, NoReturn

from _child.faults import ForbiddenImport
from _child.refused import Refused
from _child.sealed import BUILTINS as __builtins__  # noqa: F401

_STORING = frozenset({"STORE_NAME", "STORE_GLOBAL"})
_traceback_of = BaseException.__dict__["__traceback__"].__get__
_exit = os._exit
_positions_of, _instructions_of = CodeType.co_positions, dis.get_instructions
MAX_FAILURES = 200
_FUTURE = functools.reduce(
    lambda flags, name: flags | getattr(__future__, name).compiler_flag, __future__.all_feature_names, 0
)


def run_in_steps(
    body: list[ast.stmt], filename: str, names: dict[str, Any], look: Callable[[], None], flags: int = 0
) -> None:
    """Run the statements of a module under some future statements, and call `look` after each."""
    for statement in body:
        code = compiled([statement], filename, flags)
        flags |= code.co_flags
        exec(code, names)
        look()


def run_past_failures(
    body: list[ast.stmt],
    filename: str,
    names: dict[str, Any],
    failed: Callable[[BaseException], None],
    look: Callable[[], None] | None = None,
) -> None:
    """Run statements, and after one that fails, the next one.

    Parameters
    ----------
    body : list of ast.stmt
        All statements of a module that has not run yet.
    filename : str
        The file name for its code objects.
    names : dict
        The module's names.
    failed : callable
        Called with each exception.
    look : callable or None
        Called after each statement.
    """
    flags = 0
    for _ in range(MAX_FAILURES):
        code = compiled(body, filename, flags)
        flags |= code.co_flags
        try:
            if look is None:
                exec(code, names)
            else:
                run_in_steps(body, filename, names, look, flags)
            return
        except BaseException as error:
            found = behind(body, place_of(error, filename))
            failed(error)
            if found is None or isinstance(error, MemoryError):
                return
            statement, body = found
            stand_in(error, compiled([statement], filename, flags), names)


def outlive() -> None:
    """Keep the process alive when code asks to end it: raise `SystemExit` instead."""
    owner, kill = os.getpid(), os.kill

    def end(*args: Any) -> NoReturn:
        if os.getpid() != owner:
            _exit(1)
        raise SystemExit(*args)

    def kill_another(process: int, number: int) -> None:
        if process == owner and number:
            end()
        kill(process, number)

    os._exit = os.abort = signal.raise_signal = end  # type: ignore[assignment]
    os.kill = kill_another


def compiled(body: list[ast.stmt], filename: str, flags: int) -> CodeType:
    """Compile statements of a file under the future statements of the whole."""
    return compile(ast.Module(body, []), filename, "exec", flags=flags & _FUTURE, dont_inherit=True)


def place_of(error: BaseException, filename: str) -> tuple[int, int] | None:
    """Return line and column, in the code of the module itself, through which an exception passed."""
    step: TracebackType | None = _traceback_of(error)
    while step is not None:
        code = step.tb_frame.f_code
        if code.co_filename == filename and code.co_name == "<module>":
            line, _, column, _ = list(_positions_of(code))[step.tb_lasti // 2]
            return line or step.tb_lineno, column or 0
        step = step.tb_next
    return None


def behind(body: list[ast.stmt], place: tuple[int, int] | None) -> tuple[ast.stmt, list[ast.stmt]] | None:
    """Return the statement at a place and the statements that would have run after it, including those in the branches of its `if`."""
    for index, node in enumerate(body):
        if place is None or not _holds(node, place):
            continue
        for branch in (node.body, node.orelse) if isinstance(node, ast.If) else ():
            found = behind(branch, place)
            if found is not None:
                return found[0], found[1] + body[index + 1 :]
        return node, body[index + 1 :]
    return None


def stand_in(error: BaseException, code: CodeType, names: dict[str, Any]) -> None:
    """If a statement failed because of a library, bind the names that it would have bound to the library's stand-in."""
    if type(error) is ForbiddenImport:
        for instruction in _instructions_of(code):
            if instruction.opname in _STORING:
                names[instruction.argval] = Refused(error.name or "", str(error))


def _holds(node: ast.stmt, place: tuple[int, int]) -> bool:
    begins = [(node.lineno, node.col_offset)]
    begins += [(each.lineno, 0) for each in getattr(node, "decorator_list", ())]
    end = node.end_lineno or node.lineno, node.end_col_offset or sys.maxsize
    return min(begins) <= place < end
