"""The score as a function of events alone: what holds, in which order, and what a person's decision does to it."""

from datetime import UTC, datetime

import pytest

from grader.course.booking import new_results, result_of, why_moved
from grader.course.decided import decided_of
from grader.course.events import Comment, Event, Excuse, Extension, Marked, Override, body_of, what_of
from grader.course.late import LatePolicy
from grader.course.score import late_by, of_one, scores_of
from grader.course.terms import AssignmentTerms, Terms
from tests.course.klass import a_record

SHA = a_record("s001", answer="Because.")["answers"][0]["sha256"]
DUE = Terms(late=LatePolicy(percent=10), assignments={"hw1": AssignmentTerms(datetime(2026, 10, 1, tzinfo=UTC))})


def result(at="", attempt=1, **more):
    """Return the result of a student with 16 of 20 points."""
    origin = {"layout": "", "students": [], "attempt": attempt, "submitted_at": at, "late": None, "remark": ""}
    return result_of(a_record("s001", **more) | {"handed_in": origin})


def score(*whats, terms=Terms()):  # noqa: B008
    """Return the score of one student after these events."""
    events = [Event("hw1", "s001", what, n, f"2026-10-0{n}T00:00:00Z", f"grader{n}") for n, what in enumerate(whats, 1)]
    return of_one(events, "hw1", "s001", terms)


def mark(first, second, sha=SHA):
    """Return a mark for the one written answer."""
    return Marked("1a", sha, (("the step", first), ("the sign", second)))


def test_checks_and_marks_add_up():
    """Who graded stands at the line; of two marks the newer holds, and one for another text none at all."""
    found = score(result(answer="Because."), mark(1.0, 0.0), mark(2.5, 1.0), mark(0.0, 0.0, "0" * 64))
    assert (found.points, found.total, found.state) == (19.5, 24.0, "final")
    assert [(line.points, line.source) for line in found.lines] == [
        (9.5, "checks, graded by grader3"),
        (10.0, "checks"),
    ]
    assert not found.changed_by_people
    assert decided_of(found)["lines"] == []


def test_what_waits_is_not_final():
    """A comment alone gives no points, and criteria that are no longer asked none either."""
    other = Marked("1a", SHA, (("the step", 3.0), ("something else", 1.0)))
    for whats in ((), (Marked("1a", SHA, (), "Hm."),), (other,), (mark(9.0, 0.0),)):
        found = score(result(answer="Because."), *whats)
        assert (found.points, found.waiting, found.state) == (16.0, 4.0, "waiting")
    assert score(result(answer="Because."), Override("1", 5.0, "x")).state == "final"


def test_the_order_is_overrides_then_penalty_then_cap():
    """A task in place of its checks, a total in place of the sum, a tenth off for a day, and never above the cap."""
    late = result("2026-10-01T05:00:00Z", bonus=5.0)
    assert score(late, terms=DUE).points == 18.9
    assert score(late, Override("1", 10.0, "x"), terms=DUE).points == 22.5
    found = score(late, Override("1", 10.0, "x"), Override("", 30.0, "y"), terms=DUE)
    assert [(line.kind, line.points) for line in found.lines] == [
        ("task", 10.0),
        ("task", 10.0),
        ("task", 5.0),
        ("total", 30.0),
        ("late", -3.0),
    ]
    capped = Terms(
        late=DUE.late, assignments={"hw1": AssignmentTerms(datetime(2026, 10, 1, tzinfo=UTC), most_percent=100.0)}
    )
    found = score(late, Override("1", 10.0, "x"), terms=capped)
    assert [(line.kind, line.points) for line in found.lines[-2:]] == [("late", -2.5), ("cap", -2.5)]
    assert found.points == 20.0


def test_what_was_taken_back_never_was():
    """An override, an extension and an excuse."""
    late = result("2026-10-01T05:00:00Z")
    for given, taken in (
        (Override("", 3.0, "x"), Override("", None, "y")),
        (Extension("2026-10-05T00:00:00+00:00", "x"), Extension("", "y")),
        (Excuse(True, "x"), Excuse(False, "y")),
    ):
        assert score(late, given, terms=DUE) != score(late, terms=DUE)
        back = score(late, given, taken, terms=DUE)
        assert (back.points, back.state, back.lines) == (14.4, "final", score(late, terms=DUE).lines)


def test_the_newest_attempt_counts_and_grading_it_again_replaces_it():
    """An older attempt that is graded later does not come back."""
    assert score(result(), result(attempt=2, earned=(1.0, 1.0))).points == 2.0
    assert score(result(attempt=2, earned=(1.0, 1.0)), result()).points == 2.0
    assert score(result(earned=(1.0, 1.0)), result(earned=(2.0, 2.0))).points == 4.0


def test_half_cents_are_exact():
    """A third of ten tenths is no rounding error."""
    found = score(result(earned=(0.1, 0.2)), terms=DUE)
    assert found.points == 0.3
    total = Terms(late=LatePolicy(percent=10, of="total"), assignments=DUE.assignments)
    assert score(result("2026-10-01T05:00:00Z", earned=(0.1, 0.2)), terms=total).points == 0.0


def test_events_of_any_order_of_subjects_give_the_same():
    """Only the versions within a subject count."""
    events = [
        Event(a, s, what, n, "", "kim")
        for a in ("a", "b")
        for s in ("x", "y")
        for n, what in enumerate((result(), Override("1", 3.0, "z")), 1)
    ]
    assert scores_of(events, Terms()) == scores_of(events[::-1], Terms())
    assert {own.points for own in scores_of(events, Terms()).values()} == {13.0}


@pytest.mark.parametrize(
    "what", [result(answer="Because."), mark(1.0, 0.5), Override("", None, "x"), Comment("\u202e\ud800\x00", "y")]
)
def test_an_event_survives_being_written(what):
    """As JSON in ASCII, with nothing lost."""
    assert what_of(what.KIND, body_of(what)) == what
    assert body_of(what).isascii()


@pytest.mark.parametrize(
    ("former", "now", "why"),
    [
        (result(), result(text="other"), "another submission"),
        (result(), result(attempt=2, text="other"), "attempt 2 instead of 1"),
        (result(), result(earned=(1.0, 1.0)), "the same submission gave different results"),
        (result(), result("2026-10-01T05:00:00Z"), "the time of the hand-in changed"),
    ],
)
def test_why_a_score_moved_is_told(former, now, why):
    """What was different."""
    assert why_moved(former, now) == why


def test_why_a_score_moved_names_assignment_and_grader():
    """By their digests and versions."""
    record = a_record("s001")
    former = result_of(record, "a" * 64)
    assert why_moved(former, result_of(record, "b" * 64)) == "the assignment changed"
    assert (
        why_moved(former, result_of(record | {"grader_version": "0.5.0"}, "a" * 64)) == "grader 0.5.0 instead of 0.4.0"
    )
    assert (
        why_moved(former, result_of(record | {"provenance": "q"}, "a" * 64))
        == "the grader, its packages or the seed changed"
    )


def test_the_same_record_is_written_once():
    """Grading an unchanged class again adds nothing; points of people do not make another result."""
    record = a_record("s001", answer="Because.")
    first = result_of(record, "a")
    graded = result_of(
        record
        | {"answers": [record["answers"][0] | {"state": "graded", "earned": 4.0}], "times": {"graded_at": "later"}},
        "a",
    )
    events = [Event("hw1", "s001", first, 1, "", "kim")]
    assert new_results(events, "hw1", {"s001": graded}) == []
    assert [draft.student for draft in new_results(events, "hw1", {"s001": first, "s002": first})] == ["s002"]


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (1, "1 minute"),
        (3600, "1 hour"),
        (3601, "1 hour 1 minute"),
        (90_000, "1 day 1 hour"),
        (172_861, "2 days 2 minutes"),
    ],
)
def test_a_duration_in_words(seconds, words):
    """The two largest units; a begun minute counts."""
    assert late_by(seconds) == words
