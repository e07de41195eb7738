"""Runs pytest with nothing but our plugin over the checks of an assignment, quietly, wherever it is started. CHECKED."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pytest

from grader.errors import AssignmentError

OFF: tuple[str, ...] = (
    "terminal",
    "cacheprovider",
    "junitxml",
    "faulthandler",
    "logging",
    "warnings",
    "unraisableexception",
)
OFF += ("threadexception", "debugging", "doctest", "unittest", "pastebin", "stepwise", "setuponly", "setupplan")
Work = Callable[[list[pytest.Item]], None]


class _Collected:
    """A pytest plugin that hands the collected checks over, in place of running them, and keeps what went wrong."""

    def __init__(self, work: Work) -> None:
        self.work = work
        self.complaints: list[str] = []
        self.error: BaseException | None = None

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Do the work, once."""
        if not self.complaints:
            try:
                self.work(session.items)
            except BaseException as error:
                self.error = error
        return True

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Keep the text of a collection that failed."""
        if report.failed:
            self.complaints.append(str(report.longrepr))


def with_checks(folder: Path, work: Work, files: Sequence[Path] = ()) -> None:
    """Collect the checks in ``folder``, or only those in ``files``, and do something with them.

    Raises
    ------
    AssignmentError
        When they cannot be collected.
    """
    collected = _Collected(work)
    plugins, environment = [collected], {name: os.environ[name] for name in os.environ if name.startswith("PYTEST_")}
    bytecode, sys.dont_write_bytecode = sys.dont_write_bytecode, False
    _say_to_pytest({"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"})
    try:
        status = pytest.main(_arguments(folder, files or [folder]), plugins=plugins)
    finally:
        _forget(folder)
        sys.dont_write_bytecode = bytecode
        _say_to_pytest(environment)
    if collected.error is not None:
        raise collected.error
    if collected.complaints:
        raise AssignmentError(f"The checks of {folder} cannot be collected:", *collected.complaints[0].splitlines())
    if status not in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED, pytest.ExitCode.NO_TESTS_COLLECTED):
        raise AssignmentError(f"pytest ended with status {int(status)} over the checks of {folder}.")


def _say_to_pytest(words: Mapping[str, str]) -> None:
    """Let the environment say this to pytest, and nothing else."""
    for name in [name for name in os.environ if name.startswith("PYTEST_")]:
        del os.environ[name]
    os.environ.update(words)


def _forget(folder: Path) -> None:
    """Forget the modules of the checks: pytest keeps them by their names, which two assignments may share."""
    for name, module in list(sys.modules.items()):
        file = getattr(module, "__file__", None)
        if name.startswith("check_") and file and Path(file).is_relative_to(folder):
            del sys.modules[name]


def _arguments(folder: Path, files: Sequence[Path]) -> list[str]:
    options = {
        "python_files": "check_*.py",
        "python_functions": "check_*",
        "python_classes": "Check",
        "addopts": "",
        "norecursedirs": "mutants variants",
    }
    settings = [word for name, value in options.items() for word in ("-o", f"{name}={value}")]
    off = [word for name in OFF for word in ("-p", f"no:{name}")]
    return [
        *map(str, files), *off, "-s", *settings, "-c", os.devnull, f"--rootdir={folder}", "--import-mode=importlib",
        "--assert=plain", "--strict-markers", "--noconftest", "-p", "grader.judge.plugin",
    ]  # fmt: skip
