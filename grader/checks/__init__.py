"""CHECKED: the vocabulary for authors of checks; docs/vocabulary.md shows each word with an example."""

from grader.checks.compare import EXACT, ROUGH, Tolerance, expect_close, expect_kept, expect_unchanged, relative_error
from grader.checks.examination import Run
from grader.checks.gradients import central_differences, expect_differences, tell_whose_gradient
from grader.checks.labels import call_label, described, shown_shape
from grader.checks.layers import expect_repeated, expect_repeated_grad, run_backward, run_forward
from grader.checks.moments import at_any_moment
from grader.checks.notes import Notes
from grader.checks.objects import StudentObject, expect_object
from grader.checks.parts import Parts
from grader.checks.program import Deferred, Program
from grader.checks.proxy import Student
from grader.checks.received import Floats, as_array, as_shape, expect_array, expect_number, wrong_shape
from grader.checks.refusals import expect_exception, expect_value_error
from grader.outcomes import Diagnosis, Evidence, ForAPerson, StudentFault, Why

__all__ = [
    "EXACT",
    "ROUGH",
    "Deferred",
    "Diagnosis",
    "Evidence",
    "Floats",
    "ForAPerson",
    "Notes",
    "Parts",
    "Program",
    "Run",
    "Student",
    "StudentFault",
    "StudentObject",
    "Tolerance",
    "Why",
    "as_array",
    "as_shape",
    "at_any_moment",
    "call_label",
    "central_differences",
    "described",
    "expect_array",
    "expect_close",
    "expect_differences",
    "expect_exception",
    "expect_kept",
    "expect_number",
    "expect_object",
    "expect_repeated",
    "expect_repeated_grad",
    "expect_unchanged",
    "expect_value_error",
    "relative_error",
    "run_backward",
    "run_forward",
    "shown_shape",
    "tell_whose_gradient",
    "wrong_shape",
]
