"""A course's run of ``grade`` that is killed: what an undisturbed run leaves is there in the end, in the gradebook, too."""

import random
import re
import signal
import subprocess
import sys
import time
from dataclasses import replace

import pytest

from grader.course.booking import result_of
from grader.course.gradebook import Gradebook
from grader.record.record import read_record
from tests.grading import PROJECT, RIGHT, TINY, environment, write_class

SOURCES = (RIGHT, RIGHT.replace("2.0 * x", "x"), "import torch\n", "def double(x:\n")
COURSE = f'[course]\n[[assignment]]\nid = "week-1"\nassignment = "{TINY}"\nsubmissions = "class"\n'
WORDS = (sys.executable, "-m", "grader", "grade", "--assignment", "week-1", "--anyway", "--quiet")


def a_course(folder, students):
    """Write a course's file and class."""
    folder.mkdir()
    (folder / "grader.toml").write_text(COURSE)
    write_class(folder / "class", **{f"s{k:03}": SOURCES[k % 4] + f"# {k}\n" for k in range(students)})
    return folder


def start(folder):
    """Start a run in the course's folder."""
    return subprocess.Popen(
        WORDS, cwd=folder, env=environment(PYTHONPATH=str(PROJECT), GRADER_BY="kim"), stdin=subprocess.DEVNULL
    )


def held(folder):
    """Return what lasts of a run: records, pages without their times, scores; and the newest result of each student."""
    out = folder / "reports" / "week-1"
    records = {path.stem: read_record(path) for path in (out / "records").glob("*.json")}
    with Gradebook(str(folder / "gradebook.db")) as book:
        results = {event.student: event.what for event in book.events(assignment="week-1", kinds=("result",))}
    # The gradebook says what the records say, each with its own times.
    assert {slug: replace(result, assignment="") for slug, result in results.items()} == {
        slug: result_of(record) for slug, record in records.items()
    }
    pages = {
        path.name: re.sub(
            r"<details[^>]*>\s*<summary>How this was graded.*?</details>", "", path.read_text(), flags=re.S
        )
        for path in (out / "students").glob("*.html")
    }
    assert not list(folder.glob("**/*.tmp"))
    lasting = {
        slug: {
            key: re.sub("/(calm|killed)/", "/course/", value) if key == "repeat" else value
            for key, value in record.items()
            if key != "times"
        }
        for slug, record in records.items()
    }
    return lasting, pages, (out / "scores.csv").read_text()


def compare_with_kills(tmp_path, students, kills, seed, *, again):
    """Kill runs at random moments and let the last one end; compare with an undisturbed run.

    With ``again``, some students hand in again whenever a run has ended before it was killed.
    """
    calm, killed = a_course(tmp_path / "calm", students), a_course(tmp_path / "killed", students)
    began = time.monotonic()
    assert start(calm).wait(timeout=600) == 0
    whole = time.monotonic() - began
    draw, done = random.Random(seed), 0
    while done < kills:
        with start(killed) as running:
            try:
                running.wait(draw.uniform(0.1, 1.1) * max(whole / 8, 2.0))
            except subprocess.TimeoutExpired:
                running.send_signal(signal.SIGKILL)
                done += 1
                continue
        # All is done: from here on hand-ins change under the runs, and change back.
        for path in draw.sample(sorted((killed / "class").iterdir()), students // 3) if again else ():
            path.write_text(path.read_text() + "# again\n")
    for path in (killed / "class").iterdir():
        path.write_text(path.read_text().replace("# again\n", ""))
    assert start(killed).wait(timeout=600) == 0
    (records, pages, scores), (other, others, same) = held(calm), held(killed)
    for slug, record in other.items():
        # Whoever handed in twice is told what changed since; all else is equal.
        record["earlier"] = records[slug]["earlier"]
    assert {slug: [key for key in record if record[key] != records[slug][key]] for slug, record in other.items()} == {
        slug: [] for slug in records
    }
    assert sorted(others) == sorted(pages)
    assert scores == same
    return others, pages


def test_killed_runs_leave_what_an_undisturbed_one_does(tmp_path):
    """Gradebook, records, pages and scores, after two kills."""
    killed, calm = compare_with_kills(tmp_path, 12, 2, 1, again=False)
    assert killed == calm


@pytest.mark.soak
def test_a_hundred_killed_runs_of_three_hundred(tmp_path):
    """The same, a hundred times, with three hundred students."""
    compare_with_kills(tmp_path, 300, 100, 2, again=True)
