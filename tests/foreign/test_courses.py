"""Whole courses, written as other authors write them: each verdict is that of the same test inside the student's process."""

from __future__ import annotations

import pytest

from tests.foreign.course_files import write_course
from tests.foreign.material import Corpus, compare

# The others, and more students of these, are part of `python -m tests.foreign.material`.
QUICK = {"chains": 30, "looks": 20, "several": 4, "wider": 20}


@pytest.mark.parametrize("name", QUICK)
def test_a_course_is_graded_as_its_tests_are_run(tmp_path, name):
    """Right answers pass all tests, and wrong ones fail those that they fail where the tests run beside them."""
    course = write_course(name, tmp_path / "course")
    hand_ins = {student: course.hand_ins[student] for student in ("right", "wrong")}
    findings = compare([Corpus(name, course.assignment, dict(hand_ins))], tmp_path)
    assert list(map(str, findings.differences)) == []
    assert findings.verdicts[name] >= 2 * QUICK[name]
    assert findings.passed[name, "right"] == findings.verdicts[name] / 2
    assert findings.passed[name, "wrong"] < findings.verdicts[name] / 3
