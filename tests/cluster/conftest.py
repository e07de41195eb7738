"""A real Dask scheduler with two workers, each a process of its own, as a cluster starts them."""

import json
import os
import signal
import subprocess
import sys
import time

import pytest

from tests.grading import PROJECT, environment


class Workplace:
    """A scheduler and its workers; ``workers`` are the processes, each leads a group of its own."""

    def __init__(self, folder):
        self.file = folder / "scheduler.json"
        self.log = os.open(folder / "log", os.O_WRONLY | os.O_CREAT)
        self.processes = [self._start("dask_scheduler", "--scheduler-file", self.file, "--port", "0")]
        end = time.monotonic() + 60
        while not self.file.exists() and time.monotonic() < end:
            time.sleep(0.05)
        self.address = json.loads(self.file.read_text())["address"]
        self.workers = [self.hire(), self.hire()]

    def hire(self):
        """Start one more worker; return its process."""
        worker = self._start("dask_worker", self.address, "--nthreads", "1", "--nworkers", "1")
        self.processes.append(worker)
        return worker

    def _start(self, module, *words):
        words = [sys.executable, "-m", f"distributed.cli.{module}", *map(str, words), "--no-dashboard"]
        more = {"stdout": self.log, "stderr": self.log, "start_new_session": True}
        return subprocess.Popen([*words, "--host", "127.0.0.1"], cwd=PROJECT, env=environment(), **more)

    def kill(self, process):
        """Kill a worker with all it has started."""
        os.killpg(process.pid, signal.SIGKILL)

    def close(self):
        """Kill everything."""
        for process in self.processes:
            if process.poll() is None:
                self.kill(process)
            process.wait()
        os.close(self.log)


@pytest.fixture
def workplace(tmp_path):
    """Return a scheduler with two workers, which are gone after the test."""
    place = Workplace(tmp_path)
    yield place
    place.close()
