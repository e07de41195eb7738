"""Tests of the results in Gradescope's form."""

from __future__ import annotations

import json

import pytest

from grader.report.gradescope import gradescope
from tests.report import factory
from tests.report.markdown_reader import alive


def test_gradescope_has_a_test_for_each_check():
    """Numbers are numbers, and the score is the sum with bonus."""
    result = gradescope(factory.partly_wrong())
    assert (result["score"], result["execution_time"], result["visibility"]) == (95.0, 4, "visible")
    assert len(result["tests"]) == 26
    assert result["output"] == (
        "**75 of 100 points and 20 of 20 bonus points** = 95 %\n\n"
        "16 of 20 checks passed. All 6 bonus checks passed. 3 things to fix.\n\n"
        "**Fix this first:** `2.2` `Linear.backward` returns the gradient for inputs, weight and bias.\n\n"
        "## Remarks\n\n* `Sigmoid.forward` warned of an overflow in `exp`."
    )


def test_gradescope_explains_a_check_that_failed():
    """Result, message, both values, parts and the hint stand below the test, in Markdown; one that waits says for which."""
    test, waits = (gradescope(factory.partly_wrong())["tests"][number] for number in (5, 12))
    assert (test["number"], test["score"], test["max_score"], test["status"]) == ("2.2", 6.0, 9.0, "failed")
    assert test["output"] == (
        "**partly wrong**: Your gradient for `weight` is the right one divided by the batch size (here 7): "
        "it differs by up to 0.8571.\n\n"
        "Expected:\n\n```text\n[[ 0.4127 -1.2206  0.0918]\n [ 2.5310  0.7733 -0.4046]]\n```\n\n"
        "Your code gave:\n\n```text\n[[ 0.0590 -0.1744  0.0131]\n [ 0.3616  0.1105 -0.0578]]\n```\n\n"
        "* `inputs` passed (3 / 3)\n* `weight` wrong (0 / 3)\n* `bias` passed (3 / 3)\n\n"
        "Hint: The loss already divides by the number of elements; `backward` of a layer must not divide again."
    )
    assert test["extra_data"] == {"id": factory.check_id("2.2"), "result": "failed", "why": "wrong"}
    assert waits["output"] == (
        "**Fix first:** task `2.2`, `Linear.backward` returns the gradient for inputs, weight and bias."
    )


def test_gradescope_says_one_cause_once():
    """What stopped everything stands above the tests, with its line of code; each test only says that it waits for it."""
    result = gradescope(factory.unreadable())
    assert (
        "## Your submission could not be read (up to 100 points and 20 bonus points)\n\n"
        "`s008.py`, line 65: `'('` was never closed (`return float(`).\n\n"
        "Your code, `s008.py`:\n\n```text\n    64 for start in starts:\n>   65     batch = inputs[start]\n"
        "    66     step(batch)\n```\n\nHint: Close the bracket.\n\n26 checks wait for this: "
    ) in result["output"]
    assert {test["output"] for test in result["tests"]} == {
        "**Fix first**, as explained above: Your submission could not be read."
    }


def test_gradescope_keeps_bonuses_apart():
    """They stand at the end and are named so; one that was not attempted is an offer above, and no test."""
    record = factory.record(checks=[factory.offered("7.1"), factory.check("7.3", result="failed", why="wrong")])
    result = gradescope(record)
    assert [test["name"].startswith("Bonus: ") for test in result["tests"]] == [False] * 20 + [True] * 5
    assert "7.1" not in [test["number"] for test in result["tests"]]
    assert result["output"].endswith("## Bonus: you can earn 3 bonus points more\n\n* `7.1` Momentum (3 points)")


def test_gradescope_tells_nothing_of_hidden_checks_above_the_tests():
    """What stands above the tests is shown at once, hidden checks only after the grades are published."""
    told = {"result": "failed", "why": "wrong", "message": "The secret differs.", "visibility": "hidden"}
    record = factory.record(
        checks=[
            factory.check("2.1", title="A secret claim.", **told),
            factory.check("1.4", **told | {"visibility": "public"}),
        ]
    )
    output = gradescope(record)["output"]
    assert "ecret" not in output
    assert "**Fix this first:** `1.4` " in output


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
        "**This score is not final, because a fault of the grader left something ungraded.** It is not your fault; "
        "your instructor can grade it again.\n\nNo check was run."
    )
    spoilt = next(test for test in gradescope(factory.half_faulty())["tests"] if test["number"] == "5.1")
    assert spoilt["output"] == "This check could not be run because of a fault of the grader. It is not scored."


def test_gradescope_says_what_waits_and_what_stopped():
    """Points for a person and a fault while loading stand above the tests."""
    record = factory.record(loading={"status": "raised", "fault": factory.fault("Loading stopped.")})
    record["score"]["waiting"] = 5.0
    assert gradescope(record)["output"] == (
        "**Not final: 100 of 100 points and 20 of 20 bonus points so far; 5 points wait for a person**\n\n"
        "All 20 checks passed. All 6 bonus checks passed.\n\n"
        "### Your submission stopped while loading\n\nLoading stopped.\n\nThis cost no points."
    )


@pytest.mark.parametrize("text", factory.HOSTILE)
def test_gradescope_of_hostile_text_is_json_of_inert_markdown(text):
    """Everything encodes, nothing is longer than its cap, and outside of code no text is markup."""
    result = gradescope(factory.hostile(text, "h01"))
    encoded = json.dumps(result, ensure_ascii=False, allow_nan=False).encode("utf-8")
    assert json.loads(encoded) == result
    formats = ("output_format", "test_output_format", "test_name_format")
    assert [result[name] for name in formats] == ["md", "md", "text"]
    assert len(encoded) < 120_000
    for output in (result["output"], *(test["output"] for test in result["tests"])):
        assert alive(output) == []
