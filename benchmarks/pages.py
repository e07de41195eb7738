"""Measures the page of a large class in Chromium: ``python -m benchmarks.pages REPORTS``, with ``REPORTS`` from ``grade``.

The records of a real class are repeated under other names until there are a thousand students. It prints the size of the
page, the time to write it, the time to its first paint, and the time from a key in the search box until the table is
repainted. Times are medians, because the speed of a shared machine varies. A page with one word shows the browser's share.
"""

from __future__ import annotations

import argparse
import itertools
import json
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

from grader.report.write import write_class
from tests.browser import Browser, browser

MIB = 2**20
FIRST_PAINT = "performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? null"
SEARCH = "document.getElementById('search').focus()"
# From the time of the key until the start of the frame after the one that shows its effect.
LISTEN = """document.getElementById('search').addEventListener('input', event => {
    requestAnimationFrame(() => setTimeout(() => { window.took = performance.now() - event.timeStamp }, 0)) }, true)"""


def a_class(folder: Path, count: int) -> Iterator[dict[str, Any]]:
    """Yield ``count`` records, made from those in a folder under other names."""
    paths = sorted((folder / "records").glob("*.json"))
    for number, path in enumerate(itertools.islice(itertools.cycle(paths), count)):
        record = json.loads(path.read_bytes())
        yield record | {"student": f"student {number:04}", "slug": f"s{number:04}"}


def first_paint(shown: Browser, page: Path | str) -> float:
    """Return the milliseconds until the first paint of the page."""
    shown.open(page)
    deadline = time.monotonic() + 10
    while (painted := shown.evaluate(FIRST_PAINT)) is None and time.monotonic() < deadline:
        time.sleep(0.01)
    return float(painted)


def keys(shown: Browser, page: Path, words: str) -> list[float]:
    """Return, for each letter typed into a freshly opened page, the milliseconds until the table was painted."""
    shown.open(page)
    shown.evaluate(SEARCH)
    shown.evaluate(LISTEN)
    taken = []
    for letter in words:
        shown.evaluate("window.took = null")
        shown.press(letter)
        while (took := shown.evaluate("window.took")) is None:
            time.sleep(0.005)
        taken.append(float(took))
    return taken


def main() -> None:
    """Parse the options and run."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.pages", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("reports", type=Path, help="a folder of reports")
    parser.add_argument("--counts", type=int, nargs="+", default=[150, 1000], help="class sizes (150 1000)")
    parser.add_argument("--times", type=int, default=5, help="how often a page is opened (5)")
    options = parser.parse_args()
    print("students  page MiB  written s  first paint ms  of one word  key ms (median, longest)")
    with TemporaryDirectory() as work, browser() as shown:
        word = Path(work, "word.html")
        word.write_text("<!DOCTYPE html><title>One word</title><p>word", encoding="utf-8")
        for count in options.counts:
            begun = time.perf_counter()
            page = write_class(lambda count=count: a_class(options.reports, count), Path(work, str(count))).index  # type: ignore[misc]
            written = time.perf_counter() - begun
            bare = [first_paint(shown, word) for _ in range(options.times)]
            painted = [first_paint(shown, page) for _ in range(options.times)]
            taken = [each for _ in range(options.times) for each in keys(shown, page, "student 01")]
            size = page.stat().st_size / MIB
            print(
                f"{count:8} {size:9.2f} {written:10.1f} {median(painted):15.0f} {median(bare):12.0f} {median(taken):10.0f} {max(taken):8.0f}"
            )


if __name__ == "__main__":
    main()
