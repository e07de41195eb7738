"""Tests of the page of one student."""

from __future__ import annotations

import base64
import hashlib
import re

import pytest

from grader.report.page import render_page
from tests.report import factory
from tests.report.html_reader import Page

_ALLOWED = {
    "article", "bdi", "body", "br", "caption", "circle", "code", "dd", "details", "div", "dl", "dt", "em", "figcaption", "figure",
    "footer", "h1", "h2", "h3", "h4", "head", "header", "html", "img", "li", "line", "main", "mark", "meta", "ol", "p", "path", "pre",
    "rect", "section", "span", "strong", "style", "summary", "svg", "table", "tbody", "td", "text", "th", "thead",
    "title", "tr", "ul",
}  # fmt: skip


def shown(record):
    """Return the page of a record, read as a browser reads it."""
    return Page(render_page(record))


def test_page_shows_the_score_in_words():
    """Points, bonus points and percent stand in the head."""
    page = shown(factory.partly_wrong())
    assert "75 of 100 points and 20 of 20 bonus points = 95 %" in page.words
    assert "16 of 20 checks passed. All 6 bonus checks passed. 3 things to fix." in page.words


def test_page_leads_with_what_pays_most():
    """The box at the top is the cause that costs most, with the points it can bring and what waits for it; the others follow."""
    page = shown(factory.partly_wrong())
    assert "Fix this first worth up to 11 points 2.2 Linear.backward returns the gradient" in page.words
    assert (
        "1 check waits for this 4.3 The gradient of a whole network with two hidden layers is right in every entry. "
        "(8 points) Then fix 5.2 train visits every sample" in page.words
    )
    assert (
        page.words.index("crashed 8 points") < page.words.index("timed out 6 points") < page.words.index("Passed 1.1")
    )


def test_page_folds_what_was_passed_by_task():
    """A line for each task with its points, in the order of the tasks; what was measured lies below."""
    page = shown(factory.partly_wrong())
    rows = [
        page.words.index(f"{title} ") for title in ("1.2 Tanh 4 / 4", "3.1 MSELoss 6 / 6", "7.6 Flatten bonus 1 / 1")
    ]
    assert rows == sorted(rows)
    assert (
        "7.6 Flatten bonus 1 / 1 Task 7.6 does what its docstring says. Measured: largest error 2.2e-16" in page.words
    )
    assert page.attributes("class").count("task") == 22


def test_page_puts_expected_beside_actual():
    """A failed check has its message once, both values, the points of its parts, and its hint behind a fold."""
    page = shown(factory.partly_wrong())
    assert page.words.count("it differs by up to 0.8571.") == 1
    assert page.words.count("inputs 3 / 3, weight 0 / 3, bias 3 / 3") == 1
    assert page.words.count("Expected [[ 0.4127 -1.2206 0.0918]") == 1
    assert page.words.count("Your code gave [[ 0.0590 -0.1744 0.0131]") == 1
    assert page.words.count("The loss already divides by the number of elements;") == 1
    assert "details" in page.tags()


def test_page_shows_the_students_own_frames():
    """File, line, function and code of a traceback are there."""
    page = shown(factory.partly_wrong())
    assert "line 212 of s002.py , in train batch = inputs[order[start + k]]" in page.words


def test_page_draws_exhibits_and_figures():
    """Two scatters of two panels, two curves, the gauge and the legend are SVG; the figure is an image."""
    page = shown(factory.partly_wrong())
    names = page.attributes("aria-label")
    assert "Linear set, ground truth" in names
    assert "XOR, predictions" in names
    assert any(name.startswith("XOR: 1,996 epochs, from ") for name in names)
    assert [src[:22] for src in page.attributes("src")] == ["data:image/png;base64,"]
    assert page.attributes("alt") == ["Figure 1 that the submission drew"]


def test_page_shows_what_was_printed_and_how_to_repeat():
    """Output is text; the last line repeats the grading."""
    page = shown(factory.partly_wrong())
    assert "What your code printed Iter: 0 | Ground truth: 1 | Predict: 0.99997" in page.words
    assert page.words.endswith("To grade it again, run: tox -e grade -- submissions --only s002")


def test_page_caps_what_was_printed():
    """A long output keeps its head and its tail; that it was cut before is said, too."""
    output = {"stdout": "x" * 300_000, "stderr": "", "truncated": True}
    page = shown(factory.record(output=output))
    assert "It printed more than this." in page.words
    assert "[… 284,000 characters left out …]" in page.words


def test_page_of_an_untouched_template_is_a_list_of_what_to_do():
    """Nothing is called wrong: every task has a line, in their order, and it says where to start; bonuses are an offer."""
    page = shown(factory.untouched())
    assert "Nothing is written yet, so this page is your list of what to do, in order." in page.words
    assert "Start here: task 1.1, Sigmoid." in page.words
    assert "Bonus you can earn 20 bonus points more 7.1 Momentum (3 bonus points)" in page.words
    assert page.attributes("class").count("task") == 20
    assert "NotImplementedError" not in page.words
    assert "missing" not in page.words
    assert "wrong" not in page.words


def test_page_says_that_a_fault_is_ours():
    """A check that we spoilt is not scored, and no traceback of ours is shown."""
    page = shown(factory.half_faulty())
    assert (
        "Not final: a fault of the grader left something unscored. It is not your fault; "
        "your instructor sees it, too, and will grade it again." in page.words
    )
    assert "Not scored: a fault of the grader The following checks could not be run." in page.words
    assert "(4 points, not scored)" in page.words
    assert "1 could not be run because of a fault of the grader." in page.words
    assert "secret" not in page.words
    assert "No score yet." in shown(factory.faulty()).words


def test_page_says_that_points_wait_for_a_person():
    """A score that is not final says so."""
    record = factory.record()
    record["score"]["waiting"] = 12.5
    assert "Not final: 12.5 points are still waiting for a person to grade them." in shown(record).words


def test_page_tells_what_stopped_loading():
    """The heading, the message, the frames, the hint, and that it cost nothing, where no check tells of it."""
    frames = [{"file": "s001.py", "line": 240, "function": "<module>", "code": "rate = 1 / 0"}]
    stopped = factory.fault("Loading your submission stopped with ZeroDivisionError: x.", frames=frames, hint="Look.")
    page = shown(factory.record(loading={"status": "raised", "fault": stopped}))
    assert (
        "Your submission stopped while loading Loading your submission stopped with ZeroDivisionError: x. "
        "line 240 of s001.py rate = 1 / 0 Hint Look. This cost no points."
    ) in page.words


def test_page_tells_what_could_not_be_read():
    """A submission that is no Python at all is named as unreadable, once."""
    unreadable = {"status": "unreadable", "fault": factory.fault("The file is empty.", why="missing")}
    page = shown(factory.record(loading=unreadable, running=unreadable))
    assert page.words.count("Your submission could not be read The file is empty.") == 1


def test_page_never_shows_the_seed_or_the_isolation():
    """What only the instructor needs is not on a student's page."""
    text = render_page(factory.partly_wrong())
    assert "1f2e3d4c" not in text


@pytest.mark.parametrize("text", factory.HOSTILE)
def test_page_keeps_hostile_text_as_text(text):
    """Wherever the text stands, the page has only our elements, no handler, no link, and nothing invisible."""
    whole = render_page(factory.hostile(text, "h01"))
    whole.encode("utf-8")
    page = Page(whole)
    assert page.tags() <= _ALLOWED
    assert page.unclosed == []
    assert not [name for _, attributes in page.elements for name in attributes if name.startswith("on")]
    assert page.attributes("href") == []
    assert page.attributes("src") == []
    assert page.attributes("style") == []
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u202a-\u202e\u2066-\u2069\ud800-\udfff]", whole)
    assert len(whole) < 240_000


@pytest.mark.parametrize("record", [*factory.a_class(), factory.hostile("</style><script>", "h01")])
def test_page_allows_nothing_but_its_own_style(record):
    """The policy forbids all but images in the page and the one style sheet, named by its digest."""
    whole = render_page(record)
    (style,) = re.findall(r"<style>(.*?)</style>", whole, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = next(attributes["content"] for tag, attributes in Page(whole).elements if "http-equiv" in attributes)
    assert policy == (
        f"default-src 'none'; img-src data:; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    )
    assert "script" not in Page(whole).tags()
    assert not re.search(r"url\(|@import|https?:", style)


@pytest.mark.parametrize("record", factory.a_class())
def test_page_is_well_formed_and_has_headings(record):
    """Elements are closed in order, one first heading, headers in every table, ids once."""
    page = shown(record)
    assert page.unclosed == []
    assert [tag for tag, _ in page.elements].count("h1") == 1
    ids = page.attributes("id")
    assert len(ids) == len(set(ids))
    assert set(page.attributes("scope")) <= {"col", "row"}


def test_page_is_the_same_every_time():
    """A page has no date and no place in it: the same record gives the same bytes."""
    assert render_page(factory.partly_wrong()) == render_page(factory.partly_wrong())
    later = factory.partly_wrong()
    later["times"] |= {"graded_at": "2031-01-01T00:00:00+00:00", "wall_seconds": 99.0}
    assert render_page(later) == render_page(factory.partly_wrong())


def test_page_of_other_names_says_which_were_found():
    """Work under other names than those asked for is told so, with what was found, and is no untouched template."""
    record = factory.untouched()
    record["submission"] = record["submission"] | {"other_names": ["Dense", "<Net>"]}
    page = shown(record)
    assert "Nothing is written yet" not in page.words
    assert (
        "None of the names that the assignment asks for was found at the top level of your code. "
        "Names found: `Dense`, `<Net>`. Use exactly the names that the assignment asks for."
    ) in page.words
