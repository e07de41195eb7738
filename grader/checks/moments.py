"""Values of a notebook at the moment at which they were made."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from grader.checks.proxy import Student
from grader.outcomes import StudentFault

MOST_TRIED = 8
Judged = TypeVar("Judged")


def at_any_moment(student: Student, name: str, cell: str, judge: Callable[[], Judged]) -> Judged:
    """Judge a value as it was when its cell had run, and where that fails, as any other cell has left it.

    An answer in the wrong cell counts, if its name is right: a student may have moved, split or copied the cell.

    Parameters
    ----------
    name : str
        The name of the value; it may stand for different things in different cells.
    cell : str
        The id of the cell that was meant for it, whose tag is ``cell:<id>``.
    judge : callable
        Asks the submission for the value and raises what is wrong with it.

    Raises
    ------
    StudentFault
        The fault of the moment that was meant, when the value is right at none of them.

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
