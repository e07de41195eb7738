"""The reports as axe-core reads them: for people with other eyes and hands, in light and dark, with everything unfolded."""

from __future__ import annotations

import pytest

from grader.report.stand_ins import StandIns
from grader.report.write import write_class, write_student
from tests.axe import axe, violations
from tests.browser import browser, require_browser
from tests.report import factory

UNFOLD = "document.querySelectorAll('details').forEach(each => each.open = true)"


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    """The pages of a class in which everything occurs, hostile names among it, and of the class."""
    out = tmp_path_factory.mktemp("reports")
    records = [*factory.a_class(), factory.written("s050"), factory.hostile("<b>x</b> \u0635 " * 20, "h01")]
    for record in records:
        write_student(record, out)
    write_class(StandIns(lambda: iter(records)), out)
    return [out / "index.html", *sorted((out / "students").glob("*.html"))]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_on_any_page(pages, scheme):
    """Contrast, names, order of headings, regions, tables: nothing is found."""
    require_browser()
    script = axe()
    assert len(pages) > 5
    with browser() as shown:
        for page in pages:
            shown.open(page)
            features = [{"name": "prefers-color-scheme", "value": scheme}]
            shown.call("Emulation.setEmulatedMedia", media="screen", features=features)
            shown.evaluate(UNFOLD)
            assert violations(shown, script) == [], page.name


def test_axe_finds_what_is_wrong(tmp_path):
    """The control: a picture without a text, grey on grey, a table cell that heads nothing."""
    require_browser()
    page = tmp_path / "bad.html"
    page.write_text("<title>x</title><img src=x><p style='color:#999;background:#aaa'>words</p>", encoding="utf-8")
    with browser() as shown:
        shown.open(page)
        found = violations(shown, axe())
    assert {line.partition(":")[0] for line in found} >= {"image-alt", "color-contrast", "html-has-lang"}
