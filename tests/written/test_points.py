"""Points of people become part of a record, exactly where they fit."""

import pytest

from grader.errors import GraderError
from grader.written.people import People, people_path, read_people, write_people
from grader.written.points import Mark, with_marks
from tests.report import factory

GIVEN = (("it saturates", 1.0), ("at both ends", 0.5))


def mark(**changed):
    """Return a mark for the answer that waits in the factory's record."""
    whole = {"slug": "s006", "question": "1.1a", "sha256": "1" * 64, "earned": GIVEN, "comment": "Good."}
    return Mark(**whole | changed)


def test_with_marks_adds_the_points_up_anew():
    """The answer is graded, its task and the score have the points, nothing waits."""
    record = with_marks(factory.written(), [mark()])
    answer = record["answers"][0]
    assert (answer["state"], answer["earned"], answer["comment"]) == ("graded", 1.5, "Good.")
    assert [criterion["earned"] for criterion in answer["criteria"]] == [1.0, 0.5]
    assert (record["score"]["waiting"], record["score"]["points"], record["score"]["total"]) == (0.0, 103.0, 108.0)
    assert (record["tasks"][0]["points"], record["tasks"][0]["waiting"]) == (7.0, 0.0)
    assert record["written"] == {"points": 3.0, "total": 8.0, "waiting": 0.0, "counts": True}


def test_with_marks_beside_the_score_leaves_the_score():
    """Points that do not count change nothing but the written answers."""
    record = with_marks(factory.written(counts=False), [mark()])
    assert record["score"] == factory.record()["score"]
    assert record["written"]["points"] == 3.0


@pytest.mark.parametrize(
    "changed",
    [
        {"slug": "s007"},
        {"question": "1.1b"},
        {"sha256": "2" * 64},
        {"earned": (("it saturates", 1.0),)},
        {"earned": (("it saturates", 1.0), ("at both ends", 0.75))},
        {"earned": (("it saturates", 1.0), ("another", 0.5))},
    ],
)
def test_with_marks_passes_over_what_does_not_fit(changed):
    """Another student, question or text, or other criteria: the answer goes on waiting."""
    assert with_marks(factory.written(), [mark(**changed)])["answers"][0]["state"] == "waiting"


def test_with_marks_keeps_a_comment_without_points():
    """A comment alone is shown, and the answer goes on waiting."""
    answer = with_marks(factory.written(), [mark(earned=())])["answers"][0]
    assert (answer["state"], answer["earned"], answer["comment"]) == ("waiting", None, "Good.")


def test_with_marks_may_overrule_an_empty_answer():
    """A person who found the answer elsewhere can give points for it."""
    record = with_marks(factory.written(), [mark(question="1.1d")])
    assert (record["answers"][3]["state"], record["answers"][3]["earned"]) == ("graded", 1.5)


def test_with_marks_twice_is_the_same():
    """Merging again changes nothing."""
    once = with_marks(factory.written(), [mark()])
    assert with_marks(once, [mark()]) == once


def test_with_marks_leaves_a_record_without_answers():
    """Records of other assignments, or without a score, stay as they are."""
    assert with_marks(factory.faulty(), [mark()]) == factory.faulty()


def test_people_come_back_as_they_were_written(tmp_path):
    """Writing and reading are inverse; a later mark for the same answer takes the place of the earlier one."""
    people = People("essay", ("s006", "s007")).given([mark()]).given([mark(comment="é"), mark(slug="s007")])
    write_people(tmp_path, people)
    assert read_people(tmp_path, "essay") == people
    assert [one.comment for one in people.marks] == ["é", "Good."]
    assert read_people(tmp_path, "other") == People("other")


@pytest.mark.parametrize("content", ["{", "[]", "{}", '{"format": "x", "version": 1, "assignment": "essay"}'])
def test_people_that_are_damaged_are_never_taken_for_none(tmp_path, content):
    """Points of people are not thrown away in silence."""
    path = people_path(tmp_path, "essay")
    path.parent.mkdir()
    path.write_text(content)
    with pytest.raises(
        GraderError, match=r"essay\.json does not contain the points given by people \(.*\)\. Restore a copy"
    ):
        read_people(tmp_path, "essay")
