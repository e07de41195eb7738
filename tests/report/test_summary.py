"""Tests of what the class reports keep of a record."""

from __future__ import annotations

import pytest

from grader.report.class_summary import by_score, gather
from grader.report.summary import summarize
from tests.report import factory


def a_notebook(status, why="crashed"):
    """Return the record of a notebook in which a cell did not come to its end."""
    record = factory.record(loading={"status": status, "fault": factory.fault("x", why=why)})
    return {**record, "submission": {**record["submission"], "kind": "notebook"}}


@pytest.mark.parametrize(
    ("record", "look"),
    [
        (factory.record(), ""),
        (factory.partly_wrong(), "timed out in 6.3"),
        (factory.untouched(), "nothing written yet"),
        (factory.faulty(), "fault of the grader"),
        (factory.half_faulty(), "fault of the grader"),
        (
            factory.record(checks=[factory.check("1.1", result="failed", why="wrong", message="x")]),
            "1.1 x (-4)",
        ),
        (
            factory.record(loading={"status": "unreadable", "fault": factory.fault("x")}),
            "could not be read",
        ),
        (factory.record(loading={"status": "raised", "fault": factory.fault("x")}), "stopped at its end"),
        (a_notebook("raised"), "a cell raised"),
        (a_notebook("timed_out", why="timed_out"), "timed out while loading"),
        (a_notebook("raised", why="blocked"), "blocked by the fence while loading"),
        (
            factory.record(loading={"status": "loaded", "fault": None, "conflicts": [{"name": "Adam", "files": []}]}),
            "two files define Adam",
        ),
        (
            factory.record(
                checks=[factory.check(n, result="failed", why="forbidden") for n in ("1.1", "1.2", "2.1", "2.2", "3.1")]
            ),
            "forbidden import in 1.1, 1.2, 2.1 and 2 more",
        ),
    ],
)
def test_summarize_says_what_to_look_at(record, look):
    """Flags come first; without any it is what the student should mend first."""
    assert summarize(record).look == look


AVERAGED = {"id": "bias-averaged", "title": "The bias gradient is averaged over the batch.", "explanation": "Why."}


@pytest.mark.parametrize(
    ("changed", "lead"),
    [
        ({"message": "`bias.grad` should be 1.5 at index 2, but it is 0.3. 5 of 5 differ.", "earned": 7.0},
         "2.2 bias.grad should be 1.5 at index 2, but it is 0.3 (-2)"),
        ({"message": "It differs.", "diagnosis": AVERAGED}, "2.2 bias gradient averaged over the batch (-9)"),
        ({"diagnosis": {**AVERAGED, "title": "The biases are not listed."}}, "2.2 biases not listed (-9)"),
        ({"diagnosis": {**AVERAGED, "title": "The loss is the sum."}}, "2.2 loss is the sum (-9)"),
        ({"message": None}, "2.2 wrong (-9)"),
        ({"message": "y" * 5_000}, f"2.2 {'y' * 99}… (-9)"),
        ({"message": "Line one\nline two. Another."}, "2.2 Line one line two (-9)"),
    ],
)  # fmt: skip
def test_summarize_leads_with_what_the_check_found(changed, lead):
    """The likely cause as a headline, else the first sentence of the message; then the points that it costs."""
    check = factory.check("2.2", result="failed", why="wrong", parts=[]) | changed
    assert summarize(factory.record(checks=[check])).look == lead


def test_summarize_leads_with_the_cause_that_a_part_names():
    """A check whose parts know more than the check is told by its first failed part."""
    told = {"result": "failed", "why": "wrong", "message": "It differs.", "diagnosis": AVERAGED}
    parts = [factory.part("weight", 7.0), factory.part("bias", 2.0, **told)]
    check = factory.check("2.2", result="failed", why="wrong", earned=7.0, parts=parts)
    assert summarize(factory.record(checks=[check])).look == "2.2 bias gradient averaged over the batch (-2)"


def raised(kind, *checks, why="crashed"):
    """Return the record of a submission of this kind that stopped while it was loaded."""
    submission = factory.record()["submission"] | {"kind": kind}
    loading = {"status": "raised", "fault": factory.fault("It raised NameError.", why=why), "conflicts": []}
    record = factory.record(submission=submission, loading=loading, checks=checks)
    # A bonus that is missing is nothing to mend.
    lead = [check["id"] for check in checks if check["result"] == "failed" and not check["bonus"]]
    return record | {"lead": next(iter(lead), None)}


MISSING = {"result": "failed", "why": "missing", "message": "`f` is not defined in your submission."}


@pytest.mark.parametrize(
    ("record", "flags", "look"),
    [
        (raised("notebook"), (), "a cell raised"),
        (raised("script"), (), "stopped at its end"),
        (raised("notebook", factory.check("7.1", **MISSING)), (), "a cell raised"),
        (raised("script", factory.check("7.1", **MISSING)), ("crashed while loading",), "crashed while loading"),
        (raised("notebook", factory.check("3.1", **MISSING)), (), "3.1 f is not defined in your submission (-6)"),
        (raised("notebook", factory.check("3.1", result="grader_fault")), ("fault of the grader",), "fault of the grader"),
        (raised("notebook", why="timed_out"), ("timed out while loading",), "timed out while loading"),
        (raised("modules", factory.check("3.1", result="failed", why="wrong", message="It differs.")), (),
         "3.1 It differs (-6)"),
    ],
)  # fmt: skip
def test_summarize_tells_harm_from_none(record, flags, look):
    """An exception needs a look only where something that was asked for is missing, broken or unknown because of it."""
    summary = summarize(record)
    assert (summary.flags, summary.look) == (flags, look)


def test_summarize_flags_no_points():
    """A submission with nothing right and something written needs a look."""
    every = [factory.check(number, result="failed", why="wrong") for number, _, _ in factory.TASKS]
    assert summarize(factory.record(checks=every)).flags == ("no points",)


def test_summarize_is_small_and_harmless():
    """A name of ten thousand characters becomes a short one."""
    summary = summarize(factory.hostile("x" * 10_000, "h01"))
    assert summary.student == "x" * 59 + "…"
    assert all(len(text) <= 200 for text in (*summary.flags, *summary.faults, summary.lead))


def test_gather_counts_every_check():
    """Passed, partly, failed, not checked and ours are counted apart; ours are not judged."""
    summary = gather(iter(factory.a_class()))
    backward = summary.tallies[factory.check_id("2.2")]
    assert (backward.passed, backward.partly, backward.failed, backward.judged) == (2, 1, 1, 4)
    assert backward.pass_rate == 50.0
    sgd = summary.tallies[factory.check_id("5.1")]
    assert (sgd.passed, sgd.failed, sgd.faults, sgd.judged) == (2, 1, 1, 3)
    assert list(summary.tasks)[:3] == ["1.1", "1.2", "1.3"]


def test_gather_takes_the_mean_of_final_scores_only():
    """Scores that a fault of ours spoilt do not count."""
    summary = gather(iter(factory.a_class()))
    assert summary.percents == [120.0, 95.0, 0.0]
    assert summary.mean_and_median() == (pytest.approx(215 / 3), 95.0)
    assert gather(iter([])).mean_and_median() is None


def test_needing_a_look_names_our_faults_first():
    """Faults of ours, then the lowest score."""
    summary = gather(iter(factory.a_class()))
    assert [student.student for student in summary.needing_a_look] == ["s004", "s005", "s003", "s002"]


def test_by_score_puts_the_highest_first_and_no_score_last():
    """Equal scores stand by name."""
    students = [summarize(record) for record in [*factory.a_class(), factory.record("s000")]]
    assert [student.student for student in by_score(students)] == ["s000", "s001", "s005", "s002", "s003", "s004"]
