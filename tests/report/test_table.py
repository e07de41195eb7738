"""Tests of the table in the terminal."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from rich.cells import cell_len
from rich.console import Console

from grader.report.changes import Run
from grader.report.table import print_table
from tests.report import factory


def printed(records, *, width=80, encoding="utf-8", environ=None, **options):
    """Return what a run without a terminal prints."""
    stream = io.TextIOWrapper(io.BytesIO(), encoding=encoding, newline="")
    console = Console(file=stream, width=width, force_terminal=False, highlight=False)
    print_table(lambda: iter(records), Path("reports"), console=console, environ=environ or {}, **options)
    stream.flush()
    return stream.buffer.getvalue().decode(encoding)


def test_print_table_is_a_table_a_tired_person_can_read():
    """Rows by score, then the figures, the slowest, what was left out, our faults, and where the reports are."""
    records = factory.a_class()
    records[1]["times"]["cpu_seconds"] = 75.2
    assert printed(records, left_out=[("README.md", "is no submission")]) == (
        "student      score   percent   what to look at\n"
        + "─" * 80
        + "\n"
        + "s001       120/100     120 %\n"
        + "s005       116/100     116 %   fault of the grader\n"
        + "s002        95/100      95 %   timed out in 6.3\n"
        + "s003         0/100       0 %   nothing written yet\n"
        + "s004      no score             fault of the grader\n"
        + "\n"
        + "5 students, mean 71.7 %, median 95 % of the 3 final scores\n"
        + "Slowest (CPU time): s002 75 s, s001 2.25 s, s003 2.25 s\n"
        + "Left out: README.md is no submission\n"
        + "A fault of the grader left something ungraded for 2 students; it is not scored:\n"
        + "  s004: judge: the worker ended with signal 9\n"
        + "  s005: check_sgd: ValueError: x\n"
        + "Reports: reports/index.html\n"
    )


def test_print_table_has_a_line_for_each_check_when_verbose():
    """With --verbose every check that was not passed has a line."""
    assert (
        "s002: 2.2 partly wrong 6/9: Your gradient for `weight` is the right one divided by the batch size (here 7): "
        "it differs by up to 0.8571.\n"
        "s002: 4.3 not checked 0/8\n"
        "s002: 5.2 crashed 0/8: `train` raised IndexError: index 21 is out of bounds.\n"
        "s002: 6.3 timed out 0/6: `train` was stopped after 20 s of CPU time.\n"
        "1 student, mean 95 %, median 95 %\n" in printed([factory.partly_wrong()], verbose=True)
    )


def test_print_table_says_which_points_wait_for_a_person():
    """Waiting points stand in the row."""
    record = factory.record()
    record["score"]["waiting"] = 23.0
    assert "s001      120/100 so far   not final   23 points wait for a person\n" in printed([record])


def test_print_table_gives_each_of_many_students_one_line():
    """Beyond forty students nobody takes two lines."""
    text = "x y " * 40
    records = [
        factory.record(f"s{k:03}", checks=[factory.check("1.1", result="failed", why="wrong", title=text)])
        for k in range(41)
    ]
    lines = printed(records, width=60).splitlines()
    assert sum(line.startswith("s0") for line in lines) == 41
    assert lines[44] == "41 students, mean 116 %, median 116 %"


def test_print_table_counts_our_faults_beyond_ten():
    """A night in which everything broke does not flood the terminal."""
    text = printed([factory.faulty(f"s{k:03}") for k in range(13)])
    assert "  and 3 more, all in index.html\n" in text
    assert text.count("the worker ended with signal 9") == 10


def test_print_table_of_nobody_says_so():
    """An empty class has no table."""
    assert printed([]) == "0 students\nReports: reports/index.html\n"


@pytest.mark.parametrize("text", factory.HOSTILE)
@pytest.mark.parametrize("encoding", ["utf-8", "ascii"])
def test_print_table_keeps_hostile_text_as_text(text, encoding):
    """No escape reaches the terminal, no markup is obeyed, no row leaves the width, in any encoding."""
    shown = printed([factory.hostile(text, "h01"), factory.record()], encoding=encoding)
    assert not {chr(code) for code in (*range(10), *range(11, 32), *range(127, 160))} & set(shown)
    table = shown[: shown.index("\n\n")]
    if encoding == "utf-8":
        assert all(cell_len(line) <= 80 for line in table.splitlines())


def test_print_table_is_guarded_in_a_github_job():
    """A student named like a command cannot give one: commands are stopped by a token nobody knows."""
    shown = printed([factory.record("::error::forged", "s001")], environ={"GITHUB_ACTIONS": "true"}).splitlines()
    assert shown[0].startswith("::stop-commands::")
    token = shown[0].removeprefix("::stop-commands::")
    assert len(token) == 32
    assert shown[-1] == f"::{token}::"


def test_print_table_has_colour_on_a_terminal_only():
    """A terminal gets colours, a pipe gets none."""
    stream = io.StringIO()
    console = Console(file=stream, width=80, force_terminal=True, color_system="standard", highlight=False)
    print_table(lambda: iter(factory.a_class()), Path("reports"), console=console, environ={})
    assert "\x1b[33m" in stream.getvalue()
    assert "\x1b" not in printed(factory.a_class())


def test_print_table_shows_whole_names_where_there_is_room():
    """A long name is cut for the last column's sake only."""
    name = "Bartholomäus-Maximilian von und zu Hohenstein"
    records = [factory.partly_wrong() | {"student": name, "slug": "s002"}]
    assert f"{name}   95/100 " in printed(records, width=120)
    assert f"{name}   95/100 " in printed(records, width=88)
    assert "Bartholomäus-Maximilian…   95/100 " in printed(records, width=62)


def test_print_table_keeps_the_points_that_a_cut_line_costs():
    """In a row of one line the sentence is cut, not the points behind it."""
    told = {"result": "failed", "why": "wrong", "message": "It differs in every one of the many entries that it has."}
    records = [factory.record(f"s{k:03}", checks=[factory.check("1.1", **told)]) for k in range(41)]
    assert "s000      116/100     116 %   1.1 It differs in … (-4)\n" in printed(records, width=54)
    assert "…" not in printed(records, width=120)


RUN = Run({"s001", "s002", "s003", "s004"}, {"s001": 116.0, "s002": 97.5, "s003": None}, False, ["s009"], 291.4)


def test_print_table_says_what_the_run_changed():
    """Who has another score, from what to what, the largest change first; who is new, who is gone, and how long it took."""
    assert (
        "Changed since the last run: s001 from 116 to 120, s002 from 97.5 to 95, s003 from no score to 0\n"
        "New since the last run: s004\n"
        "No longer in the class, and removed from the reports: s009\n"
        "4 submissions graded in 4 min 51 s\n"
        "Did not hand in: s007, s008\n" in printed(factory.a_class(), run=RUN, absent=[("s007", "Ada"), ("s008", "")])
    )


@pytest.mark.parametrize(
    ("run", "said"),
    [
        (Run({"s001"}, {}, True, (), 8.0), "1 submission graded in 8 s\n"),
        (Run((), {}, False, (), 0.4), "Nothing graded in 0 s\n"),
        (Run({"s001"}, {"s001": 120.0}, False, (), 3723.0),
         "Graded again with the same score: 1 student\n1 submission graded in 1 h 2 min\n"),
    ],
)  # fmt: skip
def test_print_table_says_when_nothing_changed(run, said):
    """A first run compares with nothing, and a second one that changes no score says so."""
    text = printed([factory.record()], run=run)
    assert text.endswith(f"median 120 %\n{said}Reports: reports/index.html\n")


@pytest.mark.parametrize("text", factory.HOSTILE)
def test_print_table_keeps_hostile_changes_as_text(text):
    """Names of those who changed, came, went or did not hand in are one line of text each time."""
    records = [factory.record(text, "s001"), factory.record(text, "s002")]
    run = Run({"s001", "s002"}, {"s001": 1.0}, False, [text] * 3, 2.0)
    shown = printed(records, run=run, absent=[(text, text)] * 3)
    assert not {chr(code) for code in (*range(10), *range(11, 32), *range(127, 160))} & set(shown)
    starts = ("Changed since", "New since", "No longer in", "2 submissions graded", "Did not hand in", "Reports:")
    assert [line.startswith(start) for line, start in zip(shown.splitlines()[-6:], starts, strict=True)] == [True] * 6


def test_print_table_names_ten_changes_and_counts_the_rest():
    """A class that was graded with other checks does not flood the terminal."""
    records = [factory.record(f"s{k:03}") for k in range(13)]
    run = Run([r["slug"] for r in records], {r["slug"]: 0.0 for r in records}, False)
    assert ", s009 from 0 to 120 and 3 more\n" in printed(records, run=run)
