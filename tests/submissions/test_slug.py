"""The slug in the names of a student's files: one rule, which depends only on the student's name."""

import hashlib
import re
import unicodedata

import pytest

from grader.submissions import former_slugs, slug_of
from grader.submissions.slug import slugs_of
from grader.written.people import People
from grader.written.points import Mark

# Both are made plain as `x`, and the first eight digits of their marks are the same.
TWINS = ("x\u5936\u4e0e", "x\u5bbc\u4e0a")


@pytest.mark.parametrize(
    "student", ["s001", "s", "_", "ann_lee-2.b", "a" * 60, "s-1234567", "cont", "com10", "s-123456789"]
)
def test_slug_of_keeps_a_plain_name(student):
    """Small letters, digits and three signs inside: the name stands as it is."""
    assert slug_of(student) == student


@pytest.mark.parametrize(
    ("student", "head"),
    [
        ("Ann Lee", "Ann-Lee"),
        ("S001", "S001"),
        ("../../etc/passwd", "etc-passwd"),
        ("con", "con"),
        ("aux.x", "aux-x"),
        ("com\u00b9", "com1"),
        ("s001.", "s001"),
        ("-rf", "rf"),
        ("a" * 61, "a" * 60),
        ("a" * 59 + ".b", "a" * 59),
        ("s001-00c0ffee", "s001-00c0ffee"),
        ("<b>", "b"),
        ("\u202eevil", "evil"),
        ("\u674e", "student"),
        ("", "student"),
    ],
)
def test_slug_of_marks_every_other_name(student, head):
    """What is made plain gets a mark of the whole name, and so does a name that ends like one; no device of Windows is left."""
    assert slug_of(student) == f"{head}-{hashlib.sha256(student.encode()).hexdigest()[:8]}"


def test_nobody_can_take_the_slug_of_another():
    """Not by another case, another spelling, a name that is cut alike, nor by a name that looks like the mark of a classmate."""
    names = [
        "s001",
        "S001",
        "M\u00fcller",
        unicodedata.normalize("NFD", "M\u00fcller"),
        "Muller",
        "con",
        "CON",
        "con.py",
    ]
    names += ["a" * 60, "a" * 61, "a" * 62, "A" * 60, "s001.", "s001 ", " s001", "s001-", "s.001", "s-001", "s 001"]
    for _ in range(3):
        names += [slug for name in names if (slug := slug_of(name)) not in names]
        names += [name.swapcase() for name in names if name.swapcase() not in names]
    slugs = slugs_of(names)
    assert len(slugs) > 100
    assert len({slug.casefold() for slug in slugs.values()}) == len(names)
    assert all(re.fullmatch(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,198}[a-z0-9_]", slug) for slug in slugs.values())


def test_a_slug_does_not_depend_on_the_class():
    """Whoever joins, a student's files keep their names: also when a classmate was called by them on purpose."""
    assert slugs_of(["M\u00fcller"]) == {"M\u00fcller": "Muller-a7842989"}
    assert slugs_of(["M\u00fcller", "Muller-a7842989", "S001", "s001"]) == {
        "M\u00fcller": "Muller-a7842989", "Muller-a7842989": "Muller-a7842989-6353aa49", "S001": "S001-c5e0e70c", "s001": "s001",
    }  # fmt: skip


def test_students_whose_marks_agree_get_their_whole_marks():
    """Eight digits can be made to agree by trying names: then both are told apart by all sixty-four."""
    assert slug_of(TWINS[0]) == slug_of(TWINS[1])
    slugs = slugs_of(TWINS)
    assert slugs == {twin: f"x-{hashlib.sha256(twin.encode()).hexdigest()}" for twin in TWINS}
    assert len(set(slugs.values())) == 2


def test_points_of_people_follow_a_student_with_capitals():
    """What people gave under the name of an earlier version is the student's still; nobody gets what a mark belongs to."""
    given = People(
        "backprop", (), (Mark("S001", "q", "0", ()), Mark("Muller-a7842989", "q", "0", ()), Mark("s002", "q", "0", ()))
    )
    slugs = slugs_of(["S001", "M\u00fcller", "Muller-a7842989", "s002"])
    assert former_slugs(slugs) == {"S001": "S001-c5e0e70c"}
    assert [mark.slug for mark in given.renamed(former_slugs(slugs)).marks] == [
        "S001-c5e0e70c",
        "Muller-a7842989",
        "s002",
    ]
