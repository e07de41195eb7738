"""Tests of desks on several machines: one gradebook, on a real PostgreSQL that also goes away."""

from __future__ import annotations

import re
import threading

import pytest

from grader.course.booking import marks_from
from grader.course.events import OF_MARKS
from grader.course.gradebook import Gradebook
from grader.desk.book import new_act
from tests.course.postgres import server
from tests.desk.klass import a_class
from tests.desk.served import Visitor, a_desk, enter, press, until

STUDENTS = 6
KEPT = "JSON.parse(localStorage.getItem('desk-marks') || '[]').length"


@pytest.fixture(scope="module")
def postgres():
    """A running server."""
    with server() as running:
        yield running


def given(url):
    """Return the points of each answer that is marked."""
    with Gradebook(url) as book:
        found = marks_from(book.events(assignment="hw1", kinds=OF_MARKS))
    return {(mark.slug, mark.question): sum(points for _, points in mark.earned) for mark in found if mark.earned}


def grade(visitor, question, what, count):
    """Grade so many answers of a question by their forms, as a browser without script does; return the status of each."""
    token, statuses, where = visitor.token(), [], f"/a/hw1/grading/{question}/"
    for _ in range(count):
        while where.count("/") < 5 or where.endswith("/"):
            where = visitor.ask("GET", where)[1]["Location"].partition("?")[0]
        form = {"token": token, "act": new_act(), "seen": "", "do": what}
        status, headers, _ = visitor.ask("POST", where, form)
        statuses.append(status)
        where = headers.get("Location", "").partition("?")[0]
    return statuses


def test_two_machines_grade_at_once_and_the_database_goes_away(postgres, tmp_path):
    """Two desks with folders of their own lose no mark to each other; while the server is gone, each says so in a sentence."""
    url = postgres.database()
    machines = [tmp_path / "one", tmp_path / "two"]
    for folder in machines:
        a_class(folder / "reports" / "hw1", STUDENTS)
    with a_desk(machines[0], "--gradebook", url) as one, a_desk(machines[1], "--gradebook", url, by="lee") as two:
        kim, lee = Visitor(one), Visitor(two)
        told: dict[str, list[int]] = {}
        threads = [
            threading.Thread(target=lambda: told.update(kim=grade(kim, "1a", "full", STUDENTS))),
            threading.Thread(target=lambda: told.update(lee=grade(lee, "1b", "none", STUDENTS))),
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert told == {"kim": [303] * STUDENTS, "lee": [303] * STUDENTS}
        found = given(url)
        assert {key for key in found if key[1] == "1a"} == {(f"s{n:03}", "1a") for n in range(1, STUDENTS + 1)}
        assert [found[f"s{n:03}", "1b"] for n in range(1, STUDENTS + 1)] == [0.0] * STUDENTS
        # Each desk has what the other gave.
        for visitor in (kim, lee):
            page = visitor.page("/a/hw1/grading/")
            assert page.count(f'<td class="number">{STUDENTS} / {STUDENTS}</td>') == 2
        postgres.stop()
        form = {"token": "", "act": "f" * 16, "seen": "", "do": "all"}
        for visitor in (kim, lee):
            status, _, text = visitor.ask("GET", "/a/hw1/grading/")
            assert (status, "Traceback" in text) == (503, False), text
            assert re.search(r"The gradebook postgresql\S+ does not answer: ", text)
            assert visitor.ask("POST", "/a/hw1/grading/2a/x", form)[0] in (403, 503)
        postgres.start()
        assert grade(lee, "2a", "full", 1) == [303]
        shown = kim.page("/a/hw1/grading/")
        assert f">1 / {STUDENTS}<" in shown, shown[shown.index("<main") :]
    assert sum(points > 0.0 for (_, question), points in given(url).items() if question == "2a") == 1


def test_a_mark_waits_in_the_browser_for_the_database(postgres, tmp_path, fresh):
    """A mark that is given while the database is gone is kept in the browser, which says why, and is sent once when the database is back."""
    url = postgres.database()
    a_class(tmp_path / "reports" / "hw1", 3)
    with a_desk(tmp_path, "--gradebook", url) as served:
        enter(fresh, served, "/a/hw1/grading/1a/?order=stable")
        postgres.stop()
        press(fresh, "f")
        until(fresh, "document.querySelector('#notice').textContent.includes('kept in this browser. The gradebook')")
        assert fresh.evaluate(KEPT) == 1
        postgres.start()
        until(fresh, f"{KEPT} === 0")
    assert given(url) == {("s001", "1a"): 4.0}
