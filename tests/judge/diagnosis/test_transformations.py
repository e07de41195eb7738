"""Tests of recognising transformations of the right value."""

import numpy as np
import pytest

from grader.judge.diagnosis.spreading import general_causes
from grader.judge.diagnosis.transformations import FACTOR, GENERAL, transformation
from grader.outcomes import Evidence, StudentFault, Why

RIGHT = np.random.default_rng(3).standard_normal((4, 3))


def told(actual: object, desired: object = RIGHT, **slips: object) -> str | None:
    """Return the id of the transformation that is recognised."""
    diagnosis = transformation(
        Evidence("a value", actual, desired, {key.replace("_", "-"): v for key, v in slips.items()})
    )
    return diagnosis.id if diagnosis else None


@pytest.mark.parametrize(
    ("actual", "expected"),
    [
        (-RIGHT, "sign"),
        (RIGHT.T, "transpose"),
        (RIGHT / 4, "factor"),
        (RIGHT.astype(np.float16), "few-digits"),
        (np.round(RIGHT, 3), "few-digits"),
        (RIGHT + 0.002 * RIGHT**2, None),
        (RIGHT.astype(np.float32), None),
        # Near the right values, but most of them are untouched, or one is off by more than a rounding.
        (np.where(np.arange(3) == 0, RIGHT * 1.001, RIGHT), None),
        (RIGHT * (1.0 + 1e-4) + 4e-3 * np.max(np.abs(RIGHT)) * (np.arange(12).reshape(4, 3) == 5), None),
        (RIGHT + 0.1, None),
        (RIGHT, None),
        (np.full_like(RIGHT, np.nan), None),
        ("text", None),
        (None, None),
    ],
)
def test_transformation_is_named_when_it_holds_for_every_entry(actual, expected):
    """Sign, transpose, factor and too few digits are recognised; anything else is not."""
    assert told(actual) == expected


@pytest.mark.parametrize(
    ("actual", "expected"),
    [
        (RIGHT.mean(axis=0), "batch-average"),
        (np.tile(RIGHT.mean(axis=0), (4, 1)), "batch-average"),
        (RIGHT.sum(axis=0), "batch-sum"),
    ],
)
def test_transformation_speaks_of_the_batch_only_where_there_is_one(actual, expected):
    """The first axis is the batch where the check says so; a sum over any other axis has no name."""
    assert told(actual) is None
    diagnosis = transformation(Evidence("a value", actual, RIGHT, batched=True))
    assert diagnosis is not None and diagnosis.id == expected


STEPS = np.random.default_rng(4).standard_normal((5, 6))


@pytest.mark.parametrize(
    ("moves", "expected"),
    [
        (-STEPS, "Every step is the right one with the opposite sign."),
        (1.9 * STEPS, "Every step is 1.9 times the right one."),
        (0.0 * STEPS, "No step changes any parameter."),
        (
            np.concatenate([STEPS[:1], 0.0 * STEPS[1:]]),
            "Only the first step changes anything; no later one moves a parameter.",
        ),
        (
            np.concatenate([0.0 * STEPS[:1], STEPS[:-1]]),
            "What came is what would have been right one step earlier.",
        ),
        (np.concatenate([1.9 * STEPS[:1], STEPS[1:]]), None),
        # As an epsilon below the root bends it.
        (STEPS * (10.0 - 1e-5 / np.abs(STEPS)), "Every step is 10 times the right one."),
        (-0.5 * STEPS, "Every step is -0.5 times the right one."),
    ],
)
def test_transformation_looks_at_what_every_step_changes(moves, expected):
    """A factor, a sign or a delay is told of the steps, and only when it holds for all of them."""
    start = 10.0 * np.ones(6)
    evidence = Evidence("a parameter", start + moves[0], start + STEPS[0], moves=(moves, STEPS))
    diagnosis = transformation(evidence)
    assert (diagnosis.title if diagnosis else None) == expected


def test_few_digits_are_told_of_large_numbers_by_their_own_digits():
    """A value that a constant has changed has all its digits, however small its fourth decimal is beside its size."""
    large = 300.0 * RIGHT
    assert told(large + 0.1 * np.cos(large), large) is None
    assert told(np.round(large, 1), large) == "few-digits"


def test_a_factor_of_the_steps_is_told_where_every_part_shows_it():
    """With other settings the same mistake of an optimizer may be no factor, and then it is none."""

    def fault(moves):
        start = np.ones(6)
        evidence = Evidence("a parameter", start + moves[0], start + STEPS[0], moves=(moves, STEPS))
        return StudentFault(Why.WRONG, "It is wrong.", evidence=evidence)

    def told_by_part(**faults):
        return {part: cause.title for part, cause in general_causes(faults).items()}

    twice = "Every step is 2 times the right one."
    assert told_by_part(one=fault(2.0 * STEPS)) == {"one": twice}
    assert told_by_part(one=fault(2.0 * STEPS), two=fault(2.0 * STEPS)) == {"one": twice, "two": twice}
    assert told_by_part(one=fault(2.0 * STEPS), two=fault(3.0 * STEPS)) == {}
    assert told_by_part(one=fault(2.0 * STEPS), two=fault(STEPS**2)) == {}
    still = {"one": "No step changes any parameter."}
    assert told_by_part(one=fault(0.0 * STEPS), two=fault(2.0 * STEPS)) == still


def test_transformation_tells_no_factor_of_what_should_be_left_alone():
    """An array of the caller that was written into is no formula, whatever it holds now."""
    diagnosis = transformation(Evidence("an argument", 2.0 * RIGHT, kept=True))
    assert diagnosis is not None and diagnosis.id == "left-alone"
    assert transformation(Evidence("an argument", None, kept=True)) is None


def test_transformation_names_a_slip_that_the_check_has_foreseen():
    """A check may say what a missing term or a step behind would give."""
    assert told(RIGHT - 1.0, term_missing=RIGHT - 1.0) == "term-missing"
    assert told(RIGHT - 1.0, step_behind=RIGHT - 1.0) == "step-behind"


def test_transformation_names_nothing_when_two_fit():
    """A value that is a slip and the opposite sign at once is neither."""
    assert told(-RIGHT, step_behind=-RIGHT) is None


def test_transformation_never_takes_a_single_number_for_a_factor():
    """Any number is some multiple of any other, so a factor needs two entries; zeros have no sign."""
    assert told(np.array(2.0), np.array(1.0)) is None
    assert told(np.array(-1.0), np.array(1.0)) == "sign"
    assert told(np.zeros(3), np.zeros(3)) is None
    assert told(np.array([0.0, 2.0]), np.array([0.0, 1.0])) is None


def test_transformation_says_the_factor():
    """The title of a factor has the number in it, and all else stays."""
    diagnosis = transformation(Evidence("a value", RIGHT / 4, RIGHT))
    assert diagnosis is not None
    assert diagnosis.title == "What came is 0.25 times the right value, in every entry."
    assert (diagnosis.explanation, diagnosis.hint) == (FACTOR.explanation, FACTOR.hint)


def test_transformation_knows_the_factor_of_another_logarithm():
    """The factor of a logarithm to base 2 or 10 is said to be that."""
    diagnosis = transformation(Evidence("a value", RIGHT / np.log(10.0), RIGHT))
    assert diagnosis is not None
    assert (
        diagnosis.title
        == "What came is 0.434294 times the right value, in every entry, as a logarithm to base 10 gives."
    )


@pytest.mark.parametrize(("power", "expected"), [(0.5, "root"), (2.0, "square"), (3.0, None)])
def test_transformation_knows_a_root_and_a_square(power, expected):
    """Also of a single number; values of both signs have no root."""
    assert told(np.array(0.37**power), np.array(0.37)) == expected
    assert told(np.abs(RIGHT) ** power, np.abs(RIGHT)) == expected
    assert told(RIGHT**2, RIGHT) is None


def test_transformations_have_ids_of_their_own():
    """Every transformation can be told from the others by its id."""
    assert len({each.id for each in GENERAL}) == len(GENERAL) == 15
