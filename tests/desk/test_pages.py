"""Tests of the pages of the desk in a real browser: hostile texts, requests, accessibility, widths, and the way without script."""

from __future__ import annotations

import base64
import contextlib
import re
import sqlite3
import time

import pytest

from tests.axe import axe, violations
from tests.desk.klass import a_class, a_record, png, prose, write_class
from tests.desk.served import Visitor, a_desk, enter, press, until

PAGES = (
    "/course/", "/a/hw1/", "/a/hw1/students/s001.html", "/a/hw1/grading/", "/a/hw1/grading/1a/", "/a/hw1/grading/1a/rubric", "/a/hw1/alike/",
    "/a/hw1/run/", "/nothing",
)  # fmt: skip
RUNS = "window.ran = (window.ran || 0) + 1"
_TAGS = (
    "<script>{run}</script>", "<img src=x onerror='{run}'>", "<svg onload='{run}'>", "<svg><script>{run}</script></svg>", "<body onload='{run}'>",
    "<iframe srcdoc=\"<script>parent.{run}</script>\"></iframe>", "<iframe src='javascript:parent.{run}'></iframe>", "<a href='javascript:{run}'>x</a>",
    "<form action='javascript:{run}'><button>x</button></form>", "<input autofocus onfocus='{run}'>", "<details open ontoggle='{run}'>x</details>",
    "<style>*{{background:url(//evil.example/x)}}</style>", "<link rel=stylesheet href=//evil.example/x.css>", "<base href=//evil.example/>",
    "<meta http-equiv=refresh content='0;url=//evil.example/'>", "<object data=//evil.example/></object>", "<embed src=//evil.example/>",
    "<video src=//evil.example/ onerror='{run}'></video>", "<math href='javascript:{run}'>x</math>", "<template><script>{run}</script></template>",
    "<noscript><img src=//evil.example/></noscript>", "<textarea autofocus onfocus='{run}'>", "<button formaction='javascript:{run}'>x</button>",
    "<img src=//evil.example/x.png>", "<script src=//evil.example/x.js></script>",
)  # fmt: skip
_AROUND = ("{}", "\"'>{}", "</textarea></script></style></pre>{}", "${}$ and ![x]({}) [x](javascript:alert(1)) `{}`")
HOSTILE = [around.replace("{}", tag.format(run=RUNS)) for tag in _TAGS for around in _AROUND]
BAD_PNG = base64.b64encode(b"<svg xmlns='http://www.w3.org/2000/svg' onload='window.ran=1'/>").decode("ascii")


def watch(shown, base):
    """Have the browser note every request, and return what it noted that leaves the desk."""
    shown.call("Network.enable")

    def elsewhere():
        asked = [
            event["params"]["request"]["url"]
            for event in shown.events
            if event.get("method") == "Network.requestWillBeSent"
        ]
        return [url for url in asked if not url.startswith((base, "data:", "about:"))]

    return elsewhere


def test_a_hundred_hostile_texts_run_nothing(tmp_path, fresh):
    """In answers, names, file names, messages, code, output, comments and figures none of a hundred payloads runs or asks for anything."""
    records = []
    for number in range(1, 26):
        four = HOSTILE[4 * number - 4 : 4 * number]
        record = a_record(
            f"s{number:03}",
            name=four[0],
            answers=lambda q, t=four: t[["1a", "1b", "2a", "2b", "3"].index(q) % 4],
            hostile=four[1],
        )
        record["figures"] = [{"png": BAD_PNG if number % 2 else png()}]
        records.append(record)
    assert len(HOSTILE) == 100
    write_class(tmp_path / "reports" / "hw1", records)
    with a_desk(tmp_path, by="<img src=x onerror='window.ran=1'>") as served:
        visitor = Visitor(served)
        token = visitor.token()
        for number, text in enumerate(HOSTILE[:8]):
            form = {"token": token, "do": "comment", "text": text, "why": text}
            assert visitor.ask("POST", f"/a/hw1/students/s{number % 3 + 1:03}.html", form)[0] == 303
        enter(fresh, served)
        elsewhere = watch(fresh, served.base)
        places = [*PAGES, *(f"/a/hw1/students/s{number:03}.html" for number in range(1, 26, 4))]
        ids = re.findall(r'href="(/a/hw1/grading/1a/[0-9a-f]{12})"', visitor.page("/a/hw1/students/s002.html"))
        for place in [*places, *ids]:
            fresh.open(served.base + place)
            fresh.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
            assert fresh.evaluate("window.ran ?? 0") == 0, place
            assert elsewhere() == [], place
            refused = [words for words in fresh.complaints() if "404" not in words]
            assert refused == [], place
        fresh.open(served.base + "/a/hw1/grading/1a/?order=stable")
        for _ in range(6):
            press(fresh, "f")
            time.sleep(0.1)
        until(fresh, "JSON.parse(localStorage.getItem('desk-marks') || '[]').length === 0")
        assert fresh.evaluate("window.ran ?? 0") == 0
        assert elsewhere() == []


def test_a_payload_runs_where_nothing_is_in_its_way(fresh, tmp_path):
    """The control: the same payload on a page without our escaping and policy does run."""
    page = tmp_path / "bare.html"
    page.write_text(f"<!DOCTYPE html><title>x</title>{HOSTILE[4]}{HOSTILE[0]}", encoding="utf-8")
    fresh.open(page)
    until(fresh, "window.ran >= 1")


@pytest.mark.parametrize("scheme", ["light", pytest.param("dark", marks=pytest.mark.soak)])
def test_axe_finds_nothing(tmp_path, fresh, scheme):
    """On no page, in light or dark, does axe find a fault."""
    script = axe()
    same = "With a large step the walk leaps over the valley, because the step is longer than the valley is wide."
    records = [a_record(f"s00{n}", answers=lambda q, n=n: same if q == "1a" else prose(f"{n}{q}")) for n in range(1, 5)]
    write_class(tmp_path / "reports" / "hw1", records)
    with a_desk(tmp_path) as served:
        visitor = Visitor(served)
        token = visitor.token()
        visitor.ask(
            "POST",
            "/a/hw1/grading/1a/rubric",
            {"token": token, "act": "1" * 16, "do": "phrase", "phrase": "", "text": "Say *why*."},
        )
        visitor.ask(
            "POST",
            "/a/hw1/students/s001.html",
            {"token": token, "do": "override", "task": "1", "points": "9", "why": "by eye"},
        )
        enter(fresh, served)
        features = [{"name": "prefers-color-scheme", "value": scheme}]
        for place in PAGES:
            fresh.open(served.base + place)
            fresh.call("Emulation.setEmulatedMedia", media="screen", features=features)
            fresh.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
            assert violations(fresh, script) == [], place


@pytest.mark.parametrize("width", [390, pytest.param(1280, marks=pytest.mark.soak), 1920])
def test_nothing_is_wider_than_the_window(tmp_path, fresh, width):
    """On a phone and on a wide screen all pages fit, also with long words in every field."""
    long = "x" * 3000
    write_class(
        tmp_path / "reports" / "hw1",
        [a_record("s001", name=long, answers=lambda q: f"{long} $$x^{{{'y' * 90}}}$$", hostile=long), a_record("s002")],
    )
    with a_desk(tmp_path) as served:
        enter(fresh, served)
        for place in PAGES:
            fresh.open(served.base + place, width=width)
            fresh.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
            assert fresh.evaluate("document.documentElement.scrollWidth") <= width, place


def test_all_of_it_works_without_script(tmp_path):
    """Forms alone grade with points, an adjustment with its reason, comment and note, take back, and decide."""
    a_class(tmp_path / "reports" / "hw1", 2)
    with a_desk(tmp_path) as served:
        visitor = Visitor(served)
        page = visitor.page("/a/hw1/grading/1a/?order=stable")
        form = dict(
            re.findall(
                r'<input type="hidden" name="(\w+)" value="([^"]*)"',
                page.partition('id="grade"')[2].partition("</form>")[0],
            )
        )
        action = re.search(r'id="grade" method="post" action="([^"]+)"', page)[1]
        given = {
            "do": "save",
            "p0": "1,5",
            "p1": "",
            "p2": "1",
            "adjust": "-0.5",
            "comment": "Look again.",
            "note": "unsure",
        }
        status, _, text = visitor.ask("POST", action, form | given)
        assert status == 422
        assert "An adjustment needs a reason; the student and the other graders read it." in text
        assert visitor.ask("POST", action, form | given | {"p0": "7", "why": "copied"})[0] == 422
        status, headers, _ = visitor.ask("POST", action, form | given | {"why": "half of it is copied"})
        assert status == 303 and headers["Location"] != action
        student = visitor.page("/a/hw1/students/s001.html")
        assert "<strong>2</strong>" not in student
        own = student.partition("Why does it diverge?")[2].partition("</details>")[0]
        assert re.findall(r'<td class="number">([^<]+)</td>', own) == ["1.5 / 2", "0 / 1", "1 / 1", "\u22120.5"]
        assert "half of it is copied" in own and "Look again." in own and "unsure" not in own
        assert "unsure" in visitor.page(action)
        # The same form once more is the same stroke.
        visitor.ask("POST", action, form | given | {"why": "again", "p0": "0"})
        assert "half of it is copied" in visitor.page("/a/hw1/students/s001.html")
        undo = {"token": form["token"], "act": "f" * 16}
        assert visitor.ask("POST", "/a/hw1/grading/undo", undo)[0] == 303
        assert "0 of 2 graded" in visitor.page(action)
        decided = {"token": form["token"], "do": "override", "task": "1", "points": "3,5", "why": "seen by eye"}
        assert visitor.ask("POST", "/a/hw1/students/s001.html", decided)[0] == 303
        student = visitor.page("/a/hw1/students/s001.html")
        assert "decided by kim: seen by eye" in student
        assert "decided task 1: 3.5 (seen by eye)" in student


def test_a_request_is_noted_down_and_answered(tmp_path):
    """A request waits on the student's page until somebody answers it; both stand in the history."""
    a_class(tmp_path / "reports" / "hw1", 1)
    with a_desk(tmp_path) as served:
        visitor = Visitor(served)
        token, path = visitor.token(), "/a/hw1/students/s001.html"
        assert visitor.ask("POST", path, {"token": token, "do": "ask", "text": "Please look at 1a again."})[0] == 303
        page = visitor.page(path)
        number = re.search(r'name="request" value="(\d+)"', page)[1]
        assert "Please look at 1a again." in page.partition("Requests")[2]
        wrong = {"token": token, "do": "answer", "request": "99", "text": "Done."}
        assert visitor.ask("POST", path, wrong)[0] == 422
        assert visitor.ask("POST", path, wrong | {"request": number})[0] == 303
        page = visitor.page(path)
        assert 'name="request"' not in page
        assert f"answered request {number}: Done." in page


def test_orders_differ(tmp_path):
    """Nobody is always last: the order is another one for each question unless one asks for one order, or that of the reports."""
    a_class(tmp_path / "reports" / "hw1", 12)
    with a_desk(tmp_path) as served:
        visitor = Visitor(served)
        slugs = {
            place: slug
            for slug in (f"s{n:03}" for n in range(1, 13))
            for place in re.findall(
                r'href="/a/hw1/grading/\w+/([0-9a-f]{12})"', visitor.page(f"/a/hw1/students/{slug}.html")
            )
        }

        def walk(question, order):
            path, seen = f"/a/hw1/grading/{question}/?order={order}", []
            for _ in range(12):
                page = visitor.page(path)
                seen.append(slugs[re.search(r'data-here="/a/hw1/grading/\w+/(\w+)', page)[1]])
                path = re.search(r'data-behind="([^"]+)"', page)[1]
            return seen

        assert walk("1a", "stable") == sorted(set(slugs.values())) == walk("1b", "stable")
        assert walk("1a", "random") == walk("1b", "random") != walk("1b", "stable")
        assert walk("1a", "different") != walk("1b", "different")
        assert walk("1a", "different") == walk("1a", "different")


def test_no_name_stands_beside_an_answer(tmp_path):
    """The page of an answer names nobody unless one asks for it, and with ``--anonymous`` nobody at all."""
    write_class(
        tmp_path / "reports" / "hw1", [a_record("s001", name="Ada Lovelace"), a_record("s002", name="Alan Turing")]
    )
    for words in ((), ("--anonymous",)):
        with a_desk(tmp_path, *words) as served:
            visitor = Visitor(served)
            page = visitor.page("/a/hw1/grading/1a/?order=stable")
            shown = re.sub(r"<p class=\"eyebrow named\" hidden>.*?</p>", "", page, flags=re.S)
            assert "Lovelace" not in shown
            if words:
                assert "Lovelace" not in page and "s001" not in page


def test_a_record_that_cannot_be_read_stops_nobody(tmp_path):
    """The class page says whose record is damaged, and shows all others; a record that changes is read again."""
    records = a_class(tmp_path / "reports" / "hw1", 3)
    (tmp_path / "reports" / "hw1" / "records" / "s002.json").write_text("{", encoding="utf-8")
    with a_desk(tmp_path) as served:
        visitor = Visitor(served)
        page = visitor.page("/a/hw1/")
        assert "1 record cannot be read: s002" in page
        assert "students/s003.html" in page
        assert visitor.ask("GET", "/a/hw1/students/s002.html")[0] == 404
        write_class(tmp_path / "reports" / "hw1", records)
        deadline = time.monotonic() + 120
        while "cannot be read" in visitor.page("/a/hw1/"):
            assert time.monotonic() < deadline
            time.sleep(0.3)
        assert "students/s002.html" in visitor.page("/a/hw1/")


def test_the_course_appears_when_the_reports_are_in_the_gradebook(tmp_path):
    """While somebody else holds the gradebook, the page says that the class is being read; it never shows a course that lacks students."""
    a_class(tmp_path / "reports" / "hw1", 1)
    with a_desk(tmp_path) as served:
        assert "s001" in Visitor(served).page("/course/")
    a_class(tmp_path / "reports" / "hw1", 2)
    (book,) = tmp_path.rglob("gradebook.db")
    with contextlib.closing(sqlite3.connect(book, isolation_level=None)) as held:
        held.execute("BEGIN IMMEDIATE")
        with a_desk(tmp_path) as served:
            visitor = Visitor(served)
            status, headers, text = visitor.ask("GET", "/course/")
            assert (status, headers["Refresh"]) == (200, "1")
            assert "The page will appear by itself." in text and "s001" not in text
            held.execute("ROLLBACK")
            assert "s002" in visitor.page("/course/")
