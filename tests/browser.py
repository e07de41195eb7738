"""Drives a headless Chromium over its debugging pipe, so that tests and benchmarks see a page as a reader does."""

from __future__ import annotations

import base64
import contextlib
import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def installed() -> str | None:
    """Return the path of Chromium, or None if it is not installed."""
    return next((path for name in NAMES if (path := shutil.which(name))), None)


def require_browser() -> None:
    """Without Chromium, fail the test if ``CI`` is set, or else report it as skipped."""
    if installed() is None:
        told = "there is no Chromium here, so nobody has looked at the pages"
        if os.environ.get("CI"):
            pytest.fail(told)
        pytest.skip(told)


def look(page: str, script: str, folder: Path, *, width: int, height: int) -> Any:
    """Return the result of a script on a page in a window of this size; the script uses the document as ``page``."""
    require_browser()
    path = folder / "page.html"
    path.write_text(page, encoding="utf-8")
    with browser() as shown:
        shown.open(path, width=width, height=height)
        return shown.evaluate(f"(() => {{ const page = document; {script} }})()")


class Browser:
    """One page of a browser, driven by the DevTools protocol: JSON documents, each ended by a zero byte."""

    def __init__(self, reader: Any, writer: Any) -> None:
        self._reader, self._writer, self._number, self._session = reader, writer, 0, None
        self.events: list[dict[str, Any]] = []
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self._session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log"):
            self.call(f"{domain}.enable")

    def call(self, method: str, **words: Any) -> Any:
        """Call a method and return its result; events received meanwhile are kept in ``events``."""
        self._number += 1
        message = {"id": self._number, "method": method, "params": words}
        if self._session is not None:
            message["sessionId"] = self._session
        self._writer.write(json.dumps(message).encode() + b"\0")
        self._writer.flush()
        while (answer := self._next()).get("id") != self._number:
            self.events.append(answer)
        if "error" in answer:
            raise RuntimeError(f"{method}: {answer['error']}")
        return answer["result"]

    def _next(self) -> dict[str, Any]:
        text = bytearray()
        while (byte := self._reader.read(1)) != b"\0":
            if not byte:
                raise RuntimeError("the browser has ended")
            text += byte
        answer: dict[str, Any] = json.loads(text)
        return answer

    def open(self, path: Path | str, *, width: int = 1280, height: int = 900, print_media: bool = False) -> None:
        """Show a file at a size, as on a screen or on paper, and wait until it is loaded."""
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)
        self.call("Emulation.setEmulatedMedia", media="print" if print_media else "screen")
        self.events.clear()
        # From elsewhere, since an address that differs in its end alone loads nothing.
        self.call("Page.navigate", url="about:blank")
        while not self._is_loaded():
            self.events.append(self._next())
        self.events.clear()
        self.call("Page.navigate", url=path if isinstance(path, str) else path.resolve().as_uri())
        while not self._is_loaded():
            self.events.append(self._next())

    def _is_loaded(self) -> bool:
        return any(event.get("method") == "Page.loadEventFired" for event in self.events)

    def evaluate(self, expression: str) -> Any:
        """Return the value of JavaScript, awaiting promises; the page's policy does not apply to it."""
        answer = self.call("Runtime.evaluate", expression=expression, awaitPromise=True, returnByValue=True)
        if "exceptionDetails" in answer:
            raise RuntimeError(str(answer["exceptionDetails"]))
        return answer["result"].get("value")

    def press(self, text: str) -> None:
        """Type text into the focused element."""
        for letter in text:
            self.call("Input.dispatchKeyEvent", type="keyDown", text=letter, key=letter)
            self.call("Input.dispatchKeyEvent", type="keyUp", key=letter)

    def click(self, selector: str) -> None:
        """Click on the middle of the first element that a selector finds."""
        found = f"document.querySelector({json.dumps(selector)})"
        self.evaluate(f"{found}.scrollIntoView({{block: 'center'}})")
        box = self.evaluate(f"{found}.getBoundingClientRect().toJSON()")
        place = {"x": box["x"] + box["width"] / 2, "y": box["y"] + box["height"] / 2, "button": "left", "clickCount": 1}
        for kind in ("mousePressed", "mouseReleased"):
            self.call("Input.dispatchMouseEvent", type=kind, **place)

    def screenshot(self, path: Path) -> None:
        """Write an image of the whole page."""
        size = self.call("Page.getLayoutMetrics")["cssContentSize"]
        clip = {"x": 0, "y": 0, "width": size["width"], "height": min(size["height"], 16_000), "scale": 1}
        image = self.call("Page.captureScreenshot", captureBeyondViewport=True, clip=clip)["data"]
        path.write_bytes(base64.b64decode(image))

    def complaints(self) -> list[str]:
        """Return the console's messages: errors, and violations of the page's policy."""
        words = []
        for event in self.events:
            if event.get("method") == "Log.entryAdded":
                words.append(event["params"]["entry"]["text"])
            if event.get("method") == "Runtime.exceptionThrown":
                words.append(event["params"]["exceptionDetails"]["text"])
        return words


@contextlib.contextmanager
def browser(*options: str) -> Iterator[Browser]:
    """Start a headless browser and end it; ``options`` are further options of the browser."""
    program = installed()
    if program is None:
        raise RuntimeError("there is no Chromium here")
    ours_in, theirs_out = os.pipe()
    theirs_in, ours_out = os.pipe()
    with tempfile.TemporaryDirectory(prefix="browser-", ignore_cleanup_errors=True) as profile:
        words = [
            program,
            "--headless=new",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-dev-shm-usage",
            "--no-first-run",
        ]
        words += ["--remote-debugging-pipe", f"--user-data-dir={profile}", "--hide-scrollbars", *options]
        # The browser reads from descriptor 3 and writes to 4, whatever numbers the pipes have here.
        line = f'exec "$@" 3<&{theirs_in} 4>&{theirs_out}'
        running = subprocess.Popen(
            ["bash", "-c", line, "browser", *words],
            pass_fds=(theirs_in, theirs_out), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            env=os.environ | {"HOME": profile},
        )  # fmt: skip
        os.close(theirs_in)
        os.close(theirs_out)
        try:
            with open(ours_in, "rb") as reader, open(ours_out, "wb") as writer:
                shown = Browser(reader, writer)
                yield shown
                with contextlib.suppress(RuntimeError, BrokenPipeError):
                    shown.call("Browser.close")
        finally:
            running.terminate()
            running.wait(timeout=300)
