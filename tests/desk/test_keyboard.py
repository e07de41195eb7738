"""Tests of a grader's whole way by keyboard, in a real browser through the real server."""

from __future__ import annotations

import re

import pytest

from grader.course.booking import marks_from
from grader.course.events import OF_MARKS
from grader.course.gradebook import Gradebook
from tests.desk.klass import QUESTIONS, a_class, a_record, prose, write_class
from tests.desk.served import Visitor, a_desk, enter, here, press, until

KEPT = "JSON.parse(localStorage.getItem('desk-marks') || '[]').length"
DONE = "/grading/"


def marks(folder):
    """Return the marks that hold, by student and question."""
    place = next(
        path
        for path in (folder / "reports" / "hw1" / "gradebook.db", folder / "reports" / "gradebook.db")
        if path.exists()
    )
    with Gradebook(str(place)) as book:
        found = marks_from(book.events(assignment="hw1", kinds=OF_MARKS))
    return {(mark.slug, mark.question): mark for mark in found if mark.earned or mark.comment}


def grade(shown, *keys):
    """Press keys, the last of which goes on to the next answer, and wait until that is shown."""
    before = here(shown)
    for key in keys:
        press(shown, key)
    until(shown, f"(document.querySelector('#main').dataset.here || location.pathname) !== {before!r}")


def all_saved(shown):
    """Wait until the desk has every mark."""
    until(shown, f"{KEPT} === 0")


def test_thirty_answers_by_keyboard_with_undo_and_reload(tmp_path, fresh):
    """Criteria by number, half of one, all, none, a comment, an undo and a reload in the middle: all is in the gradebook as it was meant."""
    a_class(tmp_path / "reports" / "hw1", 6)
    with a_desk(tmp_path) as served:
        enter(fresh, served, "/a/hw1/grading/1a/?order=stable")
        grade(fresh, "f")
        grade(fresh, "1", "3", "Enter")
        grade(fresh, "x")
        press(fresh, "2")
        press(fresh, "c")
        fresh.press("Say why.")
        press(fresh, "Escape")
        grade(fresh, "Enter")
        grade(fresh, "x")
        all_saved(fresh)
        press(fresh, "u")
        until(fresh, "document.querySelector('#notice').textContent.startsWith('Undone')")
        fresh.open(served.base + "/a/hw1/grading/1a/?order=stable")
        grade(fresh, "f")
        all_saved(fresh)
        for _ in range(25):
            grade(fresh, "f")
        all_saved(fresh)
        assert fresh.complaints() == []
    found = marks(tmp_path)
    assert len(found) == 30
    one, two, three = (name for name, _ in QUESTIONS[0][3])
    assert dict(found["s002", "1a"].earned) == {one: 2.0, two: 0.0, three: 1.0}
    assert dict(found["s003", "1a"].earned) == {one: 0.0, two: 0.0, three: 0.0}
    assert (dict(found["s004", "1a"].earned), found["s004", "1a"].comment) == (
        {one: 0.0, two: 1.0, three: 0.0},
        "Say why.",
    )
    assert dict(found["s005", "1a"].earned) == {one: 2.0, two: 1.0, three: 1.0}


def test_a_kill_in_the_middle_loses_no_mark(tmp_path, fresh):
    """Marks that were given while the desk was gone are kept in the browser, through a reload, too, and sent once when it is back."""
    a_class(tmp_path / "reports" / "hw1", 6)
    with a_desk(tmp_path) as served:
        enter(fresh, served, "/a/hw1/grading/1b/?order=stable")
        grade(fresh, "f")
        grade(fresh, "f")
        all_saved(fresh)
        served.kill()
        # The next answer was fetched before.
        grade(fresh, "1", "Enter")
        until(fresh, "document.querySelector('#notice').textContent.includes('kept in this browser')")
        assert fresh.evaluate(KEPT) >= 1
        served.start()
        all_saved(fresh)
        until(fresh, "document.querySelector('#progress')?.textContent.startsWith('3 of 6 graded')")
        grade(fresh, "x")
        all_saved(fresh)
    found = marks(tmp_path)
    assert sorted(found) == [(f"s00{n}", "1b") for n in range(1, 5)]
    assert [sum(points for _, points in found[f"s00{n}", "1b"].earned) for n in range(1, 5)] == [2.0, 2.0, 1.0, 0.0]


def test_what_the_browser_keeps_outlives_a_reload(tmp_path, fresh):
    """A mark that waits in the browser is sent by the next page of the desk that is opened."""
    a_class(tmp_path / "reports" / "hw1", 2)
    with a_desk(tmp_path) as served:
        enter(fresh, served, "/a/hw1/grading/2b/?order=stable")
        served.kill()
        press(fresh, "f")
        until(fresh, f"{KEPT} === 1")
        fresh.open("about:blank")
        served.start()
        fresh.open(served.base + "/a/hw1/grading/")
        all_saved(fresh)
    assert sorted(marks(tmp_path)) == [("s001", "2b")]


def test_two_graders_lose_no_mark_and_see_each_other(tmp_path, fresh):
    """Two desks on one gradebook: a mark that somebody else gave meanwhile is shown and not replaced unasked; a claim is seen."""
    a_class(tmp_path / "reports" / "hw1", 3)
    with a_desk(tmp_path) as served, a_desk(tmp_path, by="lee") as other:
        lee = Visitor(other)
        enter(fresh, served, "/a/hw1/grading/1a/?order=stable")
        where = here(fresh)
        form = {"token": lee.token(), "act": "0" * 16, "seen": "", "do": "none"}
        status, _, _ = lee.ask("POST", where.partition("?")[0], form)
        assert status == 303
        press(fresh, "f")
        until(
            fresh,
            "document.querySelector('#notice').textContent.startsWith('lee has graded this answer in the meantime')",
        )
        until(fresh, f"document.querySelector('#main').dataset.here === {where!r}")
        assert sum(points for _, points in marks(tmp_path)["s001", "1a"].earned) == 0.0
        # Seen, and decided otherwise.
        grade(fresh, "f")
        all_saved(fresh)
        assert sum(points for _, points in marks(tmp_path)["s001", "1a"].earned) == 4.0
        lee.ask("POST", "/a/hw1/grading/1b/claim", {"token": lee.token(), "held": "yes"})
        fresh.open(served.base + "/a/hw1/grading/1b/")
        assert "lee is grading this question." in fresh.evaluate("document.querySelector('#progress').textContent")


def test_what_is_alike_is_graded_once(tmp_path, fresh):
    """One key grades a whole group; who is taken out of it waits for a mark of their own; one key takes all of it back."""
    same = "With a large step the walk leaps over the valley, because the step is longer than the valley is wide."
    near = same.replace("large", "big")
    texts = {"s001": same, "s002": near, "s003": same, "s004": same.replace("large", "small")}
    records = [
        a_record(slug, answers=lambda q, t=text, s=slug: t if q == "1a" else prose(s + q))
        for slug, text in texts.items()
    ]
    write_class(tmp_path / "reports" / "hw1", records)
    with a_desk(tmp_path) as served:
        enter(fresh, served, "/a/hw1/grading/1a/?order=stable")
        said = fresh.evaluate("document.querySelector('#others > summary').textContent")
        assert said == "2 more answers say the same, and are graded with this one"
        assert fresh.evaluate("[...document.querySelectorAll('#others mark')].map(each => each.textContent)") == ["big"]
        grade(fresh, "1", "Enter")
        all_saved(fresh)
        assert {slug for slug, _ in marks(tmp_path)} == {"s001", "s002", "s003"}
        press(fresh, "u")
        until(fresh, "document.querySelector('#notice').textContent.includes('of 3 answers')")
        assert marks(tmp_path) == {}
        until(fresh, "document.querySelectorAll('[name=member]').length")
        fresh.click("#others li:last-child [name=member]")
        grade(fresh, "f")
        all_saved(fresh)
        assert len(marks(tmp_path)) == 2
        assert Visitor(served).page("/a/hw1/grading/").count("2 / 4") == 1


def test_a_weight_changes_all_and_is_undone_by_one_key(tmp_path, fresh):
    """Other weights move the points of every graded answer; u puts them back; both stand in the history of question and student."""
    a_class(tmp_path / "reports" / "hw1", 4)
    with a_desk(tmp_path) as served:
        enter(fresh, served, "/a/hw1/grading/1b/?order=stable")
        for _ in range(4):
            grade(fresh, "1", "Enter")
        all_saved(fresh)
        visitor = Visitor(served)
        assert _points(visitor) == ["1 / 1", "0 / 1"]
        fresh.open(served.base + "/a/hw1/grading/1b/rubric")
        fresh.evaluate("document.querySelector('#w0').value = '1.5', document.querySelector('#w1').value = '0.5'")
        fresh.evaluate("document.querySelector('#why').value = 'said in class'")
        fresh.click("button[value=weights]")
        until(fresh, "document.querySelectorAll('.history li').length === 1")
        assert _points(visitor) == ["1.5 / 1.5", "0 / 0.5"]
        press(fresh, "u")
        until(fresh, "document.querySelectorAll('.history li').length === 2")
        assert _points(visitor) == ["1 / 1", "0 / 1"]
        history = visitor.page("/a/hw1/students/s002.html").partition('id="history"')[2]
        assert "the weights are now it averages gradients 1.5, less zigzag 0.5 (said in class)" in history
        assert "the weights are again those of the rubric (undone: said in class)" in history


def _points(visitor):
    """Return what a student's page says of the two criteria of 1b."""
    page = visitor.page("/a/hw1/students/s002.html")
    part = page.partition("What does momentum change?")[2].partition("</details>")[0]
    return re.findall(r'<td class="number">([^<]+)</td>', part)


def test_keys_do_nothing_in_a_field_and_can_be_switched_off(tmp_path, fresh):
    """Whoever writes a comment, or has switched single keys off, gives no points by it."""
    a_class(tmp_path / "reports" / "hw1", 2)
    with a_desk(tmp_path) as served:
        enter(fresh, served, "/a/hw1/grading/1a/?order=stable")
        where = here(fresh)
        press(fresh, "c")
        fresh.press("f1xu")
        assert fresh.evaluate("document.querySelector('#comment').value") == "f1xu"
        press(fresh, "Escape")
        fresh.evaluate("document.querySelector('#comment').value = ''")
        press(fresh, "?")
        until(fresh, "document.querySelector('#keys').open")
        fresh.click("#keys-on")
        fresh.click("#keys form button")
        press(fresh, "f")
        assert here(fresh) == where
        assert fresh.evaluate(KEPT) == 0
        fresh.evaluate("localStorage.removeItem('desk-keys')")


def test_a_slow_network_gives_no_mark_to_another_answer(tmp_path, fresh):
    """Keys that come while the next answer is on its way are for the one that is shown, and no mark lands elsewhere."""
    a_class(tmp_path / "reports" / "hw1", 4)
    with a_desk(tmp_path) as served:
        enter(fresh, served, "/a/hw1/grading/2a/?order=stable")
        fresh.call("Network.enable")
        slow = {"offline": False, "latency": 600, "downloadThroughput": 40_000, "uploadThroughput": 40_000}
        fresh.call("Network.emulateNetworkConditions", **slow)
        for key in "fxfx":
            grade(fresh, key)
            press(fresh, "1")
        all_saved(fresh)
        fresh.call(
            "Network.emulateNetworkConditions",
            **slow | {"latency": 0, "downloadThroughput": -1, "uploadThroughput": -1},
        )
    found = marks(tmp_path)
    assert [sum(points for _, points in found[f"s00{n}", "2a"].earned) for n in range(1, 5)] == [2.0, 0.0, 2.0, 0.0]


@pytest.mark.soak
def test_a_hundred_and_fifty_answers_in_few_keys(tmp_path, fresh):
    """Five questions of thirty students, right, half right and wrong, with comments: below 2.5 key strokes an answer, through a kill and a reload."""
    a_class(tmp_path / "reports" / "hw1", 30)
    strokes = 0
    with a_desk(tmp_path) as served, a_desk(tmp_path, by="lee") as other:
        lee = Visitor(other)
        enter(fresh, served, "/a/hw1/grading/1a/")
        for number in range(149):
            keys = ("f", "f", "x", "1\r", "f", "2\r" if fresh.evaluate("!!document.querySelector('#p1')") else "f")[
                number % 6
            ]
            typed = ["Enter" if key == "\r" else key for key in keys]
            strokes += len(typed)
            grade(fresh, *typed)
            if number == 40:
                all_saved(fresh)
                served.kill()
                served.start()
            if number == 80:
                all_saved(fresh)
                fresh.open(served.base + here(fresh))
            if number == 100:
                lee.page("/a/hw1/grading/")
        press(fresh, "f")
        strokes += 1
        all_saved(fresh)
    assert len(marks(tmp_path)) == 150
    assert strokes < 2.5 * 150
    print(f"{strokes} key strokes for 150 answers")
