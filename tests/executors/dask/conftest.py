"""A real Dask scheduler with two workers, each a process of its own, as a cluster starts them, with TLS and a key."""

import json
import os
import signal
import subprocess
import sys
import time

import pytest

from tests.grading import PROJECT, environment


def credentials(folder):
    """Make certificates and a key by the command; return the environment that uses them."""
    command = [sys.executable, "-m", "grader", "cluster", str(folder)]
    subprocess.run(command, cwd=PROJECT, env=environment(), check=True, capture_output=True)
    return {"DASK_CONFIG": str(folder)}


class Workplace:
    """A scheduler and its workers; ``workers`` are the processes, each leads a group of its own.

    ``settings`` is the environment that finds certificates and key, ``hosts`` the address that the scheduler listens on.
    """

    def __init__(self, folder, settings, host="127.0.0.1", workers=2):
        self.settings, self.host, self.log = settings, host, folder / "log"
        self.processes = []
        file = folder / "scheduler.json"
        self._start("dask_scheduler", "--scheduler-file", file, "--port", "0")
        end = time.monotonic() + 240
        while not (file.exists() and file.read_text()) and time.monotonic() < end:
            time.sleep(0.05)
        self.address = json.loads(file.read_text())["address"]
        self.workers = [self.hire() for _ in range(workers)]

    def hire(self):
        """Start one more worker; return its process."""
        return self._start("dask_worker", self.address, "--nthreads", "1", "--nworkers", "1")

    def _start(self, module, *words):
        words = [sys.executable, "-m", f"distributed.cli.{module}", *map(str, words), "--no-dashboard"]
        with open(self.log, "ab") as log:
            more = {"stdout": log, "stderr": log, "start_new_session": True, "env": environment(**self.settings)}
            process = subprocess.Popen([*words, "--host", self.host], cwd=PROJECT, **more)
        self.processes.append(process)
        return process

    def kill(self, process):
        """Kill a worker with all it has started."""
        os.killpg(process.pid, signal.SIGKILL)

    def options(self):
        """Return the options of ``grade`` for this cluster."""
        return "--executor", "dask", "--scheduler", self.address

    def close(self):
        """Kill everything."""
        for process in self.processes:
            if process.poll() is None:
                self.kill(process)
            process.wait()


@pytest.fixture(scope="session")
def settings(tmp_path_factory):
    """Return the environment that finds certificates and a key."""
    return credentials(tmp_path_factory.mktemp("cluster") / "credentials")


@pytest.fixture(scope="session")
def workplace(tmp_path_factory, settings):
    """Return a scheduler with two workers, which are gone after the tests."""
    place = Workplace(tmp_path_factory.mktemp("workplace"), settings)
    yield place
    place.close()
