"""A running clean parent, and sessions in it, for the tests of the fence."""

import contextlib
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from grader.fence import Session, SessionLimits, Zygote
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


@pytest.fixture(scope="session")
def zygotes() -> Iterator[Callable[[IsolationLevel | None], Zygote]]:
    """Started clean parents by level, each made once."""
    started: dict[IsolationLevel | None, Zygote] = {}
    with contextlib.ExitStack() as stack:

        def of(level: IsolationLevel | None) -> Zygote:
            if level not in started:
                started[level] = stack.enter_context(Zygote(preload=("numpy",), level=level))
            return started[level]

        yield of


@pytest.fixture
def zygote(zygotes: Callable[[IsolationLevel | None], Zygote]) -> Zygote:
    """The strongest clean parent of this machine."""
    return zygotes(None)


@pytest.fixture
def fenced(zygote: Zygote) -> Iterator[Callable[..., Session]]:
    """Makes a session that has loaded a source text."""
    with contextlib.ExitStack() as stack:

        def load(source: str, limits: SessionLimits = SMALL, parent: Zygote = zygote) -> Session:
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
