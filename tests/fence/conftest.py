"""A running clean parent, and sessions in it, for the tests of the fence."""

import contextlib
import shlex
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from grader.fence import CleanParent, Session, SessionLimits
from grader.fence.levels import IsolationLevel

MEBIBYTE = 2**20
SMALL = SessionLimits(
    memory_bytes=256 * MEBIBYTE,
    scratch_bytes=4 * MEBIBYTE,
    scratch_files=100,
    processes=16,
    open_files=64,
    file_bytes=2 * MEBIBYTE,
    cpu_seconds=20.0,
)
EVERYTHING = ("numpy", "ctypes", "os")
MACHINE = Path(__file__).parents[1] / "attacks" / "machine.py"


def python_for(level: IsolationLevel | str | None, open_python: str) -> str:
    """Return the interpreter for a level."""
    return open_python if level == IsolationLevel.PROCESS_ONLY else sys.executable


@pytest.fixture(scope="session")
def open_python(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Makes this interpreter reachable for every user: below root's home the weakest level refuses to start."""
    python = tmp_path_factory.mktemp("open") / "python"
    start = shlex.join([sys.executable, str(MACHINE), "--open", sys.executable])
    python.write_text(f'#!/bin/sh\nexec {start} "$@"\n', encoding="utf-8")
    python.chmod(0o755)
    return str(python)


@pytest.fixture(scope="session")
def clean_parents(open_python: str) -> Iterator[Callable[[IsolationLevel | None], CleanParent]]:
    """Started clean parents by level, each made once."""
    started: dict[IsolationLevel | None, CleanParent] = {}
    with contextlib.ExitStack() as stack:

        def of(level: IsolationLevel | None) -> CleanParent:
            if level not in started:
                started[level] = stack.enter_context(CleanParent(python_for(level, open_python), ("numpy",), level))
            return started[level]

        yield of


@pytest.fixture
def clean_parent(clean_parents: Callable[[IsolationLevel | None], CleanParent]) -> CleanParent:
    """The strongest clean parent of this machine."""
    return clean_parents(None)


@pytest.fixture
def fenced(clean_parent: CleanParent) -> Iterator[Callable[..., Session]]:
    """Makes a session that has loaded a source text."""
    with contextlib.ExitStack() as stack:

        def load(source: str, limits: SessionLimits = SMALL, parent: CleanParent = clean_parent) -> Session:
            session = stack.enter_context(parent.open(limits))
            session.read([("s001.py", source.encode())], name="s001.py", form="file", allowed_imports=EVERYTHING)
            loading = session.load("submission", cpu_seconds=5.0)
            assert loading["status"] == "loaded", loading["error"]
            return session

        yield load


@pytest.fixture
def call() -> Callable[..., Any]:
    """Calls one function of a session in a check of its own."""

    def ask_once(session: Session, name: str, *arguments: Any, cpu_seconds: float = 5.0) -> Any:
        with session.check(cpu_seconds) as ask:
            return ask({"op": "call", "on": 0, "name": name, "args": list(arguments), "kwargs": {}})["value"]

    return ask_once
