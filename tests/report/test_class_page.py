"""The page for the class in a real browser: search, sort, groups, with and without its script."""

from __future__ import annotations

import time

import pytest

from grader.report.write import write_class
from tests.browser import browser, require_browser
from tests.report import factory
from tests.report.test_index import wrong

SHOWN = """[...document.querySelectorAll('#everybody > tbody > tr')]
    .filter(row => row.getClientRects().length).map(row => row.cells[0].textContent)"""
GROUPS = "[...document.querySelectorAll('.group')].filter(p => p.getClientRects().length).map(p => p.textContent)"


@pytest.fixture(scope="module")
def reader():
    """A browser, the same for all tests."""
    require_browser()
    with browser() as shown:
        yield shown


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    """The page of a class of twelve, and of all hostile names."""
    out = tmp_path_factory.mktemp("class")
    records = [factory.record(f"s{k:03}", checks=wrong("1.1", "2.2") if k % 3 else ()) for k in range(1, 11)]
    records += [factory.record("Zoë Müller", "zoe"), factory.faulty("s012")]
    records += [factory.hostile(text, f"h{k:02}") for k, text in enumerate(factory.HOSTILE)]
    return write_class(lambda: iter(records), out, absent=[(text, text) for text in factory.HOSTILE]).index


def shown_after(reader, before):
    """Return the students shown once they are others than ``before``: the page hears of its new address a moment later."""
    deadline = time.monotonic() + 120
    while (now := reader.evaluate(SHOWN)) == before and time.monotonic() < deadline:
        time.sleep(0.02)
    return now


def search(reader, words):
    """Type words into the empty search box."""
    reader.evaluate("{const box = document.getElementById('search'); box.value = ''; box.focus()}")
    reader.press(words)


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("s00", [*(f"s00{k}" for k in (3, 6, 9, 1, 2, 4, 5, 7, 8))]),
        ("muller", ["Zoë Müller"]),
        ("MÜL oe", ["Zoë Müller"]),
        ("s00 divided", []),
        ("bias-averaged", ["s001", "s002", "s004", "s005", "s007", "s008", "s010"]),
        ("onerror", ["</script><img src=x onerror=alert(1)>"]),
    ],
)
def test_search_shows_the_rows_with_all_its_words(reader, page, words, found):
    """Each key narrows the table by names and by what to look at; accents and capitals do not matter."""
    reader.open(page)
    search(reader, words)
    assert reader.evaluate(SHOWN) == found
    assert reader.evaluate("document.getElementById('shown').textContent") == f"{len(found)} of 36 shown"
    assert reader.complaints() == []


@pytest.mark.parametrize("script", [True, False])
def test_a_number_shows_its_students(reader, page, script):
    """A bar and the number of a check each leave their students in the table, say whom, and lead back; no script is needed."""
    reader.call("Emulation.setScriptExecutionDisabled", value=not script)
    try:
        reader.open(page)
        everybody = reader.evaluate(SHOWN)
        assert len(everybody) == 36
        reader.click("svg a[href='#b11'] rect")
        found = shown_after(reader, everybody)
        assert {"s003", "s006", "s009", "Zoë Müller"} <= set(found)
        assert not {"s001", "s012"} & set(found)
        assert reader.evaluate(GROUPS) == [f"From 110 to 120 percent: {len(found)} students. Show all students"]
        reader.click(".group:target a")
        assert shown_after(reader, found) == everybody
        reader.click(".checks-of-class a")
        assert shown_after(reader, everybody) == [f"s{k:03}" for k in (1, 2, 4, 5, 7, 8, 10)]
        assert reader.evaluate("!!document.querySelector('.find').hidden") is not script
    finally:
        reader.call("Emulation.setScriptExecutionDisabled", value=False)


def test_search_and_group_narrow_together(reader, page):
    """Within a group the search goes on, and the count is of what is seen."""
    reader.open(f"{page.resolve().as_uri()}#b10")
    search(reader, "s00")
    assert reader.evaluate(SHOWN) == ["s001", "s002", "s004", "s005", "s007", "s008"]
    assert reader.evaluate("document.getElementById('shown').textContent") == "6 of 36 shown"


def test_a_heading_sorts(reader, page):
    """Numbers begin with the highest, text with the first; a second press turns it round, and what has none stays last."""
    reader.open(page)
    search(reader, "s0")
    percents = (
        "[...document.querySelectorAll('#everybody > tbody > tr:not([hidden])')].map(r => r.cells[2].textContent)"
    )
    for falling in (True, False):
        reader.click("#everybody thead th:nth-child(3) button")
        words = reader.evaluate(percents)
        assert words[-1] == "no score"
        numbers = [float(word.removesuffix(" %")) for word in words[:-1]]
        assert numbers == sorted(numbers, reverse=falling)
    reader.click("#everybody thead th:nth-child(1) button")
    assert reader.evaluate(SHOWN) == [*(f"s{k:03}" for k in range(1, 11)), "s012"]
    assert reader.evaluate("[...document.querySelectorAll('[aria-sort]')].map(th => th.ariaSort)") == ["ascending"]


@pytest.mark.parametrize(("width", "paper"), [(390, False), (1280, False), (760, True)])
def test_the_page_fits(reader, page, width, paper):
    """Nothing is wider than a phone, a screen or a sheet of paper, no number is cut, and the browser has nothing to complain of."""
    reader.open(page, width=width, print_media=paper)
    assert reader.evaluate("document.documentElement.scrollWidth") <= width
    cut = "[...document.querySelectorAll('td.number')].filter(td => td.scrollWidth > td.clientWidth).length"
    assert reader.evaluate(cut) == 0
    assert reader.complaints() == []


def test_a_script_of_a_student_would_be_refused(reader, page, tmp_path):
    """Were a name not escaped, the page's own policy would still not run it: written into the page, it does nothing."""
    text = page.read_text(encoding="utf-8")
    for name, bad in (
        ("tag", "<script>document.title = 'run'</script>"),
        ("handler", "<img src=x onerror=\"document.title = 'run'\">"),
    ):
        for policy in (True, False):
            opened = text if policy else text.replace("Content-Security-Policy", "x")
            (tmp_path / f"{name}.html").write_text(opened.replace("</main>", f"{bad}</main>"), encoding="utf-8")
            reader.open(tmp_path / f"{name}.html")
            assert (reader.evaluate("document.title") == "run") is not policy
