"""Tests of what the desk keeps of the gradebook: strokes, undo, claims, pace, and other writers at the same time."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta

import pytest

from grader.course.events import Claim, Draft, Marked, Weighed
from grader.course.gradebook import Gradebook
from grader.desk.book import Book, Refused, new_act

GIVEN = (("a", 1.0),)


def mark(points=1.0, sha="f" * 64, **words):
    """Return points for the one question."""
    return Marked("1a", sha, (("a", points),), **words)


@pytest.fixture
def book(tmp_path):
    """A book on a gradebook of its own."""
    with Gradebook(str(tmp_path / "gradebook.db")) as gradebook:
        yield Book(gradebook, "hw1")


def given(book, slug="s001"):
    """Return the points that hold for a student."""
    event = book.mark(slug, "1a", "f" * 64)
    return event and sum(points for _, points in event.what.earned)


def test_undo_goes_back_stroke_by_stroke(book):
    """Each undo takes back the last stroke that still stands, a group as one, and ends with a sentence."""
    for points in (1.0, 2.0):
        book.give("kim", {"s001": mark(points)}, {}, new_act())
    book.give("kim", {"s001": mark(3.0), "s002": mark(3.0)}, {"s001": 2}, new_act())
    seen = [(given(book), given(book, "s002"))]
    for _ in range(3):
        book.undo("kim", new_act())
        seen.append((given(book), given(book, "s002")))
    assert seen == [(3.0, 3.0), (2.0, None), (1.0, None), (None, None)]
    with pytest.raises(Refused, match=r"You have nothing to undo\."):
        book.undo("kim", new_act())


def test_undo_is_a_stroke_that_is_sent_twice_once(book):
    """The same undo again, because its answer was lost, takes nothing more back."""
    for points in (1.0, 2.0):
        book.give("kim", {"s001": mark(points)}, {}, new_act())
    act = new_act()
    assert book.undo("kim", act).id == book.undo("kim", act).id
    assert given(book) == 1.0


def test_undo_leaves_what_somebody_else_changed(book):
    """Of a group whose one answer another grader has graded since, only the rest is taken back."""
    book.give("kim", {"s001": mark(1.0), "s002": mark(1.0)}, {}, new_act())
    book.give("lee", {"s001": mark(2.0)}, {"s001": 1}, new_act())
    book.undo("kim", new_act())
    assert (given(book), given(book, "s002")) == (2.0, None)


def test_a_mark_that_was_not_seen_is_not_replaced(book):
    """Who graded an answer as it was before another grader's mark is told; after seeing that one may replace it."""
    book.give("lee", {"s001": mark(2.0)}, {}, new_act())
    with pytest.raises(Refused, match=r"lee has graded this answer in the meantime\.") as refused:
        book.give("kim", {"s001": mark(1.0)}, {"s001": 0}, new_act())
    assert refused.value.conflict
    book.give("kim", {"s001": mark(1.0)}, {"s001": 1}, new_act())
    assert given(book) == 1.0


def test_two_desks_at_once_lose_nothing(tmp_path):
    """Forty strokes of four desks on one gradebook are all in it, and every desk sees the same in the end."""
    place = str(tmp_path / "gradebook.db")
    Gradebook(place).close()
    books = [Book(Gradebook(place), "hw1") for _ in range(4)]

    def grade(number):
        for k in range(10):
            books[number].give(f"grader{number}", {f"s{number}{k}": mark(float(k))}, {}, new_act())

    threads = [threading.Thread(target=grade, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for book in books:
        book.refresh()
    assert [[given(book, f"s{n}{k}") for n in range(4) for k in range(10)] for book in books] == [
        [float(k) for _ in range(4) for k in range(10)]
    ] * 4
    for book in books:
        book.gradebook.close()


def test_a_claim_ends_by_itself(book):
    """A question belongs to whoever took it last, until they leave it or do nothing for half an hour."""
    book.write("lee", lambda: [Draft("hw1", "", Claim("1a", True))])
    at = book.newest("claim", "1a").at

    def later(minutes):
        return (datetime.fromisoformat(at) + timedelta(minutes=minutes)).strftime("%Y-%m-%dT%H:%M:%S.%fZ")

    assert [book.holder("1a", when) for when in (at, later(29), later(31))] == ["lee", "lee", None]
    book.write("lee", lambda: [Draft("hw1", "", Claim("1a", False))])
    assert book.holder("1a", at) is None


def test_pace_leaves_pauses_out(book):
    """The pace is the median time between strokes; somebody who was at lunch did not grade slowly."""
    times = ("10:00:00", "10:00:10", "10:00:20", "10:00:30", "11:30:00", "11:30:10")
    for number, at in enumerate(times):
        draft = Draft("hw1", f"s{number}", mark(act=f"{number:016x}"))
        book.gradebook.add(lambda _, one=draft: [one], author="kim", at=f"2026-01-01T{at}.000Z")
    book.refresh()
    assert book.pace("kim") == 10.0
    assert book.pace("lee") is None


def test_other_weights_are_seen_by_another_desk(tmp_path):
    """What one desk changes for everybody the other knows at its next look."""
    place = str(tmp_path / "gradebook.db")
    with Gradebook(place) as one, Gradebook(place) as two:
        first, second = Book(one, "hw1"), Book(two, "hw1")
        first.write("kim", lambda: [Draft("hw1", "", Weighed("1a", GIVEN, "x", new_act()))])
        assert second.weights("1a") == {}
        second.refresh()
        assert second.weights("1a") == {"a": 1.0}
