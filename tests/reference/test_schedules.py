import pytest

from reference.schedules import exponential_decay


def test_exponential_decay_computes_its_formula():
    """The first step has the given size, the third that size times the square of the decay."""
    assert exponential_decay(0.2, 0.8, 0) == 0.2
    assert exponential_decay(0.2, 0.8, 2) == pytest.approx(0.2 * 0.8 * 0.8)
