"""Tests of telling known mistakes apart by what they give."""

import numpy as np
import pytest

from grader.judge.diagnosis.likeness import alike, begin_alike, evidence_of, same, tell_apart
from grader.outcomes import Evidence, StudentFault, Why


def fault(what: str, actual: object, **fields: object) -> StudentFault:
    """Return a fault with evidence."""
    return StudentFault(Why.WRONG, f"{what} differs.", evidence=Evidence(what, actual), **fields)


@pytest.mark.parametrize(
    ("one", "other", "equal"),
    [
        (np.array([1.0, 2.0]), np.array([1.0, 2.0 + 1e-6]), True),
        (np.array([1.0, 2.0]), np.array([1.0, 2.01]), False),
        (np.array([1.0, np.nan]), np.array([1.0, np.nan]), True),
        (np.array([1.0, np.nan]), np.array([1.0, 2.0]), False),
        (np.ones((2, 1)), np.ones(2), False),
        ([1, 2], np.array([1.0, 2.0]), True),
        (None, None, True),
        (None, np.array(1.0), False),
        ("text", "text", False),
        (np.array([True, False]), np.array([True, False]), True),
        (np.zeros(3), np.full(3, 1e-9), False),
    ],
)
def test_same_compares_numbers_and_nothing_else(one, other, equal):
    """Values are the same up to the rounding of float32; what is no number is like nothing but None is like None."""
    assert same(one, other) is equal


def test_alike_needs_the_same_comparison_and_evidence():
    """Equal values of two different comparisons say nothing, and without evidence nothing is alike."""
    assert alike(fault("a", 1.0), fault("a", 1.0))
    assert not alike(fault("a", 1.0), fault("b", 1.0))
    assert not alike(fault("a", 1.0), StudentFault(Why.WRONG, "a differs."))


def test_told_apart_names_the_only_one_that_fits():
    """One mistake that gives what came is named, by part; a part that none fits is left out."""
    known = {"half": {"p": fault("a", 0.5)}, "twice": {"p": fault("a", 2.0), "q": fault("b", 3.0)}}
    assert tell_apart({"p": fault("a", 0.5), "q": fault("b", 9.0)}, known) == {"p": ["half"]}


def test_told_apart_names_all_that_cannot_be_told_apart():
    """Two mistakes that give the same are both in the answer."""
    known = {"one": {"p": fault("a", 0.5)}, "two": {"p": fault("a", 0.5)}}
    assert tell_apart({"p": fault("a", 0.5)}, known) == {"p": ["one", "two"]}


def test_told_apart_names_none_that_fits_by_chance():
    """A mistake that gives in as many other parts what did not come is not the one; where it fits more of them, there is another beside it."""
    known = {"one": {"p": fault("a", 0.5), "q": fault("b", 3.0), "r": fault("c", 4.0)}}
    assert tell_apart({"p": fault("a", 0.5), "q": fault("b", 9.0)}, known) == {}
    faults = {"p": fault("a", 0.5), "q": fault("b", 3.0), "r": fault("c", 9.0)}
    assert tell_apart(faults, known) == {"p": ["one"], "q": ["one"]}


def test_told_apart_lets_the_other_parts_decide():
    """Of several that fit one part, the one that fits all parts of the check is named."""
    known = {"one": {"p": fault("a", 0.5)}, "two": {"p": fault("a", 0.5), "q": fault("b", 3.0)}}
    assert tell_apart({"p": fault("a", 0.5)}, known) == {"p": ["one"]}
    assert tell_apart({"p": fault("a", 0.5), "q": fault("b", 3.0)}, known) == {"p": ["two"], "q": ["two"]}


def test_told_apart_leaves_out_what_a_passed_part_excludes():
    """A mistake that fails a part which the submission has passed is not the one, however well it fits elsewhere."""
    known = {"both": {"p": fault("a", 0.5), "q": fault("b", 3.0)}}
    assert tell_apart({"p": fault("a", 0.5)}, known) == {"p": ["both"]}
    assert tell_apart({"p": fault("a", 0.5)}, known, {"q"}) == {}


def test_alike_compares_the_whole_where_there_is_one():
    """A first wrong value that two mistakes share does not make them one: what stands for all values must agree, too."""
    one, other = (
        StudentFault(Why.WRONG, "a differs.", evidence=Evidence("a", 1.0, whole=np.array([1.0, end])))
        for end in (2.0, 3.0)
    )
    assert alike(one, one)
    assert not alike(one, other)
    assert begin_alike({"p": one}, {"p": other})
    assert not begin_alike({"p": one}, {"q": other})


def test_evidence_of_ignores_exceptions_and_missing_names():
    """What was raised or is missing is no wrong value."""
    assert evidence_of(fault("a", 1.0)) is not None
    assert evidence_of(fault("a", 1.0, raised="ValueError")) is None
    assert evidence_of(fault("a", 1.0, missing="Linear")) is None
