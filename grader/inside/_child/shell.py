"""IPython's shell without a kernel, a history, a profile or a terminal."""

from __future__ import annotations

import atexit
import builtins
import contextlib
import os
import sys
import warnings
from collections.abc import Callable
from typing import Any

from _child import drawing, folders, magics, started, statements
from _child.escapes import python_of
from _child.outputs import Budget, CellOutputs
from _child.sealed import BUILTINS as __builtins__  # noqa: F401

_prepared: list[Any] = []
_nullcontext = contextlib.nullcontext


def prepare_shell() -> None:
    """Make the shell, once. Called by the clean parent; scripts that run later see nothing of it."""
    if _prepared:
        return
    _give_former_names()
    builtins_before = dict(vars(builtins))
    main_before = sys.modules.get("__main__")
    shell = _shell_class()()
    atexit.unregister(shell.atexit_operations)
    for name in vars(builtins).keys() - builtins_before.keys():
        delattr(builtins, name)
    if main_before is not None:
        sys.modules["__main__"] = main_before
    _prepared.append(shell)


def install(remark: Callable[[str], None]) -> Any:
    """Install the shell for a notebook and return it.

    Parameters
    ----------
    remark : callable
        Takes sentences about commands that were not run.
    """
    from IPython.core.interactiveshell import InteractiveShell
    from IPython.display import display

    prepare_shell()
    shell = _prepared[0]
    for cls in (InteractiveShell, type(shell)):
        cls._instance = shell
    # `get_ipython` for cells that are run once more, outside the shell.
    vars(builtins).update({"__IPYTHON__": True, "display": display, "get_ipython": shell.get_ipython})
    sys.modules["__main__"] = shell.user_module
    shell.starting_dir = shell.home_dir = os.getcwd()
    shell.remark = remark
    magics.register(shell, remark)
    warnings.filterwarnings("ignore", message="To exit: use")
    return shell


def _give_former_names() -> None:
    """Let notebooks import names of earlier versions of IPython."""
    from IPython import display
    from IPython.core import display as former

    for name in filter(lambda name: not name.startswith("_"), dir(display)):
        if not hasattr(former, name):
            setattr(former, name, getattr(display, name))
    for name in ("set_matplotlib_formats", "set_matplotlib_close"):
        if not hasattr(display, name):
            setattr(display, name, _do_nothing)


def _do_nothing(*args: object, **kwargs: object) -> None:
    """Take the place of a setting for showing figures."""


def _shell_class() -> Any:
    """Return the class of the shell; IPython is imported here."""
    from IPython.core.compilerop import CachingCompiler
    from IPython.core.displayhook import DisplayHook
    from IPython.core.displaypub import DisplayPublisher
    from IPython.core.interactiveshell import InteractiveShell
    from IPython.core.profiledir import ProfileDir
    from IPython.utils.text import SList
    from traitlets.config import Config

    class Compiler(CachingCompiler):
        """Names code after its cell."""

        cell_name = "notebook"

        def get_code_name(self, raw_code: str, transformed_code: str, number: int) -> str:
            return self.cell_name

    class Hook(DisplayHook):
        """Records the value of a cell's last expression."""

        @property
        def prompt_count(self) -> int:
            """The number of the cell that is run, by which `Out[3]` and `_3` are called."""
            return int(_prepared[0].execution_count)

        def quiet(self) -> bool:
            try:
                return bool(self.semicolon_at_end_of_expression(_prepared[0].cell_text))
            except Exception:
                return False

        def write_output_prompt(self) -> None:
            """Print nothing."""

        def write_format_data(self, format_dict: dict[str, Any], md_dict: Any = None) -> None:
            _prepared[0].outputs.display("execute_result", format_dict)

        def log_output(self, format_dict: dict[str, Any]) -> None:
            """Keep no log."""

        def finish_displayhook(self) -> None:
            self._is_active = False

    class Publisher(DisplayPublisher):
        """Records what a cell displays."""

        def publish(self, data: Any, *args: Any, update: bool = False, **kwargs: Any) -> None:
            if not update:
                _prepared[0].outputs.display("display_data", data)

        def clear_output(self, wait: bool = False) -> None:
            _prepared[0].outputs.clear()

    class Shell(InteractiveShell):
        """The shell of one notebook."""

        outputs = CellOutputs(Budget())
        cell_text = ""
        remark = staticmethod(lambda text: None)
        after_statement = staticmethod(lambda: None)
        started = staticmethod(lambda names: None)
        folder = ""
        goes_on = False

        def init_ipython_dir(self, ipython_dir: Any) -> None:
            """Do nothing: there is no such folder."""

        def init_profile_dir(self, profile_dir: Any) -> None:
            self.profile_dir = ProfileDir()

        def init_virtualenv(self) -> None:
            """Do nothing: the path does not change."""

        def init_completer(self) -> None:
            """Do nothing: there is no completion."""

        def init_prompts(self) -> None:
            """Do nothing: there are no prompts."""

        def _tee(self, channel: str) -> Any:
            return _nullcontext()

        def showtraceback(self, *args: Any, **kwargs: Any) -> None:
            """Print nothing: the error is in the result of the cell."""

        showsyntaxerror = showindentationerror = showtraceback

        def transform_cell(self, raw_cell: str) -> str:
            return python_of(raw_cell, super().transform_cell)

        def show_usage_error(self, exc: Any) -> None:
            """Print nothing, likewise."""

        async def run_code(self, code_obj: Any, result: Any = None, *args: Any, **kwargs: Any) -> bool:
            """Run one statement of a cell."""
            failed: bool = await super().run_code(code_obj, result, *args, **kwargs)
            if failed and self.goes_on and result is not None and result.error_in_exec is not None:
                statements.stand_in(result.error_in_exec, code_obj, self.user_ns)
                failed = False
            self.after_statement()
            return failed

        def run_line_magic(self, magic_name: str, line: str, _stack_depth: int = 1) -> Any:
            if self.find_line_magic(magic_name) is None:
                self.remark(f"`%{magic_name} {line.strip()[:60]}".rstrip() + "` was not run.")
                return None
            return super().run_line_magic(magic_name, line, _stack_depth + 1)

        def run_cell_magic(self, magic_name: str, line: str, cell: str) -> Any:
            if self.find_cell_magic(magic_name) is not None:
                return super().run_cell_magic(magic_name, line, cell)
            if magic_name in magics.WATCHING:
                return magics.run_text(self, cell)
            self.remark(f"`%%{magic_name} {line.strip()[:60]}".rstrip() + "` was not run.")
            return None

        def magic(self, arg_s: str) -> Any:
            """Run a line magic, as versions of IPython before 8 could."""
            name, _, line = arg_s.lstrip("%").partition(" ")
            return self.run_line_magic(name, line.strip(), 2)

        def enable_matplotlib(self, gui: Any = None) -> tuple[str, str]:
            """Keep our backend."""
            return "inline", "inline"

        def system(self, cmd: str) -> None:
            command = self.var_expand(cmd, depth=1) if isinstance(cmd, str) else str(cmd)
            words = started.words_of(command)
            if words is not None:
                self.started(started.run(words))
            elif not folders.obeyed(command):
                # The line as it was written, so that its author finds it.
                self.remark(f"`!{str(cmd).strip()[:60]}` was not run.")

        system_raw = system_piped = system

        def getoutput(self, cmd: str, split: bool = True, depth: int = 0) -> Any:
            self.system(cmd)
            return SList() if split else ""

        def ask_exit(self) -> None:
            self.remark("`exit` was not obeyed; the later cells were run.")

        def enable_gui(self, gui: Any = None) -> None:
            """There is no screen."""

    config = Config()
    config.HistoryManager.enabled = False
    config.InteractiveShell.colors = "nocolor"
    config.InteractiveShell.display_pub_class = Publisher

    def make() -> Any:
        shell: Any = Shell(config=config, displayhook_class=Hook, display_pub_class=Publisher)
        shell.compile = Compiler()
        png = shell.display_formatter.formatters["image/png"]
        png.for_type_by_name("matplotlib.figure", "Figure", lambda figure: drawing.draw(figure, drawing.DPI))
        return shell

    return make
