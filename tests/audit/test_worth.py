"""Tests of what checks are worth."""

from grader.audit.worth import always_together, lost_elsewhere, never_lost


def test_never_lost_names_checks_and_parts_without_a_mutant():
    """A check that no mutant fails is named, and so is a part that none fails of a check that some do."""
    parts = {"a": ["x", "y"], "b": [], "c": []}
    assert never_lost(parts, {"a": {"x"}, "b": {""}}) == ["a: y", "c"]


def test_always_together_groups_checks_that_reject_the_same():
    """Two checks that reject exactly the same mutants are a group; one that rejects more is not."""
    assert always_together({"m": ["a", "b", "c"], "n": ["a", "b"]}) == [("a", "b")]


def test_lost_elsewhere_follows_what_a_check_builds_on():
    """Points lost in a check that builds on a named one, or on one of its task, are no surprise; those of a stranger are."""
    below = {"b": ["a"], "c": ["b"], "d": [], "f": ["e"]}
    tasks = {"a": "1", "e": "1", "b": "2", "c": "2", "d": "3", "f": "3"}
    found = lost_elsewhere({"m": ["a", "c", "d", "e", "f"]}, {"m": ["a"]}, below, tasks)
    assert found == [{"mutant": "m", "checks": ["d"]}]
