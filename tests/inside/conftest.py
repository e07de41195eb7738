"""The running clean parent and the sessions that the tests of the child's side use."""

import itertools
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.inside.driver import INSIDE, PATIENCE_SECONDS, Session

# The child's package is not importable from the judge; only the tests of its pure parts import it.
sys.path.append(str(INSIDE))


@pytest.fixture(scope="session")
def clean_parent(tmp_path_factory: pytest.TempPathFactory) -> Iterator[socket.socket]:
    """The control socket of a running clean parent."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    environment = {
        "PYTHONHASHSEED": "0",
        "MPLCONFIGDIR": str(tmp_path_factory.mktemp("fonts")),
        "OPENBLAS_NUM_THREADS": "1",
        "HOME": str(tmp_path_factory.mktemp("home")),
    }
    command = [sys.executable, str(Path(__file__).with_name("clean_parent.py")), str(INSIDE), str(theirs.fileno())]
    process = subprocess.Popen(command, pass_fds=[theirs.fileno()], env=environment, stdin=subprocess.DEVNULL)
    theirs.close()
    yield ours
    # It ends even where a process that a test has forked holds a copy.
    ours.shutdown(socket.SHUT_RDWR)
    ours.close()
    process.wait(PATIENCE_SECONDS)


@pytest.fixture
def open_session(clean_parent: socket.socket, tmp_path: Path) -> Iterator[Callable[..., Session]]:
    """Makes sessions, each with a folder of its own."""
    opened: list[Session] = []
    numbers = itertools.count()

    def make(**config: Any) -> Session:
        folder = tmp_path / f"scratch{next(numbers)}"
        folder.mkdir()
        opened.append(Session(clean_parent, folder, config))
        return opened[-1]

    yield make
    for session in opened:
        session.close()


@pytest.fixture
def session(open_session: Callable[..., Session]) -> Session:
    """One session."""
    return open_session()


@pytest.fixture
def load(open_session: Callable[..., Session]) -> Callable[..., tuple[Session, Any]]:
    """Loads the text of one script and returns the session and the loading."""

    def make(text: str, run_name: str = "submission", cpu_seconds: float = 20.0, **fields: Any) -> tuple[Session, Any]:
        session = open_session()
        reading = session.read({"s001.py": text})
        assert reading["kind"] == "script", reading
        return session, session.load(run_name, cpu_seconds, **fields)

    return make
