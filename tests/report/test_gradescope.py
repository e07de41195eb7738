"""Tests of the results in Gradescope's form."""

from __future__ import annotations

import json

import pytest

from grader.report.gradescope import gradescope
from tests.report import factory


def test_gradescope_has_a_test_for_each_check():
    """Numbers are numbers, and the score is the sum with bonus."""
    result = gradescope(factory.partly_wrong())
    assert (result["score"], result["execution_time"], result["visibility"]) == (95.0, 4, "visible")
    assert len(result["tests"]) == 26
    assert result["output"] == (
        "75 of 100 points and 20 of 20 bonus points.\n"
        "Mend first: task 2.2, `Linear.backward` returns the gradient for inputs, weight and bias.\n"
        "Remark: `Sigmoid.forward` warned of an overflow in `exp`."
    )


def test_gradescope_explains_a_check_that_failed():
    """Result, message, parts, both values and the hint stand below the test."""
    test = gradescope(factory.partly_wrong())["tests"][5]
    assert (test["number"], test["score"], test["max_score"], test["status"]) == ("2.2", 6.0, 9.0, "failed")
    assert test["output"] == (
        "partly wrong: Your gradient for `weight` is the right one divided by the batch size (here 7): "
        "it differs by up to 0.8571.\n"
        "- inputs: passed (3 / 3)\n- weight: wrong (0 / 3)\n- bias: passed (3 / 3)\n"
        "Expected: [[ 0.4127 -1.2206  0.0918]\n [ 2.5310  0.7733 -0.4046]]\n"
        "Your code gave: [[ 0.0590 -0.1744  0.0131]\n [ 0.3616  0.1105 -0.0578]]\n"
        "Hint: The loss already divides by the number of elements; `backward` of a layer must not divide again."
    )
    assert test["extra_data"] == {"id": factory.check_id("2.2"), "result": "failed", "why": "wrong"}


def test_gradescope_shows_hidden_checks_with_the_grades():
    """A test that stays hidden would hide the total for good, so hidden checks appear when grades are published."""
    record = factory.record(checks=[factory.check("1.1", visibility="hidden")])
    assert [test["visibility"] for test in gradescope(record)["tests"][:2]] == ["after_published", "visible"]
    assert gradescope(record, hidden="hidden")["tests"][0]["visibility"] == "hidden"


def test_gradescope_hides_a_score_that_is_not_final():
    """After a fault of ours there is a file with numbers, which the student does not see."""
    result = gradescope(factory.faulty())
    assert (result["score"], result["visibility"], result["tests"]) == (0.0, "hidden", [])
    assert result["output"] == (
        "A fault of the grader left something ungraded: this score is not final. Run the autograder again."
    )
    spoilt = next(test for test in gradescope(factory.half_faulty())["tests"] if test["number"] == "5.1")
    assert spoilt["output"] == "This check could not be carried out: a fault of the grader, not scored."


def test_gradescope_says_what_waits_and_what_stopped():
    """Points for a person and a fault while loading stand above the tests."""
    record = factory.record(loading={"status": "raised", "fault": factory.fault("Loading stopped.")})
    record["score"]["waiting"] = 5.0
    assert gradescope(record)["output"] == (
        "Not final: 100 of 100 points and 20 of 20 bonus points so far; 5 points wait for a person.\nLoading stopped."
    )


@pytest.mark.parametrize("text", factory.HOSTILE)
def test_gradescope_of_hostile_text_is_json_of_plain_text(text):
    """All formats are text, everything encodes, nothing is longer than its cap."""
    result = gradescope(factory.hostile(text, "h01"))
    encoded = json.dumps(result, ensure_ascii=False, allow_nan=False).encode("utf-8")
    assert json.loads(encoded) == result
    assert (result["output_format"], result["test_output_format"], result["test_name_format"]) == ("text",) * 3
    assert len(encoded) < 120_000
