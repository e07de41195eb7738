"""Starts pytest in the worker with nothing but our plugins. CHECKED; may not import report."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import numpy.random  # noqa: F401  (NumPy imports it at its first use, which would be in every judge)
import pytest

from grader.errors import AssignmentError
from grader.fence import Zygote, accepted_level, require_level
from grader.judge.loop import Loop, Send
from grader.judge.marks import catalogue
from grader.judge.setup import Bench
from grader.material.answer_key import import_answer_key
from grader.material.assignment import Assignment
from grader.material.misconceptions import misconceptions

# What reports, records or watches for pytest itself; each of them has hooks around every check.
LEFT_OUT = (
    "terminal",
    "cacheprovider",
    "junitxml",
    "faulthandler",
    "logging",
    "unraisableexception",
    "threadexception",
)
QUIET = [*(word for name in LEFT_OUT for word in ("-p", f"no:{name}")), "-s"]


class Complaints:
    """A pytest plugin that keeps what went wrong while checks were collected."""

    def __init__(self) -> None:
        self.texts: list[str] = []

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Keep the text of a collection that failed."""
        if report.failed:
            self.texts.append(str(report.longrepr))


def run_session(assignment: Assignment, zygote: Zygote, order: dict[str, Any], send: Send) -> None:
    """Collect the checks of an assignment and serve jobs until there are no more.

    Raises
    ------
    AssignmentError
        When the checks cannot be collected or do not fit assignment.toml.
    """

    def make_bench(items: list[pytest.Item]) -> Bench:
        if complaints.texts:
            raise AssignmentError(
                f"The checks of {assignment.folder} cannot be collected:", *complaints.texts[0].splitlines()
            )
        checks = catalogue(items, assignment)
        import_answer_key(assignment)
        known = misconceptions(assignment.folder)
        for item, _ in checks:
            assert item.location  # found out once, and not in every judge
        # All else is done while the clean parent warms up.
        info = zygote.start()
        require_level(info.level, accepted_level(order["isolation"]))
        isolation = {"level": str(info.level), "not_held": list(info.not_held)}
        out, provenance = Path(order["out"]), order["provenance"]
        return Bench(
            assignment,
            checks,
            order["seed"],
            zygote,
            isolation,
            out,
            provenance=provenance,
            seed_id=order.get("seed_id", ""),
            known=known,
            versions=info.versions,
        )

    complaints, loop = Complaints(), Loop(make_bench, 0, send)
    keep_to_our_plugins()
    status = pytest.main(_arguments(assignment.folder), plugins=[loop, complaints])
    if loop.error is not None:
        raise loop.error
    if complaints.texts:
        raise AssignmentError(
            f"The checks of {assignment.folder} cannot be collected:", *complaints.texts[0].splitlines()
        )
    if status not in (pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED):
        raise AssignmentError(f"pytest ended with status {int(status)} over the checks of {assignment.folder}.")


def keep_to_our_plugins() -> None:
    """Let nothing that the environment says of pytest have a say here."""
    for name in [name for name in os.environ if name.startswith("PYTEST_")]:
        del os.environ[name]
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"


def _arguments(folder: Path) -> list[str]:
    """Return arguments that make the session the same wherever it is started."""
    options = {
        "python_files": "check_*.py",
        "python_functions": "check_*",
        "python_classes": "Check",
        "addopts": "",
        "norecursedirs": "mutants variants",
        "filterwarnings": "default",
    }
    settings = [word for name, value in options.items() for word in ("-o", f"{name}={value}")]
    return [
        str(folder), *QUIET, *settings, "-c", os.devnull, f"--rootdir={folder}", "--import-mode=importlib",
        "--assert=plain", "--strict-markers", "--noconftest", "-p", "grader.judge.plugin",
    ]  # fmt: skip
