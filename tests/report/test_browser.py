"""Tests of the student's page as a browser lays it out: how long it is, and that nothing sticks out."""

from __future__ import annotations

import pytest

from grader.report.page import render_page
from tests.browser import look
from tests.report import factory

PHONE, DESK = {"width": 390, "height": 844}, {"width": 1280, "height": 800}
SIZE = "const root = page.documentElement; return [root.scrollHeight, root.scrollWidth];"
OPENED = "page.querySelectorAll('details').forEach(each => each.open = true);" + SIZE


def typical():
    """Return the record of a student with one mistake that another check waits for, and no bonus attempted."""
    record = factory.partly_wrong()
    kept = [check for check in record["checks"] if check["task"] in ("2.2", "4.3")]
    offered = [factory.offered(number) for number, _, _ in factory.TASKS if number.startswith("7")]
    drawn = {name: record[name] for name in ("exhibits", "figures", "output", "remarks")}
    excerpts = [factory.excerpt(factory.check_id("2.2"))]
    return factory.record(checks=[*kept, *offered], excerpts=excerpts, **drawn)


@pytest.mark.parametrize("screen", [PHONE, DESK], ids=["phone", "desk"])
def test_page_of_a_typical_student_has_two_screens(tmp_path, screen):
    """What to fix, what was passed, and all that is folded fit into two screens, on a phone as well."""
    height, width = look(render_page(typical()), SIZE, tmp_path, **screen)
    assert height <= 2 * screen["height"]
    assert width <= screen["width"]


def test_page_of_what_cannot_be_read_has_one_screen(tmp_path):
    """One cause with its line, and one folded list of all that waits for it."""
    height, width = look(render_page(factory.unreadable()), SIZE, tmp_path, **PHONE)
    assert (height, width) == (844, 390)


@pytest.mark.parametrize("text", ["x" * 10_000, "line one\nline two\n" * 400, "\u0635" * 400, "<b>" * 300])
def test_page_is_as_wide_as_the_phone_whatever_is_in_it(tmp_path, text):
    """Names, messages, code and values of any length break or scroll by themselves, also where everything is unfolded."""
    _, width = look(render_page(factory.hostile(text, "h01")), OPENED, tmp_path, **PHONE)
    assert width <= 390


def test_folded_parts_unfold_on_paper(tmp_path):
    """The style sheet for print shows what is folded; on the screen it takes no room."""
    shows = "const [rule] = [...page.styleSheets[0].cssRules].filter(each => each.conditionText === 'print');"
    shows += "return [...rule.cssRules].filter(each => each.selectorText?.includes('details-content')).map(each => each.cssText);"
    (rule,) = look(render_page(typical()), shows, tmp_path, **DESK)
    assert "content-visibility: visible" in rule
