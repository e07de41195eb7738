"""Distinguishes an assertion that a check makes about a submission from one that failed in the grader itself."""

from __future__ import annotations

import sysconfig
import traceback
from pathlib import Path

HARNESS = Path(__file__).resolve().parents[1]
ASSIGNMENTS = HARNESS / "assignments"
VOCABULARY = (HARNESS / "checks", ASSIGNMENTS / "vocabulary")
ANSWER_KEY = HARNESS.parent / "reference"
LIBRARIES = tuple({Path(sysconfig.get_path(name)) for name in ("stdlib", "purelib", "platlib")})


def is_claim(error: BaseException) -> bool:
    """Return whether an assertion was made by a check, or by a library that it called, such as ``numpy.testing``.

    An assertion that fails in the grader or in an answer key is our fault and must never cost a student points.
    """
    for frame, _ in reversed(list(traceback.walk_tb(error.__traceback__))):
        path = Path(frame.f_code.co_filename)
        if "site-packages" in path.parts or any(path.is_relative_to(folder) for folder in LIBRARIES):
            continue
        if path.is_relative_to(ASSIGNMENTS):
            return path.parent not in VOCABULARY
        return (
            not path.is_relative_to(HARNESS) and not path.is_relative_to(ANSWER_KEY) and "reference" not in path.parts
        )
    return False
