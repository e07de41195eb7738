"""The targets of the attacks, each with its own name so that effects can be told apart: files, doors, processes, marks."""

from __future__ import annotations

import contextlib
import secrets
import socket
import subprocess
import sys
import threading
import zlib
from collections.abc import Iterator
from pathlib import Path

from tests.attacks.attack import Attack
from tests.attacks.machine import calls_of
from tests.grading import PROJECT

KEY = PROJECT / "tests" / "tiny" / "check_tiny.py"
# Stands in the checks, and nowhere in what students write or are told.
KEY_WORDS = "unused_constant"


class World:
    """The targets of one grading.

    Parameters
    ----------
    folder : Path
        Empty; everybody may read and write in it.
    out : Path
        Where the reports go.
    """

    def __init__(self, folder: Path, out: Path) -> None:
        self.folder, self.out = folder, out
        self.token = secrets.token_hex(8)
        self.seed = f"seed-{self.token}"
        self.students = folder / "class"
        self.heard: set[str] = set()
        self._bystanders: dict[str, subprocess.Popen[bytes]] = {}
        self._stack = contextlib.ExitStack()
        for each in (folder, self.students, folder / "temporary", folder / "home", out):
            each.mkdir(parents=True, exist_ok=True)
            each.chmod(0o777)
        self.canary = folder / "canary"
        self.canary.write_text(f"canary-{self.token}", encoding="ascii")
        self.canary.chmod(0o666)
        self._listen()

    def _listen(self) -> None:
        stream = self._stack.enter_context(socket.create_server(("127.0.0.1", 0)))
        self.port = stream.getsockname()[1]
        datagrams = self._stack.enter_context(socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
        datagrams.bind(("127.0.0.1", self.port))
        abstract = self._stack.enter_context(socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM))
        abstract.bind(f"\0grader-{self.token}")
        for listening in (datagrams, abstract):
            self._listening(lambda listening=listening: listening.recv(100))
        self._listening(lambda: self._one_word(stream))

    def _listening(self, receive: object) -> None:
        def listen() -> None:
            with contextlib.suppress(OSError):
                while True:
                    self.heard.add(receive().decode("ascii", "replace"))  # type: ignore[operator]

        threading.Thread(target=listen, daemon=True).start()

    @staticmethod
    def _one_word(stream: socket.socket) -> bytes:
        caller, _ = stream.accept()
        with caller:
            caller.settimeout(5)
            return caller.recv(100)

    def close(self) -> None:
        """End the listeners and the bystanders."""
        self._stack.close()
        for bystander in self._bystanders.values():
            bystander.kill()
            bystander.communicate()

    def __enter__(self) -> World:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def done(self, attack: Attack) -> str:
        """Return the words that an attack prints once it has succeeded."""
        return f"achieved-{zlib.crc32((attack.id + self.token).encode()):08x}"

    def mark(self, attack: Attack) -> str:
        """Return a name, short enough for a process, under which an attack leaves things behind."""
        return f"m{zlib.crc32((self.token + attack.id).encode()):08x}"

    def number(self, attack: Attack) -> int:
        """Return a key for System V objects."""
        return zlib.crc32(self.mark(attack).encode()) & 0x7FFFFFFF

    def prelude(self, attack: Attack, user: int | None = None) -> str:
        """Return the lines that define an attack's targets."""
        text = "".join([attack.source, attack.partner, *attack.files.values()])
        aims = {
            "ID": attack.id,
            "DONE": self.done(attack),
            "MARK": self.mark(attack),
            "CANARY": str(self.canary),
            "KEY": str(KEY),
            "CHECKOUT": str(PROJECT),
            "BESIDE": str(self.folder / f"beside-{self.mark(attack)}"),
            "CLASS": str(self.students),
            "OUT": str(self.out),
            "PORT": self.port,
            "ABSTRACT": f"\0grader-{self.token}",
            "SYSV": self.number(attack),
            "BYSTANDER": self._bystander(attack, user) if "BYSTANDER" in attack.source else 0,
            "CALLS": calls_of(text),
        }
        return "\n".join(f"{name} = {value!r}" for name, value in aims.items() if name in text)

    def _bystander(self, attack: Attack, user: int | None) -> int:
        """Start a process of the grading user that waits and knows a secret."""
        program = [sys.executable, "-c", "import sys; sys.stdin.read()"]
        change = [sys.executable, str(Path(__file__).with_name("machine.py")), "--user", str(user)] if user else []
        self._bystanders[attack.id] = subprocess.Popen(
            [*change, *program], stdin=subprocess.PIPE, env={"SECRET": f"bystander-{self.token}"}
        )
        return self._bystanders[attack.id].pid

    def traces(self, attack: Attack) -> list[str]:
        """Return in words what an attack has changed outside of itself."""
        return list(self._traces(attack))

    def _traces(self, attack: Attack) -> Iterator[str]:
        mark, done = self.mark(attack), self.done(attack)
        if (self.folder / f"beside-{mark}").exists():
            yield "a file was written beside"
        if (self.out / f"{mark}.json").exists():
            yield "a file was written into the reports"
        if mark in self.heard:
            yield "a message has arrived"
        if attack.id in self._bystanders and self._bystanders[attack.id].poll() is not None:
            yield "a process was killed"
        if any(_command(process) == mark for process in Path("/proc").glob("[0-9]*")):
            yield "a process lives on"
        if any(path.name.startswith(mark) for path in Path("/dev/shm").iterdir()):
            yield "shared memory is left"
        number = self.number(attack)
        for kind in ("shm", "sem", "msg"):
            lines = Path(f"/proc/sysvipc/{kind}").read_text(encoding="ascii").splitlines()[1:]
            if any(int(line.split()[0]) == number for line in lines):
                yield f"a System V object ({kind}) is left"
        victim = self.students / "victim.txt"
        # Where writing is not held, others may have done what leaves no name.
        aims_at_it = victim.name in attack.source
        if (aims_at_it and victim.read_text(encoding="utf-8") == "") or done in victim.read_text(encoding="utf-8"):
            yield "another student's work was changed"
        if aims_at_it and (victim.stat().st_mtime == 0 or not victim.stat().st_mode & 0o777):
            yield "another student's work was closed or dated back"

    def secrets(self) -> tuple[str, ...]:
        """Return the words that must stay secret."""
        return (f"canary-{self.token}", self.seed, f"bystander-{self.token}", f"other-{self.token}", KEY_WORDS)


def _command(process: Path) -> str:
    try:
        return (process / "comm").read_text(encoding="utf-8", errors="replace").strip()
    except OSError:
        return ""
