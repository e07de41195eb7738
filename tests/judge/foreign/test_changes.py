"""Whether a value that can be changed in place was changed: what is told apart, and what is not."""

import numpy as np
import pytest

from grader.judge.foreign.changes import mark_of

ZEROS = np.zeros(4, np.int32)


@pytest.mark.parametrize(
    "other",
    [
        ZEROS.view(np.float32),
        ZEROS.view(">i4"),
        ZEROS.view("m8[s]"),
        ZEROS.view([("a", np.int32)]),
        ZEROS.reshape(2, 2),
        np.array([0, 0, 0, 1], np.int32),
    ],
    ids=["type", "byte-order", "unit", "fields", "shape", "values"],
)
def test_an_array_that_differs_has_another_mark(other):
    """Type, byte order, unit, fields, shape and values each make another mark; a copy has the same one."""
    assert mark_of(other) != mark_of(ZEROS)
    assert mark_of(other.copy()) == mark_of(other)


def test_names_and_units_of_the_same_bytes_are_told_apart():
    """Two arrays of the same bytes and size of type, which differ in the names of fields or in their unit of time, have different marks."""
    assert mark_of(ZEROS.view([("a", np.int32)])) != mark_of(ZEROS.view([("b", np.int32)]))
    assert mark_of(ZEROS.view("m8[s]")) != mark_of(ZEROS.view("m8[ms]"))
