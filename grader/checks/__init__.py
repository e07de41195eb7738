"""CHECKED: the vocabulary of those who write checks."""

from grader.checks.compare import EXACT, ROUGH, Tolerance, expect_close, expect_kept, expect_unchanged, relative_error
from grader.checks.gradients import central_differences, expect_differences, tell_whose_gradient
from grader.checks.layers import expect_repeated, expect_repeated_grad, run_backward, run_forward
from grader.checks.received import expect_array, expect_number, wrong_shape
from grader.checks.refusals import expect_exception, expect_value_error
from grader.outcomes import StudentFault, Why

__all__ = [
    "EXACT",
    "ROUGH",
    "StudentFault",
    "Tolerance",
    "Why",
    "central_differences",
    "expect_array",
    "expect_close",
    "expect_differences",
    "expect_exception",
    "expect_kept",
    "expect_number",
    "expect_repeated",
    "expect_repeated_grad",
    "expect_unchanged",
    "expect_value_error",
    "relative_error",
    "run_backward",
    "run_forward",
    "tell_whose_gradient",
    "wrong_shape",
]
