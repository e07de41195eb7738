"""Tests of the page for the class."""

from __future__ import annotations

import base64
import hashlib
import re
from types import GeneratorType

from grader.report.class_summary import gather
from grader.report.index import index_pieces
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
    assert "2 faults of the grader These are not the students' faults and are not scored." in words
    assert "s004 : judge: the worker ended with signal 9 s005 : check_sgd: ValueError: x" in words


def test_index_shows_how_often_each_check_passed():
    """Rate and counts stand beside the bar."""
    assert (
        "2.2 Linear.backward returns the gradient for inputs, weight and bias. 2 / 4 66.7 % 12"
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
    assert [link for link in shown([good, bad]).attributes("href") if not link.startswith(("#", "students/"))] == [
        "notebooks/s001.ipynb",
        "scores.csv",
    ]


def test_index_keeps_hostile_text_as_text():
    """No name becomes an element, a handler or a link elsewhere."""
    records = [factory.hostile(text, f"h{k:02}") for k, text in enumerate(factory.HOSTILE)]
    for record, text in zip(records, factory.HOSTILE, strict=True):
        record["submission"]["forbidden"] = [text, f"{text}.nn"]
        record["versions"] = {text: text}
        record["handed_in"] = {"students": [{"section": text}]}
        record["checks"][5]["diagnosis"] = {"id": text, "title": text, "explanation": text, "hint": text}
    absent = [(text, text) for text in factory.HOSTILE]
    whole = "".join(index_pieces(gather(iter(records)), absent))
    page = Page(whole)
    whole.encode("utf-8")
    assert page.unclosed == []
    assert not {"img", "b", "x"} & page.tags()
    assert [attributes for tag, attributes in page.elements if tag == "script"] == [{}]
    assert not [name for _, attributes in page.elements for name in attributes if name.startswith("on")]
    assert all(
        re.fullmatch(r"#look|#students|#absent|#[bcmivts]\d+|students/h\d\d\.html|(scores|grading-sheet)\.csv", link)
        for link in page.attributes("href")
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


def wrong(*tasks, mistake="bias-averaged", **changed):
    """Return failed checks of these tasks with a named cause."""
    known = {"id": mistake, "title": f"The {mistake}.", "explanation": "It is divided by the batch.", "hint": "Look."}
    told = {"result": "failed", "why": "wrong", "message": "It differs.", "diagnosis": known}
    return [factory.check(task, parts=[], **told | changed) for task in tasks]


def in_group(page, mark):
    """Return the students whose row the style sheet leaves when the address names this group."""
    rows = [attributes["data-of"] for tag, attributes in page.elements if tag == "tr" and "data-of" in attributes]
    students = [link for link in page.attributes("href") if link.startswith("students/")][-len(rows) :]
    return [student[9:-5] for student, marks in zip(students, rows, strict=True) if mark in (marks or "").split()]


def test_index_allows_its_own_style_and_script_only():
    """The policy names the digest of each style sheet and of the script as they stand in the page, and nothing else."""
    whole = "".join(index_pieces(gather(iter(factory.a_class()))))
    digests = [
        f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
        for text in re.findall(r"<(?:style|script)>(.*?)</(?:style|script)>", whole, re.DOTALL)
    ]
    assert len(digests) == 4
    assert Page(whole).attributes("content")[0] == (
        f"default-src 'none'; img-src data:; style-src {digests[0]} {digests[1]} {digests[2]}; script-src {digests[3]}; "
        "base-uri 'none'; form-action 'none'"
    )


def test_index_leads_from_each_number_to_its_students():
    """A bar, the number of a check, of a mistake, of an import and of versions each name a group, in which are the right ones."""
    records = [
        factory.record("s001"),
        factory.record("s002", checks=wrong("1.1", "2.2")),
        factory.record("s003", checks=wrong("1.1"), versions={"python": "3.12.1"}),
    ]
    records[2]["submission"]["forbidden"] = ["torch.nn", "torch"]
    page = shown(records)
    targets = [link[1:] for link in page.attributes("href") if re.fullmatch(r"#[bcmiv]\d+", link)]
    assert targets == ["b10", "b11", "m0", "i0", "c0", "c1", "v0", "v1"]
    assert set(targets) <= set(page.attributes("id"))
    found = {mark: in_group(page, mark) for mark in targets}
    assert found == {
        "b10": ["s002"], "b11": ["s001", "s003"], "m0": ["s003", "s002"], "i0": ["s003"],
        "c0": ["s003", "s002"], "c1": ["s002"], "v0": ["s001", "s002"], "v1": ["s003"],
    }  # fmt: skip


def test_index_lists_the_commonest_mistakes_first():
    """Each has its explanation, its tasks, the number of its students, and what it cost the class."""
    records = [
        factory.record("s001", checks=wrong("3.1", mistake="loss-summed")),
        factory.record("s002", checks=wrong("1.1", "2.2")),
        factory.record("s003", checks=wrong("1.1")),
    ]
    assert (
        "Points lost The bias-averaged. It is divided by the batch. 1.1, 2.2 2 17 "
        "The loss-summed. It is divided by the batch. 3.1 1 6 How often" in shown(records).words
    )


def test_index_names_imports_that_are_not_allowed():
    """Each library once, however many of its modules are imported, with the number of students."""
    records = [factory.record(f"s{k}") for k in range(3)]
    records[0]["submission"]["forbidden"] = ["torch", "torch.nn", "pandas"]
    records[2]["submission"]["forbidden"] = ["torch.optim"]
    assert "Imports that are not allowed torch : 2 students pandas : 1 student How often" in shown(records).words


def test_index_keeps_what_did_no_harm_apart():
    """A cell that raised is folded away below those who need a look, and is not counted there."""
    submission = factory.record()["submission"] | {"kind": "notebook"}
    loading = {"status": "raised", "fault": factory.fault("NameError")}
    words = shown([factory.record("s001", submission=submission, loading=loading), factory.untouched()]).words
    assert "need a look 1 " in words
    assert (
        "Who needs a look Student Why Percent s003 nothing written yet 0 % Harmless: the code of 1 student raised an "
        "exception, but nothing required is missing s001 : a cell raised How often" in words
    )


def test_index_names_who_did_not_hand_in():
    """With a list of the course those without a hand-in are counted in the head and named; without one nothing is said."""
    absent = [("s007", "Ada Lovelace"), ("s008", ""), ("s009", "s009")]
    words = Page("".join(index_pieces(gather(iter(factory.a_class())), absent))).words
    assert "need a look 4 did not hand in 3 " in words
    assert "Who did not hand in s007 Ada Lovelace s008 s009 How often" in words
    assert "hand in" not in shown(factory.a_class()).words


def test_index_says_when_not_all_were_graded_with_the_same():
    """Several versions are listed with their students; one version is a sentence."""
    records = [factory.record("s001"), factory.record("s002", versions={"python": "3.12.1"})]
    assert (
        "Not all submissions were graded with the same versions: 1 student by version 0.1.0 at isolation level full, with "
        "Python 3.11.7, NumPy 2.4.6 1 student by version 0.1.0 at isolation level full, with Python 3.12.1 "
        "The scores as a table" in shown(records).words
    )


def test_tasks_and_sections_lead_to_their_students():
    """A task leads to those who lost points in it, a section to those who are in it; where all are in one there is no list."""
    records = [factory.partly_wrong() | {"student": name, "slug": name} for name in ("s001", "s002", "s003")]
    for record, section in zip(records, ("A", "B", "A"), strict=True):
        record["handed_in"] = {"students": [{"section": section}]}
    whole = "".join(index_pieces(gather(iter(records))))
    found = re.search(
        r"<p>Sections:\s+<a href=\"#(s\d)\">A</a> <span class=\"soft\">\(2\)</span>,\s+<a href=\"#(s\d)\">B</a>", whole
    )
    assert found
    rows = dict(re.findall(r'<tr data-of="([^"]+)"><th scope="row">\s*<a href="students/(s\d+)\.html"', whole))
    in_a = sorted(slug for marks, slug in rows.items() if found[1] in marks.split())
    lost = re.search(r'<td><a href="#(t\d+)" aria-label="[^"]+: show who lost points in this task">', whole)
    assert lost
    assert sum(marks.count(f" {found[2]}") for marks in rows) == 1
    assert in_a and all(lost[1] in marks.split() for marks in rows)
    alone = "".join(index_pieces(gather(iter(records[:1]))))
    assert "Sections:" not in alone
