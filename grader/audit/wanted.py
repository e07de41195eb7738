"""The options of an audit."""

from __future__ import annotations

from dataclasses import dataclass, field

# The parts that say most about the checks in little time.
QUICK_PARTS = ("ends", "mutants", "variants")
PARTS = ("ends", "mutants", "variants", "chance", "clock", "diagnosis")


@dataclass(frozen=True)
class Wanted:
    """The options of an audit.

    Attributes
    ----------
    seed : str
        The seed of drawn inputs and samples.
    sample : float
        The share of the drawn mutants, variants and seeds to try, in (0, 1].
    full : bool
        Whether every mutant is tried on every check that it affects.
    jobs : int
    parts : tuple of str
    quick : bool
        Whether to start nothing new after most of a minute.
    """

    seed: str
    sample: float = 1.0
    full: bool = False
    jobs: int = 1
    parts: tuple[str, ...] = field(default=PARTS)
    quick: bool = False
