"""Tests of the page for the class."""

from __future__ import annotations

import re
from types import GeneratorType

from grader.report.index import index_pieces
from grader.report.summary import gather
from tests.report import factory
from tests.report.html_reader import Page


def shown(records):
    """Return the page of a class, read as a browser reads it."""
    return Page("".join(index_pieces(gather(iter(records)))))


def test_index_shows_the_figures_of_the_class():
    """Students, mean, median and who needs a look stand in the head."""
    page = shown(factory.a_class())
    assert "students 5 mean of the final scores 71.7 % median of the final scores 95 % need a look 4" in page.words
    assert "Distribution of scores: 3 scores" in page.attributes("aria-label")


def test_index_names_faults_as_ours():
    """Every fault is listed with the student and the place."""
    words = shown(factory.a_class()).words
    assert "2 faults of the grader These are ours, not the students', and are not scored." in words
    assert "s004 : judge: the worker ended with signal 9 s005 : check_sgd: ValueError: x" in words


def test_index_shows_how_often_each_check_passed():
    """Rate and counts stand beside the bar."""
    assert (
        "2.2 Linear.backward returns the gradient for inputs, weight and bias. 50 % 2 / 4"
        in shown(factory.a_class()).words
    )


def test_index_links_every_student():
    """The table of all students is sorted by score and leads to their pages."""
    page = shown(factory.a_class())
    links = [link for link in page.attributes("href") if link.startswith("students/")]
    assert links[-5:] == [f"students/s00{k}.html" for k in (1, 5, 2, 3, 4)]
    assert page.words.endswith(
        "Graded by version 0.1.0 at isolation level full, with Python 3.11.7, NumPy 2.4.6. The scores as a table: scores.csv ."
    )


def test_index_links_only_notebooks_of_ours():
    """A place that does not look like one of ours is no link."""
    good = factory.record("s001", notebook="notebooks/s001.ipynb")
    bad = factory.record("s002", notebook="javascript:alert(1)")
    assert [link for link in shown([good, bad]).attributes("href") if "students/" not in link] == [
        "notebooks/s001.ipynb",
        "scores.csv",
    ]


def test_index_keeps_hostile_text_as_text():
    """No name becomes an element, a handler or a link elsewhere."""
    records = [factory.hostile(text, f"h{k:02}") for k, text in enumerate(factory.HOSTILE)]
    whole = "".join(index_pieces(gather(iter(records))))
    page = Page(whole)
    whole.encode("utf-8")
    assert page.unclosed == []
    assert not {"script", "img", "b", "x"} & page.tags()
    assert not [name for _, attributes in page.elements for name in attributes if name.startswith("on")]
    assert all(
        re.fullmatch(r"students/h\d\d\.html|(scores|grading-sheet)\.csv", link) for link in page.attributes("href")
    )
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u202a-\u202e\u2066-\u2069\ud800-\udfff]", whole)


def test_index_of_nobody_is_a_page():
    """An empty class is no error."""
    assert "students 0" in shown([]).words


def test_index_is_a_stream():
    """The page comes in pieces, so that its length does not matter."""
    pieces = index_pieces(gather(factory.record(f"s{k:03}") for k in range(300)))
    assert isinstance(pieces, GeneratorType)
    assert max(len(piece) for piece in pieces) < 40_000


def test_index_links_the_pdf_of_a_folder():
    """A PDF that lies beside the code is a link for the person who grades; a zip is not opened for one."""
    submission = factory.record("s001")["submission"]
    files = [{"path": "s001.ipynb", "bytes": 5}, {"path": "Report.PDF", "bytes": 5}]
    folder = factory.record("s001", submission={**submission, "form": "folder", "files": files})
    archive = factory.record("s002", submission={**submission, "form": "zip", "files": files})
    page = "".join(index_pieces(gather([folder, archive])))
    assert page.count(">PDF</a>") == 1
    assert '<a href="handed-in/s001.pdf">PDF</a>' in page
