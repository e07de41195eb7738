"""Starts a desk as a grader does, ends it in every way, and drives it in a real browser."""

from __future__ import annotations

import contextlib
import http.client
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from tests.browser import Browser

PROJECT = Path(__file__).parents[2]
SECONDS = 240.0


# Below those that the kernel gives away by itself: no connection of another test can take one while a desk begins, or begins again.
# Each process begins at another place, and uses none twice: a browser keeps what it stores by the port.
_PORTS = (10_000 + (os.getpid() * 97 + step) % 22_000 for step in range(22_000))


def free_port() -> int:
    """Return a free port that this process has not returned before."""
    for port in _PORTS:
        with socket.socket() as found, contextlib.suppress(OSError):
            found.bind(("127.0.0.1", port))
            return port
    raise AssertionError("no port is free")


class Served:
    """A desk that runs, in a folder of its own."""

    def __init__(
        self, folder: Path, *words: str, by: str = "kim", port: int | None = None, project: Path = PROJECT
    ) -> None:
        self.folder, self.words, self.by = folder, words, by
        self.port = free_port() if port is None else port
        self.project = project
        self.process: subprocess.Popen[str] | None = None
        self.link = ""

    def start(self) -> Served:
        """Start the desk and wait for its first link."""
        assert self.process is None
        env = os.environ | {"PYTHONPATH": str(self.project), "GRADER_SEED_FILE": str(self.folder / "secret" / "seed")}
        env.pop("GRADER_BY", None)
        self.process = subprocess.Popen(
            [sys.executable, "-m", "grader", "desk", "--port", str(self.port), "--by", self.by, *self.words],
            cwd=self.folder, env=env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        )  # fmt: skip
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        found = re.search(r"https?://\S+", line)
        assert found, line + self.process.stdout.read()
        self.link = found.group()
        return self

    def kill(self) -> None:
        """Kill the desk, as a power cut would."""
        self._end(signal.SIGKILL)

    def stop(self) -> str:
        """Stop the desk like Ctrl-C, and return the rest of its output."""
        return self._end(signal.SIGINT)

    def _end(self, number: int) -> str:
        assert self.process is not None and self.process.stdout is not None
        self.process.send_signal(number)
        rest = self.process.stdout.read()
        self.process.wait(timeout=SECONDS)
        self.process.stdout.close()
        self.process = None
        return rest

    @property
    def base(self) -> str:
        """The beginning of every address."""
        return f"http://127.0.0.1:{self.port}"

    def __enter__(self) -> Served:
        return self.start()

    def __exit__(self, *_: object) -> None:
        if self.process is not None:
            self._end(signal.SIGKILL)


class Visitor:
    """Uses a desk like a browser without scripts, and keeps its cookie."""

    def __init__(self, served: Served, *, enters: bool = True) -> None:
        self.served, self.cookie = served, ""
        if enters:
            status, headers, _ = self.ask("GET", served.link[len(served.base) :])
            assert status == 303
            self.cookie = headers["Set-Cookie"].partition(";")[0]

    def ask(
        self, method: str, path: str, form: dict[str, Any] | None = None, **headers: str
    ) -> tuple[int, http.client.HTTPMessage, str]:
        """Return the status, headers and text of a reply; underscores in header names stand for hyphens."""
        connection = http.client.HTTPConnection("127.0.0.1", self.served.port, timeout=SECONDS)
        words = {"Cookie": self.cookie} if self.cookie else {}
        body = None
        if method == "POST":
            body = urlencode(form or {}, doseq=True)
            words |= {"Origin": self.served.base, "Content-Type": "application/x-www-form-urlencoded"}
        words |= {name.replace("_", "-"): value for name, value in headers.items()}
        with contextlib.closing(connection):
            connection.request(method, path, body, {name: value for name, value in words.items() if value is not None})
            answer = connection.getresponse()
            return answer.status, answer.headers, answer.read().decode("utf-8")

    def page(self, path: str) -> str:
        """Return a page, following redirects."""
        for _ in range(60):
            status, headers, text = self.ask("GET", path)
            if "Refresh" in headers:
                # The class is being read still, on a machine with much else to do.
                time.sleep(0.5)
            elif status != 303:
                assert status == 200, f"{path}: {status} {text[:300]}"
                return text
            else:
                path = headers["Location"]
        raise AssertionError(path)

    def token(self, path: str = "/a/hw1/grading/") -> str:
        """Return the token for forms of this session."""
        found = re.search(r'data-token="(\w+)"', self.page(path))
        assert found
        return found.group(1)


def enter(shown: Browser, served: Served, path: str = "/course/", *, width: int = 1280, height: int = 900) -> None:
    """Open the desk in a browser by its first link, then a page of it."""
    shown.open(served.link, width=width, height=height)
    shown.open(served.base + path, width=width, height=height)


def until(shown: Browser, expression: str, *, seconds: float = 120.0) -> Any:
    """Wait until JavaScript returns a true value, and return it."""
    deadline = time.monotonic() + seconds
    while not (value := shown.evaluate(expression)):
        assert time.monotonic() < deadline, (
            f"{expression} never came true: {shown.evaluate('document.body.innerText')[:2000]}"
        )
        time.sleep(0.02)
    return value


KEYS = {
    "Enter": ("Enter", 13, "\r"),
    "Escape": ("Escape", 27, ""),
    "ArrowRight": ("ArrowRight", 39, ""),
    "ArrowLeft": ("ArrowLeft", 37, ""),
}


def press(shown: Browser, key: str) -> None:
    """Press and release one key."""
    name, code, text = KEYS[key] if key in KEYS else (key, ord(key.upper()), key)
    told = {"key": name, "windowsVirtualKeyCode": code, "code": f"Digit{key}" if key.isdigit() else ""}
    shown.call("Input.dispatchKeyEvent", type="keyDown", text=text, **told)
    shown.call("Input.dispatchKeyEvent", type="keyUp", **told)


def here(shown: Browser) -> str:
    """Return the address of the current answer."""
    return str(shown.evaluate("document.querySelector('#main').dataset.here || location.pathname"))


@contextlib.contextmanager
def a_desk(folder: Path, *words: str, **options: Any) -> Iterator[Served]:
    """Serve the reports of a folder."""
    with Served(folder, *words, **options) as served:
        yield served
