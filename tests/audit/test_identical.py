"""Tests of the comparison of outputs, bit for bit."""

import hashlib

import numpy as np
import pytest

from grader.audit.identical import _hear


def heard(value: object) -> str:
    """Return the digest of a value."""
    digest = hashlib.blake2b()
    _hear(digest, value)
    return digest.hexdigest()


@pytest.mark.parametrize(("one", "other"), [(0.0, -0.0), (np.array([1.0, 0.0]), np.array([1.0, -0.0]))])
def test_minus_zero_is_zero(one: object, other: object):
    """The sign of zero is no difference between two answers."""
    assert heard(one) == heard(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (1.0, np.nextafter(1.0, 2.0)),
        (np.zeros(2), np.zeros((2, 1))),
        (np.zeros(2), np.zeros(2, dtype=np.float32)),
        (np.array([True]), np.array([1])),
        ("a", "b"),
        ([1.0, 2.0], [2.0, 1.0]),
    ],
)
def test_every_other_difference_is_heard(one: object, other: object):
    """A last digit, a shape, a dtype, a word, an order."""
    assert heard(one) != heard(other)
