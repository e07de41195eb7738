"""Tests of how values and calls are worded."""

import numpy as np
import pytest

from grader.checks.labels import call_label, cut, described, shown_number, shown_shape
from grader.wire.values import Generator, Handle


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (None, "None"),
        (True, "True"),
        (1.23456789012, "the number 1.2345679"),
        (10**40, "the number 1e+40"),
        (10**400, "a whole number of more than 300 digits"),
        (float("nan"), "a number that is not finite"),
        (1.7e308, "the number 1.7e+308"),
        (complex(1.7e308, 1.7e308), "the number 1.7e+308+1.7e+308j"),
        (complex(1.0, float("inf")), "a number that is not finite"),
        (np.float32(1.5), "the number 1.5"),
        (np.bool_(True), "True"),
        (np.complex64(1 + 2j), "the number 1+2j"),
        (np.uint64(2**64 - 1), "the number 1.8446744e+19"),
        (np.float64(2.0), "the number 2"),
        (np.array(3), "the number 3"),
        (np.zeros((2, 3)), "an array of shape (2, 3)"),
        ("a\nb", "the text 'a b'"),
        ([1, 2], "a list of length 2"),
        ((), "a tuple of length 0"),
        ({}, "a dict with 0 entries"),
        (Handle(3, "Linear"), "an object of type Linear"),
        (b"x", "a value of type bytes"),
    ],
)
def test_described_words_every_kind_of_value(value, words):
    """Each kind of value has a few words of its own."""
    assert described(value) == words


def test_call_label_reads_like_python():
    """A call is shown as a student would write it, arrays by their shape."""
    label = call_label("f", (np.zeros((2, 3)), [1, "a"], (), Generator(1), None), {"momentum": 0.9})
    assert label == "f(array (2, 3), [1, 'a'], (), rng, None, momentum=0.9)"


def test_cut_keeps_one_short_line():
    """A text from the child cannot fill a page."""
    assert cut("a  b\n" * 100, 10) == "a b a b a…"


def test_shown_number_and_shape():
    """Numbers have eight digits, shapes look like Python's."""
    assert shown_number(np.float32(0.1)) == "0.1"
    assert shown_number(np.True_) == "True"
    assert shown_number(1 + 2j) == "1+2j"
    assert shown_shape([np.int64(3)]) == "(3,)"
