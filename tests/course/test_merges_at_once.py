"""Merging as graders do it: two at the same moment, and runs that are killed. No mark is lost, and nobody sees an error."""

import os
import random
import signal
import subprocess
import sys
import time

import pytest

from grader.course.booking import marks_from
from grader.course.gradebook import Gradebook
from grader.record.record import read_record, record_path
from tests.course.klass import a_record, write_reports, write_sheet
from tests.course.postgres import server
from tests.grading import PROJECT, environment


@pytest.fixture(scope="module")
def postgres():
    """A real server."""
    with server() as running:
        yield running


def start(*words):
    """Start a command of the grader as a process of its own."""
    return subprocess.Popen(
        [sys.executable, "-m", "grader", *map(str, words)], cwd=PROJECT, env=environment(), stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


def a_class(tmp_path, students, *folders):
    """Write the same reports into folders, and return records and what two graders enter: halves that overlap in one student."""
    records = [a_record(f"s{n:03}", answer=f"Because {n}.") for n in range(students)]
    for folder in folders:
        write_reports(tmp_path / folder, records, pages=False)
    half = students // 2
    kim = {f"s{n:03}": ("3", "1", "kim") for n in range(half + 1)}
    lee = {f"s{n:03}": ("1", "0", "lee") for n in range(half, students)}
    return records, {
        name: write_sheet(tmp_path / f"{name}.csv", records, given) for name, given in (("kim", kim), ("lee", lee))
    }


@pytest.mark.parametrize(
    ("database", "shared"),
    [
        ("sqlite", True),
        ("postgresql", False),
        pytest.param("sqlite", False, marks=pytest.mark.soak),
        pytest.param("postgresql", True, marks=pytest.mark.soak),
    ],
)
def test_two_graders_merge_at_once(request, tmp_path, database, shared):
    """Into one folder of reports or each into their own, into one gradebook: every row has its points, and the one of both is told to the later."""
    folders = {"kim": "reports", "lee": "reports" if shared else "other"}
    _, sheets = a_class(tmp_path, 12, *set(folders.values()))
    place = tmp_path / "gradebook.db" if database == "sqlite" else request.getfixturevalue("postgres").database()
    both = {
        name: start("merge", sheet, "--out", tmp_path / folders[name], "--gradebook", place, "--by", name)
        for name, sheet in sheets.items()
    }
    said = {name: process.communicate(timeout=300) for name, process in both.items()}
    assert {name: (both[name].returncode, errors) for name, (_, errors) in said.items()} == {
        "kim": (0, ""),
        "lee": (0, ""),
    }
    with Gradebook(str(place)) as book:
        marks = {mark.slug: mark for mark in marks_from(book.events(kinds=("mark",)))}
        events = book.events(student="s006", kinds=("mark",))
    assert {slug: mark.comment for slug, mark in marks.items() if slug != "s006"} == {
        f"s{n:03}": "kim" if n < 6 else "lee" for n in range(12) if n != 6
    }
    assert sorted(event.author for event in events) == ["kim", "lee"]
    told = [name for name, (output, _) in said.items() if "Several graders gave points in these rows: " in output]
    assert told == [events[-1].author]
    if shared:
        sums = [read_record(record_path(tmp_path / "reports", f"s{n:03}"))["score"]["sum"] for n in range(12) if n != 6]
        assert sums == [20.0] * 6 + [17.0] * 5


def contents(out):
    """Return what a merge leaves: records, pages, tables and the copy of the points; not the gradebook, whose events have times."""
    kept = ("records/*", "students/*", "people/*", "gradescope/*", "decided/*", "*.csv", "*.xml", "*.md", "index.html")
    return {
        path.relative_to(out).as_posix(): path.read_bytes()
        for pattern in kept
        for path in out.glob(pattern)
        if path.name[0] != "."
    }


def kill_merges(tmp_path, students, kills, seed):
    """Kill merges at random moments and merge once to the end; return the result, and that of an undisturbed merge."""
    _, sheets = a_class(tmp_path, students, "calm", "killed")
    for name, sheet in sheets.items():
        process = start("merge", sheet, "--out", tmp_path / "calm", "--by", name, "--quiet")
        began = time.monotonic()
        assert process.communicate(timeout=600) == ("", "")
        whole = time.monotonic() - began
    draw = random.Random(seed)
    for name, sheet in sheets.items():
        words = ("merge", sheet, "--out", tmp_path / "killed", "--by", name, "--quiet")
        for _ in range(kills // 2):
            process = start(*words)
            try:
                process.wait(draw.uniform(0.2, 1.2) * whole)
            except subprocess.TimeoutExpired:
                os.kill(process.pid, signal.SIGKILL)
            process.communicate(timeout=600)
        process = start(*words)
        assert process.communicate(timeout=600) == ("", "")
    found = []
    for folder in ("killed", "calm"):
        with Gradebook(str(tmp_path / folder / "gradebook.db")) as book:
            found.append(
                (
                    contents(tmp_path / folder),
                    sorted((e.subject, e.author, str(e.what)) for e in book.events(kinds=("mark",))),
                )
            )
    return found


def test_killed_merges_leave_what_an_undisturbed_one_does(tmp_path):
    """Gradebook, records and pages; no mark twice and none missing."""
    killed, calm = kill_merges(tmp_path, 12, 2, 1)
    assert killed == calm


@pytest.mark.soak
def test_a_hundred_killed_merges_of_three_hundred(tmp_path):
    """The same, a hundred times, with three hundred students."""
    killed, calm = kill_merges(tmp_path, 300, 100, 2)
    assert killed == calm
