"""Calls that a submission must refuse, because its contract names an exception for them."""

from __future__ import annotations

from typing import Any

from grader.checks.program import Deferred, Program
from grader.outcomes import Evidence, StudentFault, Why

RAISE = "Begin with: if ...: raise ValueError(...)"


def expect_value_error(program: Program, function: Deferred, *arguments: Any, what: str, when: str) -> None:
    """Call something at the end of a program and check that it raises ``ValueError`` or a subclass of it.

    Parameters
    ----------
    program : Program
        The steps before the call.
    function : Deferred
        The function to call: a name of the submission, or a method of an object in the program.
    what : str
        The call as the student reads it: ``MSELoss.forward`` in backquotes.
    when : str
        What is wrong with the arguments, as the end of a sentence that begins with "when".

    Raises
    ------
    StudentFault
        If it raises nothing, or something else.

    Examples
    --------
    >>> program = student.program("MSELoss().forward(predictions, targets)")
    >>> loss = program.MSELoss()
    >>> unlike = np.ones((3, 1)), np.ones((3, 2))
    >>> expect_value_error(program, loss.forward, *unlike, what="`MSELoss.forward`", when="the shapes differ")
    """
    place = program.keep(program.apply("refused", function, *arguments))
    came = "no exception"
    try:
        if program.run()[place] is True:
            return
    except StudentFault as fault:
        if fault.why is not Why.CRASHED or fault.raised is None or fault.fatal:
            raise
        came = fault.raised
    raise StudentFault(
        Why.WRONG,
        f"{what} must raise a ValueError when {when}, but it raised {came if came != 'no exception' else 'nothing'}.",
        hint=RAISE,
        expected="ValueError",
        actual=came,
        evidence=Evidence(f"{what} when {when}", float(came == "no exception")),
    )


def expect_exception(program: Program, *, what: str, when: str, hint: str | None = None) -> None:
    """Run a program whose last step must raise an exception of any type.

    Parameters
    ----------
    program : Program
        The steps; all but the last are known to work.
    what : str
        The last step as the student reads it.
    when : str
        What is wrong with it, as the end of a sentence that begins with "when".
    hint : str, optional
        Why it cannot be right.

    Raises
    ------
    StudentFault
        If it raises nothing.

    Examples
    --------
    >>> program = student.program("MSELoss().forward(predictions, targets)")
    >>> unlike = np.ones((3, 1)), np.ones((3, 2))
    >>> loss = program.keep(program.MSELoss().forward(*unlike))
    >>> expect_exception(program, what="`MSELoss.forward`", when="the shapes differ")
    """
    try:
        program.run()
    except StudentFault as fault:
        if fault.why is Why.CRASHED and fault.raised is not None and not fault.fatal:
            return
        raise
    raise StudentFault(
        Why.WRONG,
        f"{what} must raise an exception when {when}, but it raised nothing.",
        hint=hint or RAISE,
        expected="an exception",
        actual="none",
        evidence=Evidence(f"{what} when {when}", 1.0),
    )
