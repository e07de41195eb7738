"""Tests of which failures follow from others."""

from dataclasses import replace

from grader.judge.following import find_roots
from grader.outcomes import Diagnosis, Result, Why
from grader.record.score import CheckOutcome

NAMED = Diagnosis("averaged", "The gradient is averaged.", "It matters.", "Look.")


def outcome(
    id_: str, result: Result = Result.FAILED, why: Why = Why.WRONG, diagnosis: Diagnosis | None = None
) -> CheckOutcome:
    """Return the outcome of a check."""
    return CheckOutcome(id_, "Title", "1", 1.0, "public", result, why, diagnosis=diagnosis)


def test_find_roots_by_the_same_mistake():
    """A later check that shows the mistake of an earlier one follows from it, whatever its marks say."""
    assert find_roots([outcome("a", diagnosis=NAMED), outcome("b", diagnosis=NAMED)], {}, {"averaged"}) == {"b": "a"}


def test_find_roots_by_the_marks():
    """A check without a mistake of its own follows from the first one that it builds on and that failed, down to the root."""
    outcomes = [outcome("a"), outcome("b"), outcome("c")]
    assert find_roots(outcomes, {"b": ("a",), "c": ("x", "b")}, set()) == {"b": "a", "c": "a"}


def test_find_roots_leaves_what_has_a_mistake_of_its_own():
    """A check that shows another mistake, or whose code was never written, follows from nothing."""
    own = outcome("b", diagnosis=NAMED)
    assert (
        find_roots([outcome("a"), own, outcome("c", why=Why.MISSING)], {"b": ("a",), "c": ("a",)}, {"averaged"}) == {}
    )


def test_find_roots_takes_a_look_of_the_values_for_no_mistake():
    """A transformation of the right value, or a symptom, does not make a failure independent."""
    assert find_roots([outcome("a"), outcome("b", diagnosis=NAMED)], {"b": ("a",)}, set()) == {"b": "a"}


def test_find_roots_leaves_what_lies_in_the_check_itself():
    """A check whose fault lies in what it judges itself follows from nothing, whatever its marks say."""
    assert find_roots([outcome("a"), outcome("b")], {"b": ("a",)}, set(), {"b"}) == {}


def test_find_roots_knows_two_mistakes_at_once():
    """A pair of known mistakes is a mistake of its own."""
    pair = replace(NAMED, id="averaged+turned")
    outcomes = [outcome("a"), outcome("b", diagnosis=pair), outcome("c", diagnosis=pair)]
    assert find_roots(outcomes, {"b": ("a",)}, {"averaged", "turned"}) == {"c": "b"}


def test_find_roots_needs_a_failure():
    """What passed leads nothing."""
    assert find_roots([outcome("a", Result.PASSED), outcome("b")], {"b": ("a",)}, set()) == {}


def test_find_roots_goes_through_what_was_not_checked():
    """A check that builds on one that was not run follows from what that one waits for; what was not run is not in the answer."""
    waiting = replace(outcome("b", Result.NOT_CHECKED), mend_first="a")
    assert find_roots([outcome("a"), waiting, outcome("c")], {"c": ("b",)}, set()) == {"c": "a"}


def test_find_roots_goes_from_what_was_not_checked_down_to_the_root():
    """What an unchecked one waits for may itself follow from another failure."""
    waiting = replace(outcome("c", Result.NOT_CHECKED), mend_first="b")
    outcomes = [outcome("a"), outcome("b"), waiting, outcome("d")]
    assert find_roots(outcomes, {"b": ("a",), "d": ("c",)}, set()) == {"b": "a", "d": "a"}


def test_find_roots_takes_plain_values_for_a_consequence():
    """Where something that a check builds on failed without a name, values that fit a mistake by chance make no cause of their own."""
    outcomes = [outcome("a"), outcome("b", diagnosis=NAMED)]
    assert find_roots(outcomes, {"b": ("a",)}, {"averaged"}, weak={"b"}) == {"b": "a"}
    assert find_roots([outcome("b", diagnosis=NAMED)], {"b": ("a",)}, {"averaged"}, weak={"b"}) == {}


def test_find_roots_goes_to_where_the_mistake_is():
    """A mistake that shows in what was made of it leads to the failed check of the thing itself, in whatever words that one failed."""
    outcomes = [outcome("a"), outcome("b", diagnosis=NAMED)]
    assert find_roots(outcomes, {"b": ("a",)}, {"averaged"}, fails={"averaged": ("a", "b")}) == {"b": "a"}
    assert find_roots(outcomes, {"b": ("a",)}, {"averaged"}, fails={"averaged": ("b",)}) == {}


def test_find_roots_knows_two_that_cannot_be_told_apart():
    """Two mistakes that give the same are one cause."""
    either = replace(NAMED, id="averaged|turned")
    assert find_roots([outcome("a", diagnosis=either), outcome("b", diagnosis=either)], {}, {"averaged", "turned"}) == {
        "b": "a"
    }
