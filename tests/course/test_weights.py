"""Tests of what holds for all answers alike: weights of criteria and reusable comments, and of adjustments."""

from __future__ import annotations

import pytest

from grader.course.booking import marks_from, merge_of, result_of
from grader.course.events import Draft, Event, Marked, Phrase, Weighed
from grader.course.gradebook import Gradebook
from grader.course.score import of_one
from grader.course.terms import Terms
from grader.written.people import People, read_people, write_people
from grader.written.points import Mark, points_given, with_marks
from tests.course.klass import a_record, done, write_reports

SHA = a_record("s001", answer="Because.")["answers"][0]["sha256"]
GIVEN = (("the step", 3.0), ("the sign", 0.0))
EVEN = (("the step", 2.0), ("the sign", 2.0))


def events(*whats):
    """Return these as events; marks are of s001, all else of everybody."""
    made = []
    for number, what in enumerate(whats, 1):
        student = "s001" if isinstance(what, Marked) else ""
        made.append(Event("hw1", student, what, number, f"2026-01-01T00:00:{number:02}.000Z", "kim"))
    return made


def answer_of(*whats):
    """Return the answer of the record with the points that follow from these events."""
    record = a_record("s001", answer="Because.")
    return with_marks(record, marks_from(events(*whats)))["answers"][0]


def test_a_weight_changes_what_was_given():
    """The same part of a criterion is worth something else; the points of the rubric stay what was given."""
    before = answer_of(Marked("1a", SHA, GIVEN))
    after = answer_of(Marked("1a", SHA, GIVEN), Weighed("1a", EVEN, "said in class"))
    back = answer_of(Marked("1a", SHA, GIVEN), Weighed("1a", EVEN, "said in class"), Weighed("1a", (), "taken back"))
    assert (before["earned"], after["earned"]) == (3.0, 2.0)
    assert after["criteria"][0] == {"name": "the step", "points": 3.0, "earned": 3.0, "weight": 2.0, "brought": 2.0}
    assert back == before


def test_records_and_gradebook_add_up_alike(tmp_path):
    """With weights, adjustments and both, the score in the gradebook is that of the record."""
    record = a_record("s001", answer="Because.")
    write_reports(tmp_path, [record], pages=False)
    for number, whats in enumerate(
        (
            (
                Marked("1a", SHA, (("the step", 1.0), ("the sign", 0.5))),
                Weighed("1a", (("the step", 1.5), ("the sign", 2.5)), "x"),
            ),
            (Marked("1a", SHA, GIVEN, adjust=-0.5, why="copied"),),
            (Marked("1a", SHA, GIVEN, adjust=3.0, why="more than there is"), Weighed("1a", EVEN, "x")),
            (Marked("1a", SHA, GIVEN, adjust=-4.0, why="less than nothing"),),
            (Marked("1a", SHA, GIVEN), Weighed("1a", (("the step", 2.0), ("another name", 2.0)), "x")),
        )
    ):
        with Gradebook(str(tmp_path / f"{number}.db")) as book:
            book.add(
                lambda _, w=whats: [
                    Draft("hw1", "s001", result_of(record)),
                    *(Draft("hw1", "s001" if isinstance(x, Marked) else "", x) for x in w),
                ],
                author="kim",
            )
            score = of_one(book.events(student="s001"), "hw1", "s001", Terms())
            marked = with_marks(record, marks_from(book.events(assignment="hw1", kinds=("mark", "weights", "phrase"))))
        assert score.points == marked["score"]["sum"]


@pytest.mark.parametrize(
    ("given", "adjust", "points"),
    [(2 / 3, 0.0, 1.0), (1.0, 0.0, 1.5), (2.0, 0.0, 3.0), (2.0, 1.0, 3.0), (0.0, -1.0, 0.0)],
)
def test_thirds_are_exact(given, adjust, points):
    """A third that was written down as a decimal counts as a third, and nothing goes beyond the question's points."""
    assert float(points_given({"a": given, "b": 0.0}, {"a": 2.0, "b": 1.0}, {"a": 3.0, "b": 0.0}, adjust)) == points


def test_a_reusable_comment_reads_as_it_does_now():
    """A comment that is changed changes everywhere; one that is removed leaves the rest of what was written."""
    mark = Marked("1a", SHA, GIVEN, "Well seen.", phrases=("1",))
    assert answer_of(Phrase("1a", "1", "Say why."), mark)["comment"] == "Say why.\n\nWell seen."
    assert answer_of(Phrase("1a", "1", "Say why."), mark, Phrase("1a", "1", "Why?"))["comment"] == "Why?\n\nWell seen."
    assert answer_of(Phrase("1a", "1", "Say why."), mark, Phrase("1a", "1", ""))["comment"] == "Well seen."


def test_a_sheet_with_what_holds_changes_nothing():
    """The comment that stands in a sheet is the whole one; merging it again is no change, and keeps the adjustment."""
    found = events(
        Phrase("1a", "1", "Say why."), Marked("1a", SHA, GIVEN, "Well.", adjust=1.0, why="x", phrases=("1",))
    )
    merge = merge_of(found, [Mark("s001", "1a", SHA, GIVEN, "Say why.\n\nWell.")])
    assert (merge.added, merge.replaced, merge.same) == ((), (), 1)


def test_points_that_are_taken_back_wait_again():
    """A mark without points, as an undo leaves it, makes the answer wait as before, an empty one stays worth nothing."""
    record = a_record("s001", answer="Because.")
    graded = with_marks(record, marks_from(events(Marked("1a", SHA, GIVEN))))
    again = with_marks(graded, marks_from(events(Marked("1a", SHA, GIVEN), Marked("1a", SHA, ()))))
    assert again == record
    empty = a_record("s001", answer="")
    empty["answers"][0] |= {"state": "empty", "earned": 0.0}
    graded = with_marks(empty, [Mark("s001", "1a", empty["answers"][0]["sha256"], GIVEN)])
    again = with_marks(graded, [Mark("s001", "1a", empty["answers"][0]["sha256"], ())])
    assert again["answers"] == empty["answers"]


def test_the_copy_beside_the_reports_holds_all(tmp_path):
    """Who grades without the gradebook has the same points: adjustments and weights are in the copy."""
    marks = (Mark("s001", "1a", SHA, GIVEN, "Well.", -0.5, "copied", EVEN), Mark("s002", "1a", SHA, GIVEN))
    people = People("hw1", ("s001", "s002"), marks, booked=True)
    write_people(tmp_path, people)
    assert read_people(tmp_path, "hw1") == people


def test_a_history_tells_of_weights(tmp_path, capsys, monkeypatch):
    """`course history` and `course show` know what holds for everybody, with the score that followed."""
    monkeypatch.chdir(tmp_path)
    write_reports(tmp_path / "reports", [a_record("s001", answer="Because.")], pages=False)
    done(capsys, "course", "show", "s001")
    with Gradebook(str(tmp_path / "reports" / "gradebook.db")) as book:
        for student, what in (("s001", Marked("1a", SHA, GIVEN)), ("", Weighed("1a", EVEN, "said in class"))):
            book.add(lambda _, to=student, said=what: [Draft("hw1", to, said)], author="kim")
    lines = done(capsys, "course", "history", "s001").splitlines()
    assert lines[-1].endswith(
        "hw1  kim: question 1a: the weights are now the step 2, the sign 2 (said in class) -> 18 of 24"
    )
    assert done(capsys, "course", "show", "s001").splitlines()[0] == "s001, hw1: 18 of 24"
