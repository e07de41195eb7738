"""Starts pytest over the checks of an assignment, with our plugin and nothing else: for the judge, the pre-check, the audit, the zip.

Only the assignment's files of checks influence the collection, in any folder. Settings for pytest in the environment,
in installed packages or in a folder are not read, and no folder name is taken for an option of pytest.
"""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from grader.errors import AssignmentError
from grader.judge.mistakes import not_collected
from grader.material.endless import import_bounded

# Plugins that report, record or watch for pytest itself, or collect things other than checks; most have hooks around
# every check.
LEFT_OUT = (
    *("cacheprovider", "debugging", "doctest", "faulthandler", "junitxml", "logging", "pastebin", "setuponly"),
    *("setupplan", "stepwise", "terminal", "threadexception", "unittest", "unraisableexception"),
)
SETTINGS = {
    "python_files": "check_*.py",
    "python_functions": "check_*",
    "python_classes": "Check",
    "addopts": "",
    "norecursedirs": "mutants variants",
    # Ignore PYTHONWARNINGS: a warning in a check is not a failure of the submission.
    "filterwarnings": "default",
}
Work = Callable[[list[pytest.Item]], None]


class _Collector:
    """A pytest plugin that passes on the collected checks, in place of running them, and keeps errors of the collection.

    Parameters
    ----------
    work : callable
        Takes the checks.
    folder : Path
        The folder in which pytest looks for the given files.
    """

    def __init__(self, work: Work, folder: Path) -> None:
        self.work, self.folder = work, folder
        self.complaints: list[AssignmentError] = []
        self.error: BaseException | None = None

    def pytest_configure(self, config: pytest.Config) -> None:
        """Make file names relative to the folder: a path on the command line may contain neither ``[`` nor ``::``."""
        given = config.invocation_params
        config.invocation_params = pytest.Config.InvocationParams(
            args=given.args, plugins=given.plugins, dir=self.folder
        )

    @pytest.hookimpl(wrapper=True)
    def pytest_collection(self, session: pytest.Session) -> Iterator[None]:
        """Let no file of checks keep the judge for ever while it is imported, or end it."""
        try:
            with import_bounded():
                return (yield)
        except SystemExit as error:
            self.complaints.append(not_collected(error, self.folder, self.folder))
            return None

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Do the work, once."""
        if not self.complaints:
            try:
                self.work(session.items)
            except BaseException as error:
                self.error = error
        return True

    def pytest_exception_interact(self, node: pytest.Item | pytest.Collector, call: pytest.CallInfo[Any]) -> None:
        """Keep the reason why a collection failed; the results of checks are handled elsewhere."""
        if isinstance(node, pytest.Collector) and call.excinfo is not None:
            self.complaints.append(not_collected(call.excinfo.value, node.path, self.folder))


def collect_checks(folder: Path, work: Work, names: Sequence[str] = (".",)) -> None:
    """Collect the checks in a folder and do something with them.

    Parameters
    ----------
    work : callable
        Takes the checks, once.
    names : sequence of str, optional
        The files of the folder to collect; all files by default.

    Raises
    ------
    AssignmentError
        If they cannot be collected.
    """
    folder = folder.absolute()
    collected = _Collector(work, folder)
    # pytest changes to the folder to which file names are relative; restore the caller's folder.
    with _deaf_environment(), _keep_bytecode(), contextlib.chdir(os.curdir):
        try:
            status = pytest.main(_arguments(folder, names), plugins=[collected])
        finally:
            _forget(folder)
    if collected.error is not None:
        raise collected.error
    if collected.complaints:
        raise collected.complaints[0]
    if status not in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED, pytest.ExitCode.NO_TESTS_COLLECTED):
        raise AssignmentError(f"pytest ended with status {int(status)} over the checks of {folder}.")


@contextlib.contextmanager
def _deaf_environment() -> Iterator[None]:
    """Hide pytest's environment variables and installed plugins inside the block."""
    kept = {name: os.environ.pop(name) for name in list(os.environ) if name.startswith("PYTEST_")}
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    try:
        yield
    finally:
        for name in [name for name in os.environ if name.startswith("PYTEST_")]:
            del os.environ[name]
        os.environ.update(kept)


@contextlib.contextmanager
def _keep_bytecode() -> Iterator[None]:
    """Let Python write bytecode files inside the block."""
    before, sys.dont_write_bytecode = sys.dont_write_bytecode, False
    try:
        yield
    finally:
        sys.dont_write_bytecode = before


def _forget(folder: Path) -> None:
    """Forget the modules of the checks: pytest keeps them by their names, which two assignments may share."""
    for name, module in list(sys.modules.items()):
        file = getattr(module, "__file__", None)
        if name.rpartition(".")[2].startswith("check_") and file and Path(file).is_relative_to(folder):
            del sys.modules[name]


def _arguments(folder: Path, names: Sequence[str]) -> list[str]:
    settings = [word for name, value in SETTINGS.items() for word in ("-o", f"{name}={value}")]
    off = [word for name in LEFT_OUT for word in ("-p", f"no:{name}")]
    return [
        *names, *off, "-s", *settings, "-c", os.devnull, f"--rootdir={folder}", "--import-mode=importlib",
        "--assert=plain", "--strict-markers", "--noconftest", "-p", "grader.judge.plugin",
    ]  # fmt: skip
