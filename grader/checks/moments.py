"""Values of a notebook at the moment when they were computed."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from grader.checks.proxy import Student
from grader.outcomes import StudentFault

MOST_TRIED = 8
Judged = TypeVar("Judged")


def at_any_moment(student: Student, name: str, cell: str, judge: Callable[[], Judged]) -> Judged:
    """Judge a value as it was after its cell ran and, if that fails, as it was after any other cell.

    An answer in the wrong cell counts if its name is right: the student may have moved, split or copied the cell.

    Parameters
    ----------
    name : str
        The name of the value; it may have different values in different cells.
    cell : str
        The id of the cell intended for it, whose tag is ``cell:<id>``.
    judge : callable
        Asks the submission for the value and raises a fault if it is wrong.

    Raises
    ------
    StudentFault
        The fault at the intended cell, if the value is right after none of them.

    Examples
    --------
    >>> at_any_moment(student, "softplus", "1.1", lambda: expect_number(student.softplus(0.0), what="`softplus(0)`"))
    0.6931471805599453
    """
    meant: StudentFault | None = None
    moments = student.rewind(name, cell)
    for back in range(max(1, min(moments, MOST_TRIED))):
        if back:
            student.rewind(name, cell, back)
        try:
            return judge()
        except StudentFault as fault:
            meant = meant or fault
            if fault.fatal:
                break
    assert meant is not None
    raise meant
