"""Distributes the tests over the workers of pytest-xdist, as in `tox -e tests`; does nothing without workers (`-n 0`).

A file stays on one worker, so that its fixtures grade only once.
"""

from __future__ import annotations

import os
from typing import Any

import pytest

# More of them gain little: each collects all tests, and the longest file bounds the time.
MOST_WORKERS = 8
# Files that stay together: they use what is made once for all of them, or change and compare what a machine has once.
TOGETHER = {
    "the Dask cluster": ("tests/executors/dask/",),
    "the bundle for students": ("tests/precheck/", "tests/handout/test_students.py"),
    "the machine's mounts": ("tests/attacks/test_attacks.py", "tests/command/test_disk.py"),
}
# What takes longest begins first, so that no worker is left alone with it at the end.
LONGEST = (
    "tests/precheck/",
    "tests/assignments/test_lab.py",
    "tests/assignments/test_autograd.py",
    "tests/test_gallery.py",
    "tests/assignments/test_components.py",
    "tests/assignments/test_components_notebooks.py",
    "tests/assignments/test_autograd_gallery.py",
    "tests/assignments/test_layers.py",
    "tests/assignments/test_layers_gallery.py",
    "tests/audit/test_shipped.py",
    "tests/assignments/test_backprop.py",
    "tests/attacks/test_attacks.py",
    "tests/attacks/test_smuggled.py",
    "tests/judge/test_rehearsal.py",
    "tests/judge/test_limits.py",  # waits for half a minute
    "tests/judge/test_imports.py",
    "tests/judge/test_grading.py",
    "tests/written/test_merge.py",
    "tests/course/test_merges_at_once.py",
    "tests/course/test_term.py",
    "tests/course/test_gradebook.py",
    "tests/command/test_troubles.py",
    "tests/command/test_unchanged.py",
    "tests/reference/experiments/test_experiments.py",
)


def part_of(file: str) -> str:
    """Return the name of a file's group, or of the file itself."""
    return next((group for group, starts in TOGETHER.items() if file.startswith(starts)), file)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int | None:
    """Make `-n auto` use the cores of this process, which may be fewer than those of the machine."""
    if "PYTEST_XDIST_AUTO_NUM_WORKERS" in os.environ:
        return None  # xdist reads it itself
    return min(len(os.sched_getaffinity(0)), MOST_WORKERS)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Keep groups on one worker, and their order, with `--dist loadfile`."""
    if config.option.dist != "loadfile":
        return None
    from xdist.scheduler import LoadFileScheduling

    class ByPart(LoadFileScheduling):
        def _split_scope(self, nodeid: str) -> str:
            return part_of(super()._split_scope(nodeid))

    config.option.loadscopereorder = False  # by the number of tests, which says little of the time
    return ByPart(config, log)


def pytest_configure(config: pytest.Config) -> None:
    """Refuse missing paths, which workers would not report; allow forks in workers, beside the thread that talks to pytest."""
    if hasattr(config, "workerinput"):
        config.addinivalue_line("filterwarnings", "ignore:This process .* is multi-threaded:DeprecationWarning")
        return
    for word in config.args:
        if not os.path.exists(config.invocation_params.dir / word.partition("::")[0]):
            raise pytest.UsageError(f"file or directory not found: {word}")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Put the slowest files first for workers; a run without workers keeps its order."""
    if hasattr(config, "workerinput"):
        items.sort(key=lambda item: _rank(item.nodeid.partition("::")[0]))


def _rank(file: str) -> int:
    return next((rank for rank, start in enumerate(LONGEST) if file.startswith(start)), len(LONGEST))
