"""What a check may use of the submission that is being judged.

The judge hands an ``Examination`` to the plugin; everything that touches a child is behind its callables.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Any

from grader.material.assignment import Assignment
from grader.outcomes import StudentFault
from grader.wire.session import Ask


@dataclass(frozen=True)
class Run:
    """The result of running a submission as a script, or a notebook from top to bottom.

    ``output`` is what it printed, ``figures`` what it drew, as maps of plain values; ``fault`` is what ended it early. ``args`` and ``typed``
    are what it was given on its command line and by its keyboard; ``unanswered`` says what to do where it asked for something else,
    ``guessed`` what was typed that it has offered itself, such as one of several activations; ``is_seeded`` is whether its code seems to say
    where its random numbers begin; ``asked`` whether it has asked for more than was typed. ``logged`` is what it wrote to the other stream,
    as ``logging`` does.

    Examples
    --------
    >>> "accuracy=" in script.output
    True
    >>> len(script.figures) >= 1, script.fault
    (True, None)
    """

    output: str
    figures: tuple[Mapping[str, Any], ...] = ()
    fault: StudentFault | None = None
    args: tuple[str, ...] = ()
    typed: str = ""
    unanswered: str = ""
    guessed: str = ""
    is_seeded: bool = True
    asked: bool = False
    logged: str = ""


@dataclass(frozen=True)
class CheckLimits:
    """The limits of one check in its child: CPU time, and memory in addition to what the loaded submission holds.

    ``memory_bytes`` is None if the session's own limit is enough.
    """

    cpu_seconds: float
    memory_bytes: int | None = None


@dataclass
class Examination:
    """One submission, as the checks see it.

    Attributes
    ----------
    open_check : callable
        Given the limits of a check, a context manager around an ``Ask`` to a fresh child that holds the loaded submission.
    run : Run or StudentFault
        The result of the run, or why there was none.
    loading : StudentFault or None
        The error that stopped the loading of the submission, so that later names are missing.
    source_names : frozenset of str
        Names that the source defines at its top level, even if loading stopped before them.
    seed : str
        The secret seed of this grading.
    reference : object, optional
        A replacement for the answer key: the recorded one of the pre-check.
    runs : tuple of Run
        Every run, if there were several.
    adapter : str
        Lines written by a person that run after the program and tell a check where things are; usually empty.
    kept : dict
        Results of one check that another one needs, too.
    """

    assignment: Assignment
    seed: str
    open_check: Callable[[CheckLimits], AbstractContextManager[Ask]]
    run: Run | StudentFault
    loading: StudentFault | None = None
    source_names: frozenset[str] = frozenset()
    reference: Any = None
    runs: tuple[Run, ...] = ()
    kept: dict[str, Any] = field(default_factory=dict)
    adapter: str = ""
