"""What steps of ``grade`` have to say when the reports are complete."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from grader.errors import GraderError
from grader.terminal import complain, say


@dataclass(frozen=True)
class Told:
    """What a step found, as sentences, or why it could not be done; the class has its reports all the same."""

    sentences: Sequence[str] = ()
    problem: GraderError | None = None


def tell(*steps: Told, quiet: bool) -> int:
    """Say what these steps found, unless ``quiet``, and why one could not be done; return the exit status."""
    if not quiet:
        say(*(sentence for step in steps for sentence in step.sentences))
    problems = [step.problem for step in steps if step.problem is not None]
    for problem in problems:
        complain(*map(str, problem.args))
    return max((problem.exit_status for problem in problems), default=0)
