"""Starts pytest over the checks of an assignment, with our plugin and nothing else: for the judge, the pre-check, the audit, the zip.

Wherever an assignment lies, only its files of checks have a say. Nothing that the environment, an installed package or a folder
offers to pytest is read, and no name of a folder is taken for a word of pytest's command line.
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

# What reports, records or watches for pytest itself, or collects what is no check; most of them have hooks around every check.
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
    # Whatever PYTHONWARNINGS says: a warning in a check is no failure of the submission.
    "filterwarnings": "default",
}
Work = Callable[[list[pytest.Item]], None]


class _Collector:
    """A pytest plugin that hands the collected checks over, in place of running them, and keeps what went wrong.

    Parameters
    ----------
    work : callable
        Takes the checks.
    folder : Path
        Where pytest looks for the files that it is told.
    """

    def __init__(self, work: Work, folder: Path) -> None:
        self.work, self.folder = work, folder
        self.complaints: list[AssignmentError] = []
        self.error: BaseException | None = None

    def pytest_configure(self, config: pytest.Config) -> None:
        """Let names of files begin at the folder: a path on the command line may hold neither ``[`` nor ``::``."""
        given = config.invocation_params
        config.invocation_params = pytest.Config.InvocationParams(
            args=given.args, plugins=given.plugins, dir=self.folder
        )

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
        """Keep why a collection failed; what a check ends with is not our business."""
        if isinstance(node, pytest.Collector) and call.excinfo is not None:
            self.complaints.append(not_collected(call.excinfo.value, node.path, self.folder))


def collect_checks(folder: Path, work: Work, names: Sequence[str] = (".",)) -> None:
    """Collect the checks in a folder and do something with them.

    Parameters
    ----------
    work : callable
        Takes the checks, once.
    names : sequence of str, optional
        The files to collect, in the folder; all of it unless given.

    Raises
    ------
    AssignmentError
        When they cannot be collected.
    """
    folder = folder.absolute()
    collected = _Collector(work, folder)
    # pytest ends in the folder at which names of files begin; whoever asked stays where they are.
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
    """Let nothing that the environment says to pytest be heard inside the block, nor any installed plugin."""
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
    """Have Python keep what it compiles inside the block."""
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
