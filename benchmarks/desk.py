"""Measures the desk in Chromium, with made-up classes of 30, 300 and 3,000 students: ``python -m benchmarks.desk``.

It prints the seconds from the start to the first page and until the whole class is read, the time to the first paint of
each page, the median and longest time from a grading key until the next answer is shown, and the desk's memory. Times are
medians, because the speed of a shared machine varies.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from benchmarks.pages import first_paint
from tests.browser import Browser, browser
from tests.desk.klass import a_class
from tests.desk.served import Served, Visitor, here, press, until

PAGES = ("/course/", "/a/hw1/", "/a/hw1/students/s001.html", "/a/hw1/grading/", "/a/hw1/grading/1a/")
# Measures from a key press until the browser has drawn the first frame with the new answer.
WATCH = """
document.addEventListener('keydown', event => { window.pressed = event.timeStamp }, true);
new MutationObserver(() => requestAnimationFrame(() => setTimeout(() => { window.took = performance.now() - window.pressed }, 0)))
    .observe(document.body, {childList: true})"""


def seconds_to_the_first_page(served: Served) -> float:
    """Start the desk, and return the seconds until it served a page."""
    begun = time.perf_counter()
    served.start()
    Visitor(served).ask("GET", "/desk.css")
    return time.perf_counter() - begun


def memory_mib(pid: int) -> float:
    """Return the memory of a process."""
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    return int(status.partition("VmRSS:")[2].split()[0]) / 1024


def keys(shown: Browser, served: Served, count: int) -> list[float]:
    """Grade ``count`` answers with one key each, as fast as a person can; return the milliseconds until the next was shown."""
    shown.open(served.base + "/a/hw1/grading/1a/")
    shown.evaluate(WATCH)
    taken = []
    for _ in range(count):
        before = here(shown)
        time.sleep(0.25)
        shown.evaluate("window.took = null")
        press(shown, "f")
        until(shown, f"document.querySelector('#main').dataset.here !== {before!r} && window.took !== null")
        taken.append(float(shown.evaluate("window.took")))
    return taken


def main() -> None:
    """Parse the options and run."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.desk", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--counts", type=int, nargs="+", default=[30, 300, 3000], help="class sizes (30 300 3000)")
    parser.add_argument("--times", type=int, default=5, help="how often a page is opened (5)")
    parser.add_argument("--keys", type=int, default=25, help="how many answers are graded (25)")
    options = parser.parse_args()
    print(f"students  start s  read s  MiB  key ms (median, longest)  first paint ms of {' '.join(PAGES)}")
    for count in options.counts:
        with TemporaryDirectory() as work, browser() as shown:
            a_class(Path(work, "reports", "hw1"), count)
            with Served(Path(work)) as warm:
                warm.stop()
                start = seconds_to_the_first_page(warm)
                begun = time.perf_counter()
                Visitor(warm).page("/a/hw1/grading/")
                read = time.perf_counter() - begun
                shown.open(warm.link)
                painted = [median(first_paint(shown, warm.base + page) for _ in range(options.times)) for page in PAGES]
                taken = keys(shown, warm, min(options.keys, count))
                assert warm.process is not None
                held = memory_mib(warm.process.pid)
        told = " ".join(f"{each:.0f}" for each in painted)
        print(
            f"{count:8} {start:8.2f} {read:7.2f} {held:4.0f} {median(taken):9.0f} {max(taken):8.0f}        {told}",
            flush=True,
        )


if __name__ == "__main__":
    main()
