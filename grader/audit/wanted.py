"""How much of an audit is wanted."""

from __future__ import annotations

from dataclasses import dataclass, field

# What says most about checks in little time.
QUICK_PARTS = ("ends", "mutants", "variants")
PARTS = ("ends", "mutants", "variants", "chance", "clock", "diagnosis")


@dataclass(frozen=True)
class Wanted:
    """How much of an audit is wanted.

    Attributes
    ----------
    seed : str
        Where drawn inputs and samples come from.
    sample : float
        The share of the drawn mutants, the variants and the seeds that is tried, in (0, 1].
    full : bool
        Whether every mutant meets every check that it affects.
    jobs : int
    parts : tuple of str
    quick : bool
        Whether nothing new is begun when most of a minute is over.
    """

    seed: str
    sample: float = 1.0
    full: bool = False
    jobs: int = 1
    parts: tuple[str, ...] = field(default=PARTS)
    quick: bool = False
