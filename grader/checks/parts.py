"""Partial credit inside one check."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from grader.checks.claims import is_claim
from grader.outcomes import Result, StudentFault, Why
from grader.record.score import PartOutcome


class Parts:
    """The named parts of one check, in the order in which they began.

    A part earns its points if its block runs to its end. A student fault inside a block fails that part, and the
    check continues after the block, unless the child is gone.

    Examples
    --------
    >>> with parts("values", points=3):
    ...     expect_close(student.softplus(0.0), np.log(2.0), what="`softplus(0)`")
    array(0.69314718)
    >>> with parts("shape", points=1):
    ...     expect_array(student.softplus(np.ones((2, 3))), (3, 2), what="`softplus(x)`")
    >>> [(part.name, part.earned) for part in parts.outcomes]
    [('values', 3), ('shape', 0.0)]
    """

    def __init__(self) -> None:
        self.outcomes: list[PartOutcome] = []
        self.first_fault: StudentFault | None = None
        self.faults: dict[str, StudentFault] = {}

    @contextmanager
    def __call__(self, name: str, *, points: float) -> Iterator[None]:
        """Judge one part.

        Parameters
        ----------
        name : str
            The name of the part in the report; different from the other parts of the check.
        points : float
            The points that the part earns.

        Raises
        ------
        ValueError
            If the name was used before, or ``points`` is negative.
        StudentFault
            The fault inside the block, if the child can answer no more requests.
        """
        if points < 0 or any(outcome.name == name for outcome in self.outcomes):
            raise ValueError(f"the part {name!r} needs a name of its own and points of at least 0")
        place = len(self.outcomes)
        self.outcomes.append(PartOutcome(name, points, Result.NOT_CHECKED))
        try:
            yield
        except (StudentFault, AssertionError) as error:
            if isinstance(error, AssertionError) and not is_claim(error):
                raise
            fault = (
                error
                if isinstance(error, StudentFault)
                else StudentFault(Why.WRONG, str(error) or "An assertion failed.").with_traceback(error.__traceback__)
            )
            self.first_fault = self.first_fault or fault
            self.faults[name] = fault
            self.outcomes[place] = PartOutcome(
                name,
                points,
                Result.FAILED,
                fault.why,
                fault.message,
                fault.hint,
                fault.expected,
                fault.actual,
                value=fault.evidence.digest if fault.evidence is not None else None,
            )
            if fault.fatal:
                raise
        else:
            self.outcomes[place] = PartOutcome(name, points, Result.PASSED)
