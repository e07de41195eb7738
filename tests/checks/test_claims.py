"""Only what a check itself claims can cost a student points."""

import numpy as np
import pytest

from grader.checks.claims import HARNESS, is_claim
from grader.checks.parts import Parts
from grader.outcomes import Result

OURS = compile("assert 1 == 2, 'ours'", str(HARNESS / "checks" / "gradients.py"), "exec")
KEY = compile("assert 1 == 2, 'the key'", str(HARNESS.parent / "reference" / "linear.py"), "exec")
OWN_KEY = compile("assert 1 == 2, 'the key'", "/courses/mine/reference/doubling.py", "exec")
CHECK = compile("assert 1 == 2, 'claimed'", "/courses/mine/check_doubling.py", "exec")


def raised_by(code):
    """Return the assertion that code raises."""
    with pytest.raises(AssertionError) as caught:
        exec(code, {"np": np})
    return caught.value


@pytest.mark.parametrize(
    ("code", "claimed"),
    [(OURS, False), (KEY, False), (OWN_KEY, False), (CHECK, True)],
    ids=["the grader's", "the answer key's", "an own answer key's", "a check's"],
)
def test_is_claim_looks_at_who_asserted(code, claimed):
    """The innermost frame that is not a library's decides."""
    assert is_claim(raised_by(code)) is claimed


def test_is_claim_accepts_a_library_that_a_check_asked():
    """Authors may compare with numpy.testing."""
    code = compile("np.testing.assert_allclose(1.0, 2.0)", "/courses/mine/check_doubling.py", "exec")
    assert is_claim(raised_by(code))


def test_is_claim_doubts_an_assertion_from_nowhere():
    """An assertion without a traceback was made by no check."""
    assert not is_claim(AssertionError("nobody"))


def test_parts_leave_our_own_assertions_alone():
    """A part in which the grader itself fails an assertion is not the student's fault, and the check ends there."""
    parts = Parts()
    with pytest.raises(AssertionError, match="ours"), parts("first", points=1):
        exec(OURS)
    assert parts.outcomes[0].result is Result.NOT_CHECKED
    assert parts.first_fault is None
