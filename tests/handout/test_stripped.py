"""Tests of leaving hidden checks out of a file."""

from grader.handout.stripped import stripped

TEXT = '''"""Checks."""

import math
import numpy as np

LIMIT = 3
OTHER = 4


def helper(x):
    """Help both."""
    return x + OTHER


def secret_helper(x):
    """Help the hidden one."""
    return math.sqrt(x) + LIMIT


def check_open(student):
    """Open."""
    helper(np.ones(2))


@mark
def check_hidden(student):
    """Hidden."""
    secret_helper(helper(1))
'''


def test_only_what_the_hidden_check_alone_used_goes():
    """Helpers, constants and imports of the hidden check go, shared ones stay as they were written."""
    left = stripped(TEXT, frozenset({"check_hidden"}))
    assert "hidden" not in left and "secret" not in left and "LIMIT" not in left and "math" not in left
    assert "OTHER = 4" in left and 'def helper(x):\n    """Help both."""' in left and "import numpy as np" in left
    compile(left, "checks", "exec")


def test_a_file_without_hidden_checks_stays():
    """Nothing is touched where nothing is hidden."""
    assert stripped(TEXT, frozenset({"check_elsewhere"})) == TEXT
